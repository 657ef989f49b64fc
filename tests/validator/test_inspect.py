"""An inspection says what a tap would, and what was used last; it writes nothing."""

from dataclasses import replace

import pytest

from hanoi_ticket import Reason
from hanoi_ticket.validator import Doubt, Profile
from tests.city import DAY, START

ENTRY, BUS = Profile.named("metro-entry"), Profile.named("bus")
SENIOR = 4  # a rider category that staff check at every entry


@pytest.fixture
def gate(city):
    return city.gate(ENTRY)


def test_a_used_ticket_is_good_and_its_use_is_shown(city, gate):
    rider = city.rider("metro-2a-single")
    assert gate.inspect(rider.code(START))[1] is None
    gate.passed(gate.tap(rider.code(START)))
    for after in (0, 3600):
        city.time.seconds = START + after
        verdict, last = gate.inspect(rider.code(START + after))
        assert (verdict.reason, verdict.flags) == (Reason.OK, frozenset())
        assert (last.at, last.reader, last.direction) == (START, ENTRY.reader, "entry")
    assert len(list(gate.store.taps())) == 1


@pytest.mark.parametrize(
    ("after", "age", "reason"),
    [
        (0, 0, Reason.OK),
        (-DAY - 1, 0, Reason.NOT_YET_VALID),
        (2 * DAY, 0, Reason.EXPIRED),
        (0, 60, Reason.CODE_TOO_OLD),
        (0, -30, Reason.CODE_FROM_FUTURE),
    ],
)
def test_the_ticket_and_its_code_must_be_good_now(city, gate, after, age, reason):
    city.time.seconds = START + after
    assert gate.inspect(city.rider().code(START + after - age))[0].reason is reason


def test_a_refusal_shows_the_last_use_too(city, gate):
    rider = city.rider()
    gate.tap(rider.code(START))
    city.denied.add(0)
    gate.update_trust(city.trust)
    verdict, last = gate.inspect(rider.code(START))
    assert verdict.reason is Reason.DENIED
    assert last.at == START


def test_old_trust_and_no_time_refuse(city, gate):
    rider = city.rider()
    gate.update_trust(replace(city.trust, soft_age=600, closed_age=1200, issued_at=START - 1200))
    assert gate.inspect(rider.code(START))[0].reason is Reason.TRUST_EXPIRED
    city.time.seconds = None
    lost = city.gate(ENTRY, "lost.db")
    assert lost.inspect(rider.code(START))[0].reason is Reason.CLOCK_UNKNOWN
    city.time.seconds = START


def test_the_fare_counts_and_the_rider_is_looked_at(city, gate):
    assert gate.inspect(city.rider("metro-31-day").code(START))[0].reason is Reason.WRONG_AREA
    bus = city.gate(BUS, "bus.db")
    assert bus.inspect(city.rider("free-pass", rider=SENIOR).code(START))[0].reason is Reason.OK


def test_the_digits_must_be_signed(city, gate):
    rider = city.rider()
    assert gate.inspect(rider.code(START), challenge=7)[0].reason is Reason.CHALLENGE
    assert gate.inspect(rider.code(START, challenge=7), challenge=7)[0].accepted


@pytest.mark.parametrize("release", list(Doubt))
def test_an_exit_waives_nothing_for_an_inspector(city, release):
    leave = city.gate(replace(Profile.named("metro-exit"), release=release))
    rider = city.rider(valid_until=START + 60)
    city.gate(ENTRY).tap(rider.code(START))
    city.time.seconds = START + 60
    assert leave.inspect(rider.code(START + 60))[0].reason is Reason.EXPIRED
    leave.store.close()
    assert leave.inspect(city.rider().code(START + 60))[0].reason is Reason.STORE_UNAVAILABLE
