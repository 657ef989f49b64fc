"""The journal read from outside: a chain that holds, one that does not, and files that are none."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.validator.journal import EMPTY, Tap, first_break
from hanoi_ticket.validator.store import read_journal
from tests.city import START, City


def tapped(folder: Path, count: int = 3) -> Path:
    city = City(folder)
    with city.gate("metro-entry") as gate:
        for _ in range(count):
            assert gate.tap(city.rider().code(START)).accepted
    return folder / "store.db"


def change(path: Path, sql: str) -> None:
    with sqlite3.connect(path) as db:
        db.execute(sql)
    db.close()


def test_an_honest_chain_holds(tmp_path: Path) -> None:
    anchor, rows = read_journal(tapped(tmp_path))
    assert anchor == EMPTY
    assert [number for number, _, _ in rows] == [1, 2, 3]
    assert first_break(rows) is None
    assert [Tap.decode(record).ticket_id for _, record, _ in rows] == [0, 1, 2]


@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE journal SET record = x'00' WHERE number = 2", 2),
        ("UPDATE journal SET link = x'00' WHERE number = 1", 1),
        ("DELETE FROM journal WHERE number = 2", 3),
        ("DELETE FROM journal WHERE number = 1", 2),
    ],
)
def test_a_changed_journal_is_found_out(tmp_path: Path, sql: str, broken: int) -> None:
    path = tapped(tmp_path)
    change(path, sql)
    anchor, rows = read_journal(path)
    assert first_break(rows, anchor) == broken


def test_reading_changes_nothing(tmp_path: Path) -> None:
    path = tapped(tmp_path)
    path.write_bytes(b"no database" + path.read_bytes()[11:])
    before = path.read_bytes()
    with pytest.raises(StoreUnavailable):
        read_journal(path)
    with pytest.raises(StoreUnavailable):
        read_journal(tmp_path / "none.db")
    assert [path.name for path in tmp_path.iterdir()] == ["store.db"]
    assert path.read_bytes() == before


@given(st.binary(max_size=80))
def test_any_bytes_are_a_tap_or_refused(data: bytes) -> None:
    with pytest.raises(StoreUnavailable):
        Tap.decode(data)
