"""Will the gates keep up? Full trains at Cát Linh, every tap decided by the real validator on a real store.

The load is that of the record day (1 Sep 2025, 165,000 riders on line 2A): in the peak hour each train, one every six
minutes, is full (960 riders) and empties at the terminus. The station has 65 / 12 = 5.4 gates on average; we give it 5.
Shares of trouble and walking times are assumptions, not measurements: they stand in `Assumed` and can be changed.

    python -m benchmarks.rush_hour --seed 1 --plot rush-hour.png
"""

import argparse
import bisect
import heapq
import json
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from hanoi_ticket import Holder, Issuer, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.validator import Profile

START = 1_795_312_800
COLUMNS = 72
HEADWAY, RIDERS_A_TRAIN, GATES = 360, 960, 5
SERVICE_TIMES = (0.05, 0.3, 0.8)
"""Seconds from presenting a code to the gate's answer: this library's target, TfL's anchor, a slow phone-app gate."""


@dataclass(frozen=True)
class Assumed:
    """What nobody has published; each a share of riders, or seconds."""

    walk: tuple[float, float] = (40.0, 25.0)
    """From the train to the gates: mean and spread, at least 10."""
    passage: float = 1.2
    """From the answer until the gate is free again."""
    misread: float = 0.05
    """Codes that the scanner must see twice."""
    wrong_clock: float = 0.01
    """Phones more than a minute off; their riders set the time and come again."""
    screenshot: float = 0.005
    """Riders who show a photo of a code that was used just before; they are sent away."""
    double_tap: float = 0.03
    """Riders who hold the code there still, and are read again before they go through."""
    set_time: float = 30.0
    """Until a rider with a wrong clock is back."""
    refused: float = 0.5
    """From a refusal until the next rider stands there."""


@dataclass(order=True)
class Rider:
    arrives: float
    number: int
    kind: str = field(compare=False)


@dataclass
class Outcome:
    """What riders saw with one service time; waits in seconds, from reaching the queue to passing."""

    service: float
    waits: list[float] = field(default_factory=list)
    queue: list[tuple[float, int]] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    taps: list[float] = field(default_factory=list)
    by_gate: list[list[float]] = field(default_factory=lambda: [[] for _ in range(GATES)])

    def summary(self) -> dict[str, object]:
        return {
            "service_ms": round(self.service * 1000),
            "riders": len(self.waits),
            "wait_p50_s": round(_percentile(self.waits, 50), 1),
            "wait_p99_s": round(_percentile(self.waits, 99), 1),
            "wait_p99_by_gate_s": [round(_percentile(waits, 99), 1) for waits in self.by_gate],
            "longest_queue": max(length for _, length in self.queue),
            "riders_a_minute_a_gate": round(60 / (self.service + Assumed().passage), 1),
            "tap_p50_ms": round(_percentile(self.taps, 50) * 1000, 2),
            "tap_p99_ms": round(_percentile(self.taps, 99) * 1000, 2),
            "reasons": dict(self.reasons.most_common()),
        }


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def crowd(chance: random.Random, trains: int, assumed: Assumed) -> list[Rider]:
    riders = []
    for number in range(trains * RIDERS_A_TRAIN):
        leaves = number // RIDERS_A_TRAIN * HEADWAY
        arrives = leaves + max(10.0, chance.gauss(*assumed.walk))
        kinds = ("misread", "wrong_clock", "screenshot", "double_tap")
        weights = [getattr(assumed, kind) for kind in kinds]
        kind = chance.choices(["plain", *kinds], [1 - sum(weights), *weights])[0]
        riders.append(Rider(arrives, number, kind))
    return riders


class Station:
    """The way out at Cát Linh: one store, five readers, one clock that the simulation moves."""

    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.issuer = Issuer.generate()
        self.phone = Holder.generate()  # one key for all phones: what is measured is the gate
        trust = TrustBundle.of([self.issuer.public_record()])
        profile = replace(Profile.named("metro-exit"), place="2a-cat-linh")
        self.gates = [
            Validator.open(
                replace(profile, reader=f"CL-{i + 1:02}"),
                trust,
                folder / "station.db",
                clock=TrackedClock(self._seconds),
            )
            for i in range(GATES)
        ]
        self.last_code = ""

    def _seconds(self) -> int:
        return START + int(self.now)

    def ticket(self) -> bytes:
        day = 86_400
        return self.issuer.issue(self.phone.public_key, "metro-2a-day", START - day, START + day)

    def tap(self, gate: int, rider: Rider, ticket: bytes, outcome: Outcome, *, wrong: bool) -> bool:
        """One rider's turn; whether the gate opened."""
        shown = START + int(self.now) - (120 if wrong else 0)
        code = self.last_code if rider.kind == "screenshot" and self.last_code else self.phone.present(ticket, shown)
        for _ in range(2 if rider.kind == "double_tap" else 1):
            begun = time.perf_counter()
            verdict = self.gates[gate].tap(code)
            outcome.taps.append(time.perf_counter() - begun)
            outcome.reasons[verdict.reason.name] += 1
        if verdict.accepted:
            self.gates[gate].passed(verdict)
            self.last_code = code
        return verdict.accepted


