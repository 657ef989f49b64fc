"""The tap journal: one record an accepted tap, each chained to the one before by SHA-256."""

import hashlib
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from typing import Final

from hanoi_ticket.errors import Refusal, StoreUnavailable
from hanoi_ticket.wire import cbor


@dataclass(frozen=True, slots=True)
class Tap:
    """What the back office clears. It names a ticket, never a person."""

    at: int
    issuer: bytes
    """First 8 bytes of the issuer key's thumbprint."""
    ticket_id: int
    product: int
    rider: int
    area: int
    binding: int
    moment: int
    direction: str
    place: int
    reader: str
    amount: int
    flags: tuple[str, ...]
    trust_version: int
    trip: str = ""
    """The trip that the vehicle was on; empty where nobody said, and in a station."""

    def encode(self) -> bytes:
        return cbor.encode(list(astuple(self)))

    @classmethod
    def decode(cls, record: bytes) -> "Tap":
        """The tap of a record that `encode` made; raises `StoreUnavailable` for anything else."""
        try:
            values = dict(zip(cls.__slots__, cbor.decode(record), strict=True))
            return cls(**{**values, "flags": tuple(values["flags"])})
        except (Refusal, TypeError, ValueError) as error:
            raise StoreUnavailable(f"a journal record that is none: {error}") from None


GENESIS: Final = hashlib.sha256(b"VT1/journal").digest()
Anchor = tuple[int, bytes]
"""Number and link of the last record that a receiver has acknowledged: the chain goes on from there."""
EMPTY: Final[Anchor] = (0, GENESIS)


def link(previous: bytes, record: bytes) -> bytes:
    """The chain value of a record: it holds the whole journal up to there."""
    return hashlib.sha256(previous + record).digest()


def first_break(rows: Iterable[tuple[int, bytes, bytes]], anchor: Anchor = EMPTY) -> int | None:
    """The number of the first (number, record, link) that does not follow from those before; None when all do."""
    number, previous = anchor
    expected = number + 1
    for number, record, chained in rows:
        if number != expected or chained != link(previous, record):
            return number
        previous, expected = chained, number + 1
    return None
