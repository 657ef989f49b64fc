"""One seed, one rush hour; slower gates, longer queues; nobody gets in who should not."""

import json

from benchmarks import rush_hour
from benchmarks.rush_hour import Assumed, simulate


def told(service, seed):
    return {name: value for name, value in simulate(service, seed, 1, Assumed()).summary().items() if "tap" not in name}


def test_the_same_seed_gives_the_same_hour(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 120)
    assert told(0.3, 7) == told(0.3, 7)
    assert told(0.3, 7) != told(0.3, 8)
    json.dumps(told(0.3, 7))


def test_a_slow_gate_makes_longer_queues(monkeypatch):
    monkeypatch.setattr(rush_hour, "RIDERS_A_TRAIN", 300)
    fast, slow = told(0.05, 1), told(0.8, 1)
    assert slow["wait_p99_s"] > fast["wait_p99_s"]
    assert slow["longest_queue"] > fast["longest_queue"]
    assert len(slow["wait_p99_by_gate_s"]) == rush_hour.GATES
    assert {"REPLAYED", "CODE_TOO_OLD"} & set(fast["reasons"])


def test_the_terminal_shows_the_slow_gate_as_the_fullest():
    fast, slow = rush_hour.Outcome(0.05, queue=[(0, 1), (60, 2)]), rush_hour.Outcome(0.8, queue=[(0, 4), (60, 8)])
    head, first, second = rush_hour.in_terminal([fast, slow])
    assert "0 (▁) to 8 (█), over 1 minutes" in head
    assert (first[-1], second[-1]) == ("▃", "█")
    assert len(first) == len(second)
