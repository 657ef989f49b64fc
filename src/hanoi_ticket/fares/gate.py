"""The decision at the gate, compiled: a row a product, a byte a place, and prebuilt answers.

Everything that does not depend on the tap is worked out when a bundle is loaded; what is left are a few look-ups.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.legs import LegTable, time_limits
from hanoi_ticket.fares.model import Check, Kind, Mode, Product, Rider
from hanoi_ticket.fares.parking import stay_price
from hanoi_ticket.fares.rides import Rides
from hanoi_ticket.fares.rules import Rules
from hanoi_ticket.fares.tariff import Tariff
from hanoi_ticket.fares.timeframes import Timeframes
from hanoi_ticket.reasons import Reason

EPOCH = date(1970, 1, 1).toordinal()
NOWHERE, ANY_TIME, FIRST_SET = 0, 1, 2  # in a row's `admits`; from FIRST_SET on, which set of timeframes limits it
MAX_SETS = 254
MAX_CELLS = 4_000_000
NO_PLACES: frozenset[int] = frozenset()
PRICED = frozenset({Kind.SINGLE, Kind.SESSION})  # at the exit


class Decision(NamedTuple):
    """Whether the fare side opens the gate, and what is still to pay for this tap in the catalogue's currency."""

    reason: Reason
    amount: int
    product: Product | None


UNKNOWN_PRODUCT = Decision(Reason.UNKNOWN_PRODUCT, 0, None)


class _Row(NamedTuple):
    """One product.

    `entitled` has the categories and bindings that it is for, and whether staff must look; `reach` the places to which
    a single travels from each, at any time.
    """

    product: Product
    modes: frozenset[Mode]
    admits: bytes
    entitled: Mapping[tuple[int, int], bool]
    reach: Mapping[int, frozenset[int]]
    accepted: Decision
    wrong_mode: Decision
    wrong_area: Decision
    wrong_time: Decision
    concession: Decision


class Gate:
    """The tables behind `Catalogue.decide`, which says what they answer."""

    def __init__(
        self,
        utc_offset: int,
        riders: Mapping[int, Rider],
        products: Mapping[int, Product],
        rules: Rules,
        around: Mapping[int, frozenset[int]],
    ) -> None:
        if len(products) * len(around) > MAX_CELLS:
            raise FaresRejected(f"products times areas are more than {MAX_CELLS}")
        self._offset = utc_offset
        self._around = around
        self._timeframes = Timeframes(rules)
        self._spots = {place: index for index, place in enumerate(around)}
        self._sets: list[tuple[int, ...]] = []
        self.networks = {place: _only(held & rules.networks) for place, held in around.items()}
        singles = {number for number, product in products.items() if product.kind is Kind.SINGLE}
        self.legs = LegTable(rules, around, self._timeframes, singles)
        self.rides = Rides(rules, around, self.legs, utc_offset)
        self._tariffs = {number: Tariff(product) for number, product in products.items()}
        self._reach = self.legs.reach(self.networks)
        limits = time_limits(rules)
        self._rows = {number: self._row(product, riders, limits) for number, product in products.items()}

    def _row(
        self, product: Product, riders: Mapping[int, Rider], limits: Mapping[tuple[int, int], tuple[int, ...]]
    ) -> _Row:
        return _Row(
            product,
            product.modes,
            bytes(
                self._limit(limits.get((product.number, self.networks[place]))) if held & product.areas else NOWHERE
                for place, held in self._around.items()
            ),
            {
                (rider, binding): _staff_look(riders[rider].check, binding)
                for rider in product.riders
                for binding in product.bindings
            },
            self._reach.get(product.number, {}),
            Decision(Reason.OK, 0, product),
            Decision(Reason.WRONG_MODE, 0, product),
            Decision(Reason.WRONG_AREA, 0, product),
            Decision(Reason.WRONG_TIME, 0, product),
            Decision(Reason.CONCESSION_CHECK, 0, product),
        )

    def _limit(self, frames: tuple[int, ...] | None) -> int:
        if frames is None:
            return ANY_TIME
        if frames not in self._sets:
            self._sets.append(frames)
        if len(self._sets) > MAX_SETS:
            raise FaresRejected(f"more than {MAX_SETS} sets of timeframes limit products")
        return FIRST_SET + self._sets.index(frames)

    def decide(  # noqa: PLR0911, PLR0917  one return a rule; the claim's fields and the tap's circumstances
        self,
        product: int,
        rider: int,
        area: int,
        binding: int,
        mode: str,
        place: int,
        at: int,
        entered: int,
        entered_at: int,
        checked: bool,
        legs: Sequence[Leg],
    ) -> Decision:
        row = self._rows.get(product)
        if row is None:
            return UNKNOWN_PRODUCT
        if mode not in row.modes:
            return row.wrong_mode
        spot = self._spots.get(place)
        if spot is None:
            return row.wrong_area
        limit = row.admits[spot]
        if limit == NOWHERE or (area not in self._around[place] and (area or row.product.names_area)):
            return row.wrong_area
        if limit >= FIRST_SET and not entered and not self._open(self._sets[limit - FIRST_SET], at):
            return row.wrong_time
        look = row.entitled.get((rider, binding))
        if look is None or (look and not checked):
            return row.concession
        if entered and row.product.kind in PRICED and (legs or place not in row.reach.get(entered, NO_PLACES)):
            return self._leave(row, rider, entered, place, entered_at, at, legs)
        return row.accepted

    def _open(self, frames: tuple[int, ...], at: int) -> bool:
        return any(self._timeframes.contains(frame, at + self._offset) for frame in frames)

    def _leave(  # noqa: PLR0917  a ride has two ends, each with a moment
        self, row: _Row, rider: int, start: int, end: int, entered_at: int, at: int, legs: Sequence[Leg]
    ) -> Decision:
        """Decide an exit: a session is priced, a single must have paid for as far as the ride went."""
        product = row.product
        if product.kind is Kind.SESSION:
            day = date.fromordinal(EPOCH + self.rides.day(entered_at))
            due = stay_price(product.tiers, day, at - entered_at, product.daily_cap)
            return Decision(Reason.OK, due, product)
        network = self.networks.get(start, 0)
        if not network or network != self.networks[end]:
            return row.accepted  # no rule can price the ride, and both ends are in the product's areas
        leg = Leg(network, start, end, entered_at, at)
        if legs:
            ride = self.rides.after(legs, leg, rider, self.known_price)
            paid = self.known_price(product.number, rider, self.rides.day(legs[0].start))
            asked = ride.total if ride else None
        else:
            paid = self.known_price(product.number, rider, self.rides.day(entered_at))
            prices = [option.amount for option in self.rides.options(leg, rider, self.known_price)]
            asked = min(prices, default=None)
        if paid is None or asked is None or paid >= asked:
            return row.accepted
        return Decision(Reason.WRONG_AREA, asked - paid, product)

    def known_price(self, product: int, rider: int, day: int) -> int | None:
        """Return the price that a gate goes by on a local day (days since 1970)."""
        return self._tariffs[product].known(rider, EPOCH + day)


def _only(numbers: frozenset[int]) -> int:
    """Return the one network that holds a place, 0 where none or several do."""
    return next(iter(numbers)) if len(numbers) == 1 else 0


def _staff_look(check: Check, binding: int) -> bool:
    return check is Check.GATE or (check is Check.ISSUER and binding == Binding.NONE)
