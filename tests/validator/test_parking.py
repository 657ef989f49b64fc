"""Parking: the way in opens a session, the way out prices and closes it, and holds back no car for its own trouble."""

import contextlib
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hanoi_ticket import Reason, TrustBundle
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.validator import Doubt, Profile, Store
from tests.city import DAY, START

IN, OUT = Profile.named("parking-entry"), Profile.named("parking-exit")
STRICT = replace(OUT, release=Doubt.REFUSE, clock_doubt=Doubt.REFUSE)
HOUR = 3600


@pytest.fixture
def drive(city):
    """A car's tap at START + `after`; it rolls through when the barrier opens."""

    def tap(gate, car, after):
        city.time.seconds = START + after
        verdict = gate.tap(car.code(START + after))
        if verdict.accepted and "store-unavailable" not in verdict.flags:
            gate.passed(verdict)
        return verdict

    return tap


@contextlib.contextmanager
def busy(city):
    """Another program is in the middle of its step, for longer than a gate waits."""
    with contextlib.closing(sqlite3.connect(city.folder / "store.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("product", "paper", "stay", "price"),
    [
        ("parking-car", False, 30 * 60, 25_000),
        ("parking-car", True, 5 * HOUR, 2 * 25_000 + 2 * 35_000 + 45_000),
        ("parking-motorbike", False, 30 * 60, 8_000),
        ("parking-motorbike", True, DAY + HOUR, 8_000),
    ],
)
def test_a_stay_is_priced_and_closed(city, drive, product, paper, stay, price):  # noqa: PLR0917  a row
    car = city.rider(product, paper=paper)
    entry, leaving = city.gate(IN), city.gate(OUT)
    assert drive(entry, car, 0).accepted
    assert drive(entry, car, 120).reason is Reason.ALREADY_USED
    verdict = drive(leaving, car, stay)
    assert (verdict.reason, verdict.amount, verdict.flags) == (Reason.OK, price, frozenset())
    assert drive(leaving, car, stay + 120).reason is Reason.ALREADY_USED
    assert drive(entry, car, stay + 240).reason is Reason.ALREADY_USED
    assert [tap.amount for tap in entry.store.taps()] == [0, price]


def test_a_stay_past_midnight_is_priced_by_the_tariff_of_its_first_day(city, drive):
    midnight = 15 * HOUR  # START is 9:00 in Hanoi
    car = city.rider("parking-car")
    drive(city.gate(IN), car, midnight - HOUR)
    assert drive(city.gate(OUT), car, midnight + HOUR).amount == 50_000


def test_a_lost_entry_opens_and_is_flagged(city, drive):
    verdict = drive(city.gate(OUT), city.rider("parking-car"), 0)
    assert (verdict.reason, verdict.amount, verdict.flags) == (Reason.OK, 0, {"no-entry"})
    refusing = city.gate(replace(OUT, missing_entry=Doubt.REFUSE))
    assert drive(refusing, city.rider("parking-car"), 0).reason is Reason.NO_ENTRY


def test_a_car_that_rolls_slowly_is_not_shut_in(city):
    entry, leaving, car = city.gate(IN), city.gate(OUT), city.rider("parking-car")
    city.time.seconds = START
    entry.tap(car.code(START))
    city.time.seconds = START + HOUR
    assert leaving.tap(car.code(START + HOUR)).amount == 25_000
    city.time.seconds += 50
    again = leaving.tap(car.code(START + HOUR + 45))
    assert (again.reason, again.flags) == (Reason.OK, {"repeated"})


def test_a_ticket_that_has_ended_opens_also_where_no_entry_is_seen(city, drive):
    verdict = drive(city.gate(OUT), city.rider("parking-car", valid_until=START), 0)
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"expired", "no-entry"})


