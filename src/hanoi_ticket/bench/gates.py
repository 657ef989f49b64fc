"""Do the figures meet what each gate demands, on the machine that such a gate has?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hanoi_ticket.bench import signatures, targets
from hanoi_ticket.bench.question import Answer
from hanoi_ticket.bench.targets import Gate

Taps = Mapping[str, Mapping[str, Mapping[str, float]]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One demand on one gate. `headroom` is how many times better than the target; below 1 it is missed."""

    gate: str
    demand: str
    unit: str
    target: float
    measured: float
    headroom: float

    @property
    def met(self) -> bool:
        return self.headroom >= 1


def factors(answers: Sequence[Answer]) -> dict[str, float]:
    """How many times slower each published machine is than this one, by what OpenSSL takes on both."""
    here = {one.question: one.us for one in answers if one.contender == signatures.PEER}
    machines, _ = targets.load()
    return {key: round(one.microseconds / here[signatures.NAMES[one.operation]], 2) for key, one in machines.items()}


def judge(answers: Sequence[Answer], taps: Taps, cleared: Mapping[int, float]) -> list[Judged]:
    """`cleared`: threads -> codes a second (`clearing.measured`)."""
    machines, gates = targets.load()
    factor = factors(answers)
    judged: list[Judged] = []
    for gate in gates.values():
        if gate.machine == targets.HERE:
            judged.append(_clearing(gate, cleared[gate.cores]))
        else:
            judged += _tapping(gate, factor[gate.machine], machines[gate.machine].disk_ms, taps)
    return judged


def _tapping(gate: Gate, factor: float, disk_ms: float, taps: Taps) -> list[Judged]:
    """Milliseconds on the gate's machine: processor time by its factor, then the wait for its disk."""
    tap, read = taps["tap with commit"], taps.get("QR read")

    def ms(percentile: str, *, scan: bool) -> float:
        processor = tap["processor"][percentile] + (read["processor"][percentile] if read and scan else 0)
        return 1e3 * processor * factor + max(1e3 * tap["waited"][percentile], disk_ms)

    compute, decision = 1e3 * tap["processor"]["p99"] * factor, ms("p99", scan=True)
    rate = 1e3 / ms("p50", scan=True)
    return [
        _judged(gate, "compute p99", "ms", gate.compute_ms, compute, gate.compute_ms / compute),
        _judged(gate, "decision p99", "ms", gate.decision_ms, decision, gate.decision_ms / decision),
        _judged(gate, "sustained", "taps/s", gate.taps, rate, rate / gate.taps),
        _judged(gate, f"burst of {gate.burst}", "ms", 1000, gate.burst * decision, 1000 / (gate.burst * decision)),
    ]


def _judged(gate: Gate, demand: str, unit: str, *figures: float) -> Judged:
    return Judged(gate.name, demand, unit, *(round(one, 2) for one in figures))


def _clearing(gate: Gate, rate: float) -> Judged:
    return _judged(gate, f"{gate.cores} cores", "codes/s", gate.codes, rate, rate / gate.codes)
