"""The compiled decision against GTFS Fares v2 read word by word, on random feeds and journeys."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.reader import read_feed
from hanoi_ticket.fares.rides import NO_JOURNEY
from hanoi_ticket.fares.value import from_value, to_value
from hanoi_ticket.validator.riding import decoded, encoded
from tests.fares.random_feed import MODES, RIDERS, random_files, random_trips, write_feed
from tests.reference import fares_oracle
from tests.reference.fares_oracle import Files, Trip

JOURNEYS_A_FEED = 50


def feeds(count: int, folder: Path) -> Iterator[tuple[int, Files, Catalogue, random.Random]]:
    """Random feeds, compiled; with the seed of each, and a chance by which to ask it."""
    for seed in range(count):
        files = random_files(seed)
        yield seed, files, read_feed(write_feed(files, folder / str(seed))), random.Random(seed)


def numbers_of(catalogue: Catalogue) -> dict[str, int]:
    return {area.id: area.number for area in catalogue.areas.values()}


def leg_of(trip: Trip, numbers: dict[str, int]) -> Leg:
    start, end = numbers[f"a-{trip.from_stop}"], numbers[f"a-{trip.to_stop}"]
    return Leg(numbers[trip.network], start, end, trip.start, trip.end)


def test_journeys_cost_what_the_standard_says(cases: Callable[[int], int], tmp_path: Path) -> None:
    priced = 0
    for seed, files, catalogue, chance in feeds(cases(40), tmp_path):
        numbers = numbers_of(catalogue)
        for _ in range(JOURNEYS_A_FEED):
            trips = random_trips(chance, files)
            rider = chance.randrange(len(RIDERS))
            expected = fares_oracle.journey(files, trips, RIDERS[rider])
            assert catalogue.fare([leg_of(trip, numbers) for trip in trips], rider) == expected, (seed, trips, rider)
            priced += expected is not None
    assert priced


def test_rides_one_by_one_cost_what_the_journey_does(cases: Callable[[int], int], tmp_path: Path) -> None:
    """Whatever a gate forgets of the legs before, the amounts add up; so do they under a day's cap."""
    tied = 0
    for seed, files, catalogue, chance in feeds(cases(40), tmp_path):
        numbers = numbers_of(catalogue)
        for _ in range(JOURNEYS_A_FEED):
            rider, cap = chance.randrange(len(RIDERS)), chance.choice([0, 5_000, 20_000])
            journey, ridden, days = NO_JOURNEY, [], {}
            for trip in [*random_trips(chance, files), *random_trips(chance, files)][:6]:
                ride = catalogue.ride(journey.legs, leg_of(trip, numbers), rider)
                amount, ridden = expected_ride(files, ridden, trip, RIDERS[rider])
                assert (ride.amount if ride else None) == amount, (seed, ridden, trip)
                journey = journey._replace(legs=ride.legs if ride else ())
                if ride is None:
                    continue
                tied += ride.linked
                assert len(ride.legs) <= len(ridden)
                day = catalogue.day(trip.start)
                due, journey = journey.charged(day, ride.amount, cap)
                before, days = days.get(day, 0), {day: days.get(day, 0) + ride.amount}
                assert due == (min(cap, days[day]) - min(cap, before) if cap else ride.amount)
                journey = decoded(encoded(journey))
    assert tied


def expected_ride(files: Files, ridden: list[Trip], trip: Trip, category: str) -> tuple[int | None, list[Trip]]:
    """What a trip adds to all those before it; one that has no fare with them is a journey of its own."""
    whole = fares_oracle.journey(files, [*ridden, trip], category, fares_oracle.known_price)
    if whole is None:
        alone = fares_oracle.journey(files, [trip], category, fares_oracle.known_price)
        return alone, [trip] if alone is not None else []
    before = fares_oracle.journey(files, ridden, category, fares_oracle.known_price) or 0
    return whole - before, [*ridden, trip]


def test_gates_decide_what_the_rules_say(cases: Callable[[int], int], tmp_path: Path) -> None:
    reasons = set()
    for seed, files, compiled, chance in feeds(cases(40), tmp_path):
        catalogue = from_value(to_value(compiled))
        numbers = numbers_of(catalogue)
        for _ in range(JOURNEYS_A_FEED):
            tap = random_tap(chance, files, catalogue)
            trips = random_journey(chance, files, catalogue, tap)
            decision = catalogue.decide(**tap, legs=[leg_of(trip, numbers) for trip in trips[:-1]])
            expected = fares_oracle.decide(files, **tap, trips=trips)
            assert (decision.reason.name, decision.amount) == expected, (seed, tap)
            reasons.add(expected[0])
    assert reasons == {"OK", "UNKNOWN_PRODUCT", "WRONG_MODE", "WRONG_AREA", "WRONG_TIME", "CONCESSION_CHECK"}


def random_journey(
    chance: random.Random, files: Files, catalogue: Catalogue, tap: dict[str, int | str | bool]
) -> list[Trip]:
    """Return trips that an exit ends, on the network of its place; none for a tap that begins or knows no stops."""
    ends = [catalogue.areas.get(int(tap[end])) for end in ("entered", "place")]
    stops = [area.id[2:] for area in ends if area and area.id.startswith("a-")]
    if len(stops) < 2 or chance.random() < 0.3:
        return []
    networks = {area.number: area.id for area in catalogue.areas.values()}
    found = [catalogue.network(area.number) for area in ends if area]
    if not found[0] or found[0] != found[1]:
        return []
    begun = int(tap["entered_at"])
    shift = begun - chance.choice([0, 300, 1800, 1801, 7200])
    before = random_trips(chance, files)[:3]
    before = [
        replace(trip, start=trip.start + shift - before[-1].end, end=trip.end + shift - before[-1].end)
        for trip in before
    ]
    return [*before, Trip(networks[found[0]], *stops, begun, int(tap["at"]))]


def random_tap(chance: random.Random, files: Files, catalogue: Catalogue) -> dict[str, int | str | bool]:
    trip = random_trips(chance, files)[0]
    places = [*catalogue.areas, 999]
    leaving = chance.random() < 0.5
    return {
        "product": chance.choice([*catalogue.products, 999]),
        "rider": chance.randrange(3),
        "area": chance.choice([0, 0, 0, *places]),
        "binding": chance.randrange(3),
        "mode": chance.choice(MODES),
        "place": chance.choice(places),
        "at": trip.end if leaving else trip.start,
        "entered": chance.choice(list(catalogue.areas)) if leaving else 0,
        "entered_at": trip.start if leaving else 0,
        "checked": chance.random() < 0.5,
    }
