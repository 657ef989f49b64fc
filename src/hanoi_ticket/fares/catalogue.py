"""The catalogue: every product, rider category and area that a trust bundle carries, and the decision at the gate."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Self, TypeVar

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.gate import EPOCH, Decision, Gate
from hanoi_ticket.fares.journey import Leg, Option
from hanoi_ticket.fares.model import Area, Kind, Product, Rider, Unit
from hanoi_ticket.fares.references import check_references, enclosing
from hanoi_ticket.fares.rides import Ride, Rides, between
from hanoi_ticket.fares.rules import Rules

T = TypeVar("T")
NO_RULES = Rules()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products, riders and areas by number. `utc_offset` is local time minus UTC, in seconds."""

    currency: str
    utc_offset: int
    riders: Mapping[int, Rider]
    areas: Mapping[int, Area]
    products: Mapping[int, Product]
    rules: Rules
    around: Mapping[int, frozenset[int]] = field(init=False, repr=False, compare=False)
    _ids: Mapping[str, Product] = field(init=False, repr=False, compare=False)
    _gate: Gate = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        around = {number: enclosing(self.areas, number) for number in self.areas}
        check_references(self.riders, self.areas, self.products, self.rules)
        object.__setattr__(self, "around", around)
        object.__setattr__(self, "_ids", {product.id: product for product in self.products.values()})
        object.__setattr__(self, "_gate", Gate(self.utc_offset, self.riders, self.products, self.rules, around))

    @classmethod
    def of(  # noqa: PLR0917  the parts of a catalogue
        cls,
        currency: str,
        utc_offset: int,
        riders: Iterable[Rider],
        areas: Iterable[Area],
        products: Iterable[Product],
        rules: Rules = NO_RULES,
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
            rules,
        )

    def product(self, key: int | str) -> Product | None:
        """Return a product by its number or its GTFS fare_product_id."""
        return self._ids.get(key) if isinstance(key, str) else self.products.get(key)

    def must_sell(self, product: Product, rider: int, area: int, binding: int) -> None:
        """Refuse a fare claim that no gate of this catalogue opens for.

        Raises:
            FaresRejected: the product is no ticket, or not for that rider category, area or binding.
        """
        sold = [self.riders[code].id for code in sorted(product.riders)]
        within = self.around.get(area, frozenset())
        if product.kind is Kind.TRANSFER:
            raise FaresRejected(f"{product.id} is no ticket, but what a transfer adds or takes off")
        if rider not in product.riders:
            raise FaresRejected(f"{product.id} is for {', '.join(sold)}, not for rider category {rider}")
        if binding not in product.bindings:
            names = ", ".join(each.name.lower() for each in sorted(product.bindings))
            raise FaresRejected(f"{product.id} is bound to {names}, not to {Binding(binding).name.lower()}")
        if not area and product.names_area:
            raise FaresRejected(f"{product.id} is for one area, and the ticket must name it")
        if area and not within & product.areas and not any(area in self.around[place] for place in product.areas):
            raise FaresRejected(f"{product.id} is not valid in area {area}")

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
        legs: Sequence[Leg] = (),
    ) -> Decision:
        """Decide whether a ticket's fare claim opens a gate, and what is still to pay.

        Args:
            product, rider, area, binding: the fare claim of docs/ticket.cddl.
            mode: the reader's mode.
            place: the area number where the reader stands: its station, route or car park.
            at: UTC seconds.
            entered, entered_at: at an exit, the place and moment of the entry; 0 otherwise.
            checked: staff have seen that the rider is of the category.
            legs: at an exit, what the ticket has travelled before on this journey.

        Returns:
            the first rule that refuses, in the order product, mode, area, time, rider; or OK with the amount due.
        """
        return self._gate.decide(product, rider, area, binding, mode, place, at, entered, entered_at, checked, legs)

    def fare(self, legs: Sequence[Leg], rider: int) -> int | None:
        """Return the least that a journey on singles costs, transfers included; None when a leg's fare is unknown.

        At the end of a further leg, `fare(legs) - fare(legs[:-1])` is what that leg costs.
        """
        return self._rides.total(legs, rider, self._dated)

    def singles(self, leg: Leg, rider: int) -> list[Option]:
        """Return the singles that travel a leg and are sold to a rider on its first day, the cheapest first."""
        return self._rides.options(leg, rider, self._dated)

    def ride(self, before: Sequence[Leg], leg: Leg, rider: int, *, sold: bool = False) -> Ride | None:
        """Return what a leg adds to the journey before it, as a gate prices it; None when its fare is unknown.

        `sold`: by the prices of its day alone, not by the last ones known.
        """
        return self._rides.after(before, leg, rider, self._dated if sold else self._gate.known_price)

    def least(self, before: Sequence[Leg], leg: Leg, rider: int) -> int | None:
        """Return the least that a journey may cost that goes on with a ride from a leg's start, wherever it ends.

        None where no rule ties a ride from there to the legs before.
        """
        return self._rides.least(before, leg, rider, self._gate.known_price)

    def known_price(self, product: Product, rider: int, at: int) -> int | None:
        """Return the price that gates go by at a moment: that of the day, or the last one before it."""
        return self._gate.known_price(product.number, rider, self.day(at))

    def day(self, at: int) -> int:
        """Return the service day of a moment in UTC seconds: the local calendar day, in days since 1970."""
        return self._rides.day(at)

    def leg(self, start: int, end: int, started_at: int, ended_at: int) -> Leg:
        """Return the leg between two places; its network is that of both, of different ones, or unknown."""
        return Leg(between(self.network(start), self.network(end)), start, end, started_at, ended_at)

    @property
    def tied(self) -> bool:
        """Some rule ties legs to a journey."""
        return self._rides.tied

    @property
    def _rides(self) -> Rides:
        return self._gate.rides

    def _dated(self, product: int, rider: int, day: int) -> int | None:
        return self.products[product].price(rider, date.fromordinal(EPOCH + day))

    def network(self, place: int) -> int:
        """Return the area number of the one network that holds a place; 0 where none or several do."""
        return self._gate.networks.get(place, 0)


def _by_number(what: str, rows: Mapping[int, T], count: int) -> Mapping[int, T]:
    if len(rows) != count:
        raise FaresRejected(f"a {what} number stands twice")
    return dict(sorted(rows.items()))


def _local(at: int, utc_offset: int) -> datetime:
    return datetime.fromtimestamp(at + utc_offset, UTC)


def _months_later(first: date, count: int) -> date:
    month = first.year * 12 + first.month - 1 + count
    return date(month // 12, month % 12 + 1, 1)
