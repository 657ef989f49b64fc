"""Rides that are tied to one another, at real gates: transfers, an interchange, missing exits, the daily cap."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hanoi_ticket import Reason
from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.fares.model import Kind
from hanoi_ticket.fares.rides import Journey
from hanoi_ticket.validator import Profile, riding
from tests.city import START, City
from tests.fares.tied import tied_hanoi

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")
BUS_ENTRY, BUS_EXIT = Profile.named("bus-entry"), Profile.named("bus-exit")
HOUR = 3600
ACCOUNT = "pay-as-you-go"


def hanoi(moment: str) -> int:
    """Return a moment in Hanoi in UTC seconds."""
    return int(datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=UTC).timestamp()) - 7 * HOUR


@pytest.fixture
def tied(tmp_path):
    return City(tmp_path, catalogue=tied_hanoi(tmp_path / "feed"))


@pytest.fixture
def tap(tied):
    """Taps at a gate of the shared store, which is opened anew each time: nothing but the store remembers."""

    def at(rider, moment, place, profile=BUS, trip=""):
        tied.time.seconds = moment
        trip = trip or f"{place} {moment}"
        with tied.gate(replace(profile, place=place, reader=f"{place} {profile.direction}")) as gate:
            if profile.mode == "bus":
                gate.start_trip(trip)
            verdict = gate.tap(rider.code(moment))
            gate.passed(verdict)
        return verdict

    return at


def charged(tap, rider, taps):
    """The amounts of taps that are all accepted."""
    verdicts = [tap(rider, *one) for one in taps]
    assert [verdict.reason for verdict in verdicts] == [Reason.OK] * len(taps)
    return [verdict.amount for verdict in verdicts]


def rider_of(city, product=ACCOUNT, **claims):
    return city.rider(product, **{"valid_from": 0, "valid_until": START + 30 * 86_400} | claims)


@pytest.mark.parametrize(
    ("first", "then", "amounts"),
    [
        ("2026-11-23 07:00", "2026-11-23 08:00", [10_000, 0]),
        ("2026-11-23 07:00", "2026-11-23 08:01", [10_000, 10_000]),
        ("2026-11-23 23:50", "2026-11-24 00:10", [10_000, 0]),
        ("2026-11-30 23:50", "2026-12-01 00:10", [10_000, 0]),
        ("2026-11-30 22:50", "2026-12-01 00:10", [10_000, 13_000]),
        ("2026-12-01 07:00", "2026-12-01 07:30", [13_000, 0]),
    ],
    ids=["within the limit", "after it", "over midnight", "over a tariff change", "after both", "after the change"],
)
def test_a_second_bus_within_the_limit_costs_nothing_more(tied, tap, first, then, amounts):
    taps = [(hanoi(first), "bus-32"), (hanoi(then), "bus-27")]
    assert charged(tap, rider_of(tied), taps) == amounts


@pytest.mark.parametrize(
    ("first", "then", "amounts"),
    [
        ("2026-11-23 07:00", "2026-11-23 07:30", [10_000, 12_000 - 2_000]),
        ("2026-11-23 07:00", "2026-11-23 07:31", [10_000, 12_000]),
        ("2026-11-30 23:45", "2026-12-01 00:05", [10_000, 12_000 - 2_000]),
        ("2026-12-01 00:05", "2026-12-01 00:25", [13_000, 12_000 - 3_000]),
    ],
    ids=["within", "after", "the discount of the first leg's day", "the new discount"],
)
def test_a_discount_is_that_of_the_day_on_which_the_journey_began(tied, tap, first, then, amounts):
    taps = [(hanoi(first), "bus-32"), (hanoi(then), "bus-57")]
    assert charged(tap, rider_of(tied), taps) == amounts


def test_a_third_bus_is_another_journey(tied, tap):
    times = [START + 900 * n for n in range(4)]
    routes = ["bus-32", "bus-27", "bus-32", "bus-27"]
    assert charged(tap, rider_of(tied), list(zip(times, routes, strict=True))) == [10_000, 0, 10_000, 0]


@pytest.mark.parametrize("tap_out", [True, False], ids=["2A to 3.1", "not at the interchange"])
def test_an_interchange_is_one_leg(tied, tap, tap_out):
    change = "2a-cat-linh" if tap_out else "2a-la-thanh"
    taps = [
        (START, "2a-yen-nghia", ENTRY),
        (START + 1500, change, EXIT),
        (START + 1800, "31-cau-giay", ENTRY),
        (START + 3000, "31-nhon", EXIT),
    ]
    amounts = charged(tap, rider_of(tied), taps)
    assert amounts == ([0, 15_000, 0, 3_000] if tap_out else [0, 14_000, 0, 12_000])


def test_a_single_for_both_lines_goes_through_the_interchange(tied, tap):
    single = rider_of(tied, "metro-through")
    taps = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-nhon", EXIT)]
    reasons = [tap(single, START + 900 * n, *one).reason for n, one in enumerate(taps)]
    assert reasons == [Reason.OK] * 4
    assert tap(single, START + 4000, "31-nhon", ENTRY).reason is Reason.ALREADY_USED


def test_a_single_does_not_go_on_elsewhere(tied, tap):
    single = rider_of(tied, "metro-through")
    taps = [("2a-yen-nghia", ENTRY), ("2a-la-thanh", EXIT), ("31-cau-giay", ENTRY)]
    reasons = [tap(single, START + 900 * n, *one).reason for n, one in enumerate(taps)]
    assert reasons == [Reason.OK, Reason.OK, Reason.ALREADY_USED]


def test_the_second_ride_of_a_single_is_a_journey_of_its_own(tied, tap):
    """It has not paid for the way through: 18,000, where each line alone is within its 15,000."""
    twice = rider_of(tied, "metro-twice")
    taps = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-nhon", EXIT)]
    reasons = [tap(twice, START + 900 * n, *one).reason for n, one in enumerate([*taps, ("31-nhon", ENTRY)])]
    assert reasons == [Reason.OK] * 4 + [Reason.ALREADY_USED]


def test_the_exit_asks_what_the_whole_journey_costs(tied, tap):
    single = rider_of(tied, "metro-through")
    taps = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-minh-khai", EXIT)]
    *_, verdict = [tap(single, START + 900 * n, *one) for n, one in enumerate(taps)]
    assert (verdict.reason, verdict.amount) == (Reason.WRONG_AREA, 2_000)


@pytest.mark.parametrize("away", [("2a-yen-nghia", ENTRY), ("2a-yen-nghia", EXIT)])
def test_a_used_single_is_used_wherever_it_is_shown(tied, tap, away):
    """Its ride has ended, or goes on: from here no further one is asked for its price."""
    single = rider_of(tied, "metro-2a-single-1")
    ride = [("2a-cat-linh", ENTRY), ("2a-la-thanh", EXIT)][: 1 + (away[1] is EXIT)]
    assert [tap(single, START + 900 * n, *one).accepted for n, one in enumerate(ride)] == [True] * len(ride)
    assert tap(single, START + 3600, *away).reason is Reason.ALREADY_USED


def test_a_single_goes_through_the_interchange_once(tied, tap):
    single = rider_of(tied, "metro-through")
    taps = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-cau-giay", EXIT)]
    reasons = [tap(single, START + 900 * n, *one).reason for n, one in enumerate([*taps, ("2a-cat-linh", ENTRY)])]
    assert reasons == [Reason.OK] * 4 + [Reason.ALREADY_USED]


@pytest.mark.parametrize("paper", [True, False])
def test_a_bus_single_is_good_for_its_transfer_and_no_more(tied, tap, paper):
    in_time, late = (rider_of(tied, "bus-single-2", paper=paper) for _ in range(2))
    assert tap(in_time, START, "bus-32").reason is Reason.OK
    assert tap(late, START, "bus-32").reason is Reason.OK
    assert tap(in_time, START + HOUR, "bus-27").reason is Reason.OK
    assert tap(late, START + HOUR + 60, "bus-27").reason is Reason.ALREADY_USED
    assert tap(in_time, START + HOUR + 60, "bus-32").reason is Reason.ALREADY_USED


def test_a_single_goes_on_while_it_has_paid_enough(tied, tap):
    dear, cheap = rider_of(tied, "bus-single"), rider_of(tied, "bus-single-3")
    taps = [
        (START, dear, "bus-32"),
        (START, cheap, "bus-32"),
        (START + 900, dear, "bus-57"),
        (START + 900, cheap, "bus-57"),
    ]
    reasons = [tap(single, moment, place).reason for moment, single, place in taps]
    assert reasons == [Reason.OK, Reason.OK, Reason.OK, Reason.ALREADY_USED]  # 10,000 + 12,000 - 2,000 is 20,000


def test_the_second_ride_on_a_bus_has_a_transfer_of_its_own(tied, tap):
    """Too cheap for the first one; the second begins after the single has become dearer."""
    twice, begin = rider_of(tied, "bus-twice"), hanoi("2026-11-30 23:30")
    taps = [(begin, "bus-32"), (begin + 2400, "bus-27"), (begin + 4800, "bus-32"), (begin + 6000, "bus-27")]
    assert [tap(twice, *one).reason for one in taps] == [Reason.OK] * 3 + [Reason.ALREADY_USED]


def test_a_single_has_paid_what_it_cost_when_its_journey_began(tied, tap):
    taps = [("2026-11-30 23:50", "bus-32"), ("2026-12-01 00:10", "bus-27"), ("2026-12-01 00:20", "bus-57")]
    dear = rider_of(tied, "bus-dear")
    assert [tap(dear, hanoi(moment), place).reason for moment, place in taps] == [Reason.OK] * 3


def test_a_transfer_counts_where_riders_tap_out_too(tied, tap):
    first, then = (BUS_ENTRY, BUS_EXIT), ("bus-32", "bus-27")
    taps = [(place, door, f"trip of {place}") for place in then for door in first]
    assert charged(tap, rider_of(tied), [(START + 300 * n, *one) for n, one in enumerate(taps)]) == [0, 10_000, 0, 0]


def test_a_single_has_one_transfer_where_riders_tap_out_too(tied, tap):
    doors = [(place, door, f"trip of {place}") for place in ("bus-32", "bus-27") for door in (BUS_ENTRY, BUS_EXIT)]
    taps = [*doors, ("bus-32", BUS_ENTRY, "another trip")]
    single = rider_of(tied, "bus-single-2")
    reasons = [tap(single, START + 300 * n, *one).reason for n, one in enumerate(taps)]
    assert reasons == [Reason.OK] * 4 + [Reason.ALREADY_USED]


def test_who_boards_the_same_trip_again_has_a_companion_and_no_transfer(tied, tap):
    account, single = rider_of(tied), rider_of(tied, "bus-single-2")
    verdicts = [
        tap(rider, moment, "bus-32", BUS, "32-0900") for moment in (START, START + 600) for rider in (account, single)
    ]
    assert [verdict.reason for verdict in verdicts] == [Reason.OK, Reason.OK, Reason.OK, Reason.ALREADY_USED]
    assert [verdict.amount for verdict in verdicts] == [10_000, 0, 10_000, 0]


def test_a_companion_counts_towards_the_cap(tied, tap):
    taps = [(START + 600 * n, "bus-74", BUS, "74-0900") for n in range(4)]
    assert charged(tap, rider_of(tied), taps) == [20_000, 20_000, 20_000, 0]


def test_an_exit_without_an_entry_is_a_ride_from_there(tied, tap):
    account = rider_of(tied)
    taps = [(START, "2a-yen-nghia", ENTRY), (START + 1500, "2a-cat-linh", EXIT), (START + 3000, "2a-yen-nghia", EXIT)]
    assert charged(tap, account, taps) == [0, 15_000, 8_000]


def test_a_bus_after_a_missed_exit_is_a_ride_of_its_own(tied, tap):
    """Nor is it a transfer from the bus before."""
    taps = [(START, "bus-32"), (START + 900, "2a-yen-nghia", ENTRY), (START + 1500, "bus-27")]
    assert charged(tap, rider_of(tied), taps) == [10_000, 0, 20_000 + 10_000]


def test_passback_holds_an_account_too(tied, tap):
    account = rider_of(tied)
    assert tap(account, START, "bus-32", BUS, "32-0900").accepted
    assert tap(account, START + 170, "bus-32", BUS, "32-0900").reason is Reason.PASSBACK


def test_the_next_entry_pays_for_the_exit_that_was_missed(tied, tap):
    account = rider_of(tied)
    assert tap(account, START, "2a-yen-nghia", ENTRY).amount == 0
    entry = tap(account, START + HOUR, "2a-la-khe", ENTRY)
    assert (entry.reason, entry.amount, entry.flags) == (Reason.OK, 20_000, {"no-exit"})
    leaving = tap(account, START + HOUR + 600, "2a-yen-nghia", EXIT)
    assert (leaving.amount, leaving.flags) == (9_000, frozenset())
    with tied.gate(ENTRY) as gate:
        assert [(tap.amount, tap.flags) for tap in gate.store.taps()] == [(0, ()), (20_000, ("no-exit",)), (9_000, ())]


def test_a_day_costs_no_more_than_its_cap(tied, tap):
    account = rider_of(tied)
    morning = hanoi("2026-11-23 06:00")
    taps = [(morning + 2 * HOUR * n, "bus-74") for n in range(5)]
    assert charged(tap, account, taps) == [20_000, 20_000, 20_000, 0, 0]
    assert charged(tap, account, [(hanoi("2026-11-23 23:59"), "bus-14")]) == [0]
    assert charged(tap, account, [(hanoi("2026-11-24 00:03"), "bus-14")]) == [8_000]


def test_a_missed_exit_counts_towards_the_cap_of_its_own_day(tied, tap):
    account = rider_of(tied)
    late = hanoi("2026-11-23 18:00")
    assert charged(tap, account, [(late + 900 * n, "bus-74") for n in range(3)]) == [20_000] * 3
    assert tap(account, late + 4 * HOUR, "2a-yen-nghia", ENTRY).amount == 0
    next_day = hanoi("2026-11-24 06:00")
    assert tap(account, next_day, "2a-yen-nghia", ENTRY).amount == 0
    assert tap(account, next_day + 1800, "2a-cat-linh", EXIT).amount == 15_000


def test_a_ride_over_midnight_counts_towards_the_cap_of_the_day_when_it_began(tied, tap):
    morning = hanoi("2026-11-23 06:00")
    ride = [(hanoi("2026-11-23 23:50"), "2a-yen-nghia", ENTRY), (hanoi("2026-11-24 00:10"), "2a-cat-linh", EXIT)]
    taps = [*((morning + 2 * HOUR * n, "bus-74") for n in range(3)), *ride]
    assert charged(tap, rider_of(tied), taps) == [20_000, 20_000, 20_000, 0, 0]


def test_a_ride_that_no_rule_prices_is_flagged(tied, tap):
    account = rider_of(tied)
    assert tap(account, START, "2a-yen-nghia", ENTRY).accepted
    verdict = tap(account, START + 900, "31-cau-dien", EXIT)
    assert (verdict.reason, verdict.amount, verdict.flags) == (Reason.OK, 0, {"unpriced"})


def test_after_a_ride_without_a_price_a_journey_begins_anew(tied, tap):
    places = [("bus-32", BUS), ("2a-yen-nghia", ENTRY), ("31-cau-dien", EXIT), ("bus-27", BUS)]
    taps = [(START + 600 * n, *one) for n, one in enumerate(places)]
    assert charged(tap, rider_of(tied), taps) == [10_000, 0, 0, 10_000]


def kept(city):
    with sqlite3.connect(city.folder / "store.db") as db:
        return [bytes(row[0]) if row[0] else None for row in db.execute("SELECT journey FROM uses")]


def test_nothing_is_kept_for_passes_nor_where_no_rule_ties_legs(tied, tap, tmp_path):
    tap(rider_of(tied, "bus-month-all"), START, "bus-32")
    assert kept(tied) == [None]
    plain = City(tmp_path / "plain")
    plain.folder.mkdir()
    singles = [product for product in plain.catalogue.products.values() if product.kind is Kind.SINGLE]
    assert singles
    with plain.gate(BUS) as gate:
        assert gate.tap(plain.rider("bus-single").code(START)).accepted
    assert kept(plain) == [None]


def test_a_journey_takes_little_room(tied, tap):
    charged(tap, rider_of(tied), [(START, "bus-32"), (START + 900, "bus-27")])
    (row,) = kept(tied)
    assert len(row) < 64


def test_a_journey_that_is_none_is_a_damaged_store():
    assert riding.decoded(bytes.fromhex("820001")) == Journey((), 0, 1)
    no_numbers = b"\x82\x61a\x01", b"\x83\x00\x00\x85\x01\x02\x03\x04\x61a", b"\x82\x00\xf5"
    for damage in (b"\x80", b"\x83\x01\x01\x81\x01", b"\xff", 1, "text", *no_numbers):
        with pytest.raises(StoreUnavailable, match="journey"):
            riding.decoded(damage)
