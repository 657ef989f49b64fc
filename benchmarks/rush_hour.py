"""Will the gates keep up? Full trains at Cát Linh for a whole peak, every tap decided by the real validator.

The load is that of the record day (1 Sep 2025, 165,000 riders on line 2A): for two and a half hours each train, one
every six minutes, is full (960 riders) and empties at the terminus. The station has 65 / 12 = 5.4 gates on average; we
give it 5, gate 1 the nearest to the stairs. A rider takes the shortest queue seen on arrival, walks further only where
that is worth it, and stays there. Shares of trouble and walking times are assumptions, not measurements: they stand in
`rush_hour_outcome.Assumed` and can be changed. A seed draws the same peak on every machine.

    python -m benchmarks.rush_hour --seed 1 --plot rush-hour.png
"""

import argparse
import heapq
import json
import random
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Final

from benchmarks import rush_hour_views as views
from benchmarks.rush_hour_outcome import GATES, HEADWAY, SAMPLE, Assumed, Outcome, Rider
from hanoi_ticket import Holder, Issuer, TrustBundle, Validator
from hanoi_ticket.bench.machine import described
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.validator import Profile

START: Final = 1_795_312_800
DAY: Final = 86_400
RIDERS_A_TRAIN, TRAINS = 960, 25
"""25 trains, six minutes apart: 6:30 to 9:00."""
MEMORY: Final = Path("/dev/shm")  # noqa: S108  a folder of its own is made there
"""No disk is waited for: 150,000 commits take too long. `hanoi-ticket bench` measures a tap with its disk."""
SERVICE_TIMES: Final = (0.05, 0.3, 0.8)
"""Seconds from presenting a code to the gate's answer: this library's target, TfL's anchor, a slow phone-app gate."""


def crowd(chance: random.Random, trains: int, assumed: Assumed) -> list[tuple[float, Rider]]:
    """(seconds at which the rider reaches the gates, rider)"""
    kinds = ("misread", "wrong_clock", "screenshot", "double_tap")
    weights = [getattr(assumed, kind) for kind in kinds]
    return [
        (
            number // RIDERS_A_TRAIN * HEADWAY + max(10.0, chance.gauss(*assumed.walk)),
            Rider(chance.choices(["plain", *kinds], [1 - sum(weights), *weights])[0]),
        )
        for number in range(trains * RIDERS_A_TRAIN)
    ]


class Station:
    """The way out at Cát Linh: one store, five readers, one clock that the simulation moves."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.issuer = Issuer.generate()
        self.phone = Holder.generate()  # one key for all phones: what is measured is the gate
        trust = TrustBundle.of([self.issuer.public_record()])
        profile = replace(Profile.named("metro-exit"), place="2a-cat-linh")
        clock, store = TrackedClock(lambda: START + int(self.now)), folder / "station.db"
        self.readers = [
            Validator.open(replace(profile, reader=f"CL-{i + 1:02}"), trust, store, clock=clock) for i in range(GATES)
        ]
        self.last_code = ""

    def tap(self, gate: int, rider: Rider, outcome: Outcome) -> bool:
        """One rider's turn; whether the gate opened."""
        rider.ticket = rider.ticket or self.issuer.issue(
            self.phone.public_key, "metro-2a-day", START - DAY, START + DAY
        )
        wrong = rider.kind == "wrong_clock" and not rider.again
        copied = rider.kind == "screenshot" and self.last_code
        code = copied or self.phone.present(rider.ticket, START + int(self.now) - (120 if wrong else 0))
        for _ in range(2 if rider.kind == "double_tap" else 1):
            begun = time.perf_counter()
            verdict = self.readers[gate].tap(code)
            outcome.taps.append(time.perf_counter() - begun)
            outcome.reasons[verdict.reason.name] += 1
        if verdict.accepted:
            self.readers[gate].passed(verdict)
            self.last_code = code
        return verdict.accepted


class Peak:
    """Events in the order of their time: a rider reaches the gates, or a gate is free again."""

    def __init__(self, service: float, seed: int, trains: int, assumed: Assumed, folder: Path) -> None:
        self._assumed = assumed
        self._station, self.outcome = Station(folder), Outcome(service)
        self._events: list[tuple[float, int, Rider | None, int]] = []
        self._number, self._next_look = 0, 0.0
        for at, rider in crowd(random.Random(seed), trains, assumed):
            self._put(at, rider, gate=-1)

    def _put(self, at: float, rider: Rider | None, gate: int) -> None:
        self._number += 1  # of two at one moment the one that was put first
        heapq.heappush(self._events, (at, self._number, rider, gate))

    def run(self) -> Outcome:
        expected = sum(rider is not None for _, _, rider, _ in self._events)
        while self._events:
            now, _, rider, gate = heapq.heappop(self._events)
            self._look(now)
            self._station.now = now
            if rider is None:
                self._leave(gate)
            else:
                self._join(rider, now)
            if len(self.outcome.taps) % 200 == 0 and sys.stderr.isatty():
                sys.stderr.write(
                    f"\r{self.outcome.service * 1000:.0f} ms: {len(self.outcome.taps)} of {expected} taps "
                )
        if sys.stderr.isatty():
            sys.stderr.write("\r\033[K")
        return self.outcome

    def _look(self, now: float) -> None:
        while self._next_look <= now:
            for gate in self.outcome.gates:
                gate.lengths.append(len(gate.line))
            self._next_look += SAMPLE

    def _join(self, rider: Rider, now: float) -> None:
        rider.arrived = now
        lines = [gate.line for gate in self.outcome.gates]
        at = min(range(GATES), key=lambda i: len(lines[i]) + self._assumed.nearer * i)
        lines[at].append(rider)
        if len(lines[at]) == 1:
            self._serve(at)

    def _serve(self, at: int) -> None:
        """The first in the line shows the code; the gate is free when the rider has passed or stepped aside."""
        gate, now = self.outcome.gates[at], self._station.now
        rider = gate.line[0]
        opened = self._station.tap(at, rider, self.outcome)
        answered = now + (2 if rider.kind == "misread" else 1) * self.outcome.service
        free = answered + (self._assumed.passage if opened else self._assumed.refused)
        if opened:
            gate.waits.append(free - rider.arrived)
        elif rider.kind == "wrong_clock" and not rider.again:
            rider.again = True
            self._put(answered + self._assumed.set_time, rider, gate=-1)
        self._put(free, None, gate=at)

    def _leave(self, at: int) -> None:
        line = self.outcome.gates[at].line
        line.popleft()
        if line:
            self._serve(at)


def simulate(service: float, seed: int, trains: int, assumed: Assumed) -> Outcome:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        return Peak(service, seed, trains, assumed, Path(folder)).run()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--trains", type=int, default=TRAINS, help="full trains, six minutes apart (default: %(default)s)"
    )
    parser.add_argument("--plot", type=Path, help="write a PNG (needs the extra `plots`)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    outcomes = [simulate(service, options.seed, options.trains, Assumed()) for service in SERVICE_TIMES]
    if options.plot:
        views.plot(outcomes, options.plot, options.seed)
    if options.json:
        told = {"machine": described(), "seed": options.seed, "trains": options.trains, "assumed": asdict(Assumed())}
        print(json.dumps(told | {"outcomes": [outcome.summary() for outcome in outcomes]}, ensure_ascii=False))
    else:
        print("\n".join([*views.in_terminal(outcomes), "", *views.table(outcomes)]))


if __name__ == "__main__":
    main()
