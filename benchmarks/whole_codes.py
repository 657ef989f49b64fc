"""Whole codes (Ed25519 issuer, P-256 holder): how many a second, against the same job by the usual packages?

    hanoi-ticket warmup && python benchmarks/whole_codes.py [--rounds 15] [--json]

The peer reads the code with base45 and cbor2 and checks both signatures with `cryptography`, one code after the other,
with none of the strictness. All rows take turns in every round, timed by processor time; the rows on several cores by
the wall clock, and beside them the peer in as many processes: what the machine itself gives that does not have its
cores to itself. HANOI_TICKET_LANES=off measures what a processor without AVX-512 IFMA does.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING

from hanoi_ticket import Holder, verify, verify_batch
from hanoi_ticket.bench.machine import described
from hanoi_ticket.bench.native_doors import with_phones
from hanoi_ticket.bench.scene import DAY, NOW, PRODUCT, Scene, usual_reader
from hanoi_ticket.native import choice
from hanoi_ticket.native.phones import PHONE_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

PHONES = 256
SIZES = (64, 1024)
LONG = 16_384  # for several cores
SINGLES = 200
TARGETS = {"batch of 1024": 10.0, "2 cores": 1.8}


class Codes:
    """Codes of as many tickets, by `PHONES` phones."""

    def __init__(self, count: int) -> None:
        self.scene = Scene()
        phones = [Holder.generate() for _ in range(PHONES)]
        self.good = [self._of(phones[i % PHONES]) for i in range(count)]
        self.forged = [code[:-8] + "00000000" for code in self.good[:SINGLES]]
        self.old = [self._of(phones[i % PHONES], NOW - 300) for i in range(SINGLES)]

    def _of(self, phone: Holder, at: int = NOW) -> str:
        ticket = self.scene.issuer.issue(phone.public_key, PRODUCT, NOW - DAY, NOW + DAY)
        return phone.present(ticket, at)


def rows(codes: Codes) -> dict[str, tuple[Callable[[], object], int]]:
    """Name -> what is called, and the codes that one call verifies."""
    trust = codes.scene.trust
    found: dict[str, tuple[Callable[[], object], int]] = {"the usual packages": (usual(), 1)}
    singles = {
        "verify": (codes.good[:SINGLES], 0),
        "verify, phones that come back": (codes.good[:SINGLES], PHONE_BYTES),
        "verify, forged": (codes.forged, 0),
        "verify, too old": (codes.old, 0),
    }
    for name, (some, room) in singles.items():
        found[name] = with_phones(lambda some=some: [verify(code, trust, NOW) for code in some], room), len(some)
    for size in SIZES:
        part = codes.good[:size]
        found[f"batch of {size}"] = (lambda part=part: verify_batch(part, trust, NOW), size)
    return found


def measured(codes: Codes, rounds: int) -> dict[str, list[float]]:
    """Seconds a code, round by round."""
    contenders = rows(codes)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for name, (call, count) in contenders.items():
        for _ in range(1 + 300 // count):  # past the building of tables
            call()
        times[name].clear()
    for number in range(rounds):
        for name, (call, count) in contenders.items():
            times[name].append(timed(call, max(1, 200 // count), time.process_time) / count)
        note(f"round {number + 1} of {rounds}")
    return times


def on_cores(codes: Codes, rounds: int) -> dict[str, list[float]]:
    """How many times as fast as on one core, by the wall clock, round by round."""
    trust, most = codes.scene.trust, len(os.sched_getaffinity(0))
    found: dict[str, list[float]] = {name: [] for cores in range(2, most + 1) for name in scaling_rows(cores)}
    with ProcessPoolExecutor(most) as pool:
        side_by_side(pool, most)  # past the start of the processes
        for number in range(rounds):
            ours, peer = {}, {}
            for cores in range(1, most + 1):
                in_threads = partial(verify_batch, codes.good, trust, NOW, threads=cores)
                in_processes = partial(side_by_side, pool, cores)
                ours[cores] = timed(in_threads, 1, time.perf_counter)
                peer[cores] = timed(in_processes, 1, time.perf_counter) / cores
            for cores in range(2, most + 1):
                for name, seconds in zip(scaling_rows(cores), (ours, peer), strict=True):
                    found[name].append(seconds[1] / seconds[cores])
            note(f"cores: round {number + 1} of {rounds}")
    return found


def scaling_rows(cores: int) -> tuple[str, str]:
    return f"{cores} cores", f"the usual packages, {cores} processes"


@cache
def usual() -> Callable[[], object]:
    reader = usual_reader(Scene())
    assert reader is not None, "base45 is needed"
    return reader


def side_by_side(pool: ProcessPoolExecutor, cores: int) -> None:
    """Once in each of so many processes."""
    list(pool.map(usual_work, range(cores)))


def usual_work(_: int) -> None:
    """As much as lasts about as long as `LONG` codes in lanes."""
    for _ in range(LONG // 30):
        usual()()


def timed(call: Callable[[], object], times: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(times):
        call()
    return (clock() - start) / times


def note(text: str) -> None:
    print(text, file=sys.stderr)


def report(times: dict[str, list[float]], scaling: dict[str, list[float]]) -> list[dict[str, object]]:
    peer = times["the usual packages"]
    lines: list[dict[str, object]] = [
        {
            "row": name,
            "microseconds": round(1e6 * min(taken), 2),
            "codes a second": round(1 / min(taken)),
            "ratio": round(statistics.median(a / b for a, b in zip(peer, taken, strict=True)), 2),
            "best": round(min(peer) / min(taken), 2),
            "target": TARGETS.get(name),
        }
        for name, taken in times.items()
    ]
    for name, ratios in scaling.items():
        median, best = round(statistics.median(ratios), 2), round(max(ratios), 2)
        lines.append({"row": name, "ratio": median, "best": best, "target": TARGETS.get(name)})
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    note("signing codes")
    codes = Codes(LONG)
    lines = report(measured(codes, options.rounds), on_cores(codes, options.rounds))
    if options.json:
        print(json.dumps({"machine": described(), "rows": lines}, indent=1))
        return
    serving = choice.kernels()
    print(f"paths: {serving.paths if serving else 'openssl'}")
    for line in lines:
        us = f"{line['microseconds']} us" if "microseconds" in line else ""
        target = f">= {line['target']}" if line["target"] else ""
        print(f"{line['row']:33} {us:>9}   ratio {line['ratio']:7}   best {line['best']:7}   {target}")


if __name__ == "__main__":
    main()
