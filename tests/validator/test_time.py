"""Time at the gate: jumps across restarts, the ends of 32-bit clocks, leap seconds, time zones, poisoned marks."""

import time
import zoneinfo
from dataclasses import dataclass, replace

import pytest

from hanoi_ticket import Reason, TrustBundle
from hanoi_ticket.clock import ClockState, Reading
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.validator import Doubt, Profile
from tests.city import DAY, START

ENTRY, BUS = Profile.named("metro-entry"), Profile.named("bus")
OPEN_BUS = replace(BUS, clock_doubt=Doubt.OPEN)
YEAR = 365 * DAY
BACK = [-1, -2, -3, -10, -11, -60, -3600, -DAY, -30 * DAY, -YEAR, -10 * YEAR]


def tap_after_restart(city, profile, product, jump):
    """A tap at START, a restart, and another rider's tap with the clock `jump` seconds off."""
    first, second = city.rider(product), city.rider(product)
    with city.gate(profile) as gate:
        assert gate.tap(first.code(START)).accepted
    city.time.seconds = START + jump
    with city.gate(profile) as gate:
        return gate.tap(second.code(START))


@pytest.mark.parametrize("jump", BACK)
@pytest.mark.parametrize(("profile", "product"), [(ENTRY, "metro-2a-day"), (BUS, "bus-month-all")])
def test_a_clock_that_fell_back_further_than_its_error_is_not_believed(city, profile, product, jump):
    verdict = tap_after_restart(city, profile, product, jump)
    assert verdict.at == START
    assert verdict.reason is (Reason.OK if -jump <= profile.clock_error else Reason.CLOCK_UNKNOWN)


@pytest.mark.parametrize("jump", BACK)
def test_an_open_bus_works_on_at_the_mark_and_flags(city, jump):
    verdict = tap_after_restart(city, OPEN_BUS, "bus-month-all", jump)
    assert (verdict.reason, verdict.at) == (Reason.OK, START)
    assert ("clock" in verdict.flags) == (-jump > OPEN_BUS.clock_error)


@pytest.mark.parametrize("jump", BACK)
def test_no_jump_back_opens_for_a_moment_that_was_used(city, jump):
    rider = city.rider("bus-single")
    with city.gate(OPEN_BUS) as gate:
        gate.passed(gate.tap(rider.code(START)))
    city.time.seconds = START + jump
    with city.gate(OPEN_BUS) as gate:
        assert gate.tap(rider.code(START)).reason is Reason.ALREADY_USED


@dataclass
class Told:
    """A clock whose readings a test sets."""

    reading: Reading

    def read(self):
        return self.reading


def test_a_tap_in_doubt_leaves_no_mark(city):
    clock = Told(Reading(START + 1000, ClockState.HOLDOVER, 20.0))
    gate = city.gate(OPEN_BUS, clock=clock)
    assert gate.tap(city.rider("bus-month-all").code(START + 990)).flags == {"clock"}
    clock.reading = Reading(START, ClockState.TRUSTED, 0.0)
    for opened in (gate, city.gate(OPEN_BUS, clock=clock)):
        verdict = opened.tap(city.rider("bus-month-all").code(START))
        assert (verdict.reason, verdict.at, verdict.flags) == (Reason.OK, START, frozenset())


def test_a_time_that_nobody_trusts_empties_no_memory(city):
    """It is no later than the last certain tap, as far as a reader in doubt can tell: the ticket is good still."""
    clock = Told(Reading(START, ClockState.TRUSTED, 0.0))
    rider = city.rider("bus-single", paper=True, valid_until=START + 100)
    with city.gate(OPEN_BUS, clock=clock) as gate:
        gate.passed(gate.tap(rider.code(START)))
    clock.reading = Reading(START + 3 * DAY, ClockState.UNKNOWN, float("inf"))
    gate = city.gate(OPEN_BUS, clock=clock)
    clock.reading = Reading(0, ClockState.UNKNOWN, float("inf"))
    assert gate.tap(rider.code(START)).reason is Reason.ALREADY_USED


