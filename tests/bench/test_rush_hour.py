"""One seed, one peak; slower gates, longer queues; riders choose the shortest; nobody gets in who should not."""

import json

import pytest

from benchmarks import rush_hour
from benchmarks import rush_hour_views as views
from benchmarks.rush_hour import simulate
from benchmarks.rush_hour_outcome import GATES, Assumed, Gate, Outcome


def told(service, seed):
    return {name: value for name, value in simulate(service, seed, 1, Assumed()).summary().items() if "tap" not in name}


def test_the_same_seed_gives_the_same_peak(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 120)
    assert told(0.3, 7) == told(0.3, 7)
    assert told(0.3, 7) != told(0.3, 8)
    json.dumps(told(0.3, 7))


def test_a_slow_gate_makes_longer_queues_at_every_gate(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 300)
    fast, slow = told(0.05, 1), told(0.8, 1)
    for quick, late in zip(fast["gates"], slow["gates"], strict=True):
        assert late["wait_p99_s"] > quick["wait_p99_s"]
        assert late["queue_p50"] >= quick["queue_p50"]
    assert len(slow["gates"]) == GATES
    assert {"REPLAYED", "CODE_TOO_OLD"} & set(fast["reasons"])


def test_riders_spread_over_the_gates_and_all_get_out(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 300)
    nobody_errs = Assumed(misread=0, wrong_clock=0, screenshot=0, double_tap=0, nearer=0)
    outcome = simulate(0.3, 1, 1, nobody_errs)
    assert outcome.reasons == {"OK": 300}
    assert all(abs(len(gate.waits) - 60) <= 5 for gate in outcome.gates)
    longest = [max(gate.lengths) for gate in outcome.gates]
    assert max(longest) - min(longest) <= 2
    assert min(outcome.waits) == pytest.approx(0.3 + nobody_errs.passage)  # who found the gate free


def test_nobody_walks_further_for_nothing(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 300)
    gates = simulate(0.3, 1, 1, Assumed()).gates
    longest = [max(gate.lengths) for gate in gates]
    assert longest == sorted(longest, reverse=True)
    assert longest[0] - longest[-1] >= 3 * Assumed().nearer


def outcome(service, lengths):
    return Outcome(service, gates=[Gate(lengths=lengths, waits=[1.0, 2.0]) for _ in range(2)], taps=[0.001, 0.002])


def test_the_terminal_shows_each_gate_to_one_scale():
    head, *lines = views.in_terminal([outcome(0.05, [1, 2]), outcome(0.8, [4, 8])])
    assert "0 (▁) to 8 (█)" in head
    assert [line.split()[-1][-1] for line in lines] == ["▃", "▃", "█", "█"]
    assert len({len(line) for line in lines}) == 1


def test_the_table_has_a_row_a_gate():
    rows = list(views.table([outcome(0.05, [1, 2])]))
    assert [row.split()[-5:] for row in rows[2:4]] == [["2", "2", "2", "1.5", "2.0"]] * 2


def test_the_plot_is_drawn(tmp_path):
    pytest.importorskip("matplotlib")
    views.plot([outcome(0.05, [1, 2]), outcome(0.8, [4, 8])], tmp_path / "peak.png", 1)
    assert (tmp_path / "peak.png").read_bytes().startswith(b"\x89PNG")