def simulate(service: float, seed: int, trains: int, assumed: Assumed) -> Outcome:
    """Riders form one queue a hall and take the next free gate; a gate serves one after another."""
    outcome = Outcome(service)
    waiting = crowd(random.Random(seed), trains, assumed)
    arrivals = sorted(rider.arrives for rider in waiting)
    heapq.heapify(waiting)
    free_at = [0.0] * GATES
    tickets: dict[int, bytes] = {}
    with tempfile.TemporaryDirectory() as folder:
        station = Station(Path(folder))
        for served, rider in enumerate(_progress(waiting, len(waiting), f"gates of {service * 1000:.0f} ms")):
            gate = min(range(GATES), key=free_at.__getitem__)
            begins = station.now = max(rider.arrives, free_at[gate])
            again = rider.number in tickets
            ticket = tickets[rider.number] if again else tickets.setdefault(rider.number, station.ticket())
            opened = station.tap(gate, rider, ticket, outcome, wrong=rider.kind == "wrong_clock" and not again)
            reads = 2 if rider.kind == "misread" else 1
            free_at[gate] = begins + reads * service + (assumed.passage if opened else assumed.refused)
            outcome.queue.append((begins, max(0, bisect.bisect_right(arrivals, begins) - served - 1)))
            if opened:
                outcome.waits.append(free_at[gate] - rider.arrives)
                outcome.by_gate[gate].append(free_at[gate] - rider.arrives)
            elif rider.kind == "wrong_clock" and not again:
                heapq.heappush(waiting, Rider(begins + assumed.set_time, rider.number, rider.kind))
                bisect.insort(arrivals, begins + assumed.set_time)
    return outcome


def _progress(waiting: list[Rider], expected: int, what: str) -> Iterator[Rider]:
    done = 0
    while waiting:
        yield heapq.heappop(waiting)
        done += 1
        if done % 200 == 0 and sys.stderr.isatty():
            sys.stderr.write(f"\r{what}: {done}/{expected} riders")
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def plot(outcomes: list[Outcome], path: Path, seed: int) -> None:
    """Two panels: the queue over the hour, and who waits how long."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (queue, waits) = plt.subplots(2, 1, figsize=(9, 8), constrained_layout=True)
    for outcome in outcomes:
        label = f"{outcome.service * 1000:.0f} ms to the answer"
        times, lengths = zip(*outcome.queue, strict=True)
        queue.step([at / 60 for at in times], lengths, where="post", label=label)
        ordered = sorted(outcome.waits)
        waits.plot(ordered, [100 * (i + 1) / len(ordered) for i in range(len(ordered))], label=label)
    queue.set(
        xlabel="minutes", ylabel="riders in the queue", title="Cát Linh, a full train every 6 minutes, 5 gates out"
    )
    waits.set(xlabel="seconds from the queue's end to having passed", ylabel="% of riders", xscale="log")
    waits.axhline(99, color="grey", linewidth=0.8, linestyle=":")
    for panel in (queue, waits):
        panel.grid(alpha=0.3)
        panel.legend()
    figure.suptitle(f"seed {seed}; walking times and trouble are assumed, see the script", size=8, color="grey")
    figure.savefig(path, dpi=120)


def in_terminal(outcomes: list[Outcome]) -> Iterator[str]:
    """The longest queue in each of 72 spans of time, one line a service time, all to one scale."""
    end = max(at for outcome in outcomes for at, _ in outcome.queue)
    most = max(length for outcome in outcomes for _, length in outcome.queue)
    yield f"riders in the queue, from 0 (▁) to {most} (█), over {end / 60:.0f} minutes"
    for outcome in outcomes:
        longest = [0] * COLUMNS
        for at, length in outcome.queue:
            column = min(COLUMNS - 1, int(at / end * COLUMNS))
            longest[column] = max(longest[column], length)
        yield f"{outcome.service * 1000:4.0f} ms  " + "".join("▁▂▃▄▅▆▇█"[min(7, 8 * one // most)] for one in longest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--trains", type=int, default=10, help="full trains, one every six minutes (default: an hour of them)"
    )
    parser.add_argument("--plot", type=Path, help="write a PNG (needs the extra `plots`)")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    outcomes = [simulate(service, options.seed, options.trains, Assumed()) for service in SERVICE_TIMES]
    if options.plot:
        plot(outcomes, options.plot, options.seed)
    summaries = [outcome.summary() for outcome in outcomes]
    if options.json:
        print(
            json.dumps({"seed": options.seed, "assumed": asdict(Assumed()), "outcomes": summaries}, ensure_ascii=False)
        )
        return
    print("\n".join(in_terminal(outcomes)))
    for summary in summaries:
        print("  ".join(f"{name} {value}" for name, value in summary.items() if name != "reasons"))
        print("   ", ", ".join(f"{reason} {count}" for reason, count in summary["reasons"].items()))


if __name__ == "__main__":
    main()
