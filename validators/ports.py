"""What a reader is built of. Each port may be a console, a device, or a wire to another machine.

A method raises `OSError` when its device fails. The reader says so and goes on, whatever else a driver may raise: a
port that fails neither opens a gate nor ends the program.
"""

from collections.abc import Iterable
from typing import Protocol

from hanoi_ticket import TrustBundle, Validator, Verdict
from hanoi_ticket.clock import Clock

__all__ = ["Barrier", "Clock", "Decide", "Lamp", "Scanner", "Screen"]


class Scanner(Protocol):
    """Where codes come from."""

    def open(self) -> None: ...

    def read(self, wait: float) -> Iterable[bytes]:
        """The codes that are complete within about `wait` seconds, maybe none; `EOFError` when no more can come."""

    def close(self) -> None:
        """After it, `open` begins anew: nothing half read is kept. Closing twice is harmless."""


class Lamp(Protocol):
    """What the rider sees and hears."""

    def show(self, verdict: Verdict) -> None: ...


class Barrier(Protocol):
    """A gate that a rider walks through, with a sensor behind it."""

    def open(self) -> None:
        """Lets one rider through."""

    def passages(self) -> int:
        """How many riders have gone through since it was last asked."""


class Screen(Protocol):
    """What staff see: a driver, or the attendant of a gate line."""

    def tell(self, verdict: Verdict, trust: TrustBundle) -> None:
        """`trust` is what the verdict was found by; its catalogue names products and rider categories."""


class Decide(Protocol):
    """How a gate judges a code: as a tap, or otherwise."""

    def __call__(self, gate: Validator, code: bytes, /, *, checked: bool) -> Verdict:
        """`checked`: staff have just said that they have seen the rider's entitlement."""
