"""The rows that fill a journal in bulk are those that the store would have written: it opens them and goes on."""

import sqlite3

import pytest

from benchmarks import growth
from hanoi_ticket.validator import Store
from hanoi_ticket.validator.journal import Tap, first_break


def test_rows_in_bulk_are_a_journal_that_a_store_takes(tmp_path, monkeypatch):
    monkeypatch.setattr(growth, "ROWS_AT_ONCE", 70)
    path = tmp_path / "store.db"
    with Store(path) as store:
        rows = growth._tap(store, 0, 1000)
    rows += growth._fill(path, rows, 200)
    with Store(path) as store:
        assert store.set_aside is None
        growth._tap(store, rows, 1000)
        found = list(store.journal_rows())
        assert first_break(found) is None
        tickets = [Tap.decode(record).ticket_id for _, record, _ in found]
        assert tickets == [growth.FIRST_TICKET + i for i in range(202)]
        with store.transaction() as step:
            assert step.last_use((bytes(8), growth.FIRST_TICKET + 100)) is not None
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT count(*) FROM uses").fetchone() == (202,)
    db.close()


def test_sizes_past_the_most_are_extended_and_say_so():
    law = growth.Law("rows", "a row")
    for size in (10, 100, 1000):
        law.put(size, size / 10)
    law.extend([10_000])
    assert law.us[-1] == pytest.approx(1000)
    assert "grows in proportion" in law.sentence
    assert "not measured, up to 10,000" in law.sentence
