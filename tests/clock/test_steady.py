"""One wild answer moves no clock; a change that holds does."""

import pytest

from hanoi_ticket.clock import ClockState, Steady, TrackedClock
from tests.city import DAY, START

YEAR = 365 * DAY
JUMPS = [-10 * YEAR, -YEAR, -DAY, -3600, -3, 3, 3600, DAY, YEAR, 10 * YEAR, 100 * YEAR]


class Bench:
    """A steady clock whose source is `offset` seconds wrong, read once a second."""

    def __init__(self):
        self.ticks, self.offset = 0, 0
        self.present = True
        self.clock = TrackedClock(Steady(self._source, monotonic=self._monotonic), monotonic=self._monotonic)

    def _source(self):
        return START + self.ticks + self.offset if self.present else None

    def _monotonic(self):
        return float(self.ticks)

    def run(self, seconds):
        for _ in range(seconds):
            self.ticks += 1
            reading = self.clock.read()
        return reading


@pytest.fixture
def bench():
    bench = Bench()
    bench.run(20)
    return bench


def test_the_first_answer_after_a_start_must_hold():
    bench = Bench()
    assert bench.run(10).state is ClockState.UNKNOWN
    assert bench.run(1).state is ClockState.TRUSTED


@pytest.mark.parametrize("jump", JUMPS)
def test_one_wild_answer_is_passed_over(bench, jump):
    bench.offset = jump
    wild = bench.run(1)
    assert (wild.seconds, wild.state) == (START + 21, ClockState.HOLDOVER)
    bench.offset = 0
    assert bench.run(1).state is ClockState.TRUSTED


@pytest.mark.parametrize("jump", JUMPS)
def test_a_change_that_holds_is_believed_after_its_time(bench, jump):
    bench.offset = jump
    assert bench.run(10).seconds == START + 30
    assert bench.run(1).seconds == START + 31 + jump


def test_a_source_that_wanders_is_never_believed(bench):
    for second in range(100):
        bench.offset = 1000 * (second + 1)
        assert bench.run(1).state is ClockState.HOLDOVER


@pytest.mark.parametrize("leap", [-1, 1])
def test_a_leap_second_is_no_jump(bench, leap):
    bench.offset = leap
    reading = bench.run(1)
    assert (reading.seconds, reading.state) == (START + 21 + leap, ClockState.TRUSTED)


def test_a_night_without_the_source_needs_no_second_settling(bench):
    bench.present = False
    assert bench.run(8 * 3600).state is ClockState.HOLDOVER
    bench.present = True
    assert bench.run(1).state is ClockState.TRUSTED


def test_rare_readings_do_not_confirm_each_other_by_their_number_alone():
    bench = Bench()
    bench.clock.read()
    bench.ticks += 3600
    assert bench.clock.read().state is ClockState.UNKNOWN
    bench.ticks += 1
    assert bench.clock.read().state is ClockState.TRUSTED
