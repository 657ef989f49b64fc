"""One tap: its order, its time, its memory."""

import contextlib
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.errors import StoreUnavailable, TrustRejected
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.reasons import Signal
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.trust import StatusList
from hanoi_ticket.validator import Doubt, Profile, journal
from hanoi_ticket.wire import presentation
from tests.city import DAY, START

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")
SENIOR = 4  # a rider category that staff check at every entry


def forged(rider, at):
    """The rider's ticket with a proof that another phone signed."""
    thief = Holder.generate()
    own = presentation.decode(rider.code(at))
    message = presentation.Presentation(own.ticket, own.proof, own.payload).to_be_signed("ES256")
    return presentation.encode(rider.ticket, own.payload, thief._signer.sign(message))


def test_nothing_is_written_before_both_signatures_hold(city):
    gate, rider = city.gate(ENTRY), city.rider()
    assert gate.tap(forged(rider, START)).reason is Reason.HOLDER_SIGNATURE
    assert not list(gate.store.taps())
    assert gate.tap(rider.code(START)).reason is Reason.OK


def test_a_fare_refusal_burns_nothing(city):
    rider = city.rider("metro-2a-single")
    elsewhere = city.gate(replace(ENTRY, place="31-nhon"))
    assert elsewhere.tap(rider.code(START)).reason is Reason.WRONG_AREA
    assert not list(elsewhere.store.taps())
    assert city.gate(ENTRY).tap(rider.code(START)).reason is Reason.OK


@pytest.mark.parametrize(
    ("profile", "product", "reason"),
    [
        (BUS, "metro-2a-day", Reason.WRONG_MODE),
        (ENTRY, "bus-month-all", Reason.WRONG_MODE),
        (ENTRY, "metro-31-day", Reason.WRONG_AREA),
    ],
)
def test_a_ticket_is_for_its_mode_and_area(city, profile, product, reason):
    assert city.gate(profile).tap(city.rider(product).code(START)).reason is reason


def test_a_product_that_the_bundle_does_not_know_is_refused(city):
    sample = hanoi_sample()
    known = [product for product in sample.products.values() if product.id != "metro-2a-day"]
    less = Catalogue.of(sample.currency, sample.utc_offset, sample.riders.values(), sample.areas.values(), known)
    gate = city.gate(ENTRY, trust=TrustBundle.of([city.issuer.public_record()], catalogue=less))
    assert gate.tap(city.rider().code(START)).reason is Reason.UNKNOWN_PRODUCT


def test_a_concession_needs_the_staff(city):
    gate, rider = city.gate(BUS), city.rider("free-pass", rider=SENIOR)
    assert gate.tap(rider.code(START)).reason is Reason.CONCESSION_CHECK
    assert gate.tap(rider.code(START), checked=True).reason is Reason.OK


def test_a_denied_ticket_is_refused_by_the_next_bundle(city):
    gate, rider = city.gate(ENTRY), city.rider()
    city.denied.add(presentation.decode(rider.code(START)).ticket.claims.ticket_id)
    gate.update_trust(city.trust)
    assert gate.tap(rider.code(START)).reason is Reason.DENIED


@pytest.mark.parametrize(
    ("profile", "age", "reason"),
    [
        (ENTRY, 45, Reason.OK),
        (ENTRY, 46, Reason.CODE_TOO_OLD),
        (ENTRY, -15, Reason.OK),
        (ENTRY, -16, Reason.CODE_FROM_FUTURE),
        (BUS, 75, Reason.OK),
        (BUS, 76, Reason.CODE_TOO_OLD),
        (BUS, -30, Reason.OK),
        (BUS, -31, Reason.CODE_FROM_FUTURE),
    ],
)
def test_a_proof_is_fresh_within_the_window_of_its_mode(city, profile, age, reason):
    rider = city.rider("metro-2a-day" if profile is ENTRY else "bus-month-all")
    city.time.seconds = START + age
    assert city.gate(profile).tap(rider.code(START)).reason is reason


def test_validity_begins_and_ends_to_the_second(city):
    gate = city.gate(ENTRY)
    rider = city.rider(valid_from=START + 100, valid_until=START + 200)
    reasons = []
    for after in (99, 100, 199, 200):
        city.time.seconds = START + after
        reasons.append(gate.tap(rider.code(START + after)).reason)
    assert reasons == [Reason.NOT_YET_VALID, Reason.OK, Reason.PASSBACK, Reason.EXPIRED]


