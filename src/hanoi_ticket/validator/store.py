"""What a reader must not forget: the last use of each ticket and the tap journal, in one SQLite file.

Write-ahead log with synchronous=FULL, asserted: a tap is on disk before the gate opens. Any number of threads and of
processes on one machine may share the file; check and record are one write transaction.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Self

from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.files import sync_directory
from hanoi_ticket.validator import journal
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.transaction import COLUMNS, Key, Transaction, acknowledged, use_of

BUSY_SECONDS: Final = 2.0
REMEMBERED: Final = 86_400
"""Seconds after a ticket's end for which its last use is kept: more than any clock is wrong."""
SCHEMA_VERSION: Final = 2
JOURNAL_ID_BYTES: Final = 8
DROPPED_AT_ONCE: Final = 100
"""Records in one step of an acknowledgement: some 10 pages of 4096 bytes."""
_FULL: Final = 2  # PRAGMA synchronous
_SCHEMA: Final = """
CREATE TABLE uses (
  issuer BLOB, ticket INTEGER, valid_until INTEGER,
  moment INTEGER, at INTEGER, direction TEXT, place INTEGER, reader TEXT, rides INTEGER,
  trip TEXT, journey BLOB, entered INTEGER, passed INTEGER, checksum INTEGER,
  PRIMARY KEY (issuer, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_by_end ON uses (valid_until);
CREATE TABLE journal (number INTEGER PRIMARY KEY, record BLOB, link BLOB) STRICT;
CREATE TABLE unsent (issuer BLOB, ticket INTEGER, PRIMARY KEY (issuer, ticket)) STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
"""
_ROWS: Final = "SELECT number, record, link FROM journal WHERE number > ? ORDER BY number"


class Store:
    """One open file. Every method raises `StoreUnavailable` when the disk or the file fails."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Opens or creates the file; one that is damaged is set aside (`.damaged`) and a new one begun."""
        self.path = Path(path)
        self.set_aside: Path | None = None
        """Where a damaged file went."""
        self._lock = threading.RLock()
        with _failures():
            try:
                self._open()
            except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self.set_aside = self._quarantine()
                self._open()
            self._count = int(self._value("SELECT count(*) FROM uses"))

    def _open(self) -> None:
        self._db = sqlite3.connect(
            self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=64
        )
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            if (self._value("PRAGMA journal_mode"), self._value("PRAGMA synchronous")) != ("wal", _FULL):
                raise StoreUnavailable(f"{self.path}: this file system does not give WAL with synchronous=FULL")
            self._create()
            self._check()
        except BaseException:
            self._db.close()
            raise

    def _create(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        version = self._value("PRAGMA user_version")
        if version == 0:
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute("INSERT INTO facts VALUES ('journal', ?)", (os.urandom(JOURNAL_ID_BYTES),))
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise StoreUnavailable(
                f"{self.path}: schema {version}, and this version of the library writes {SCHEMA_VERSION}: "
                "hand its journal over with the version that wrote it, then begin a new file"
            )
        self._db.execute("COMMIT")

    def _check(self) -> None:
        """All of one moment: another program may take an acknowledgement meanwhile."""
        self._db.execute("BEGIN")
        if self._value("PRAGMA quick_check(1)") != "ok":
            raise sqlite3.DatabaseError("quick_check")
        if journal.first_break(_rows(self._db), acknowledged(self._db)) is not None:
            raise sqlite3.DatabaseError("the journal's chain is broken")
        self._db.execute("COMMIT")

    def _quarantine(self) -> Path:
        """The write-ahead log goes along: it may hold taps that the file does not have yet.

        It is linked before the file is renamed, and SQLite drops a log beside an empty file: no cut between mixes them.
        """
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        log, log_aside = Path(f"{self.path}-wal"), Path(f"{aside}-wal")
        log_aside.unlink(missing_ok=True)
        if log.exists():
            log_aside.hardlink_to(log)
        self.path.rename(aside)
        log.unlink(missing_ok=True)
        Path(f"{self.path}-shm").unlink(missing_ok=True)
        sync_directory(self.path.parent)
        return aside

    def _value(self, sql: str) -> int | str:
        row = self._db.execute(sql).fetchone()
        value: int | str = row[0]
        return value

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One atomic step: nobody else reads or writes between. It is on disk when the block has been left."""
        with self._lock, _failures():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                step = self._step()
                yield step
                self._db.execute("COMMIT")
                self._count = step.count
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def _step(self) -> Transaction:
        return Transaction(self._db, self._count, self.path.parent)

    def facts(self) -> dict[str, int | bytes]:
        """Small things kept across restarts: the high-water mark of time, the trust version and digest."""
        with self.transaction() as step:
            return step.facts()

    def forget(self, before: int) -> None:
        """Drops the uses of tickets that ended before that moment: they are refused as expired."""
        with self.transaction() as step:
            step.forget(before)

    def uses(self, span: int) -> Iterator[tuple[Key, Use]]:
        """The last use of each ticket, oldest first, as far as the last `span` seconds go."""
        recent = "at > (SELECT max(at) FROM uses) - ?"
        query = f"SELECT issuer, ticket, {COLUMNS} FROM uses WHERE {recent} ORDER BY at"  # noqa: S608  constant
        with self._lock, _failures():
            found = self._db.execute(query, (span,))
            for issuer, ticket, *row in found:
                yield (issuer, ticket), use_of((issuer, ticket), row)

    @property
    def trouble(self) -> str:
        """Why other gates cannot be heard of now; empty for a file alone, and while they can."""
        return ""

    def reconcile(self) -> None:
        """Tells other gates what they have missed: nothing, for a file alone. Called every second or so."""

    def journal_rows(self, after: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
        """(number, record, link) past number `after` of what no receiver has acknowledged, oldest first."""
        with self._lock, _failures():
            yield from self._db.execute(_ROWS, (after,))

    def acknowledge(self, journal_id: bytes, anchor: journal.Anchor) -> None:
        """Drops the records up to `anchor`: a receiver has them. An older acknowledgement changes nothing.

        Raises `JournalRejected` when it speaks of another journal, or of a record that is not as it says.
        It goes in short steps, the anchor with them: taps come in between, and a nearly full disk has room for each.
        """
        with self.transaction() as step:
            step.must_hold(journal_id, anchor)
        with self._lock, _failures():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        done = False
        while not done:
            with self.transaction() as step:
                done = step.drop(anchor[0], DROPPED_AT_ONCE)

    def taps(self) -> Iterator[journal.Tap]:
        for _, record, _ in self.journal_rows():
            yield journal.Tap.decode(record)

    def close(self) -> None:
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: str | os.PathLike[str]) -> tuple[journal.Anchor, list[tuple[int, bytes, bytes]]]:
    """The anchor, and (number, record, link) after it, oldest first. It only reads: a damaged file stays as it is."""
    with _failures(), contextlib.closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
        db.execute("BEGIN")
        return acknowledged(db), list(_rows(db))


def _rows(db: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
    for number, record, link in db.execute(_ROWS, (0,)):
        if not isinstance(record, bytes) or not isinstance(link, bytes):
            raise sqlite3.DatabaseError("a journal record that is no bytes")
        yield number, record, link


@contextlib.contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except (
        sqlite3.Error,
        OSError,
        UnicodeDecodeError,
    ) as error:  # sqlite3 trips over quotes from a damaged file
        raise StoreUnavailable(f"the store cannot be used: {error}") from error
