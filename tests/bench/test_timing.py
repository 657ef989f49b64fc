"""Turns, ratios and percentiles on work whose cost is known."""

import time

import pytest

from hanoi_ticket.bench.question import Question, answers
from hanoi_ticket.bench.timing import Contender, percentiles, single


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_ratios_are_those_of_the_work():
    asked = Question("work", "piece", "slow")
    asked.contenders = {"slow": Contender(lambda: burn(0.003)), "fast": Contender(lambda: burn(0.003), units=6)}
    *_, last = answers(asked, 7)
    slow, fast = last
    assert slow.ratio == 1
    assert fast.ratio == pytest.approx(6, rel=0.2)
    assert slow.us == pytest.approx(3000, rel=0.3)


def test_sleep_is_waiting_and_no_work():
    slept = single(lambda: time.sleep(0.05))
    assert slept.wall >= 0.05
    assert slept.processor < 0.02
    worked = single(lambda: burn(0.05))
    assert worked.processor == pytest.approx(0.05, rel=0.3)
    assert worked.waited < 0.02  # whatever else runs: that is `queued`


def test_percentiles_are_of_the_ordered_values():
    assert percentiles([i / 1000 for i in range(1000)][::-1]) == {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 0.999}
