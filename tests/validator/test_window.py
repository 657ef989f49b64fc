"""A gate's memory: it refuses what the store would refuse, says the same, and remembers only what is on disk."""

import contextlib
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from hanoi_ticket import Reason, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.kernels.tracing import JIT
from hanoi_ticket.native import choice
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.window import FOREVER, Taken, shards
from hanoi_ticket.validator import Doubt, Profile, Store, window
from hanoi_ticket.validator.station import StationStore
from tests.city import DAY, START
from tests.fares.tied import tied_hanoi
from tests.validator.redis_server import RedisServer

pytestmark = pytest.mark.skipif(not JIT, reason="the window runs in machine code alone")

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")
PARKING_ENTRY, PARKING_EXIT = Profile.named("parking-entry"), Profile.named("parking-exit")
SINGLE, DOUBLE, PASS, BUS_SINGLE, BUS_PASS = (
    "metro-2a-single",
    "metro-2a-single-7",
    "metro-2a-day",
    "bus-single",
    "bus-month-all",
)


@pytest.fixture(scope="module")
def compiled():
    """The library where there is one; numba needs seconds."""
    try:
        return choice.kernels("native")
    except NativeRefused:
        return choice.kernels("jit")


@pytest.fixture(autouse=True)
def _remembering(compiled, monkeypatch):
    monkeypatch.setattr(window, "kernels", lambda: compiled)


def silenced(gate):
    """What the store is asked, from now on."""
    asked = []
    gate.store._db.set_trace_callback(asked.append)
    return asked


