"""What gates must sustain, read from targets.toml."""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from hanoi_ticket.claims import Alg

HERE: Final = "here"
"""The machine that measures: its own figures count as they are."""
NO_LANES_THERE: Final = "Those machines have no eight lanes: the taps that stand for theirs are measured without."


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that somebody else timed. `microseconds` are OpenSSL's for one verification by `operation`."""

    name: str
    operation: Alg
    microseconds: float
    source: str
    disk_ms: float
    """What a commit waits for the disk, at least."""
    disk_source: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One kind of gate and its demands; 0 where one does not apply. See targets.toml for units."""

    name: str
    machine: str
    anchor: str
    source: str
    taps: float = 0
    burst: int = 0
    compute_ms: float = 0
    decision_ms: float = 0
    codes: float = 0
    cores: int = 0


def load() -> tuple[dict[str, Machine], dict[str, Gate]]:
    """Machines and gates by their keys."""
    tables = tomllib.loads(files("hanoi_ticket.bench").joinpath("targets.toml").read_text("utf-8"))
    machines = {key: Machine(**values) for key, values in tables["machines"].items()}
    return machines, {key: Gate(**values) for key, values in tables["gates"].items()}
