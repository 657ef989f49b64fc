"""A morning in Hanoi for the demo: an issuer, phones, three readers, and everything that people try at them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.reasons import Reason
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.ticket import Holder, Issuer, printed
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator import Validator
from hanoi_ticket.wire import base45, cbor, cwt, presentation
from hanoi_ticket.wire.annotate import annotate

START: Final = 1_795_393_800
"""2026-11-23 07:30:00 in Hanoi, a Monday."""
DAY: Final = 86_400
Kind = Literal["honest", "mistake", "attack"]
Gate = Literal["metro in", "metro out", "bus 32"]


@dataclass(frozen=True, slots=True)
class Scene:
    """One tap: who tries what, where and when, and what must come of it."""

    kind: Kind
    gate: Gate
    after: int
    """Seconds after START."""
    title: str
    code: str
    expected: Reason
    goes_through: bool = True
    paper: bool = False


class City:
    """Keys, a signed bundle and readers whose clock the demo steps by hand."""

    def __init__(self, folder: Path) -> None:
        """`folder` takes the two stores: the metro line's, which its gates share, and the bus's."""
        self.now = START
        self.catalogue = hanoi_sample()
        self.issuer = Issuer.generate(name="Hanoi sample issuer")
        self.phone = Holder.generate()
        self.stolen = self.sell("metro-2a-day")
        self.trust = self._signed_bundle()
        self.gates = {
            "metro in": self._reader("metro-entry", folder / "metro.db"),
            "metro out": self._reader("metro-exit", folder / "metro.db"),
            "bus 32": self._reader("bus", folder / "bus.db"),
        }

    def _signed_bundle(self) -> TrustBundle:
        """As a reader gets it: signed by the authority, read back, with the stolen ticket on the deny list."""
        authority = PrivateKey.generate("EdDSA")
        record = self.issuer.public_record()
        denied = {record.kid: [cwt.decode_ticket(self.stolen).claims.ticket_id]}
        file = TrustBundle.of([record], denied=denied).sign(authority, version=1, at=START - 3600)
        return TrustBundle.decode(file, authority.public_key)

    def _reader(self, profile: str, store: Path) -> Validator:
        return Validator.open(profile, self.trust, store, clock=TrackedClock(lambda: self.now))

    def sell(
        self,
        product: str,
        *,
        since: int = START - 600,
        area: int = 0,
        issuer: Issuer | None = None,
        paper: bool = False,
    ) -> bytes:
        """A ticket of the sample catalogue, bound to the phone unless it is for paper."""
        bought = self.catalogue.product(product)
        assert bought is not None  # noqa: S101  the demo names products of the sample
        start, end = self.catalogue.validity(bought, since)
        holder = None if paper else self.phone.public_key
        return (issuer or self.issuer).issue(holder, product, start, end, area=area)

    def show(self, ticket: bytes, after: int) -> str:
        """The phone's code at that moment."""
        return self.phone.present(ticket, START + after)

    def close(self) -> None:
        for gate in self.gates.values():
            gate.close()


def scenes(city: City) -> list[Scene]:
    """The morning, in order of time; attacks stand under the honest tap that they copy."""
    ticket = city.sell("metro-2a-day")
    way_out = Scene("honest", "metro out", 1500, "Out at Yên Nghĩa", city.show(ticket, 1500), Reason.OK)
    return [*_day_ticket(city, ticket), *_forgeries(city), *_wrong_tickets(city), way_out, *_paper(city), *_bus(city)]


def _day_ticket(city: City, ticket: bytes) -> list[Scene]:
    code = city.show(ticket, 0)
    return [
        Scene("honest", "metro in", 0, "Day ticket, live code", code, Reason.OK, goes_through=False),
        Scene("honest", "metro in", 4, "Scanned again at a slow gate", code, Reason.OK),
        Scene("attack", "metro in", 12, "Same code, a friend's phone", code, Reason.REPLAYED),
        Scene("attack", "metro in", 30, "Phone handed back, next code", city.show(ticket, 30), Reason.PASSBACK),
        Scene("attack", "metro in", 60, "A screenshot a minute later", code, Reason.CODE_TOO_OLD),
    ]


