"""Rides one after the other: what each adds to the journey that it continues, and what the day's cap leaves of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from hanoi_ticket.fares.journey import Leg, Option, State, TransferTable, begins, joined, ways
from hanoi_ticket.fares.legs import LegTable
from hanoi_ticket.fares.rules import DAY, MIXED, Rules

MAX_LEGS: Final = 16
"""Legs of one journey; the next begins another. It bounds what a reader remembers of a ticket."""
NO_PLACES: Final[frozenset[int]] = frozenset()
PriceOn = Callable[[int, int, int], int | None]
"""What a product costs a rider category on a local day, by its ordinal."""


class Journey(NamedTuple):
    """What the price of the next ride depends on.

    `legs` are those from which a transfer may still lead, none where no rule ties legs. `spent` is what the rides cost
    that began on the local day `day` (days since 1970), before the daily cap; both are 0 where there is no cap.
    """

    legs: tuple[Leg, ...] = ()
    day: int = 0
    spent: int = 0

    def charged(self, day: int, amount: int, cap: int) -> tuple[int, "Journey"]:
        """Return what is due of `amount` for a ride of a day under its cap (0: none), and the journey after it."""
        if not cap:
            return amount, self
        spent = self.spent if day == self.day else 0
        return min(cap, spent + amount) - min(cap, spent), Journey(self.legs, day, spent + amount)


NO_JOURNEY: Final = Journey()


class Ride(NamedTuple):
    """A leg added to a journey.

    `amount` is what it adds and `total` what the journey costs with it; the amount is below 0 where a transfer makes
    the whole cheaper. `product` is the single that travels it, `legs` what to remember. `linked` tells that a transfer
    or a join ties it to the legs before, `joined` that it is one leg with the last of them.
    """

    amount: int
    total: int
    product: int
    legs: tuple[Leg, ...]
    linked: bool
    joined: bool


class Rides:
    """Prices legs by the tables of a catalogue."""

    def __init__(self, rules: Rules, around: Mapping[int, frozenset[int]], legs: LegTable, utc_offset: int) -> None:
        self.tied = bool(rules.joins or rules.transfers)
        """Some rule ties legs: without one every leg is a journey of its own."""
        self._joins, self._around, self._legs, self._offset = rules.joins, around, legs, utc_offset
        self._transfers = TransferTable(rules)

    def after(self, before: Sequence[Leg], leg: Leg, rider: int, price: PriceOn) -> Ride | None:
        """Return the ride that a leg is after those before it; None when its fare is unknown."""
        earlier = tuple(before) if len(before) < MAX_LEGS else ()
        legs = (*earlier, leg)
        starts, totals = self._ways(legs, rider, price)
        so_far = self.total(earlier, rider, price) if earlier else 0
        if so_far is None or not totals[-1]:  # with what came before it has no fare: a journey of its own, or none
            return self.after((), leg, rider, price) if earlier else None
        total, state = min((total, state.option.product) for state, total in totals[-1].items())
        one_leg = starts[-1] != len(earlier)
        linked = one_leg or not _alone(totals[-1])
        return Ride(total - so_far, total, state, self._kept(legs, starts, totals), linked, one_leg)

    def _kept(self, legs: tuple[Leg, ...], starts: list[int], totals: list[dict[State, int]]) -> tuple[Leg, ...]:
        """Return the legs since the last one that begins a journey, whatever follows.

        A leg to which another may yet be joined is not settled: as a longer leg, a transfer may lead to it after all.
        """
        if not self.tied:
            return ()
        settled = zip(starts[:-1] if self._joins else starts, totals, strict=False)
        return legs[max((start for start, reached in settled if _alone(reached)), default=0) :]

    def least(self, before: Sequence[Leg], leg: Leg, rider: int, price: PriceOn) -> int | None:
        """Return the least that a journey costs that goes on where a leg starts; None where no rule ties it on."""
        ends = {leg.end_place, *self._legs.examples()}
        rides = [self.after(before, leg._replace(end_place=end), rider, price) for end in ends]
        return min((ride.total for ride in rides if ride and ride.linked), default=None)

    def total(self, legs: Sequence[Leg], rider: int, price: PriceOn) -> int | None:
        """Return the least that all legs cost together; None when a fare is unknown."""
        totals = self._ways(legs, rider, price)[1]
        return min(totals[-1].values(), default=None) if totals else None

    def _ways(self, legs: Sequence[Leg], rider: int, price: PriceOn) -> tuple[list[int], list[dict[State, int]]]:
        starts = begins(legs, self._joins, lambda place: self._around.get(place, NO_PLACES))
        effective = joined(legs, starts)
        options = [self.options(leg, rider, price) for leg in effective]
        found = ways(effective, options, self._transfers, lambda product, at: price(product, rider, self.day(at)))
        return starts, found

    def options(self, leg: Leg, rider: int, price: PriceOn) -> list[Option]:
        """Return the singles that travel a leg and have a price for the rider on its first day, the cheapest first."""
        local = leg.start + self._offset, leg.end + self._offset
        offers = self._legs.offers(leg.network, leg.start_place, leg.end_place, local)
        priced = ((offer, price(offer.product, rider, self.day(leg.start))) for offer in offers)
        sold = [Option(offer.group, amount, offer.product) for offer, amount in priced if amount is not None]
        return sorted(sold, key=lambda option: option.amount)

    def day(self, at: int) -> int:
        """Return the local day of a moment, in days since 1970."""
        return (at + self._offset) // DAY


def _alone(reached: Mapping[State, int]) -> bool:
    """No transfer leads to a leg, however those before it are paid."""
    return all(state.alone for state in reached)


def between(start: int, end: int) -> int:
    """Return the network of a leg from a place of one to a place of another, 0 where either is unknown."""
    if not (start and end):
        return 0
    return start if start == end else MIXED
