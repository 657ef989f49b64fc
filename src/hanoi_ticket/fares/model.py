"""What may be bought: products, rider categories, areas and dated prices.

Numbers travel in tickets, names in feeds. Money is in whole units of the catalogue's currency (VND has no smaller one).
"""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import NamedTuple

from hanoi_ticket.claims import Binding


class Mode(StrEnum):
    """What a reader guards. A member equals its text, so that a profile's `mode = "metro"` is one."""

    METRO = "metro"
    BUS = "bus"
    PARKING = "parking"


class Kind(IntEnum):
    """How a product is used up."""

    SINGLE = 0  # one ride: new, in, out on the metro; once a vehicle on a bus
    PASS = 1  # any number of rides while it is valid, held apart by passback
    SESSION = 2  # entry opens it, exit closes and prices it
    TRANSFER = 3  # what a transfer rule adds or takes off; never a ticket
    ACCOUNT = 4  # pay as you go: each ride is priced and charged, by the singles that it would take


class Check(IntEnum):
    """Who makes sure that a rider is of the category."""

    NOBODY = 0
    ISSUER = 1  # before issuing; a printed ticket may have changed hands, so there staff look again
    GATE = 2  # staff, at every entry


class Unit(IntEnum):
    """What a validity counts. Days and months end at local midnight."""

    SECONDS = 0
    DAYS = 1
    MONTHS = 2


@dataclass(frozen=True, slots=True)
class Validity:
    """How long a product is good for, from its activation."""

    unit: Unit
    count: int


class Rider(NamedTuple):
    """A GTFS rider category and the code (0 to 23) that stands for it in a ticket."""

    code: int
    id: str
    name_vi: str
    name_en: str
    check: Check


class Area(NamedTuple):
    """A place that a ticket or a reader can name: a network, a route, a zone, a station or a car park.

    `within` are the numbers of the areas that hold this one.
    """

    number: int
    id: str
    within: frozenset[int]
    name_vi: str
    name_en: str


class Price(NamedTuple):
    """What a rider category pays from the first to the last day, both included; no last day means until replaced."""

    rider: int
    first_day: date
    last_day: date | None
    amount: int

    def holds(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


class Tier(NamedTuple):
    """From `from_minute` of a stay on, `amount` for each started block of minutes; a block of 0 charges once."""

    first_day: date
    last_day: date | None
    from_minute: int
    block_minutes: int
    amount: int

    def holds(self, day: date) -> bool:
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class Product:
    """One GTFS fare product and what the standard cannot say of it.

    `areas` are where it is valid; with `names_area` the ticket must narrow that to one area of its own (a monthly
    pass for one route). `renewal` is the longest life in seconds of one ticket: a month travels as tickets of a week,
    renewed silently; 0 sets no limit. `passback` is in seconds, 0 leaves it to the reader's profile. `missing_exit` is
    what an account pays for a ride without an exit; `daily_cap` bounds what it pays for the rides of a local day, and
    each started 24 hours of a session; 0 means none. `rides` is how many a single holds, 0 one. `shares` split the
    revenue among operators, in thousandths. `tiers` price a session.
    """

    number: int
    id: str
    name_vi: str
    name_en: str
    kind: Kind
    modes: frozenset[Mode]
    areas: frozenset[int]
    names_area: bool
    bindings: frozenset[Binding]
    validity: Validity
    renewal: int
    rides: int
    passback: int
    missing_exit: int
    daily_cap: int
    shares: tuple[tuple[str, int], ...]
    prices: tuple[Price, ...]
    tiers: tuple[Tier, ...] = ()
    riders: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "riders", frozenset(price.rider for price in self.prices))

    def price(self, rider: int, day: date) -> int | None:
        """Return what the rider category pays on a local day; None when it is not sold then."""
        return next((price.amount for price in self.prices if price.rider == rider and price.holds(day)), None)
