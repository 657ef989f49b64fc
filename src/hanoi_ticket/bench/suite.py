"""A run: every question, then single taps, clearing and processes, then the judgement of the gates."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from hanoi_ticket.bench import clearing, machine, paths, signatures, taps, targets, work
from hanoi_ticket.bench.gates import Judged, factors, judge
from hanoi_ticket.bench.processes import Desk, Started
from hanoi_ticket.bench.question import Answer, Question, answers
from hanoi_ticket.bench.scene import Scene
from hanoi_ticket.native import library
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.choice import Backend  # noqa: TC001  ruff takes a dataclass's module for annotations alone

LATER: Final = "left out of a quick run: it compiles for tens of seconds"


class Depth(NamedTuple):
    """How thoroughly a run goes about it."""

    quick: bool
    rounds: int
    taps: int
    starts: int


QUICK: Final = Depth(quick=True, rounds=41, taps=2000, starts=3)
FULL: Final = Depth(quick=False, rounds=41, taps=6000, starts=7)


@dataclass
class Run:
    """What came of it; seconds in `taps`."""

    quick: bool
    machine: dict[str, object]
    answers: list[Answer] = field(default_factory=list)
    taps: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    taps_without_lanes: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    """As on the machines of the gates."""
    cleared: dict[int, float] = field(default_factory=dict)
    """Threads -> codes a second."""
    processes: list[Started] = field(default_factory=list)
    factors: dict[str, float] = field(default_factory=dict)
    gates: list[Judged] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"met": self.met}

    @property
    def met(self) -> bool:
        return all(one.met for one in self.gates)


def run(depth: Depth, progress: Callable[[str], None]) -> Run:
    """`progress` is told what is being done."""
    scene, outcome = Scene(), Run(depth.quick, machine.described())
    with ExitStack() as open_files:
        for asked in _questions(scene, depth, open_files):
            outcome.skipped |= {f"{asked.name}: {name}": why for name, why in asked.skipped.items()}
            for found in answers(asked, depth.rounds):
                progress(f"{asked.name}: {', '.join(asked.contenders)}")
                latest = found
            outcome.answers += latest
    for measured in taps.measured(scene, depth.taps):
        outcome.taps = measured
        progress(f"single taps: {', '.join(measured)} done")
    if outcome.machine["lanes"]:
        progress("single taps as on a processor without lanes")
        outcome.taps_without_lanes = taps.without_lanes(depth.taps)
    else:
        outcome.taps_without_lanes = outcome.taps
    _, gates = targets.load()
    for threads in {gate.cores for gate in gates.values() if gate.cores}:
        progress(f"clearing with {threads} threads")
        outcome.cleared[threads] = clearing.measured(scene, threads)
    _processes(scene, depth, outcome, progress)
    outcome.factors = factors(outcome.answers)
    outcome.gates = judge(outcome.answers, outcome.taps_without_lanes, outcome.cleared)
    return outcome


def _questions(scene: Scene, depth: Depth, open_files: ExitStack) -> Iterator[Question]:
    backends: tuple[Backend, ...] = ("openssl", "native") if depth.quick else ("openssl", "native", "jit")
    edwards, p256 = signatures.question("EdDSA", backends), signatures.question("ES256", backends)
    reading, remembering = work.parsing(scene), work.remembering(open_files)
    every = (edwards, p256, reading, remembering)
    try:
        paths.signed("EdDSA", edwards)
        paths.signed("ES256", p256)
        paths.parsing(reading, scene)
        paths.remembering(remembering)
    except NativeRefused as refused:
        for asked in every:
            asked.skipped["kernels one by one"] = str(refused)
    yield from every
    yield work.judging(scene)
    yield work.symbols(scene)


def _processes(scene: Scene, depth: Depth, outcome: Run, progress: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(scene, Path(folder))
        progress("starting processes: cryptography")
        outcome.processes.append(desk.usual(depth.starts))
        for backend in ("native", "openssl", "jit"):
            if backend == "jit" and depth.quick:
                outcome.skipped["reader process, backend jit"] = LATER
                continue
            progress(f"starting processes: backend {backend}")
            try:
                if backend == "native":
                    library.load()
                outcome.processes.append(desk.reader(backend, 0 if backend == "jit" else depth.starts))
            except NativeRefused as refused:
                outcome.skipped[f"reader process, backend {backend}"] = str(refused)
            except subprocess.CalledProcessError as failed:
                outcome.skipped[f"reader process, backend {backend}"] = failed.stderr.strip().rpartition("\n")[2]
