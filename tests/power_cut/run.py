"""A morning at one gate, logged; and what must hold when the power is back."""

import contextlib
import random
import shutil
from dataclasses import dataclass, field

from hanoi_ticket import Reason, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.validator import Profile, journal
from hanoi_ticket.validator import store as store_module
from hanoi_ticket.validator.store import read_journal
from tests.city import DAY, START, City
from tests.power_cut.disk import Disk
from tests.power_cut.recorder import Connection, Op, Recorder

ENTRY = Profile.named("metro-entry")
OFTEN = {"PRAGMA synchronous = FULL": "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 25"}
"""A checkpoint every few taps, so that a short run holds many."""


@dataclass
class Morning:
    city: City
    log: list[Op] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    records: list[bytes] = field(default_factory=list)

    def gate(self, folder):
        return Validator.open(ENTRY, self.city.trust, folder / "store.db", clock=TrackedClock(self.city.time))


LAZY = {"PRAGMA synchronous = FULL": "PRAGMA synchronous = NORMAL"}


@contextlib.contextmanager
def recorded(log, monkeypatch, pragmas, fails=lambda: False):
    """The real store over the recorder."""
    recorder = Recorder(log, fails)
    with monkeypatch.context() as patch:
        patch.setattr(store_module.sqlite3, "connect", lambda path, **_: Connection(path, pragmas))
        if pragmas is LAZY:
            patch.setattr(store_module, "_FULL", 1)  # or the store would refuse it
        yield
    recorder.unregister()


def record(folder, monkeypatch, taps, pragmas):
    """Taps and passages with two restarts, an acknowledgement of all but a few taps, and no clean end."""
    morning = Morning(City(folder))
    with recorded(morning.log, monkeypatch, pragmas):
        gate = morning.gate(folder)
        for number in range(taps):
            if number in (taps // 3, 2 * taps // 3):
                gate.close()
                gate = morning.gate(folder)
            code = morning.city.rider("metro-2a-single", valid_until=START + DAY + number).code(START)
            morning.codes.append(code)
            verdict = gate.tap(code)
            assert verdict.accepted
            morning.log.append(Op("ack", "tap"))
            gate.passed(verdict)
            morning.log.append(Op("ack", "passed"))
            if number == taps // 2:
                rows = list(gate.store.journal_rows())
                morning.records = [record for _, record, _ in rows]
                last, _, link = rows[-4]
                gate.store.acknowledge(gate.store.facts()["journal"], (last, link))
        morning.records = morning.records[:last] + [record for _, record, _ in gate.store.journal_rows()]
    return morning


def cuts(morning, states, seed):
    """Yields (state number, files, taps and passages acknowledged by then), every state that differs once.

    State `n` of a seed is always the same one.
    """
    points = sorted((random.Random(f"{seed}/{n}/point").randint(0, len(morning.log)), n) for n in range(states))
    disk, done, acked, seen = Disk(), 0, {"tap": 0, "passed": 0}, set()
    for point, number in points:
        for op in morning.log[done:point]:
            if op.kind == "ack":
                acked[op.name] += 1
            disk.issue(op)
        done = point
        files = disk.cut(random.Random(f"{seed}/{number}/cut"))
        identity = hash((*files.items(), *acked.values()))
        if identity not in seen:
            seen.add(identity)
            yield number, files, dict(acked)


def faults(morning, folder, files, acked):
    """What is wrong with the store found after the cut: nothing, or one line."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(folder)
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    try:
        with morning.gate(folder) as gate:
            _check(morning, gate, acked)
    except AssertionError as fault:
        return str(fault).splitlines()[0]
    return None


def _check(morning, gate, acked):
    told, passed = acked["tap"], acked["passed"]
    assert gate.store.set_aside is None, "a cut is taken for damage"
    anchor, rows = read_journal(gate.store.path)
    found = anchor[0] + len(rows)
    assert found >= told, f"lost: {told} acknowledged, {found} found"
    assert [row[1] for row in rows] == morning.records[anchor[0] : found], "a record differs"
    for number in range(max(0, told - 3), min(told + 2, len(morning.codes))):
        before = found
        verdict = gate.tap(morning.codes[number])
        rows = read_journal(gate.store.path)[1]
        found = anchor[0] + len(rows)
        if number < passed:
            assert verdict.reason is Reason.ALREADY_USED, f"tap {number} opened again: {verdict.reason.name}"
        assert found == max(before, number + 1), f"tap {number} was recorded {found - before} times more"
    assert journal.first_break(rows, anchor) is None, "the chain is broken"
