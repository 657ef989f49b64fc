"""The compiled decision against GTFS Fares v2 read word by word, on random feeds and journeys."""

import random
from collections.abc import Callable
from pathlib import Path

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.reader import read_feed
from hanoi_ticket.fares.value import from_value, to_value
from tests.fares.random_feed import MODES, RIDERS, random_files, random_trips, write_feed
from tests.reference import fares_oracle
from tests.reference.fares_oracle import Files, Trip

JOURNEYS_A_FEED = 50


def leg_of(trip: Trip, numbers: dict[str, int]) -> Leg:
    start, end = numbers[f"a-{trip.from_stop}"], numbers[f"a-{trip.to_stop}"]
    return Leg(numbers[trip.network], start, end, trip.start, trip.end)


def test_journeys_cost_what_the_standard_says(cases: Callable[[int], int], tmp_path: Path) -> None:
    priced = 0
    for seed in range(cases(40)):
        files = random_files(seed)
        catalogue = read_feed(write_feed(files, tmp_path / str(seed)))
        numbers = {area.id: area.number for area in catalogue.areas.values()}
        chance = random.Random(seed)
        for _ in range(JOURNEYS_A_FEED):
            trips = random_trips(chance, files)
            rider = chance.randrange(len(RIDERS))
            expected = fares_oracle.journey(files, trips, RIDERS[rider])
            assert catalogue.fare([leg_of(trip, numbers) for trip in trips], rider) == expected, (seed, trips, rider)
            priced += expected is not None
    assert priced


def test_gates_decide_what_the_rules_say(cases: Callable[[int], int], tmp_path: Path) -> None:
    reasons = set()
    for seed in range(cases(40)):
        files = random_files(seed)
        catalogue = from_value(to_value(read_feed(write_feed(files, tmp_path / str(seed)))))
        chance = random.Random(seed)
        for _ in range(JOURNEYS_A_FEED):
            tap = random_tap(chance, files, catalogue)
            decision = catalogue.decide(**tap)
            expected = fares_oracle.decide(files, **tap)
            assert (decision.reason.name, decision.amount) == expected, (seed, tap)
            reasons.add(expected[0])
    assert reasons == {"OK", "UNKNOWN_PRODUCT", "WRONG_MODE", "WRONG_AREA", "WRONG_TIME", "CONCESSION_CHECK"}


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
