"""Gates of a station that share a server: one memory while it is there, declared doubt while it is not."""

import contextlib
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace

import pytest

from hanoi_ticket import Reason, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.validator import Profile, Store, station
from hanoi_ticket.validator.station import StationStore
from tests.city import START, City
from tests.conftest import ROOT
from tests.fares.tied import tied_hanoi
from tests.validator.redis_server import RedisServer
from tests.validator.station_load import rush

ENTRY, EXIT = Profile.named("metro-entry"), Profile.named("metro-exit")
SAFE = ("--appendonly", "yes")
SINGLE = "metro-2a-single"
NO_JOURNAL = "CREATE TEMP TRIGGER no_journal BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no room'); END"


@pytest.fixture
def server(tmp_path):
    server = RedisServer(tmp_path, *SAFE)
    yield server
    server.thaw()
    server.stop()


@pytest.fixture
def gates(city, server, monkeypatch):
    """Makes gates, each with a file of its own; the pause after a failure is short."""
    monkeypatch.setattr(station, "PAUSE", 0.2)
    with contextlib.ExitStack() as opened:

        def make(name, profile=ENTRY):
            store = StationStore(city.folder / f"{name}.db", server.url)
            gate = Validator(replace(profile, reader=name), city.trust, store, TrackedClock(city.time))
            return opened.enter_context(gate)

        yield make


def test_a_single_used_at_one_gate_is_used_at_all(city, gates):
    first, second, rider = gates("A"), gates("B"), city.rider(SINGLE)
    assert first.tap(rider.code(START)).reason is Reason.OK
    city.time.seconds = START + 15
    assert second.tap(rider.code(START + 15)).reason is Reason.ALREADY_USED
    assert not list(second.store.taps())


def test_the_exit_sees_the_entry_of_another_gate(city, gates):
    entry, leave, rider = gates("A"), gates("X", EXIT), city.rider(SINGLE)
    entry.tap(rider.code(START))
    city.time.seconds = START + 600
    verdict = leave.tap(rider.code(START + 600))
    assert (verdict.reason, set(verdict.flags)) == (Reason.OK, set())
    assert entry.tap(rider.code(START + 600)).reason is Reason.ALREADY_USED


def test_passback_and_moments_hold_across_gates(city, gates):
    first, second, rider = gates("A"), gates("B"), city.rider()
    first.tap(rider.code(START))
    assert second.tap(rider.code(START)).reason is Reason.REPLAYED
    city.time.seconds = START + 60
    assert second.tap(rider.code(START + 60)).reason is Reason.PASSBACK


def test_a_pass_tapped_out_at_another_gate_waits_from_its_entry(city, gates):
    entry, leave, rider = gates("A"), gates("X", EXIT), city.rider()
    taps = []
    for gate, after in [(entry, 0), (leave, 15), (gates("B"), 30), (entry, 180)]:
        city.time.seconds = START + after
        taps.append(gate.tap(rider.code(START + after)).reason)
    assert taps == [Reason.OK, Reason.OK, Reason.PASSBACK, Reason.OK]


def test_a_retry_is_the_same_gate_s_own(city, gates):
    first, second, rider = gates("A"), gates("B"), city.rider(SINGLE)
    first.tap(rider.code(START))
    assert first.tap(rider.code(START)).flags == {"repeated"}
    assert second.tap(rider.code(START)).reason is Reason.ALREADY_USED


def test_a_retry_without_the_server_says_so(city, gates, server):
    gate, rider = gates("A"), city.rider(SINGLE)
    gate.tap(rider.code(START))
    server.freeze()
    assert gate.tap(rider.code(START)).flags == {"repeated", "cut-off"}


def test_a_server_that_is_lost_within_a_tap_is_said_too(city, gates, server, monkeypatch):
    gate, put = gates("A"), station.Server.put

    def lose_and_put(*told):
        server.freeze()
        return put(*told)

    monkeypatch.setattr(station.Server, "put", lose_and_put)
    verdict = gate.tap(city.rider(SINGLE).code(START))
    assert (verdict.reason, verdict.flags) == (Reason.OK, {"cut-off"})
    assert [tap.flags for tap in gate.store.taps()] == [("cut-off",)]