def test_a_challenge_must_be_signed(city):
    gate, rider = city.gate(ENTRY), city.rider()
    assert gate.tap(rider.code(START), challenge=42).reason is Reason.CHALLENGE
    assert gate.tap(rider.code(START, challenge=41), challenge=42).reason is Reason.CHALLENGE
    assert gate.tap(city.rider("metro-2a-single", paper=True).code(START), challenge=42).reason is Reason.CHALLENGE
    assert gate.tap(rider.code(START, challenge=42), challenge=42).reason is Reason.OK


class TestTime:
    def test_without_time_the_metro_fails_closed(self, city):
        rider = city.rider()
        city.time.seconds = None
        assert city.gate(ENTRY).tap(rider.code(START)).reason is Reason.CLOCK_UNKNOWN

    def test_a_bus_may_declare_to_open_without_time(self, city):
        rider = city.rider("bus-month-all")
        city.time.seconds = None
        verdict = city.gate(replace(BUS, clock_doubt=Doubt.OPEN)).tap(rider.code(START))
        assert verdict.reason is Reason.OK
        assert "clock" in verdict.flags

    def test_a_bus_without_time_still_knows_what_expired_before_the_bundle(self, city):
        rider = city.rider("bus-month-all", valid_from=START - 2 * DAY, valid_until=START - DAY)
        trust = replace(city.trust, issued_at=START)
        city.time.seconds = None
        gate = city.gate(replace(BUS, clock_doubt=Doubt.OPEN), trust=trust)
        assert gate.tap(rider.code(START)).reason is Reason.EXPIRED

    def test_holdover_counts_on_until_the_error_is_too_large(self, city):
        ticks = [0.0]
        clock = TrackedClock(city.time, drift=0.01, holdover_limit=30, monotonic=lambda: ticks[0])
        gate, rider = city.gate(ENTRY, clock=clock), city.rider()
        city.time.seconds, ticks[0] = None, 100
        assert gate.tap(rider.code(START + 100)).reason is Reason.OK
        ticks[0] = 200
        assert gate.tap(rider.code(START + 200)).reason is Reason.CLOCK_UNKNOWN

    def test_a_degraded_bus_widens_its_window_by_its_error_and_flags(self, city):
        ticks = [0.0]
        clock = TrackedClock(city.time, drift=0.01, holdover_limit=60, monotonic=lambda: ticks[0])
        gate = city.gate(replace(BUS, clock_doubt=Doubt.OPEN), clock=clock)
        rider = city.rider("bus-month-all")
        city.time.seconds, ticks[0] = None, 2001  # error 20.51 s: the window goes to 75 + 21
        assert gate.tap(rider.code(START + 2001 - 97)).reason is Reason.CODE_TOO_OLD
        verdict = gate.tap(rider.code(START + 2001 - 96))
        assert verdict.reason is Reason.OK
        assert verdict.flags == {"clock"}

    def test_time_never_runs_backwards_across_a_restart(self, city):
        rider = city.rider()
        with city.gate(ENTRY) as gate:
            assert gate.tap(rider.code(START)).accepted
        city.time.seconds = START - 3600
        with city.gate(ENTRY) as gate:
            assert gate.tap(rider.code(START - 3600)).reason is Reason.CLOCK_UNKNOWN

    def test_time_never_runs_backwards_between_taps(self, city):
        gate = city.gate(ENTRY)
        assert gate.tap(city.rider().code(START)).accepted
        city.time.seconds = START - 60
        assert gate.tap(city.rider().code(START - 60)).reason is Reason.CLOCK_UNKNOWN
        city.time.seconds = START - 1
        assert gate.tap(city.rider().code(START)).at == START

    def test_a_clock_behind_the_bundle_s_signing_is_not_believed(self, city):
        trust = replace(city.trust, issued_at=START + 60)
        assert city.gate(ENTRY, trust=trust).tap(city.rider().code(START)).reason is Reason.CLOCK_UNKNOWN


