"""May this ticket be used here again? Rules alone: what is remembered, and where, is the store's business."""

from dataclasses import dataclass, replace
from typing import Final

from hanoi_ticket.errors import Refusal
from hanoi_ticket.fares.model import Kind, Product
from hanoi_ticket.fares.rides import NO_JOURNEY, Journey
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator.profile import Direction, Doubt, Profile

TRIP: Final = 12 * 3600
"""Seconds within which one name of a trip means the same trip: tomorrow's may have it again."""

_ANY_NUMBER: Final = frozenset({Kind.PASS, Kind.ACCOUNT})


@dataclass(frozen=True, slots=True)
class Use:
    """The last accepted use of a ticket."""

    moment: int
    """The moment of its proof; -1 for a printed ticket."""
    at: int
    direction: Direction
    place: int
    reader: str
    rides: int
    """Rides begun so far, this one included."""
    passed: bool = False
    """The rider has gone through the gate."""
    trip: str = ""
    """The trip that the vehicle was on; empty where nobody said, and in a station."""
    journey: Journey = NO_JOURNEY
    """What the price of the next ride depends on; nothing for passes and sessions."""
    entered: int = 0
    """When the last entry was, also once its exit is the last use; 0 where none was seen."""


@dataclass(frozen=True, slots=True)
class Step:
    """An accepted use, and what the back office should know of it."""

    use: Use
    flags: frozenset[str] = frozenset()
    repeated: bool = False
    """The same decision as a moment ago: nothing new to record."""


def judge(profile: Profile, product: Product, last: Use | None, now: Use, *, goes_on: bool = False) -> Step:
    """The step from the ticket's last use to `now`, or a refusal. `now.rides` and `now.entered` are filled in here.

    `goes_on` tells that a transfer ties this ride of a single to the one before: it was paid with that.
    """
    if last is not None and retried(profile, last, now):
        return Step(last, repeated=True)
    _not_used_up(product, last, now, goes_on=goes_on)
    _moment_grows(last, now)
    _no_passback(profile, product, last, now)
    flags = _gaps(profile, last, now)
    begun = "no-entry" in flags if now.direction is Direction.EXIT else not goes_on
    entered = now.at if now.direction is Direction.ENTRY else last.entered if last else 0
    return Step(replace(now, rides=(last.rides if last else 0) + begun, entered=entered), flags)


def aboard(last: Use | None, now: Use) -> bool:
    """The last use was on this very trip, or at this very reader where nobody named the trip."""
    if last is None or last.trip != now.trip or now.at - last.at >= TRIP:
        return False
    return bool(now.trip) or last.reader == now.reader


def retried(profile: Profile, last: Use, now: Use) -> bool:
    same = (last.reader, last.direction, last.trip) == (now.reader, now.direction, now.trip)
    return same and not last.passed and 0 <= now.at - last.at <= profile.retry and now.moment >= last.moment


def _not_used_up(product: Product, last: Use | None, now: Use, *, goes_on: bool) -> None:
    """A single runs new -> in -> out; on a bus it is one ride, and of several at most one a trip."""
    if product.kind in _ANY_NUMBER or last is None:
        return
    leaving = now.direction is Direction.EXIT
    if leaving and last.direction is Direction.EXIT:
        raise Refusal(Reason.ALREADY_USED)
    inside = last.direction is Direction.ENTRY
    if not leaving and (inside or (last.rides >= max(1, product.rides) and not goes_on)):
        raise Refusal(Reason.ALREADY_USED)
    if not leaving and now.trip and aboard(last, now):
        raise Refusal(Reason.ALREADY_USED, "on this trip")


def _moment_grows(last: Use | None, now: Use) -> None:
    if last is not None and 0 <= now.moment <= last.moment:
        raise Refusal(Reason.REPLAYED)


def _no_passback(profile: Profile, product: Product, last: Use | None, now: Use) -> None:
    """Holds back the same direction at the metro, the same vehicle on a bus: what the store is shared by.

    A tap at the exit does not free a pass at once: somebody inside could tap it out for the next one at the entry.
    """
    if product.kind not in _ANY_NUMBER or last is None:
        return
    wait, since = 0, last.at
    if last.direction is now.direction:
        wait = product.passback or profile.passback
    elif now.direction is Direction.ENTRY and product.kind is Kind.PASS:
        wait, since = profile.reentry, last.entered
    if now.at - since < wait:
        raise Refusal(Reason.PASSBACK, f"{wait - (now.at - since)} s to wait")


def _gaps(profile: Profile, last: Use | None, now: Use) -> frozenset[str]:
    """An exit without an entry, a ride before the last one's exit: nobody is held for what another gate missed."""
    inside = last is not None and last.direction is Direction.ENTRY
    if now.direction is Direction.EXIT and not inside:
        if profile.missing_entry is Doubt.REFUSE:
            raise Refusal(Reason.NO_ENTRY)
        return frozenset({"no-entry"})
    if now.direction is not Direction.EXIT and inside:
        return frozenset({"no-exit"})
    return frozenset()