def test_a_refusal_leaves_nothing_on_the_server(city, gates):
    gate, rider = gates("A", replace(ENTRY, place="31-nhon")), city.rider(SINGLE)
    assert gate.tap(rider.code(START)).reason is Reason.WRONG_AREA
    assert gates("B").tap(rider.code(START)).reason is Reason.OK


def test_a_use_that_cannot_be_journalled_is_taken_back(city, gates):
    broken, other, rider = gates("A"), gates("B"), city.rider(SINGLE)
    broken.store._db.execute(NO_JOURNAL)
    assert broken.tap(rider.code(START)).reason is Reason.STORE_UNAVAILABLE
    assert other.tap(rider.code(START)).reason is Reason.OK


def test_a_use_that_cannot_be_taken_back_is_no_retry(city, gates, monkeypatch):
    """Or the gate would open again and again for what its journal does not have."""
    gate, rider = gates("A"), city.rider(SINGLE)
    monkeypatch.setattr(station.StationTransaction, "take_back", lambda _: None)
    gate.store._db.execute(NO_JOURNAL)
    assert gate.tap(rider.code(START)).reason is Reason.STORE_UNAVAILABLE
    gate.store._db.execute("DROP TRIGGER no_journal")
    assert gate.tap(rider.code(START)).reason is Reason.ALREADY_USED


def test_a_journey_goes_on_at_a_gate_with_a_file_of_its_own(tmp_path, server):
    """Three buses and two lines, each reader with its own file: what ties the rides is on the server alone."""
    city = City(tmp_path, catalogue=tied_hanoi(tmp_path / "feed"))
    account = city.rider("pay-as-you-go")
    single = city.rider("bus-single-2")
    bus = Profile.named("bus")

    def tap(rider, after, place, profile=bus, trip=""):
        city.time.seconds = START + after
        reader = f"{place} {profile.direction}"
        with StationStore(tmp_path / f"{reader}.db", server.url) as store:
            gate = Validator(replace(profile, place=place, reader=reader), city.trust, store, TrackedClock(city.time))
            if profile is bus:
                gate.start_trip(trip or place)
            verdict = gate.tap(rider.code(START + after))
            gate.passed(verdict)
        assert "cut-off" not in verdict.flags
        return verdict

    assert [tap(account, after, place).amount for after, place in ((0, "bus-32"), (900, "bus-27"))] == [10_000, 0]
    assert tap(account, 1800, "bus-32", trip="the next round").amount == 10_000
    ride = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-nhon", EXIT)]
    assert [tap(account, 3600 + 600 * n, *one).amount for n, one in enumerate(ride)] == [0, 15_000, 0, 3_000]
    assert tap(account, 7200, "2a-yen-nghia", ENTRY).amount == 0
    assert tap(account, 9000, "31-nhon", ENTRY).amount == 20_000  # the exit is missing, and both gates know
    assert tap(account, 10_800, "bus-74").amount == 2_000  # one more exit is missing, and the cap is near
    assert [tap(single, 11_000 + after, place).reason for after, place in ((0, "bus-32"), (900, "bus-27"))] == [
        Reason.OK,
        Reason.OK,
    ]
    assert tap(single, 12_000, "bus-32").reason is Reason.ALREADY_USED


