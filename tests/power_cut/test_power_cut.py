"""No state that a power cut can leave loses an acknowledged tap or accepts one twice.

HANOI_TICKET_CASES multiplies the states; HANOI_TICKET_CASES=100 tries more than 100,000 that differ.
"""

import pytest

from tests.power_cut.run import LAZY, OFTEN, cuts, faults, record


def examine(morning, folder, states, seed):
    tried, wrong = 0, {}
    for number, files, acked in cuts(morning, states, seed):
        tried += 1
        if fault := faults(morning, folder, files, acked):
            wrong[number] = fault
    return tried, wrong


@pytest.mark.parametrize(("pragmas", "states"), [(OFTEN, 1500), ({}, 500)])
def test_no_cut_loses_an_acknowledged_tap_or_accepts_it_twice(tmp_path, monkeypatch, cases, pragmas, states):
    morning = record(tmp_path, monkeypatch, 60, pragmas)
    tried, wrong = examine(morning, tmp_path / "after", cases(states), seed=1)
    told = f"{tried} crash states that differ, of {len(morning.log)} steps"
    lost, double = (sum(word in fault for fault in wrong.values()) for word in ("lost", "opened again"))
    print(f"{told}: {lost} lost, {double} double, {len(wrong)} faults in all")  # noqa: T201  shown by -rP
    assert tried > cases(states) / 3
    assert not wrong


def test_a_log_that_is_synced_lazily_is_caught(tmp_path, monkeypatch, cases):
    morning = record(tmp_path, monkeypatch, 30, LAZY)
    tried, wrong = examine(morning, tmp_path / "after", cases(100), seed=2)
    assert any("lost" in fault for fault in wrong.values())
    assert len(wrong) > tried / 2


def test_a_disk_that_ignores_syncs_is_caught(tmp_path, monkeypatch, cases):
    morning = record(tmp_path, monkeypatch, 30, OFTEN)
    morning.log = [op for op in morning.log if op.kind != "sync"]
    _, wrong = examine(morning, tmp_path / "after", cases(100), seed=3)
    assert any("lost" in fault for fault in wrong.values())