@pytest.mark.parametrize(("error", "reason"), [(2.0, Reason.OK), (2.1, Reason.CLOCK_UNKNOWN)])
def test_a_clock_may_be_wrong_by_its_bound(city, error, reason):
    assert ENTRY.clock_error == 2
    clock = Told(Reading(START, ClockState.HOLDOVER, error))
    assert city.gate(ENTRY, clock=clock).tap(city.rider().code(START)).reason is reason


@pytest.mark.parametrize("end", [2**31, 2**32])
def test_the_end_of_a_32_bit_clock_is_a_moment_like_any_other(city, end):
    end -= end % 15
    rider = city.rider(valid_from=end - 100, valid_until=end + 4000)
    reasons = []
    for at in (end - 15, end + 600, end + 1200):
        city.time.seconds = at
        with city.gate(ENTRY) as gate:
            reasons.append(gate.tap(rider.code(at)).reason)
    assert reasons == [Reason.OK, Reason.OK, Reason.OK]


def test_a_leap_second_is_within_every_gate_s_error(city):
    """At 23:59:60 a POSIX clock tells 23:59:59 a second time."""
    midnight = START - START % DAY + DAY
    city.time.seconds = midnight - 1
    gate = city.gate(ENTRY)
    assert gate.tap(city.rider().code(midnight - 1)).at == midnight - 1
    city.time.seconds = midnight
    assert gate.tap(city.rider().code(midnight)).at == midnight
    city.time.seconds = midnight - 1
    verdict = gate.tap(city.rider().code(midnight - 1))
    assert (verdict.reason, verdict.at) == (Reason.OK, midnight)


def test_no_time_zone_moves_a_decision(city, monkeypatch):
    gate, rider = city.gate(replace(ENTRY, retry=60)), city.rider()
    verdict = gate.tap(rider.code(START))
    try:
        for zone in sorted(zoneinfo.available_timezones()):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            again = gate.tap(rider.code(START))
            assert (again.reason, again.at) == (verdict.reason, verdict.at), zone
    finally:
        monkeypatch.undo()
        time.tzset()


class TestPoison:
    """A clock far ahead: what it can do to the mark and to the memory is bounded by the bundle's closing age."""

    def bundle(self, city) -> TrustBundle:
        authority = PrivateKey.generate("EdDSA")
        signed = city.trust.sign(authority, version=1, at=START, soft_age=DAY, closed_age=7 * DAY)
        return TrustBundle.decode(signed, authority.public_key)

    @pytest.mark.parametrize("wild", [8 * DAY, YEAR, 10 * YEAR, 100 * YEAR])
    def test_years_ahead_nothing_opens_and_nothing_is_kept(self, city, wild):
        trust = self.bundle(city)
        rider = city.rider("metro-2a-single", paper=True, valid_until=START + 200 * YEAR)
        honest = city.rider()
        city.time.seconds = START + wild
        with city.gate(ENTRY, trust=trust) as gate:
            assert gate.tap(rider.code(START)).reason is Reason.TRUST_EXPIRED
        city.time.seconds = START
        with city.gate(ENTRY, trust=trust) as gate:
            assert gate.tap(honest.code(START)).reason is Reason.OK

    def test_the_mark_never_passes_the_bundle_s_closing(self, city):
        trust = self.bundle(city)
        city.time.seconds = START + 6 * DAY
        paper = city.rider("metro-2a-single", paper=True, valid_until=START + YEAR)
        with city.gate(ENTRY, trust=trust) as gate:
            assert gate.tap(paper.code(START)).accepted
            assert gate.store.facts()["high_water"] == START + 6 * DAY < START + 7 * DAY

    def test_a_wild_clock_does_not_empty_the_memory(self, city):
        trust, rider = self.bundle(city), city.rider("metro-2a-single")
        with city.gate(ENTRY, trust=trust) as gate:
            gate.passed(gate.tap(rider.code(START)))
            city.time.seconds = START + YEAR
            gate.tidy()
        with city.gate(ENTRY, trust=trust) as gate:
            city.time.seconds = START + 900
            assert gate.tap(rider.code(START + 900)).reason is Reason.ALREADY_USED
