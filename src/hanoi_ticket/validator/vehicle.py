"""Where a bus is: its trip and its stop or route, kept in the store, so that each door knows and a restart does."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from hanoi_ticket.validator.transaction import Transaction

MAX_TRIP: Final = 64


class Whereabouts(NamedTuple):
    place: int
    """The area number where taps count: the reader's own, or where the vehicle was last said to be."""
    trip: str = ""


def whereabouts(step: Transaction, places: Mapping[str, int], own: int) -> Whereabouts:
    """What was last said; a stop that the bundle does not know (any more) is the reader's own place."""
    facts = step.facts()
    trip, stop = bytes(facts.get("trip", b"")).decode(), bytes(facts.get("stop", b"")).decode()
    return Whereabouts(places.get(stop, own), trip)


def start_trip(step: Transaction, trip: str) -> None:
    """The vehicle begins a trip at its reader's own place; an empty one ends the last. Raises `ValueError`."""
    if len(trip) > MAX_TRIP or not trip.isprintable():
        raise ValueError(f"a trip has a name of at most {MAX_TRIP} printable characters")
    step.remember("trip", trip.encode())
    step.remember("stop", b"")


def stop_at(step: Transaction, area: str, places: Mapping[str, int]) -> None:
    """The vehicle is at a stop, in a zone or on another route from here on. Raises `ValueError`."""
    if area not in places:
        raise ValueError(f"the bundle knows no area {area!r}")
    step.remember("stop", area.encode())
