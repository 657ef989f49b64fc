"""kill -9 at any moment: no accepted tap is lost, and none is accepted twice.

The journal is the truth. What a reader has shown as accepted must be in it, each ticket once; a ticket that is in it is
refused by every gate afterwards, and one that is not is still good.

20 trials; HANOI_TICKET_CASES=50 makes 1,000 of them. Unlike in the states of tests/power_cut the kernel lives on: this
tries what a process may leave behind, not what a disk may hold.
"""

import json
import os
import random
import sqlite3
import time

from hanoi_ticket.validator import Store
from hanoi_ticket.validator.journal import Tap, first_break
from tests.validators.reader_program import Depot, Running
from tests.validators.stable import Stable

TRIALS = 20
NEW, OLD = 10, 5
"""Unused and used tickets that are shown in a trial."""


class Journal:
    """Read beside the programs, from where it was read last."""

    def __init__(self, depot: Depot) -> None:
        self._path, self._number = depot.store, 0

    def new_tickets(self) -> list[int]:
        if not self._path.exists():
            return []
        db = sqlite3.connect(self._path)
        try:
            rows = db.execute("SELECT number, record FROM journal WHERE number > ? ORDER BY number", (self._number,))
            found = [(number, Tap.decode(record).ticket_id) for number, record in rows]
        except sqlite3.OperationalError:  # killed before the tables were there
            return []
        finally:
            db.close()
        self._number += len(found)
        assert [number for number, _ in found] == list(range(self._number - len(found) + 1, self._number + 1))
        return [ticket for _, ticket in found]


def shown_until_killed(
    stable: Stable, depot: Depot, reader: str, codes: list[str], chance: random.Random
) -> list[dict[str, object]]:
    """The taps that a gate has logged before it is killed: while it starts, or at some moment among its taps."""
    profile = depot.profile(reader=reader, late=3600)
    gate = stable.launch("metro", depot.arguments("--profile", profile, "--json"))
    os.write(gate.stdin, "".join(f"{code}\n" for code in codes).encode())
    seen = b""
    if chance.random() < 0.1:
        time.sleep(chance.uniform(0, 0.05))
    else:
        lines = chance.randint(1, len(codes))  # the first says that it is ready
        while seen.count(b"\n") < lines and (more := os.read(gate.stdout, 65_536)):
            seen += more
        time.sleep(chance.uniform(0, 0.002))
    seen += gate.kill()
    profile.unlink()
    whole = seen[: seen.rfind(b"\n") + 1].splitlines()
    return [event for event in map(json.loads, whole) if event["event"] == "tap"]


def test_a_killed_gate_loses_no_accepted_tap_and_accepts_none_twice(depot: Depot, cases) -> None:
    chance = random.Random(20261122)
    journal, used, unused = Journal(depot), {}, {}
    in_doubt = taps = lost = double = 0
    with Stable() as stable:
        for trial in range(cases(TRIALS)):
            while len(unused) < NEW:
                number = len(used) + len(unused)
                unused[number] = depot.code(chance.choice(["metro-2a-single", "metro-2a-day"]))
            again = chance.sample(sorted(used), min(OLD, len(used)))
            codes = [*unused.values(), *(used[number] for number in again)]
            chance.shuffle(codes)
            shown = shown_until_killed(stable, depot, f"gate-{trial}", codes, chance)
            taps += len(shown)
            accepted = {tap["ticket"] for tap in shown if tap["accepted"]}
            assert {tap["reason"] for tap in shown if tap["ticket"] in used} <= {"OK", "ALREADY_USED", "REPLAYED"}
            recorded = journal.new_tickets()
            lost += len(accepted - set(recorded) - set(used))
            double += len(accepted & set(used)) + len(recorded) - len(set(recorded) - set(used))
            in_doubt += len(set(recorded) - accepted)  # on disk, but killed before it was shown
            used |= {number: unused.pop(number) for number in recorded if number in unused}
    told = f"{taps} taps shown, {len(used)} accepted, {in_doubt} of them not shown any more"
    print(f"{cases(TRIALS)} kill -9 trials: {told}; {lost} lost, {double} double")  # noqa: T201  shown by -rP
    assert (lost, double) == (0, 0)
    assert taps > 2 * cases(TRIALS)
    codes = [*used.values(), *unused.values()]
    with Running("metro", depot.arguments("--profile", depot.profile(reader="last", late=3600))) as gate:
        gate.send(*codes)
        reasons = gate.taps(len(codes))
    assert set(reasons[: len(used)]) <= {"ALREADY_USED", "REPLAYED"}
    assert reasons[len(used) :] == ["OK"] * len(unused)
    with Store(depot.store) as store:
        assert store.set_aside is None
        assert first_break(store.journal_rows()) is None
