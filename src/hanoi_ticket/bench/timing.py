"""Honest timing on a shared, noisy machine: contenders take turns, and what is compared is each round's own ratio.

Turns are timed by this process's own processor time: what else runs on the machine hardly counts. What a
rider waits for (`Single.wall`) is timed by the wall clock.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

TURN: Final = 0.004
"""Seconds that a contender runs in one round: long against the timer, short against the machine's moods."""
_SCHEDSTAT: Final = Path("/proc/thread-self/schedstat")
SHARES: Final = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}


class Contender(NamedTuple):
    """What one turn calls, and how many of the question's units one call does."""

    call: Callable[[], object]
    units: int = 1


@dataclass
class Series:
    """Seconds a unit, one figure a round."""

    calls: int
    """Calls in one turn."""
    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> float:
        """The middle half of the rounds, as a share of the median."""
        low, _, high = statistics.quantiles(self.rounds, n=4)
        return (high - low) / self.median

    def ratio_to(self, peer: "Series") -> float:
        """How many times faster than `peer`: the median of the ratios round by round."""
        return statistics.median(theirs / ours for ours, theirs in zip(self.rounds, peer.rounds, strict=True))


def interleaved(contenders: Mapping[str, Contender], rounds: int) -> Iterator[Mapping[str, Series]]:
    """Yields after each round, so that the caller can show progress; the last yield holds all rounds."""
    series = {name: Series(_calls(contender)) for name, contender in contenders.items()}
    for _ in range(rounds):
        for name, contender in contenders.items():
            series[name].rounds.append(_turn(contender.call, series[name].calls) / contender.units)
        yield series


class Single(NamedTuple):
    """The seconds of one call: on the wall clock, of them its thread's processor time, and standing by.

    `queued` is what the thread waited for a processor that other programs had (Linux's run delay; elsewhere 0): it says
    something of this machine's other work and nothing of the call.
    """

    wall: float
    processor: float
    queued: float

    @property
    def waited(self) -> float:
        """For the disk."""
        return max(0.0, self.wall - self.processor - self.queued)


def single(call: Callable[[], object]) -> Single:
    queued, wall, processor = _run_delay(), time.perf_counter(), time.thread_time()
    call()
    spent = time.perf_counter() - wall, time.thread_time() - processor
    return Single(*spent, _run_delay() - queued)


def _run_delay() -> float:
    try:
        return int(_SCHEDSTAT.read_bytes().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50, p99, p99.9 and the longest."""
    ordered = sorted(seconds)
    return {name: round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 7) for name, share in SHARES.items()}


def _calls(contender: Contender) -> int:
    contender.call()
    return max(1, int(TURN / max(_turn(contender.call, 1), 1e-9)))


def _turn(call: Callable[[], object], calls: int) -> float:
    begun = time.process_time()
    for _ in range(calls):
        call()
    return (time.process_time() - begun) / calls
