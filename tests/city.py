"""A small city for tests: one issuer, riders with tickets, gates whose clock a test sets."""

from dataclasses import dataclass, field
from pathlib import Path

from hanoi_ticket import Holder, Issuer, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.ticket import printed
from hanoi_ticket.validator import Profile

START = 1_795_312_800  # 2026-11-22 02:00 UTC, a multiple of 15
DAY = 86_400


@dataclass
class SetClock:
    """A source of time that a test moves; None: not synchronised."""

    seconds: int | None = START

    def __call__(self) -> int | None:
        return self.seconds


@dataclass
class Rider:
    """A phone with one ticket; without a holder, a printed one."""

    ticket: bytes
    holder: Holder | None

    def code(self, at: int, challenge: int | None = None) -> str:
        return (
            printed(self.ticket) if self.holder is None else self.holder.present(self.ticket, at, challenge=challenge)
        )


@dataclass
class City:
    folder: Path
    issuer: Issuer = None
    time: SetClock = field(default_factory=SetClock)
    denied: set[int] = field(default_factory=set)
    catalogue: Catalogue = field(default_factory=hanoi_sample)

    def __post_init__(self) -> None:
        self.issuer = self.issuer or Issuer.generate(catalogue=self.catalogue)

    @property
    def trust(self) -> TrustBundle:
        record = self.issuer.public_record()
        return TrustBundle.of([record], denied={record.kid: self.denied}, catalogue=self.catalogue)

    def rider(self, product: str = "metro-2a-day", *, paper: bool = False, alg="ES256", **claims) -> Rider:
        holder = None if paper else Holder.generate(alg)
        claims = {"valid_from": START - DAY, "valid_until": START + 2 * DAY} | claims
        return Rider(self.issuer.issue(holder and holder.public_key, product, **claims), holder)

    def gate(self, profile: str | Profile, store: str = "store.db", **options) -> Validator:
        clock = options.pop("clock", None) or TrackedClock(self.time)
        return Validator.open(profile, options.pop("trust", self.trust), self.folder / store, clock=clock)
