"""What does the fare decision cost at a gate, and how long does a bundle's catalogue take to load?

The fastest of many short rounds, in which the questions take turns: what else runs on the machine can only add to it.
`ratio` is to one look-up in a dict.

    python -m benchmarks.fare_decision --rounds 200
"""

import argparse
import json
import time
from collections.abc import Callable

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.fares.value import from_value, to_value

NOON = 1_795_410_000
CALLS = 500
TARGET = 1e-6
"""Seconds for one decision."""


def questions(hanoi: Catalogue) -> dict[str, Callable[[], object]]:
    def decide(product: int, mode: str, place: int, **ride: int) -> Callable[[], object]:
        return lambda: hanoi.decide(product, 0, 0, 1, mode=mode, place=place, at=NOON, **ride)

    ride = {"entered": 101, "entered_at": NOON - 1500}
    return {
        "dict look-up": lambda: hanoi.products[110],
        "metro pass, entry": decide(110, "metro", 101),
        "metro pass, wrong line": decide(110, "metro", 201),
        "metro single, exit": decide(100, "metro", 112, **ride),
        "metro single, exit, too short": decide(101, "metro", 112, **ride),
        "bus single": decide(302, "bus", 1032),
        "car park, exit": decide(501, "parking", 3001, entered=3001, entered_at=NOON - 20_000),
    }


def seconds(question: Callable[[], object], calls: int) -> float:
    start = time.perf_counter()
    for _ in range(calls):
        question()
    return (time.perf_counter() - start) / calls


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    hanoi = hanoi_sample()
    value = to_value(hanoi)
    asked = questions(hanoi)
    times: dict[str, list[float]] = {name: [] for name in asked}
    for _ in range(rounds):
        for name, question in asked.items():
            times[name].append(seconds(question, CALLS))
    loads = [seconds(lambda: from_value(value), 1) for _ in range(min(rounds, 20))]
    base = min(times["dict look-up"])
    for name, taken in times.items():
        best = min(taken)
        row = {"question": name, "ns": round(best * 1e9), "ratio": round(best / base, 1), "under_target": best < TARGET}
        print(json.dumps(row))
    print(json.dumps({"question": "load the sample from a bundle", "ms": round(min(loads) * 1e3, 1)}))


if __name__ == "__main__":
    main()