class TestCutOff:
    def test_a_gate_alone_decides_by_its_own_file_and_flags(self, city, gates, server):
        gate, rider = gates("A"), city.rider(SINGLE)
        server.stop()
        verdict = gate.tap(rider.code(START))
        assert (verdict.reason, set(verdict.flags)) == (Reason.OK, {"cut-off"})
        assert next(gate.store.taps()).flags == ("cut-off",)
        gate.passed(verdict)
        assert gate.tap(rider.code(START)).reason is Reason.ALREADY_USED
        assert gate.store.server.trouble

    def test_each_cut_off_gate_may_take_the_same_ticket_once(self, city, gates, server):
        """The stated exposure: as many uses as there are gates without the server."""
        alone, rider = [gates(name) for name in "ABC"], city.rider(SINGLE)
        server.stop()
        for _ in range(2):
            for gate in alone:
                gate.passed(gate.tap(rider.code(START)))
        assert [len(list(gate.store.taps())) for gate in alone] == [1, 1, 1]

    @pytest.mark.parametrize("failure", ["stop", "freeze"])
    def test_a_tap_waits_a_moment_at_most_and_the_next_ones_not_at_all(self, city, gates, server, failure, monkeypatch):
        monkeypatch.setattr(station, "PAUSE", 5.0)
        gate, riders = gates("A"), [city.rider(SINGLE) for _ in range(3)]
        getattr(server, failure)()
        began = time.perf_counter()
        assert all(gate.tap(rider.code(START)).accepted for rider in riders)
        assert time.perf_counter() - began < 2 * station.TIMEOUT + 0.5

    @pytest.mark.parametrize("failure", ["stop", "freeze"])
    def test_when_the_server_is_back_it_learns_what_it_missed(self, city, gates, server, failure):
        gate, other, riders = gates("A"), gates("B"), [city.rider(SINGLE) for _ in range(20)]
        getattr(server, failure)()
        assert all("cut-off" in gate.tap(rider.code(START)).flags for rider in riders)
        {"stop": server.start, "freeze": server.thaw}[failure]()
        time.sleep(0.3)
        assert gate.tap(city.rider(SINGLE).code(START)).flags == set()
        gate.store.reconcile()
        assert {other.tap(rider.code(START)).reason for rider in riders} == {Reason.ALREADY_USED}

    def test_late_news_never_overwrites_a_later_use(self, city, gates, server):
        gate, leave, rider = gates("A"), gates("X", EXIT), city.rider(SINGLE)
        server.stop()
        gate.tap(rider.code(START))
        server.start()
        time.sleep(0.3)
        city.time.seconds = START + 600
        assert leave.tap(rider.code(START + 600)).flags == {"no-entry"}
        gate.store.reconcile()
        city.time.seconds = START + 615
        assert gates("Y", EXIT).tap(rider.code(START + 615)).reason is Reason.ALREADY_USED

    def test_what_is_unsent_survives_a_restart(self, city, gates, server):
        gate, rider = gates("A"), city.rider(SINGLE)
        server.stop()
        gate.tap(rider.code(START))
        gate.close()
        server.start()
        gates("A")  # tidies at the start, and tells
        assert gates("B").tap(rider.code(START)).reason is Reason.ALREADY_USED

    def test_a_gate_starts_without_its_server(self, city, gates, server):
        server.stop()
        assert gates("A").tap(city.rider(SINGLE).code(START)).flags == {"cut-off"}

    def test_a_server_restarted_from_its_append_only_file_still_knows(self, city, gates, server):
        rider = city.rider(SINGLE)
        gates("A").tap(rider.code(START))
        time.sleep(1.2)  # appendfsync everysec
        server.stop()
        server.start()
        assert gates("B").tap(rider.code(START)).reason is Reason.ALREADY_USED