class TestTrust:
    def bundle(self, city, version, **ages):
        authority = self.authority = getattr(self, "authority", None) or PrivateKey.generate("EdDSA")
        return TrustBundle.decode(city.trust.sign(authority, version=version, at=START, **ages), authority.public_key)

    def test_an_ageing_bundle_is_first_soft_then_closed(self, city):
        gate = city.gate(ENTRY, trust=self.bundle(city, 1, soft_age=600, closed_age=1200))
        rider = city.rider()
        for after, reason, flags in ((599, Reason.OK, set()), (1199, Reason.OK, {"stale-trust", "no-exit"})):
            city.time.seconds = START + after
            verdict = gate.tap(rider.code(START + after))
            assert (verdict.reason, set(verdict.flags)) == (reason, flags)
        city.time.seconds = START + 1200
        assert gate.tap(rider.code(START + 1200)).reason is Reason.TRUST_EXPIRED

    def test_a_roll_back_is_refused_also_after_a_restart(self, city):
        with city.gate(ENTRY, trust=self.bundle(city, 2)) as gate, pytest.raises(TrustRejected, match="rolled back"):
            gate.update_trust(self.bundle(city, 1))
        with pytest.raises(TrustRejected, match="rolled back"):
            city.gate(ENTRY, trust=self.bundle(city, 1))

    def test_another_bundle_of_the_same_version_is_a_roll_back(self, city):
        gate = city.gate(ENTRY, trust=self.bundle(city, 2))
        with pytest.raises(TrustRejected, match="rolled back"):
            gate.update_trust(self.bundle(city, 2, soft_age=1))

    def test_a_bundle_without_a_signature_has_no_version_to_roll_back(self, city):
        with city.gate(ENTRY, trust=self.bundle(city, 2)) as gate:
            gate.update_trust(city.trust)
        with city.gate(ENTRY) as gate, pytest.raises(TrustRejected, match="rolled back"):
            gate.update_trust(self.bundle(city, 1))

    def test_a_bundle_that_does_not_know_the_place_is_refused(self, city):
        with pytest.raises(TrustRejected, match="no area"):
            city.gate(replace(ENTRY, place="atlantis"))

    def test_a_ticket_under_a_key_that_has_ended_is_refused(self, city):
        short = Issuer(PrivateKey.generate("EdDSA"), valid_until=START + 100)
        city.issuer = short
        rider = city.rider(valid_until=START + 100, valid_from=START)
        with pytest.raises(ValueError, match="outlive"):
            city.rider(valid_until=START + 101, valid_from=START)
        record = replace(short.public_record(), valid_until=START + 50)
        city.time.seconds = START + 50
        gate = city.gate(ENTRY, trust=TrustBundle.of([record]))
        assert gate.tap(rider.code(START + 50)).reason is Reason.ISSUER_KEY_EXPIRED

    def test_taps_go_on_while_bundles_are_swapped(self, city):
        gate, rider = city.gate(ENTRY), city.rider()
        denied = {city.issuer.public_record().kid: StatusList.of([0])}
        good, bad = city.trust, replace(city.trust, denied=denied)
        stop = threading.Event()

        def swap():
            while not stop.is_set():
                gate.update_trust(bad)
                gate.update_trust(good)

        swapper = threading.Thread(target=swap)
        swapper.start()
        seen = {gate.tap(rider.code(START)).reason for _ in range(100)}
        stop.set()
        swapper.join()
        assert seen <= {Reason.OK, Reason.DENIED}


