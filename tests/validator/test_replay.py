"""The rules of use, each with a test that fails when the rule is gone (docs/validation.md, "Replay")."""

from dataclasses import replace

import pytest

from hanoi_ticket import Reason, TrustBundle
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.validator import Doubt, Profile, window
from tests.city import START, City

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")


@pytest.fixture(params=["with its memory", "by the store alone"], autouse=True)
def remembering(request, monkeypatch):
    """A gate's memory may answer before the store does: both must know each rule."""
    if request.param == "by the store alone":
        monkeypatch.setattr(window, "kernels", lambda: None)


@pytest.fixture
def ride(city: City):
    """Taps `rider` at `gate` at START + `after` with a code of that moment; the gate is passed when it opens."""

    def tap(gate, rider, after, *, moment=None, passes=True):
        city.time.seconds = START + after
        verdict = gate.tap(rider.code(START + (after if moment is None else moment)))
        if passes:
            gate.passed(verdict)
        return verdict

    return tap


def test_a_retry_before_the_gate_is_passed_is_the_same_decision_and_no_second_use(city, ride):
    gate, rider = city.gate(ENTRY), city.rider("metro-2a-single")
    assert ride(gate, rider, 0, passes=False).reason is Reason.OK
    again = ride(gate, rider, 8, moment=0)
    assert again.reason is Reason.OK
    assert again.flags == {"repeated"}
    assert len(list(gate.store.taps())) == 1


def test_a_retry_ends_with_the_passage(city, ride):
    gate, rider = city.gate(ENTRY), city.rider()
    ride(gate, rider, 0)
    assert ride(gate, rider, 1, moment=0).reason is Reason.REPLAYED


def test_a_refused_verdict_is_no_passage(city, ride):
    gate, rider = city.gate(ENTRY), city.rider()
    ride(gate, rider, 0, passes=False)
    refused = gate.tap(rider.code(START), challenge=42)
    assert refused.ticket
    gate.passed(refused)
    assert ride(gate, rider, 1, moment=0).flags == {"repeated"}


def test_a_retry_ends_after_its_seconds(city, ride):
    gate, rider = city.gate(ENTRY), city.rider()
    ride(gate, rider, 0, passes=False)
    assert ride(gate, rider, 9, moment=0).reason is Reason.REPLAYED


def test_a_retry_is_for_the_same_reader_alone(city, ride):
    gate, beside = city.gate(ENTRY), city.gate(replace(ENTRY, reader="2A-CAT-LINH-02"))
    rider = city.rider()
    ride(gate, rider, 0, passes=False)
    assert ride(beside, rider, 1, moment=0).reason is Reason.REPLAYED


def test_a_passage_outlives_a_restart(city, ride):
    rider = city.rider()
    with city.gate(ENTRY) as gate:
        ride(gate, rider, 0)
    with city.gate(ENTRY) as gate:
        assert ride(gate, rider, 1, moment=0).reason is Reason.REPLAYED


def test_the_moment_must_grow(city, ride):
    rider = city.rider()
    entry, leave = city.gate(ENTRY), city.gate(EXIT)
    ride(entry, rider, 30)
    assert ride(leave, rider, 40, moment=30).reason is Reason.REPLAYED
    assert ride(leave, rider, 40, moment=15).reason is Reason.REPLAYED
    assert ride(leave, rider, 45).reason is Reason.OK


def test_the_same_direction_within_ten_minutes_is_passback(city, ride):
    gate, rider = city.gate(ENTRY), city.rider()
    ride(gate, rider, 0)
    assert ride(gate, rider, 599).reason is Reason.PASSBACK
    late = ride(gate, rider, 600)
    assert late.reason is Reason.OK
    assert late.flags == {"no-exit"}


def test_passback_knows_the_direction(city, ride):
    entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider()
    assert [ride(gate, rider, 90 * i).reason for i, gate in enumerate((entry, leave, entry))] == [Reason.OK] * 3