def _forgeries(city: City) -> list[Scene]:
    after = 90
    ticket = city.sell("metro-2a-day")
    code, old = city.show(ticket, after), city.show(ticket, 0)
    foreign = Issuer.generate()
    alien = city.show(city.sell("metro-2a-day", issuer=foreign), after)
    moved = changed(old, "moment:", lambda _: cbor.encode(START + after))
    flipped = changed(code, "exp:", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
    stripped = presentation.encode(ticket)
    return [
        Scene("attack", "metro in", after, "A byte flipped in the ticket", flipped, Reason.ISSUER_SIGNATURE),
        Scene("attack", "metro in", after, "Old code, moment set to now", moved, Reason.HOLDER_SIGNATURE),
        Scene("attack", "metro in", after, "The phone's proof stripped", stripped, Reason.PROOF_MISSING),
        Scene("attack", "metro in", after, "A ticket of a foreign issuer", alien, Reason.UNKNOWN_ISSUER),
        Scene("attack", "metro in", after, "A stolen ticket, denied", city.show(city.stolen, after), Reason.DENIED),
    ]


def _wrong_tickets(city: City) -> list[Scene]:
    after = 150
    yesterday = city.show(city.sell("metro-2a-day", since=START - DAY), after)
    elsewhere = city.show(city.sell("metro-31-day"), after)
    fast = city.show(city.sell("metro-2a-day"), after + 300)
    return [
        Scene("mistake", "metro in", after, "Yesterday's day ticket", yesterday, Reason.EXPIRED),
        Scene("mistake", "metro in", after, "A ticket for line 3.1", elsewhere, Reason.WRONG_AREA),
        Scene("mistake", "metro in", after, "A phone five minutes fast", fast, Reason.CODE_FROM_FUTURE),
        Scene("mistake", "metro in", after, "A web link, no ticket", "HTTPS://EXAMPLE.COM/MENU", Reason.WRONG_PREFIX),
    ]


def _paper(city: City) -> list[Scene]:
    code = printed(city.sell("metro-2a-single", paper=True))
    return [
        Scene("honest", "metro in", 1680, "A printed single", code, Reason.OK, paper=True),
        Scene("attack", "metro in", 1740, "A photocopy of it", code, Reason.ALREADY_USED, paper=True),
        Scene("honest", "metro out", 2700, "The printed single, way out", code, Reason.OK, paper=True),
        Scene("attack", "metro in", 2760, "The same single once more", code, Reason.ALREADY_USED, paper=True),
    ]


def _bus(city: City) -> list[Scene]:
    month = city.sell("bus-month-route", area=1032)
    other = city.sell("bus-month-route", area=1014)
    metro = city.sell("metro-2a-day")
    single = printed(city.sell("bus-single", paper=True))
    return [
        Scene("honest", "bus 32", 3000, "Monthly pass for route 32", city.show(month, 3000), Reason.OK),
        Scene("attack", "bus 32", 3060, "Pass handed to the next rider", city.show(month, 3060), Reason.PASSBACK),
        Scene("honest", "bus 32", 3075, "A printed single", single, Reason.OK, paper=True),
        Scene("attack", "bus 32", 3120, "The single used twice", single, Reason.ALREADY_USED, paper=True),
        Scene("mistake", "bus 32", 3150, "A pass for route 14", city.show(other, 3150), Reason.WRONG_AREA),
        Scene("mistake", "bus 32", 3180, "A metro ticket on the bus", city.show(metro, 3180), Reason.WRONG_MODE),
    ]


def changed(code: str, part: str, change: Callable[[bytes], bytes]) -> str:
    """`code` with the bytes of one of its parts replaced, as a forger would."""
    data = presentation.frame_bytes(code)
    found = next(found for found in annotate(code) if found.meaning.startswith(part))
    start, end = found.offset, found.offset + found.size
    return presentation.PREFIX + base45.encode(data[:start] + change(data[start:end]) + data[end:])
