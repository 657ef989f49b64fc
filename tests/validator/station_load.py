"""Many gates show the same tickets at once: how many were let in twice? Also by hand, with a million keys:

PYTHONPATH=src:. python -m tests.validator.station_load --keys 1000000 --threads 8 FOLDER [--port 6379]
"""

import argparse
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from hanoi_ticket.errors import Refusal
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.validator import Profile, Store, replay
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.replay import Use
from tests.city import DAY, START

ENTRY = Profile.named("metro-entry")
SINGLE = next(product for product in hanoi_sample().products.values() if product.id == "metro-2a-single")
ISSUER = bytes(8)


def gate(store, reader, tickets):
    """Shows every ticket once at the gate `reader`: the tickets that it let in, and why it refused the others."""
    profile, accepted, reasons = replace(ENTRY, reader=reader, capacity=10_000_000), [], Counter()
    for ticket in tickets:
        now = Use(START, START, profile.direction, 1, reader, 0)
        tap = Tap(START, ISSUER, ticket, 1, 0, 0, 1, START, "entry", 1, reader, 0, (), 1)
        try:
            with store.transaction() as step:
                last = step.last_use((ISSUER, ticket))
                use = replay.judge(profile, SINGLE, last, now).use
                step.record((ISSUER, ticket), START + DAY, use, tap, profile.capacity, new=last is None)
        except Refusal as refusal:
            reasons[refusal.reason.name] += 1
        else:
            accepted.append(ticket)
    return accepted, reasons


def rush(store, keys, threads, name="gate"):
    """Every gate shows all tickets, each in its own order but never far from the others: they meet all the time."""

    def order(number):
        chance = random.Random(number)
        for start in range(0, keys, 64):
            block = list(range(start, min(start + 64, keys)))
            chance.shuffle(block)
            yield from block

    with ThreadPoolExecutor(threads) as pool:
        results = list(pool.map(lambda number: gate(store, f"{name}-{number}", order(number)), range(threads)))
    accepted = Counter(ticket for tickets, _ in results for ticket in tickets)
    return accepted, sum((reasons for _, reasons in results), Counter())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--keys", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--port", type=int)
    parser.add_argument("--name", default="gate")
    options = parser.parse_args()
    if options.port:
        from hanoi_ticket.validator.station import StationStore

        store = StationStore(options.folder / f"{options.name}.db", f"valkey://127.0.0.1:{options.port}")
    else:
        store = Store(options.folder / "station.db")
    began = time.perf_counter()
    accepted, reasons = rush(store, options.keys, options.threads, options.name)
    twice = sum(count > 1 for count in accepted.values())
    print(f"keys {options.keys} accepted {len(accepted)} twice {twice} refused {dict(reasons)}")  # noqa: T201
    print(f"{time.perf_counter() - began:.0f} s")  # noqa: T201
    (options.folder / f"{options.name}.accepted").write_text(" ".join(map(str, sorted(accepted.elements()))))


if __name__ == "__main__":
    main()
