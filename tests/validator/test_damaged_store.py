"""Files that a failing disk or a stranger has changed: set aside or refused, never a traceback, never an open gate."""

import contextlib
import sqlite3
from pathlib import Path

import pytest

from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator import store as store_module
from hanoi_ticket.validator.store import Store, read_journal
from tests.city import START, City


@pytest.fixture
def city(tmp_path: Path) -> City:
    """Its store has seen one rider, `city.rider()` number 0."""
    city = City(tmp_path)
    with city.gate("metro-entry") as gate:
        assert gate.tap(city.rider().code(START)).accepted
    return city


def change(city: City, sql: str) -> None:
    with sqlite3.connect(city.folder / "store.db") as db:
        db.execute(sql)
    db.close()


def test_a_schema_that_is_no_text_is_set_aside(city: City) -> None:
    path = city.folder / "store.db"
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE uses", b"CREA\xccE TABLE uses"))
    with pytest.raises(StoreUnavailable):
        read_journal(path)
    with Store(path) as store:
        assert store.set_aside is not None


@pytest.mark.parametrize("value", ["NULL", "x'00'"])
def test_a_journal_that_is_broken_at_its_end_is_set_aside(city: City, value: str) -> None:
    change(city, f"UPDATE journal SET record = {value}")  # noqa: S608  constant
    with Store(city.folder / "store.db") as store:
        assert store.set_aside is not None


def test_a_journal_with_a_gap_for_a_record_is_not_listed(city: City) -> None:
    change(city, "UPDATE journal SET link = NULL")
    with pytest.raises(StoreUnavailable, match="no bytes"):
        read_journal(city.folder / "store.db")


def test_a_use_that_nobody_wrote_keeps_the_gate_shut(city: City) -> None:
    rider = city.rider()
    with city.gate("metro-entry") as gate:
        assert gate.tap(rider.code(START)).accepted
        change(city, "UPDATE uses SET direction = 'sideways'")
        assert gate.tap(rider.code(START + 15)).reason is Reason.STORE_UNAVAILABLE


@pytest.mark.parametrize(
    "change_of",
    [
        "valid_until = valid_until - 1",
        "moment = moment - 64",
        "at = at - 4096",
        "place = place + 1",
        "rides = 0",
        "reader = '2A-CAT-LINH-02'",
        "entered = 0",
        "trip = ' '",
        "journey = x'820000'",
        "checksum = checksum + 1",
    ],
)
def test_a_use_that_flips_within_a_valid_page_keeps_the_gate_shut(city: City, change_of: str) -> None:
    rider = city.rider("metro-2a-single")
    with city.gate("metro-entry") as gate:
        assert gate.tap(rider.code(START)).accepted
        change(city, f"UPDATE uses SET {change_of} WHERE ticket = 1")  # noqa: S608  constants
    with city.gate("metro-entry") as gate:
        city.time.seconds = START + 30
        assert gate.tap(rider.code(START + 30)).reason is Reason.STORE_UNAVAILABLE
        assert gate.tap(city.rider().code(START + 30)).reason is Reason.OK


def test_a_passage_is_no_change_to_a_use(city: City) -> None:
    rider = city.rider("metro-2a-single")
    with city.gate("metro-entry") as gate:
        gate.passed(gate.tap(rider.code(START)))
        assert gate.tap(rider.code(START)).reason is Reason.ALREADY_USED


def test_a_fact_that_nobody_wrote_keeps_the_reader_shut(city: City) -> None:
    change(city, "UPDATE facts SET value = 'much'")
    with pytest.raises(StoreUnavailable):
        city.gate("metro-entry")


def test_an_acknowledgement_while_a_store_is_opened_is_no_damage(city: City, monkeypatch) -> None:
    """Another program at the same file may drop records between two looks of the check."""
    path, read = city.folder / "store.db", store_module.acknowledged
    with city.gate("metro-entry") as gate:
        assert gate.tap(city.rider().code(START)).accepted

    def read_then_drop(db: sqlite3.Connection):
        anchor = read(db)
        monkeypatch.setattr(store_module, "acknowledged", read)
        with Store(path) as other:
            (number, _, link), _ = other.journal_rows()
            with contextlib.suppress(StoreUnavailable):  # its checkpoint may have to wait for the reader
                other.acknowledge(other.facts()["journal"], (number, link))
        return anchor

    monkeypatch.setattr(store_module, "acknowledged", read_then_drop)
    with Store(path) as store:
        assert store.set_aside is None
        assert [number for number, _, _ in store.journal_rows()] == [2]
