"""What a tap costs of a ticket that is paid ride by ride: its journey so far, this ride, a missing exit, the day's cap.

Passes and sessions never come here but for a look at their kind, and nothing is remembered for them.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

from hanoi_ticket.errors import Refusal, StoreUnavailable
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.model import Kind, Product
from hanoi_ticket.fares.rides import NO_JOURNEY, Journey
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use, aboard
from hanoi_ticket.wire import cbor


class Part(NamedTuple):
    """An amount that a tap charges: for which product, on the local day (days since 1970) when the ride began."""

    day: int
    product: int
    amount: int


@dataclass(frozen=True, slots=True)
class Charge:
    """`goes_on`: this ride of a single belongs to the one before. `flags` are for the back office."""

    parts: tuple[Part, ...] = ()
    journey: Journey = NO_JOURNEY
    goes_on: bool = False
    flags: frozenset[str] = frozenset()

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)


NOTHING: Final = Charge()


def charge(catalogue: Catalogue, product: Product, rider: int, last: Use | None, now: Use) -> Charge:
    """What the step from the last use to `now` charges, and what to remember of the journey."""
    if product.kind is Kind.ACCOUNT:
        return _account(catalogue, product, rider, last, now)
    if product.kind is Kind.SINGLE and catalogue.tied:
        return _single(catalogue, product, rider, last, now)
    return NOTHING


def _account(catalogue: Catalogue, product: Product, rider: int, last: Use | None, now: Use) -> Charge:
    """An entry pays for the exit that was missed before it; an exit or a lone tap pays for its ride."""
    journey, parts, flags = _journey(last, now), [], frozenset[str]()
    inside = last is not None and last.direction is Direction.ENTRY
    if last is not None and inside and now.direction is not Direction.EXIT:
        day = catalogue.day(last.at)
        due, journey = Journey((), *journey[1:]).charged(day, product.missing_exit, product.daily_cap)
        parts.append(Part(day, product.number, due))
    if now.direction is not Direction.ENTRY:
        leg = _leg(catalogue, last, now)
        ride = catalogue.ride(journey.legs, leg, rider)
        journey = journey._replace(legs=ride.legs if ride else ())
        if ride is None:
            flags = frozenset({"unpriced"})
        else:
            day = catalogue.day(leg.start)
            due, journey = journey.charged(day, ride.amount, product.daily_cap)
            parts.append(Part(day, ride.product, due))
    return Charge(tuple(parts), journey, flags=flags)


def _single(catalogue: Catalogue, product: Product, rider: int, last: Use | None, now: Use) -> Charge:
    """A single goes on as long as the journey may cost no more than it has paid; the exit judges what it did cost."""
    legs = _journey(last, now).legs
    leg = _leg(catalogue, last, now)
    if now.direction is Direction.ENTRY:
        goes_on = bool(legs) and _covers(catalogue, product, rider, legs, catalogue.least(legs, leg, rider))
        return Charge(journey=Journey(legs if goes_on else ()), goes_on=goes_on)
    ride = catalogue.ride(legs, leg, rider)
    goes_on = now.direction is Direction.RIDE and ride is not None and ride.linked
    goes_on = goes_on and _covers(catalogue, product, rider, legs, ride and ride.total)
    if now.direction is Direction.RIDE and not goes_on:
        ride = catalogue.ride((), leg, rider)
    return Charge(journey=Journey(ride.legs if ride else ()), goes_on=goes_on)


def _covers(catalogue: Catalogue, product: Product, rider: int, legs: tuple[Leg, ...], total: int | None) -> bool:
    """What the single cost, when its journey began, is no less than what the journey costs."""
    paid = catalogue.known_price(product, rider, legs[0].start)
    return paid is not None and total is not None and total <= paid


def _journey(last: Use | None, now: Use) -> Journey:
    """The journey so far. Who boards the same trip again has brought a companion: that is no transfer."""
    if last is None:
        return NO_JOURNEY
    if now.direction is not Direction.EXIT and aboard(last, now):
        return last.journey._replace(legs=())
    return last.journey


def _leg(catalogue: Catalogue, last: Use | None, now: Use) -> Leg:
    """From the entry, or where none was seen and on a bus with one tap, from here and now."""
    entry = last if last and last.direction is Direction.ENTRY and now.direction is Direction.EXIT else now
    return catalogue.leg(entry.place, now.place, entry.at, now.at)


def encoded(journey: Journey) -> bytes | None:
    """As a store keeps it: [day, spent, [network, start place, end place, start, end] ...]; None for nothing."""
    if journey == NO_JOURNEY:
        return None
    legs = [[leg.network, leg.start_place, leg.end_place, leg.start, leg.end] for leg in journey.legs]
    return cbor.encode([journey.day, journey.spent, *legs])


def decoded(value: object) -> Journey:
    """Raises `StoreUnavailable` for what `encoded` did not write."""
    if value is None:
        return NO_JOURNEY
    try:
        if not isinstance(value, bytes):
            raise TypeError
        day, spent, *legs = cbor.decode(value)
        numbers = [day, spent, *(number for leg in legs for number in leg)]
        if not all(type(number) is int for number in numbers):
            raise TypeError
        return Journey(tuple(Leg(*leg) for leg in legs), day, spent)
    except (Refusal, TypeError, ValueError) as error:
        raise StoreUnavailable(f"the store holds a journey that is none: {error}") from None
