"""Honest timing on a shared, noisy machine: contenders take turns, and what is compared is each round's own ratio."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

TURN: Final = 0.004
"""Seconds that a contender runs in one round: long against the timer, short against the machine's moods."""


@dataclass
class Series:
    """Seconds a call, one figure a round."""

    name: str
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


def interleaved(contenders: Mapping[str, Callable[[], object]], rounds: int = 15) -> Iterator[Mapping[str, Series]]:
    """Yields after each round, so that the caller can show progress; the last yield holds all rounds."""
    series = {name: Series(name, _calls(call)) for name, call in contenders.items()}
    for _ in range(rounds):
        for name, call in contenders.items():
            series[name].rounds.append(_turn(call, series[name].calls))
        yield series


def percentiles(call: Callable[[], object], count: int) -> dict[str, float]:
    """Seconds of single calls: p50, p99, p99.9 and the worst of `count`."""
    single = sorted(_turn(call, 1) for _ in range(count))
    at = lambda share: single[min(count - 1, int(share * count))]  # noqa: E731  three uses on the next lines
    return {"p50": at(0.5), "p99": at(0.99), "p99.9": at(0.999), "max": single[-1]}


def _calls(call: Callable[[], object]) -> int:
    call()
    return max(1, int(TURN / max(_turn(call, 1), 1e-9)))


def _turn(call: Callable[[], object], calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begun) / calls
