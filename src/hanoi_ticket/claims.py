"""What a ticket says and what a phone proves: plain frozen values, checked when they are made."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Literal

from hanoi_ticket.standards import MAX_SECONDS, MAX_TICKET_ID

Alg = Literal["EdDSA", "ES256"]


class Binding(IntEnum):
    """Who signs the moment: nobody (printed, one use), the phone's own key, or a key that a server holds."""

    NONE = 0
    DEVICE = 1
    SERVER = 2


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key as the format carries it: `raw` is 32 bytes for EdDSA, the 33-byte compressed point for ES256."""

    alg: Alg
    raw: bytes

    def __post_init__(self) -> None:
        expected = {"EdDSA": 32, "ES256": 33}.get(self.alg)
        if expected is None:
            raise ValueError(f'alg is "EdDSA" or "ES256", not {self.alg!r}')
        if len(self.raw) != expected or (self.alg == "ES256" and self.raw[0] not in (2, 3)):
            raise ValueError(f"a raw {self.alg} public key is {expected} bytes, P-256 points compressed")


@dataclass(frozen=True, slots=True)
class Claims:
    """The issuer's statement. Times are UTC seconds; the ticket is valid while valid_from <= t < valid_until."""

    ticket_id: int
    """Unique under its issuer key; also its index in the status list. 0 to 2**32 - 1."""
    valid_from: int
    valid_until: int
    product: int
    """Number of the fare product, 0 to 65535; the trust bundle's product table gives it meaning."""
    rider: int = 0
    """Number of the GTFS rider category, 0 (anybody) to 23."""
    area: int = 0
    """Area or route that the holder chose, 0 (as the product says) to 65535."""
    binding: Binding = Binding.NONE
    holder: PublicKey | None = None

    def __post_init__(self) -> None:
        _within("ticket_id", self.ticket_id, 0, MAX_TICKET_ID)
        _within("valid_from", self.valid_from, 0, MAX_SECONDS)
        _within("valid_until", self.valid_until, self.valid_from + 1, MAX_SECONDS)
        _within("product", self.product, 0, 0xFFFF)
        _within("rider", self.rider, 0, 23)
        _within("area", self.area, 0, 0xFFFF)
        if (self.holder is None) != (self.binding is Binding.NONE):
            raise ValueError("a device or server ticket names the holder's key; a printed one has none")


@dataclass(frozen=True, slots=True)
class Proof:
    """The holder's statement: at this moment I held the ticket."""

    moment: int
    """UTC seconds at which the rotation period began."""
    challenge: int | None = None
    """The digits that a reader or an inspector showed, 0 to 999999."""
    clock: int = 0
    """Quality of the phone's clock: 0 synchronised, 1 monotonic since, 2 set by hand, 3 unknown."""

    def __post_init__(self) -> None:
        _within("moment", self.moment, 0, MAX_SECONDS)
        _within("clock", self.clock, 0, 3)
        if self.challenge is not None:
            _within("challenge", self.challenge, 0, 999_999)


def _within(name: str, value: int, low: int, high: int) -> None:
    if type(value) is not int or not low <= value <= high:
        raise ValueError(f"{name} is an integer from {low} to {high}, not {value!r}")