def test_a_stay_that_outlasts_its_ticket_is_still_priced(city, drive):
    car = city.rider("parking-motorbike", valid_until=START + HOUR)
    entry = city.gate(IN)
    drive(entry, car, 0)
    unseen = city.rider("parking-motorbike", valid_until=START + HOUR)
    assert drive(city.gate(STRICT), unseen, 2 * HOUR).reason is Reason.EXPIRED
    leaving = city.gate(OUT)
    city.time.seconds = START + 10 * DAY
    leaving.tidy()
    verdict = drive(leaving, car, 10 * DAY)
    assert (verdict.reason, verdict.amount, verdict.flags) == (Reason.OK, 8_000, {"expired"})
    assert drive(entry, city.rider("parking-motorbike", valid_until=START + HOUR), DAY).reason is Reason.EXPIRED


def test_old_trust_holds_back_nobody(city, drive):
    authority = PrivateKey.generate("EdDSA")

    def bundle(version, **term):
        made = TrustBundle.of([IssuerRecord(city.issuer.public_record().key, **term)])
        return TrustBundle.decode(made.sign(authority, version=version, at=START - DAY), authority.public_key)

    car, other = city.rider("parking-car"), city.rider("parking-car", valid_until=START + 30 * DAY)
    entry, leaving = city.gate(IN, trust=bundle(1)), city.gate(OUT, trust=bundle(1))
    drive(entry, car, 0)
    drive(entry, other, 0)
    assert drive(city.gate(STRICT, trust=bundle(1)), car, 7 * DAY).reason is Reason.TRUST_EXPIRED
    assert drive(entry, other, 7 * DAY).reason is Reason.TRUST_EXPIRED
    verdict = drive(leaving, car, 7 * DAY)
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"expired", "trust-expired"})
    assert verdict.amount > 0
    leaving.update_trust(bundle(2, valid_until=START + DAY))
    assert drive(leaving, other, 3 * DAY).reason is Reason.OK


def test_a_reader_without_a_time_opens_and_flags(city, drive):
    car = city.rider("parking-car")
    drive(city.gate(IN), car, 0)
    lost = TrackedClock(lambda: None)
    assert city.gate(STRICT, clock=lost).tap(car.code(START + HOUR)).reason is Reason.CLOCK_UNKNOWN
    verdict = city.gate(OUT, clock=lost).tap(car.code(START + HOUR))
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"clock"})


def test_a_store_that_fails_opens_and_is_told_later(city, drive):
    car = city.rider("parking-car")
    with city.gate(IN) as entry:
        drive(entry, car, 0)
    leaving = city.gate(OUT)
    with busy(city):
        verdict = drive(leaving, car, HOUR)
        assert (verdict.reason, verdict.flags) == (Reason.OK, {"store-unavailable"})
        assert drive(leaving, city.rider("metro-2a-day"), HOUR).reason is Reason.WRONG_MODE
    leaving.tidy()
    assert [(tap.direction, tap.flags) for tap in leaving.store.taps()] == [
        ("entry", ()),
        ("exit", ("store-unavailable",)),
    ]
    leaving.tidy()
    assert drive(leaving, car, HOUR + 120).reason is Reason.ALREADY_USED
    assert len(list(leaving.store.taps())) == 2


@pytest.mark.parametrize("then", ["the next tap", "close"])
def test_what_waits_is_written_before_the_next_tap_and_at_the_end(city, drive, then):
    car, other = city.rider("parking-car"), city.rider("parking-car")
    leaving = city.gate(OUT)
    with busy(city):
        drive(leaving, car, 0)
    if then == "close":
        leaving.close()
        leaving = city.gate(OUT)
    drive(leaving, other, 60)
    assert [tap.at - START for tap in leaving.store.taps()] == [0, 60]
    assert drive(city.gate(IN), car, 120).reason is Reason.ALREADY_USED


def test_a_store_that_fails_does_not_keep_a_gate_from_closing(city, drive):
    leaving = city.gate(OUT)
    with busy(city):
        assert drive(leaving, city.rider("parking-car"), 0).flags == {"store-unavailable"}
        leaving.close()


