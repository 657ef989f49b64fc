"""Targets are one file, complete, and each says where it comes from."""

from hanoi_ticket.bench import targets
from tests.conftest import ROOT


def test_the_package_and_the_benchmarks_have_one_file():
    packaged = ROOT / "src" / "hanoi_ticket" / "bench" / "targets.toml"
    assert (ROOT / "benchmarks" / "targets.toml").read_bytes() == packaged.read_bytes()


def test_every_gate_of_the_scheme_has_a_target_an_anchor_and_a_source():
    machines, gates = targets.load()
    assert {key: gate.taps for key, gate in gates.items() if gate.taps} == {
        "bus-reader": 1,
        "metro-gate": 1,
        "station-concentrator": 20,
        "parking-barrier": 0.2,
        "inspector": 1,
    }
    assert gates["city-clearing"].codes * 600 >= 10_000_000
    assert all(gate.anchor and gate.source for gate in gates.values())
    assert {gate.machine for gate in gates.values()} <= {*machines, targets.HERE}
    assert all(machine.source and machine.disk_source for machine in machines.values())
    assert all((gate.compute_ms, gate.decision_ms) == (50, 300) for gate in gates.values() if gate.taps)
