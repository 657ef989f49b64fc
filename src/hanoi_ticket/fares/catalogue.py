"""The catalogue: every product, rider category and area that a trust bundle carries, and the decision at the gate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple, Self, TypeVar

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.model import Area, Check, Product, Rider, Unit
from hanoi_ticket.reasons import Reason

BINDING_NONE = 0  # docs/ticket.cddl

T = TypeVar("T")


class Decision(NamedTuple):
    """Whether the fare side opens the gate, and what is still to pay for this tap in the catalogue's currency."""

    reason: Reason
    amount: int
    product: Product | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products, riders and areas by number. `utc_offset` is local time minus UTC, in seconds."""

    currency: str
    utc_offset: int
    riders: Mapping[int, Rider]
    areas: Mapping[int, Area]
    products: Mapping[int, Product]
    _ids: Mapping[str, Product] = field(init=False, repr=False, compare=False)
    _around: Mapping[int, frozenset[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_references(self)
        object.__setattr__(self, "_ids", {product.id: product for product in self.products.values()})
        object.__setattr__(self, "_around", {number: _enclosing(self.areas, number) for number in self.areas})

    @classmethod
    def of(
        cls, currency: str, utc_offset: int, riders: Iterable[Rider], areas: Iterable[Area], products: Iterable[Product]
    ) -> Self:
        """Build a catalogue from its rows, in order of their numbers.

        Raises:
            FaresRejected: a number, id or reference is wrong.
        """
        rider_rows, area_rows, product_rows = list(riders), list(areas), list(products)
        return cls(
            currency,
            utc_offset,
            _by_number("rider", {row.code: row for row in rider_rows}, len(rider_rows)),
            _by_number("area", {row.number: row for row in area_rows}, len(area_rows)),
            _by_number("product", {row.number: row for row in product_rows}, len(product_rows)),
        )

    @classmethod
    def sample(cls) -> "Catalogue":
        """Load the packaged Hanoi sample. It is our own network, no public feed: see its README."""
        return _sample()

    def product(self, key: int | str) -> Product | None:
        """Return a product by its number or its GTFS fare_product_id."""
        return self._ids.get(key) if isinstance(key, str) else self.products.get(key)

    def local_day(self, at: int) -> date:
        """Return the local calendar day of a moment in UTC seconds."""
        return _local(at, self.utc_offset).date()

    def price(self, key: int | str, rider: int, at: int) -> int | None:
        """Return what a rider category pays for a product bought at a moment; None when it is not sold then."""
        product = self.product(key)
        return None if product is None else product.price(rider, self.local_day(at))

    def validity(self, product: Product, start: int) -> tuple[int, int]:
        """Return [nbf, exp) in UTC seconds of a ticket for a product that is activated at `start`.

        Days and months end at local midnight; a ticket ends after `renewal` seconds at the latest.
        """
        unit, count = product.validity.unit, product.validity.count
        if unit is Unit.SECONDS:
            end = start + count
        else:
            day = self.local_day(start)
            last = day + timedelta(days=count) if unit is Unit.DAYS else _months_later(day.replace(day=1), count)
            end = int(datetime(last.year, last.month, last.day, tzinfo=UTC).timestamp()) - self.utc_offset
        return start, min(end, start + product.renewal) if product.renewal else end

    def decide(
        self,
        product: int,
        rider: int,
        area: int,
        binding: int,
        *,
        mode: str,
        place: int,
        at: int,
        entered: int = 0,
        entered_at: int = 0,
        checked: bool = False,
    ) -> Decision:
        """Decide whether a ticket's fare claim opens a gate, and what is still to pay.

        Args:
            product, rider, area, binding: the fare claim of docs/ticket.cddl.
            mode: the reader's mode.
            place: the area number where the reader stands: its station, route or car park.
            at: UTC seconds.
            entered, entered_at: at an exit, the place and moment of the entry; 0 otherwise.
            checked: staff have seen that the rider is of the category.

        Returns:
            the first rule that refuses, in the order product, mode, area, time, rider; or OK with the amount due.
        """
        del at, entered, entered_at
        bought = self.products.get(product)
        if bought is None:
            return Decision(Reason.UNKNOWN_PRODUCT, 0, None)
        if mode not in bought.modes:
            return Decision(Reason.WRONG_MODE, 0, bought)
        around = self._around.get(place, frozenset())
        if not (bought.areas & around) or not (area in around or (area == 0 and not bought.names_area)):
            return Decision(Reason.WRONG_AREA, 0, bought)
        if not self._entitled(bought, rider, binding, checked=checked):
            return Decision(Reason.CONCESSION_CHECK, 0, bought)
        return Decision(Reason.OK, 0, bought)

    def _entitled(self, product: Product, rider: int, binding: int, *, checked: bool) -> bool:
        if rider not in product.riders or binding not in product.bindings:
            return False
        check = self.riders[rider].check
        return checked or check is Check.NOBODY or (check is Check.ISSUER and binding != BINDING_NONE)


@cache
def _sample() -> Catalogue:
    from hanoi_ticket.fares.product_table import read_catalogue  # noqa: PLC0415  it builds catalogues

    return read_catalogue(files("hanoi_ticket") / "data" / "hanoi")


def check_references(catalogue: Catalogue) -> None:
    """Refuse a catalogue whose products name areas or riders that it lacks, or whose areas enclose one another."""
    ids: set[str] = set()
    for area in catalogue.areas.values():
        if area.within and area.within not in catalogue.areas:
            raise FaresRejected(f"area {area.number} lies within {area.within}, which is unknown")
    for number in catalogue.areas:
        _enclosing(catalogue.areas, number)
    for product in catalogue.products.values():
        if product.id in ids:
            raise FaresRejected(f"product id {product.id!r} stands twice")
        ids.add(product.id)
        if not product.areas <= catalogue.areas.keys():
            raise FaresRejected(f"product {product.number} is valid in areas that are unknown")
        if not product.riders <= catalogue.riders.keys():
            raise FaresRejected(f"product {product.number} is priced for riders that are unknown")


def _enclosing(areas: Mapping[int, Area], number: int) -> frozenset[int]:
    found: list[int] = []
    while number:
        if number in found:
            raise FaresRejected(f"area {number} lies within itself")
        found.append(number)
        number = areas[number].within
    return frozenset(found)


def _by_number(what: str, rows: Mapping[int, T], count: int) -> Mapping[int, T]:
    if len(rows) != count:
        raise FaresRejected(f"a {what} number stands twice")
    return dict(sorted(rows.items()))


def _local(at: int, utc_offset: int) -> datetime:
    return datetime.fromtimestamp(at + utc_offset, UTC)


def _months_later(first: date, count: int) -> date:
    month = first.year * 12 + first.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)