def test_a_pass_that_is_tapped_out_for_the_next_one_waits_from_its_entry(city, ride):
    """In, out by somebody inside, in again by somebody outside: one in `reentry` seconds, not one in two codes."""
    entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider()
    taps = [(entry, 0), (leave, 15), (entry, 30), (entry, 179), (entry, 180), (leave, 195), (entry, 359), (entry, 360)]
    told = [ride(gate, rider, after).reason.name for gate, after in taps]
    assert told == ["OK", "OK", "PASSBACK", "PASSBACK", "OK", "OK", "PASSBACK", "OK"]


def test_who_has_made_a_ride_enters_again_at_once(city, ride):
    entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider()
    assert [ride(gate, rider, after).reason for gate, after in [(entry, 0), (leave, 240), (entry, 255)]] == [
        Reason.OK
    ] * 3


def test_an_exit_whose_entry_was_not_seen_holds_nobody_back(city, ride):
    entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider()
    assert [ride(gate, rider, after).reason for gate, after in [(leave, 0), (entry, 15)]] == [Reason.OK] * 2


def test_reentry_may_be_free(city, ride):
    entry, leave, rider = city.gate(replace(ENTRY, reentry=0)), city.gate(EXIT), city.rider()
    assert [ride(gate, rider, 15 * i).reason for i, gate in enumerate((entry, leave, entry))] == [Reason.OK] * 3


def test_the_entry_is_remembered_across_a_restart(city, ride):
    rider = city.rider()
    for profile, after, reason in [(ENTRY, 0, Reason.OK), (EXIT, 15, Reason.OK), (ENTRY, 30, Reason.PASSBACK)]:
        with city.gate(profile) as gate:
            assert ride(gate, rider, after).reason is reason


def test_a_metro_single_runs_new_in_out(city, ride):
    entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider("metro-2a-single")
    assert ride(entry, rider, 0).reason is Reason.OK
    assert ride(entry, rider, 1200).reason is Reason.ALREADY_USED
    assert ride(leave, rider, 1300).reason is Reason.OK
    assert ride(leave, rider, 1400).reason is Reason.ALREADY_USED
    assert ride(entry, rider, 3000).reason is Reason.ALREADY_USED


def test_a_printed_single_is_used_once(city, ride):
    entry, leave, paper = city.gate(ENTRY), city.gate(EXIT), city.rider("metro-2a-single", paper=True)
    assert ride(entry, paper, 0).reason is Reason.OK
    assert ride(entry, paper, 30).reason is Reason.ALREADY_USED
    assert ride(leave, paper, 900).reason is Reason.OK
    assert ride(leave, paper, 960).reason is Reason.ALREADY_USED


def test_an_exit_that_cannot_see_the_entry_opens_and_flags(city, ride):
    leave, rider = city.gate(EXIT), city.rider("metro-2a-single")
    verdict = ride(leave, rider, 0)
    assert verdict.reason is Reason.OK
    assert verdict.flags == {"no-entry"}
    assert next(iter(leave.store.taps())).flags == ("no-entry",)
    assert ride(city.gate(ENTRY), rider, 900).reason is Reason.ALREADY_USED


def test_an_exit_may_be_set_to_refuse_a_missing_entry(city, ride):
    leave = city.gate(replace(EXIT, missing_entry=Doubt.REFUSE))
    assert ride(leave, city.rider(), 0).reason is Reason.NO_ENTRY


def test_a_bus_single_burns_once_a_vehicle(city, ride):
    bus, rider = city.gate(BUS), city.rider("bus-single")
    assert ride(bus, rider, 0).reason is Reason.OK
    assert ride(bus, rider, 3600).reason is Reason.ALREADY_USED


def test_two_offline_buses_cannot_see_each_other(city, ride):
    """The stated exposure: what one vehicle burnt, another does not know; the back office finds it on upload."""
    rider = city.rider("bus-single")
    first, second = city.gate(BUS, "bus-1.db"), city.gate(replace(BUS, reader="BUS-32-0418"), "bus-2.db")
    assert [ride(bus, rider, 60 * i).reason for i, bus in enumerate((first, second))] == [Reason.OK] * 2


