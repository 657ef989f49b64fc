"""Disk full, I/O errors, corrupt pages: nothing is accepted silently, and nothing that was accepted is lost."""

import contextlib
import itertools
import os
import random
import resource
import sqlite3
import subprocess

import pytest

from hanoi_ticket import Reason
from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.validator import journal, store, transaction
from hanoi_ticket.validator.export import read_batch, write_batch
from tests.city import START, City
from tests.power_cut.disk import Disk
from tests.power_cut.run import ENTRY, OFTEN, recorded

PAGE = 4096


def tap_until_refused(city, gate, most=5000):
    """Singles until one is refused: {ticket: code} of those that were accepted, and the reason."""
    accepted = {}
    for _ in range(most):
        code = city.rider("metro-2a-single").code(START)
        verdict = gate.tap(code)
        if not verdict.accepted:
            return accepted, verdict.reason
        accepted[verdict.ticket.claims.ticket_id] = code
    return accepted, None


def assert_kept(city, gate, accepted):
    """Every one is in a whole chain, and refused by the gate from now on."""
    anchor, rows = store.read_journal(gate.store.path)
    assert journal.first_break(rows, anchor) is None
    assert {journal.Tap.decode(record).ticket_id for _, record, _ in rows} >= accepted.keys()
    city.time.seconds = START + ENTRY.retry + 1
    assert {gate.tap(code).reason for code in accepted.values()} <= {Reason.ALREADY_USED}
    city.time.seconds = START