class TestStore:
    def test_a_full_store_says_so_and_fails_closed(self, city):
        gate = city.gate(replace(ENTRY, capacity=1))
        assert gate.tap(city.rider().code(START)).reason is Reason.OK
        assert gate.tap(city.rider().code(START)).reason is Reason.STORE_FULL

    def test_a_start_makes_room_too(self, city):
        profile = replace(ENTRY, capacity=1)
        with city.gate(profile) as gate:
            gate.tap(city.rider(valid_until=START + 100).code(START))
        city.time.seconds = START + 2 * DAY
        rider = city.rider(valid_until=START + 3 * DAY)
        assert city.gate(profile).tap(rider.code(START + 2 * DAY)).reason is Reason.OK

    def test_a_ticket_is_remembered_for_a_day_after_its_end(self, city):
        entry, leave, rider = city.gate(ENTRY), city.gate(EXIT), city.rider(valid_until=START + 100)
        entry.tap(rider.code(START))
        city.time.seconds = START + DAY
        entry.tidy()
        verdict = leave.tap(rider.code(START + DAY))
        assert (verdict.reason, verdict.flags) == (Reason.OK, {"expired"})

    def test_a_full_store_still_serves_whom_it_knows(self, city):
        gate, rider = city.gate(replace(ENTRY, capacity=1)), city.rider()
        for after in (0, 700):
            city.time.seconds = START + after
            assert gate.tap(rider.code(START + after)).accepted

    def test_tidying_makes_room(self, city):
        gate = city.gate(replace(ENTRY, capacity=1))
        gate.tap(city.rider(valid_until=START + 100).code(START))
        city.time.seconds = START + 2 * DAY
        gate.tidy()
        assert gate.tap(city.rider(valid_until=START + 3 * DAY).code(START + 2 * DAY)).reason is Reason.OK

    def test_the_file_is_a_write_ahead_log_with_full_sync(self, city):
        store = city.gate(ENTRY).store
        assert (store._value("PRAGMA journal_mode"), store._value("PRAGMA synchronous")) == ("wal", 2)

    def test_a_file_system_without_a_write_ahead_log_is_refused(self, city):
        with pytest.raises(StoreUnavailable, match="WAL"):
            Validator.open(ENTRY, city.trust, ":memory:")

    def test_a_file_of_another_version_is_refused_and_left_as_it_is(self, city):
        """It holds taps that nobody has yet: they go out with the version that wrote them."""
        with city.gate(ENTRY) as gate:
            gate.tap(city.rider().code(START))
            gate.store._db.execute("PRAGMA user_version = 1")
        with pytest.raises(StoreUnavailable, match=r"schema 1, .* writes 2: hand its journal over"):
            city.gate(ENTRY)
        with contextlib.closing(sqlite3.connect(city.folder / "store.db")) as db:
            assert db.execute("SELECT count(*) FROM journal").fetchone() == (1,)

    def test_a_store_that_fails_refuses_and_says_so(self, city):
        gate, rider = city.gate(ENTRY), city.rider()
        gate.store.close()
        verdict = gate.tap(rider.code(START))
        assert verdict.reason is Reason.STORE_UNAVAILABLE

    @pytest.mark.parametrize("damage", [b"not a database at all" * 300, None])
    def test_a_damaged_store_is_set_aside_and_rebuilt(self, city, damage):
        with city.gate(ENTRY) as gate:
            gate.tap(city.rider().code(START))
        path = city.folder / "store.db"
        whole = path.read_bytes()
        path.write_bytes(damage or whole[:4096] + bytes(len(whole) - 4096))
        with city.gate(ENTRY) as gate:
            assert gate.store.set_aside.exists()
            assert gate.tap(city.rider().code(START)).accepted

    def test_the_journal_s_chain_shows_any_change(self, city):
        gate = city.gate(ENTRY)
        for _ in range(3):
            gate.tap(city.rider().code(START))
        rows = list(gate.store.journal_rows())
        assert journal.first_break(rows) is None
        changed = [rows[0], (2, rows[1][1][:-1] + b"\x09", rows[1][2]), rows[2]]
        assert journal.first_break(changed) == 2
        assert journal.first_break([rows[0], rows[2]]) == 3
        assert journal.first_break(rows[1:]) == 2

    def test_a_journal_whose_end_was_changed_is_set_aside(self, city):
        with city.gate(ENTRY) as gate:
            gate.tap(city.rider().code(START))
            gate.store._db.execute("UPDATE journal SET record = x'80'")
        with city.gate(ENTRY) as gate:
            assert gate.store.set_aside

    def test_check_and_record_are_one_step_for_threads_and_connections(self, city):
        gates = [city.gate(replace(ENTRY, reader=f"gate-{i}", retry=0)) for i in range(4)]
        codes = [city.rider("metro-2a-single").code(START) for _ in range(25)]
        with ThreadPoolExecutor(8) as pool:
            verdicts = list(pool.map(lambda job: job[0].tap(job[1]), [(g, c) for c in codes for g in gates * 2]))
        assert sum(verdict.accepted and "repeated" not in verdict.flags for verdict in verdicts) == 25
        assert {v.reason for v in verdicts} <= {Reason.OK, Reason.ALREADY_USED}
        assert journal.first_break(gates[0].store.journal_rows()) is None


@pytest.mark.parametrize("code", ["", "VT1:", b"\xff" * 400, "VT1:" + "A" * 400, "thẻ vé", "VT2:ABC", b"\x00"])
def test_garbage_is_a_verdict(city, code):
    verdict = city.gate(ENTRY).tap(code)
    assert not verdict.accepted
    assert 0 < verdict.reason < 30


def test_an_issuer_s_key_cannot_hold_a_ticket(city):
    other = PrivateKey.generate("EdDSA")
    trust = TrustBundle.of([city.issuer.public_record(), Issuer(other).public_record()])
    ticket = city.issuer.issue(other.public_key, "metro-2a-day", START, START + DAY)
    assert city.gate(ENTRY, trust=trust).tap(Holder(other).present(ticket, START)).reason is Reason.HOLDER_KEY


def test_every_reason_has_words_in_both_languages_and_only_ok_opens():
    for reason in Reason:
        assert reason.text("vi") != reason.text("en")
        assert (reason.signal is Signal.ACCEPT) == (reason is Reason.OK)


def test_an_exit_past_the_paid_distance_says_what_is_still_to_pay(city):
    entry, leave = city.gate(ENTRY), city.gate(EXIT)  # Cát Linh to Yên Nghĩa, the whole line
    rider = city.rider("metro-2a-single-1")
    assert entry.tap(rider.code(START)).accepted
    city.time.seconds = START + 1500
    verdict = leave.tap(rider.code(START + 1500))
    assert verdict.reason is Reason.WRONG_AREA
    assert verdict.amount == 7000  # 15,000 for the line less the 8,000 paid
    assert "amount" in verdict.as_dict()