def test_a_bus_pass_has_three_minutes_of_passback(city, ride):
    bus, rider = city.gate(BUS), city.rider("bus-month-all")
    ride(bus, rider, 0)
    assert ride(bus, rider, 179).reason is Reason.PASSBACK
    assert ride(bus, rider, 180).reason is Reason.OK


def test_tickets_of_two_issuers_with_one_number_are_two_tickets(city, tmp_path, ride):
    other = City(tmp_path)
    trust = type(city.trust).of([city.issuer.public_record(), other.issuer.public_record()])
    gate = city.gate(ENTRY, trust=trust)
    assert ride(gate, city.rider("metro-2a-single"), 0).reason is Reason.OK
    assert ride(gate, other.rider("metro-2a-single"), 1).reason is Reason.OK


def test_another_signature_over_the_same_moment_is_the_same_moment(city, ride):
    """ES256 signatures differ each time, and high s is valid: replay is never keyed on bytes."""
    gate, beside, rider = city.gate(ENTRY), city.gate(replace(ENTRY, reader="2A-CAT-LINH-02")), city.rider()
    assert rider.code(START) != rider.code(START)
    ride(gate, rider, 0)
    assert ride(beside, rider, 3, moment=0).reason is Reason.REPLAYED


def test_an_older_code_is_no_retry(city, ride):
    gate, rider = city.gate(ENTRY), city.rider()
    ride(gate, rider, 30, passes=False)
    assert ride(gate, rider, 32, moment=15).reason is Reason.REPLAYED


def test_a_ticket_of_two_rides_is_entered_twice_but_not_twice_in_a_row(city, ride):
    sample = hanoi_sample()
    double = replace(sample.product("metro-2a-single"), rides=2)
    rows = [double if product.number == double.number else product for product in sample.products.values()]
    catalogue = Catalogue.of("VND", sample.utc_offset, sample.riders.values(), sample.areas.values(), rows)
    trust = TrustBundle.of([city.issuer.public_record()], catalogue=catalogue)
    entry, leave = (city.gate(profile, trust=trust) for profile in (ENTRY, EXIT))
    rider = city.rider("metro-2a-single")
    taps = [
        (entry, Reason.OK),
        (entry, Reason.ALREADY_USED),
        (leave, Reason.OK),
        (entry, Reason.OK),
        (leave, Reason.OK),
    ]
    for i, (gate, reason) in enumerate([*taps, (entry, Reason.ALREADY_USED)]):
        assert ride(gate, rider, 700 * i).reason is reason


@pytest.mark.parametrize("product", ["metro-2a-single", "metro-2a-day"])
def test_a_ride_that_began_in_time_may_end_after_midnight(city, ride, product):
    entry, leaving = city.gate(ENTRY), city.gate(EXIT)
    rider, late = (city.rider(product, valid_until=START + 600) for _ in range(2))
    ride(entry, rider, 590)
    verdict = ride(leaving, rider, 1500)
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"expired"})
    assert ride(leaving, late, 1500).reason is Reason.EXPIRED
    assert ride(entry, rider, 1600).reason is Reason.EXPIRED


@pytest.mark.parametrize("product", ["metro-2a-single", "metro-2a-day"])
def test_its_exit_is_shown_again_as_any_other(city, ride, product):
    entry, leaving, rider = city.gate(ENTRY), city.gate(EXIT), city.rider(product, valid_until=START + 600)
    ride(entry, rider, 590)
    ride(leaving, rider, 1500, passes=False)
    again = ride(leaving, rider, 1508, moment=1500)
    assert (again.reason, again.flags) == (Reason.OK, {"expired", "repeated"})
    assert ride(leaving, rider, 1509, moment=1500).reason is Reason.EXPIRED
    assert len(list(leaving.store.taps())) == 2