@contextlib.contextmanager
def files_of_at_most(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def small_disk(tmp_path):
    """A real file system of 24 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "none", place], capture_output=True, check=False)
    if made.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def fill(place, left):
    """A file of somebody else's that leaves so many bytes free."""
    disk = os.statvfs(place)
    (place / "log").write_bytes(bytes(disk.f_bavail * disk.f_frsize - left))


class TestFull:
    def test_a_nearly_full_disk_refuses_in_time_to_be_acknowledged_and_goes_on(self, small_disk, tmp_path):
        city, key = City(small_disk), PrivateKey.generate("EdDSA")
        with city.gate(ENTRY) as gate:
            tap_until_refused(city, gate, 300)
            fill(small_disk, transaction.RESERVE + 300_000)
            accepted, reason = tap_until_refused(city, gate)
            assert reason is Reason.STORE_FULL
            assert accepted
            (small_disk / "more").write_bytes(bytes(transaction.RESERVE // 2))
            batch = read_batch(write_batch(gate.store, tmp_path, "gate", key), key.public_key)
            gate.store.acknowledge(batch.seal.journal, batch.acknowledgement.anchor)
            assert not list(gate.store.journal_rows())
            more, _ = tap_until_refused(city, gate, 300)
            assert more
            assert_kept(city, gate, more)

    @pytest.fixture
    def no_reserve(self, monkeypatch):
        monkeypatch.setattr(transaction, "RESERVE", 0)

    @pytest.mark.usefixtures("no_reserve")
    def test_a_disk_that_others_have_filled_refuses_and_goes_on_when_there_is_room(self, small_disk):
        city = City(small_disk)
        with city.gate(ENTRY) as gate:
            fill(small_disk, 300_000)
            accepted, reason = tap_until_refused(city, gate)
            assert reason is Reason.STORE_UNAVAILABLE
            assert accepted
            assert_kept(city, gate, accepted)
            (small_disk / "log").unlink()
            more, reason = tap_until_refused(city, gate, 100)
            assert reason is None
            assert_kept(city, gate, accepted | more)

    @pytest.mark.usefixtures("no_reserve")
    def test_what_was_accepted_before_it_was_full_survives_a_restart(self, small_disk):
        city = City(small_disk)
        gate = city.gate(ENTRY)
        fill(small_disk, 300_000)
        accepted, _ = tap_until_refused(city, gate)
        gate.close()
        (small_disk / "log").unlink()
        with city.gate(ENTRY) as gate:
            assert gate.store.set_aside is None
            assert_kept(city, gate, accepted)

    @pytest.mark.parametrize("size", [0, 8_000, 40_000, 150_000, 400_000])
    def test_a_file_that_may_not_grow(self, city, size):
        accepted = {}
        with files_of_at_most(size), contextlib.suppress(StoreUnavailable), city.gate(ENTRY) as gate:
            accepted, reason = tap_until_refused(city, gate)
            assert reason is Reason.STORE_UNAVAILABLE
        with city.gate(ENTRY) as gate:
            assert gate.store.set_aside is None
            assert_kept(city, gate, accepted)


def run_with_fault(city, monkeypatch, at, *, lasting):
    """Twelve riders at a gate whose disk fails at its step `at`, once or from then on: log, accepted tickets, steps."""
    log, accepted, steps = [], set(), itertools.count()

    def fails():
        step = next(steps)
        return step >= at if lasting else step == at

    with recorded(log, monkeypatch, OFTEN, fails):
        gate = None
        for _ in range(12):
            try:
                gate = gate or city.gate(ENTRY)
            except StoreUnavailable:
                continue
            verdict = gate.tap(city.rider("metro-2a-single").code(START))
            if verdict.accepted:
                accepted.add(verdict.ticket.claims.ticket_id)
        with contextlib.suppress(StoreUnavailable, sqlite3.Error):
            if gate:
                gate.close()
    return log, accepted, next(steps)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # apsw tells of the planned errors
def test_an_input_output_error_at_any_step_loses_nothing_and_opens_nothing_twice(tmp_path, monkeypatch, cases):
    chance = random.Random(4)
    folder = tmp_path / "whole"
    folder.mkdir()
    steps = run_with_fault(City(folder), monkeypatch, -1, lasting=False)[2]
    for number in range(cases(60)):
        folder, after = tmp_path / str(number), tmp_path / f"{number}-cut"
        folder.mkdir(), after.mkdir()
        city = City(folder)
        log, accepted, _ = run_with_fault(city, monkeypatch, chance.randrange(steps), lasting=number % 2 == 0)
        disk = Disk()
        for op in log:
            disk.issue(op)
        for name, content in disk.cut(chance).items():
            (after / name).write_bytes(content)
        for found in (folder, after):
            with City(found, city.issuer).gate(ENTRY) as gate:
                assert gate.store.set_aside is None
                kept = {journal.Tap.decode(row[1]).ticket_id for row in gate.store.journal_rows()}
                assert kept >= accepted
                assert journal.first_break(gate.store.journal_rows()) is None


@pytest.mark.parametrize("damage", ["zeros", "ones", "noise", "torn"])
def test_a_corrupt_page_is_found_at_the_start_and_the_file_set_aside(tmp_path, damage):
    """Each page of the file in turn. A page that holds nothing any more may be anything."""
    city = City(tmp_path)
    with city.gate(ENTRY) as gate:
        accepted, _ = tap_until_refused(city, gate, 60)
    path, chance, aside = tmp_path / "store.db", random.Random(5), 0
    whole = path.read_bytes()
    for start in range(0, len(whole), PAGE):
        page = {"zeros": bytes(PAGE), "ones": b"\xff" * PAGE, "noise": chance.randbytes(PAGE)}.get(damage)
        page = page or whole[start : start + 512] + bytes(PAGE - 512)
        path.write_bytes(whole[:start] + page + whole[start + PAGE :])
        with city.gate(ENTRY) as gate:
            if gate.store.set_aside:
                aside += 1
                assert gate.store.set_aside.exists()
            else:
                assert_kept(city, gate, accepted)
        for left in tmp_path.iterdir():
            left.unlink()
    assert aside >= len(whole) / PAGE - 1


def test_a_page_that_goes_bad_under_a_running_gate_is_a_refusal(city):
    with city.gate(ENTRY) as gate:
        code = city.rider("metro-2a-single").code(START)
        assert gate.tap(code).accepted
    gate = city.gate(ENTRY)
    gate.store._db.execute("PRAGMA shrink_memory")  # or it would answer from what it has read already
    path = city.folder / "store.db"
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(b"\xff" * (path.stat().st_size - PAGE))
    assert gate.tap(code).reason is Reason.STORE_UNAVAILABLE


@pytest.mark.parametrize("held", [False, True])
def test_what_is_set_aside_keeps_the_taps_of_the_write_ahead_log(city, held):
    """SQLite moves the log into the file when its last user closes it; with another one it stays, and goes along."""
    with city.gate(ENTRY) as gate:
        tap_until_refused(city, gate, 60)
    gate = city.gate(ENTRY)
    tap_until_refused(city, gate, 1)
    last = list(gate.store.journal_rows())[-1][1]
    copies = {name: (city.folder / name).read_bytes() for name in ("store.db", "store.db-wal")}
    gate.close()
    found = 0
    for start in range(0, len(copies["store.db"]), PAGE):
        for left in city.folder.iterdir():
            left.unlink()
        damaged = copies["store.db"][:start] + bytes(PAGE) + copies["store.db"][start + PAGE :]
        (city.folder / "store.db").write_bytes(damaged)
        (city.folder / "store.db-wal").write_bytes(copies["store.db-wal"])
        with contextlib.closing(sqlite3.connect(city.folder / "store.db" if held else ":memory:")) as other:
            with contextlib.suppress(sqlite3.Error):
                other.execute("SELECT * FROM sqlite_schema").fetchall()
            with city.gate(ENTRY) as gate:
                aside = gate.store.set_aside
        if aside is not None:
            log = aside.with_name(f"{aside.name}-wal")
            found += 1
            assert last in aside.read_bytes() + (log.read_bytes() if log.exists() else b"")
    assert found