class TestAServerThatForgot:
    """Begun anew, or restored: the gates notice by its mark, and tell it what they know."""

    def test_an_emptied_server_is_told_again(self, city, gates, server):
        gate, other, riders = gates("A"), gates("B"), [city.rider(SINGLE) for _ in range(20)]
        for rider in riders:
            gate.passed(gate.tap(rider.code(START)))
        other.tap(city.rider(SINGLE).code(START))
        server.client().flushall()
        gate.store.reconcile()
        assert {other.tap(rider.code(START)).reason for rider in riders} == {Reason.ALREADY_USED}

    def test_a_gate_flags_what_it_lets_in_while_others_may_not_have_told(self, city, gates, server, monkeypatch):
        gate, other = gates("A"), gates("B")
        gate.tap(city.rider(SINGLE).code(START))
        other.tap(city.rider(SINGLE).code(START))
        server.client().flushall()
        verdicts = [other.tap(city.rider(SINGLE).code(START)) for _ in range(2)]
        assert [set(verdict.flags) for verdict in verdicts] == [{"cut-off"}] * 2
        assert list(other.store.taps())[-1].flags == ("cut-off",)
        assert gate.tap(city.rider(SINGLE).code(START)).flags == {"cut-off"}  # it learns by the new name
        monkeypatch.setattr(other.store.server, "doubtful_until", 0.0)
        assert other.tap(city.rider(SINGLE).code(START)).flags == set()

    @pytest.mark.parametrize("first", ["A", "B"])
    def test_a_restored_backup_is_told_what_came_since(self, city, gates, server, tmp_path, first):
        gate, other = gates("A"), gates("B")
        old, new = ([city.rider(SINGLE) for _ in range(5)] for _ in range(2))
        for rider in old:
            gate.passed(gate.tap(rider.code(START)))
        other.tap(city.rider(SINGLE).code(START))
        time.sleep(1.2)  # appendfsync everysec
        backup = {path: path.read_bytes() for path in tmp_path.glob("appendonlydir/*")}
        for rider in new:
            gate.passed(gate.tap(rider.code(START)))
        server.stop()
        for path, data in backup.items():
            path.write_bytes(data)
        server.start()
        for name in ("A", "B") if first == "A" else ("B", "A"):
            {"A": gate, "B": other}[name].store.reconcile()
        assert {other.tap(rider.code(START)).reason for rider in [*old, *new]} == {Reason.ALREADY_USED}

    def test_a_whole_file_is_told_in_steps(self, city, gates, server, monkeypatch):
        monkeypatch.setattr(station, "SENT_AT_ONCE", 7)
        gate, riders = gates("A"), [city.rider(SINGLE) for _ in range(20)]
        for rider in riders:
            gate.tap(rider.code(START))
        server.client().flushall()
        told = []
        for _ in range(3):
            gate.store.reconcile()
            told.append(len(server.client().keys("use:*")))
        assert told == [7, 14, 20]

    def test_a_gate_that_was_alone_before_tells_the_station(self, city, gates):
        rider = city.rider(SINGLE)
        with city.gate(replace(ENTRY, reader="A"), "A.db") as alone:
            alone.passed(alone.tap(rider.code(START)))
        gates("A").store.reconcile()
        assert gates("B").tap(rider.code(START)).reason is Reason.ALREADY_USED

    def test_a_look_at_a_server_that_stays_writes_nothing(self, city, gates):
        gate, other = gates("A"), gates("B")
        gate.tap(city.rider(SINGLE).code(START))
        gate.store.reconcile()
        other.tap(city.rider(SINGLE).code(START))
        before = gate.store.facts(), gate.store.path.with_name("A.db-wal").stat().st_size
        gate.store.reconcile()
        assert (gate.store.facts(), gate.store.path.with_name("A.db-wal").stat().st_size) == before


def test_a_profile_names_the_station(city, server):
    profile = replace(ENTRY, station=server.url)
    first, second = (city.gate(replace(profile, reader=name), f"{name}.db") for name in "AB")
    with first, second:
        rider = city.rider(SINGLE)
        assert first.tap(rider.code(START)).accepted
        assert second.tap(rider.code(START)).reason is Reason.ALREADY_USED


@pytest.mark.parametrize("options", [(), (*SAFE, "--maxmemory", "10mb", "--maxmemory-policy", "allkeys-lru")])
def test_a_server_that_would_forget_is_refused(tmp_path, options):
    server = RedisServer(tmp_path, *options)
    try:
        with pytest.raises(StoreUnavailable, match="appendonly"):
            StationStore(tmp_path / "gate.db", server.url)
    finally:
        server.stop()


def test_garbage_on_the_server_is_a_refusal(city, gates):
    gate, rider = gates("A"), city.rider(SINGLE)
    verdict = gate.tap(rider.code(START))
    name = station._name((verdict.ticket.issuer.identity, verdict.ticket.claims.ticket_id))
    gate.store.server._client.set(name, b"\x80")
    assert gates("B").tap(rider.code(START)).reason is Reason.STORE_UNAVAILABLE


def test_eight_threads_let_nobody_in_twice(tmp_path, cases):
    keys = cases(2000)
    with Store(tmp_path / "station.db") as store:
        accepted, _ = rush(store, keys, 8)
    assert accepted == Counter(range(keys))


def test_two_processes_let_nobody_in_twice(tmp_path, server, cases):
    keys = cases(1000)
    command = [sys.executable, "-m", "tests.validator.station_load", tmp_path, "--keys", str(keys), "--threads", "2"]
    command += ["--port", str(server.port), "--name"]
    environment = {"PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    running = [subprocess.Popen([*command, name], cwd=ROOT, env=environment) for name in ("one", "two")]
    assert [process.wait(600) for process in running] == [0, 0]
    accepted = Counter()
    for name in ("one", "two"):
        accepted.update(map(int, (tmp_path / f"{name}.accepted").read_text().split()))
        with sqlite3.connect(tmp_path / f"{name}.db") as db:
            assert db.execute("SELECT count(*) FROM unsent").fetchone() == (0,)
        db.close()
    assert accepted.keys() == set(range(keys))
    assert set(accepted.values()) == {1}