@contextlib.contextmanager
def locked(path):
    """Another process in the middle of its step."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


class TestWithoutTheStore:
    @pytest.mark.parametrize(
        ("profile", "product", "paper", "reason"),
        [
            (ENTRY, PASS, False, Reason.REPLAYED),
            (EXIT, PASS, False, Reason.REPLAYED),
            (BUS, BUS_PASS, False, Reason.REPLAYED),
            (ENTRY, SINGLE, False, Reason.ALREADY_USED),
            (ENTRY, SINGLE, True, Reason.ALREADY_USED),
            (BUS, BUS_SINGLE, True, Reason.ALREADY_USED),
        ],
    )
    @pytest.mark.parametrize("restart", [False, True])
    def test_what_was_taken_is_refused(self, city, profile, product, paper, reason, restart):  # noqa: PLR0917
        gate, rider = city.gate(profile), city.rider(product, paper=paper)
        gate.passed(gate.tap(rider.code(START)))
        gate = city.gate(profile) if restart else gate
        asked = silenced(gate)
        assert gate.tap(rider.code(START)).reason is reason
        assert not asked

    @pytest.mark.parametrize(("later", "known"), [(window.SPAN - 1, True), (window.SPAN, False)])
    def test_a_restart_brings_back_two_hours(self, city, later, known):
        assert window.SPAN == 7200
        rider = city.rider(SINGLE)
        with city.gate(ENTRY) as gate:
            gate.tap(rider.code(START))
            city.time.seconds = START + later
            gate.tap(city.rider().code(START + later))
        gate = city.gate(ENTRY)
        asked = silenced(gate)
        assert gate.tap(rider.code(START + later)).reason is Reason.ALREADY_USED
        assert (not asked) is known

    @pytest.mark.parametrize(
        ("capacity", "room"), [(10, 10), (50_000, 50_000), (100_000_000, 100_000)], ids=["few", "many", "most"]
    )
    def test_it_has_room_for_what_the_store_may_hold_and_for_no_more_than_it_needs(self, city, capacity, room):
        table = city.gate(replace(ENTRY, capacity=capacity))._window._table.table
        assert table[-1] == shards(room)

    def test_what_another_gate_took_before_this_one_began(self, city):
        rider = city.rider()
        city.gate(ENTRY).tap(rider.code(START))
        beside = city.gate(replace(ENTRY, reader="2A-CAT-LINH-02"))
        asked = silenced(beside)
        assert beside.tap(rider.code(START)).reason is Reason.REPLAYED
        assert not asked

    def test_a_used_single_is_refused_with_any_code(self, city):
        gate, rider = city.gate(ENTRY), city.rider(SINGLE)
        gate.tap(rider.code(START))
        city.time.seconds = START + 3600
        asked = silenced(gate)
        assert gate.tap(rider.code(START + 3600)).reason is Reason.ALREADY_USED
        assert not asked

    @pytest.mark.parametrize("product", [PASS, SINGLE])
    def test_also_while_the_store_is_locked_or_fails(self, city, product, monkeypatch):
        monkeypatch.setattr("hanoi_ticket.validator.store.BUSY_SECONDS", 0.05)
        gate, rider, fresh = city.gate(ENTRY), city.rider(product), city.rider(product)
        gate.passed(gate.tap(rider.code(START)))
        taken = gate.tap(rider.code(START))
        assert taken.reason in {Reason.REPLAYED, Reason.ALREADY_USED}
        with locked(city.folder / "store.db"):
            assert gate.tap(rider.code(START)) == taken
            assert gate.tap(fresh.code(START)).reason is Reason.STORE_UNAVAILABLE
        gate.store.close()
        assert gate.tap(rider.code(START)) == taken
        assert gate.tap(fresh.code(START)).reason is Reason.STORE_UNAVAILABLE


class TestHonestRiders:
    @pytest.mark.parametrize("product", [PASS, SINGLE])
    def test_a_use_that_did_not_reach_the_disk_was_none(self, city, product):
        gate, rider = city.gate(replace(ENTRY, retry=0)), city.rider(product)
        gate.store._db.execute("CREATE TEMP TRIGGER no BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'no'); END")
        assert gate.tap(rider.code(START)).reason is Reason.STORE_UNAVAILABLE
        gate.store._db.execute("DROP TRIGGER no")
        assert gate.tap(rider.code(START)).accepted

    def test_a_new_store_is_a_new_memory(self, city):
        rider = city.rider(SINGLE)
        with city.gate(ENTRY) as gate:
            gate.tap(rider.code(START))
        (city.folder / "store.db").write_bytes(b"no database" * 1000)
        with city.gate(ENTRY) as gate:
            assert gate.store.set_aside
            assert gate.tap(rider.code(START)).accepted

    @pytest.mark.parametrize("product", [PASS, SINGLE])
    def test_a_retry_is_the_store_s_affair(self, city, product):
        gate, rider = city.gate(ENTRY), city.rider(product)
        gate.tap(rider.code(START))
        city.time.seconds = START + 8
        assert gate.tap(rider.code(START)).flags == {"repeated"}

    def test_so_is_a_single_on_its_way_out(self, city):
        entry, rider = city.gate(ENTRY), city.rider(SINGLE)
        entry.tap(rider.code(START))
        leave = city.gate(EXIT)
        city.time.seconds = START + 15
        assert leave.tap(rider.code(START)).reason is Reason.REPLAYED
        assert leave.tap(rider.code(START + 15)).accepted
        city.time.seconds = START + 45
        assert leave.tap(rider.code(START)).reason is Reason.ALREADY_USED

    @pytest.mark.parametrize(("checked", "reason"), [(False, Reason.CONCESSION_CHECK), (True, Reason.REPLAYED)])
    def test_the_fare_is_the_first_to_refuse(self, city, checked, reason):
        gate, senior = city.gate(BUS), city.rider("free-pass", rider=4)
        gate.passed(gate.tap(senior.code(START), checked=True))
        assert gate.tap(senior.code(START), checked=checked).reason is reason

    def test_so_is_a_ticket_that_has_ended_since(self, city):
        """The store looks first whether a ride that began in time is still to end."""
        rider = city.rider(PASS, valid_until=START + 30)
        city.gate(ENTRY).tap(rider.code(START))
        leave = city.gate(EXIT)
        city.time.seconds = START + 29
        leave.passed(leave.tap(rider.code(START + 15)))
        assert leave.tap(rider.code(START + 15)).reason is Reason.REPLAYED
        city.time.seconds = START + 30
        assert leave.tap(rider.code(START + 15)).reason is Reason.EXPIRED

    def test_an_exit_that_may_hold_back_nobody_asks_the_store_though_it_fails(self, city):
        leave, rider = city.gate(replace(EXIT, release=Doubt.OPEN)), city.rider(PASS)
        leave.passed(leave.tap(rider.code(START)))
        assert leave.tap(rider.code(START)).reason is Reason.REPLAYED
        leave.store.close()
        verdict = leave.tap(rider.code(START))
        assert (verdict.reason, verdict.flags) == (Reason.OK, {"store-unavailable"})

    def test_a_use_that_cannot_be_read_harms_nobody_else(self, city):
        odd, rider = city.rider(), city.rider()
        with city.gate(ENTRY) as gate:
            gate.tap(odd.code(START))
            gate.store._db.execute("UPDATE uses SET direction = 'up'")
            gate.tap(rider.code(START))
        with city.gate(ENTRY) as gate:
            assert gate.tap(odd.code(START)).reason is Reason.STORE_UNAVAILABLE
            assert gate.tap(city.rider().code(START)).accepted

    def test_two_issuers_in_a_bundle_are_never_one(self, city):
        """What tells them apart here begins with the kid, and a bundle has each kid once."""
        record = city.issuer.public_record()
        assert record.identity.startswith(record.kid)


@pytest.mark.parametrize("kind", ["joins", "transfers"])
def test_a_single_that_a_rule_ties_on_is_the_store_s_affair(tmp_path, kind):
    catalogue = tied_hanoi(tmp_path / "feed")
    single, session = catalogue.product(302), hanoi_sample().product("parking-car")
    untied = catalogue.rules._replace(joins=(), transfers=())
    tied = untied._replace(**{kind: getattr(catalogue.rules, kind)})
    assert window._one_ride(single, untied)
    assert not window._one_ride(single, tied)
    assert not window._one_ride(replace(single, rides=2), untied)
    assert window._one_ride(session, tied)


def test_threads_at_gates_of_one_store_let_each_single_in_once(city):
    gates = [city.gate(replace(ENTRY, reader=f"gate-{i}", retry=0)) for i in range(3)]
    codes = [city.rider(SINGLE).code(START) for _ in range(20)]
    with ThreadPoolExecutor(8) as pool:
        verdicts = list(pool.map(lambda job: job[0].tap(job[1]), [(g, c) for c in codes for g in gates * 3]))
    assert sum(verdict.accepted and "repeated" not in verdict.flags for verdict in verdicts) == 20
    assert {verdict.reason for verdict in verdicts} <= {Reason.OK, Reason.ALREADY_USED}


def test_every_ticket_of_a_full_store_fits(compiled):
    chance, capacity = random.Random(8), 100_000
    table = compiled.window(capacity, DAY)
    uses = [Taken(chance.randbytes(8), chance.getrandbits(32), START, START, 0, 1) for _ in range(capacity)]
    table.remember_each(uses)
    assert all(table.refuses(use, -FOREVER, -1) for use in uses)
    assert not any(table.refuses(use._replace(issuer=chance.randbytes(8)), -FOREVER, -1) for use in uses)


def test_a_clock_that_was_far_ahead_leaves_a_memory_that_still_forgets(compiled):
    table = compiled.window(1, DAY)
    use = Taken(bytes(8), 1, -1, START, 0, 1)
    table.remember(use._replace(ticket=2, at=START + 100 * DAY))
    table.remember(use)
    assert table.refuses(use, FOREVER, -1)
    table.remember(use._replace(ticket=3, at=START + 2 * DAY))
    assert not table.refuses(use, FOREVER, -1)


class Pair:
    """The same gates twice, with and without a memory: each tap is brought to both."""

    def __init__(self, city, compiled, monkeypatch, url=None) -> None:
        self.city, self._compiled, self._patch, self._url = city, compiled, monkeypatch, url
        self.profiles = [
            (replace(ENTRY, reader="A", clock_doubt=Doubt.OPEN), "station"),
            (replace(ENTRY, reader="B"), "station"),
            (replace(EXIT, reader="X"), "station"),
            (replace(EXIT, reader="Y", missing_entry=Doubt.REFUSE), "station"),
            (BUS, "bus"),
            (replace(BUS, reader="rear", retry=0), "bus"),
            (replace(PARKING_ENTRY, reader="in"), "parking"),
            (replace(PARKING_EXIT, reader="out"), "parking"),
            (replace(PARKING_EXIT, reader="strict", release=Doubt.REFUSE), "parking"),
        ]
        self.gates = [self._gates(index) for index in range(len(self.profiles))]

    def _gates(self, index):
        profile, store = self.profiles[index]
        made = []
        for name in ("with", "without"):
            self._patch.setattr(window, "kernels", lambda name=name: self._compiled if name == "with" else None)
            made.append(self._gate(profile, f"{name}-{store}", index))
        return made

    def _gate(self, profile, store, index):
        clock = TrackedClock(self.city.time)
        if self._url and not index % 2:
            database = f"{self._url}/{int(store.startswith('without'))}"
            shared = StationStore(self.city.folder / f"{store}-{index}.db", database)
            return Validator(profile, trust(self.city), shared, clock)
        return Validator(profile, trust(self.city), Store(self.city.folder / f"{store}.db"), clock)

    def restart(self, index):
        for gate in self.gates[index]:
            gate.close()
        self.gates[index] = self._gates(index)

    def tap(self, index, code, *, checked):
        one, other = (gate.tap(code, checked=checked) for gate in self.gates[index])
        assert one == other
        return one, other

    def close(self):
        for gate in (gate for pair in self.gates for gate in pair):
            gate.close()


def trust(city):
    """The sample, with one single for two rides."""
    sample = hanoi_sample()
    double = replace(sample.product(DOUBLE), rides=2)
    rows = [double if product.number == double.number else product for product in sample.products.values()]
    catalogue = Catalogue.of("VND", sample.utc_offset, sample.riders.values(), sample.areas.values(), rows)
    record = city.issuer.public_record()
    return TrustBundle.of([record], denied={record.kid: city.denied}, catalogue=catalogue)


SOLD = [(PASS, False), (SINGLE, False), (SINGLE, True), (DOUBLE, False), ("metro-2a-single-1", False)]
SOLD += [(BUS_SINGLE, False), (BUS_SINGLE, True), (BUS_PASS, False), ("parking-car", False), ("parking-car", True)]
AT = {"metro": range(4), "bus": range(4, 6), "parking": range(6, 9)}


def rider(city, chance):
    """Their gates, and who goes there."""
    product, paper = chance.choice(SOLD)
    begins, lasts = city.time.seconds - 300, chance.choice((1800, DAY, DAY))
    sold = city.rider(product, paper=paper, valid_from=begins, valid_until=begins + lasts)
    return AT[product.split("-")[0]], sold


def live(city, pair, chance, steps):
    """Taps, mostly of codes that were shown before, while the clock moves both ways and gates restart."""
    people, shown, seen = [rider(city, chance) for _ in range(8)], [], set()
    for _ in range(steps):
        if chance.random() < 0.1:
            people[chance.randrange(8)] = rider(city, chance)
        city.time.seconds += chance.choice((0, 0, 0, 1, 5, 9, 15, 20, 60) * 12 + (200, 700, -1, -1, -30, -300))
        city.time.seconds += chance.choice((0,) * 200 + (3600, -3000, DAY))
        if shown and chance.random() < 0.6:
            places, code = chance.choice(shown[-6:])
        else:
            places, person = chance.choice(people)
            code = person.code(city.time.seconds - chance.choice((0, 0, 15, 30)))
            shown.append((places, code))
        index = chance.choice(places) if chance.random() < 0.95 else chance.randrange(len(pair.gates))
        for _ in range(chance.choice((1, 1, 2))):
            verdicts = pair.tap(index, code, checked=chance.random() < 0.5)
            seen.add(verdicts[0].reason)
            if verdicts[0].accepted and chance.random() < 0.6:
                for gate, verdict in zip(pair.gates[index], verdicts, strict=True):
                    gate.passed(verdict)
        if chance.random() < 0.03:
            pair.restart(index)
    return seen


@pytest.mark.parametrize("seed", range(4))
def test_the_answers_are_those_of_a_gate_without_it(city, compiled, monkeypatch, cases, seed):
    with contextlib.closing(Pair(city, compiled, monkeypatch)) as pair:
        seen = live(city, pair, random.Random(seed), cases(600))
    assert {Reason.OK, Reason.REPLAYED, Reason.ALREADY_USED} <= seen


def test_and_so_they_are_in_a_station_with_a_server(city, compiled, monkeypatch, cases, tmp_path):
    monkeypatch.setattr("hanoi_ticket.validator.station.TIMEOUT", 10.0)
    server = RedisServer(tmp_path, "--appendonly", "yes")
    try:
        with contextlib.closing(Pair(city, compiled, monkeypatch, server.url)) as pair:
            assert Reason.REPLAYED in live(city, pair, random.Random(9), cases(300))
    finally:
        server.stop()
