"""The rush hour's riders and gates: what is assumed of them, and what was seen."""

import statistics
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Final

HEADWAY, GATES = 360, 5
SAMPLE: Final = 5.0
"""Seconds between two looks at the queues."""


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
    nearer: float = 5.0
    """Riders fewer that a queue must have for each gate that it is further away."""
    refused: float = 0.5
    """From a refusal until the next rider stands there."""


@dataclass
class Rider:
    kind: str
    ticket: bytes = b""
    arrived: float = 0.0
    again: bool = False
    """Back with the right time."""


@dataclass
class Gate:
    """One gate of the line: who stands there, the first of them before the scanner, and what was seen of it."""

    line: deque[Rider] = field(default_factory=deque)
    lengths: list[int] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        return {
            "riders": len(self.waits),
            "queue_p50": percentile(self.lengths, 50),
            "queue_p99": percentile(self.lengths, 99),
            "wait_p50_s": round(percentile(self.waits, 50), 1),
            "wait_p99_s": round(percentile(self.waits, 99), 1),
        }


@dataclass
class Outcome:
    """What riders saw with one service time. Waits in seconds, from reaching the queue to having passed; queues in
    riders at a gate, looked at every `SAMPLE` seconds.
    """

    service: float
    gates: list[Gate] = field(default_factory=lambda: [Gate() for _ in range(GATES)])
    reasons: Counter[str] = field(default_factory=Counter)
    taps: list[float] = field(default_factory=list)

    @property
    def waits(self) -> list[float]:
        return [wait for gate in self.gates for wait in gate.waits]

    def summary(self) -> dict[str, object]:
        return {
            "service_ms": round(self.service * 1000),
            "riders": len(self.waits),
            "wait_p50_s": round(percentile(self.waits, 50), 1),
            "wait_p99_s": round(percentile(self.waits, 99), 1),
            "gates": [gate.told() for gate in self.gates],
            "riders_a_minute_a_gate": round(60 / (self.service + Assumed().passage), 1),
            "tap_p50_ms": round(percentile(self.taps, 50) * 1000, 2),
            "tap_p99_ms": round(percentile(self.taps, 99) * 1000, 2),
            "reasons": dict(self.reasons.most_common()),
        }


def percentile(values: list[float] | list[int], percent: int) -> float:
    if len(values) < 2:
        return float(sum(values))
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