def test_the_oldest_is_lost_where_too_much_waits(city, drive, monkeypatch):
    monkeypatch.setattr("hanoi_ticket.validator.store.BUSY_SECONDS", 0.05)
    monkeypatch.setattr("hanoi_ticket.validator.late.MOST", 2)
    leaving = city.gate(OUT)
    with busy(city):
        for after in (0, 60, 120):
            assert drive(leaving, city.rider("parking-car"), after).accepted
    leaving.tidy()
    assert [tap.at - START for tap in leaving.store.taps()] == [60, 120]


def test_whom_a_full_store_knows_needs_no_further_room_afterwards(city, drive):
    car, profile = city.rider("parking-car"), replace(OUT, capacity=1)
    drive(city.gate(IN), car, 0)
    leaving = city.gate(profile)
    with busy(city):
        assert drive(leaving, car, HOUR).flags == {"store-unavailable"}
    leaving.tidy()
    assert [tap.direction for tap in leaving.store.taps()] == ["entry", "exit"]


def test_what_waits_is_written_once_by_any_number_of_threads(city, drive, monkeypatch):
    leaving, transaction = city.gate(OUT), Store.transaction
    with busy(city):
        for after in (0, 60):
            drive(leaving, city.rider("parking-car"), after)

    def slow(store):
        time.sleep(0.05)
        return transaction(store)

    monkeypatch.setattr(Store, "transaction", slow)
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: leaving.tidy(), range(3)))
    assert [tap.at - START for tap in leaving.store.taps()] == [0, 60]


def test_who_was_unknown_takes_room_afterwards(city, drive):
    leaving = city.gate(replace(OUT, capacity=1))
    with busy(city):
        drive(leaving, city.rider("parking-car"), 0)
    leaving.tidy()
    assert drive(leaving, city.rider("parking-car"), 60).flags == {"store-full", "no-entry"}


def test_nor_does_a_store_that_is_full(city, drive):
    leaving = city.gate(replace(OUT, capacity=1))
    assert [drive(leaving, city.rider("parking-car"), 0).accepted for _ in range(2)] == [True, True]
    leaving.close()


def test_a_late_record_does_not_undo_what_another_gate_has_taken_since(city, drive):
    rider = city.rider("metro-2a-day")
    leaving = city.gate(replace(Profile.named("metro-exit"), release=Doubt.OPEN))
    entry = city.gate(Profile.named("metro-entry"))
    with busy(city):
        assert drive(leaving, rider, 0).flags == {"store-unavailable"}
    assert drive(entry, rider, 2 * HOUR).accepted
    leaving.tidy()
    assert {(tap.direction, tap.at - START) for tap in leaving.store.taps()} == {("exit", 0), ("entry", 2 * HOUR)}
    verdict = drive(leaving, rider, 3 * HOUR)
    assert (verdict.reason, verdict.flags) == (Reason.OK, frozenset()), "it sees the entry"


def test_a_full_store_opens_and_is_told_when_there_is_room(city, drive):
    leaving = city.gate(replace(OUT, capacity=1))
    first = city.rider("parking-car", valid_until=START + HOUR)
    drive(leaving, first, 0)
    verdict = drive(leaving, city.rider("parking-car"), 0)
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"store-full", "no-entry"})
    assert drive(city.gate(replace(STRICT, capacity=1)), city.rider("parking-car"), 0).reason is Reason.STORE_FULL
    city.time.seconds = START + 40 * DAY
    leaving.tidy()
    leaving.tidy()
    assert len(list(leaving.store.taps())) == 2


def test_a_forged_or_denied_ticket_stays_before_the_barrier(city, drive):
    car = city.rider("parking-car")
    ticket = drive(city.gate(IN), car, 0).ticket.claims.ticket_id
    city.denied.add(ticket)
    assert drive(city.gate(OUT), car, HOUR).reason is Reason.DENIED
    code = car.code(START + HOUR)
    assert city.gate(OUT).tap(code[:-3]).reason is not Reason.OK
