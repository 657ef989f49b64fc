"""What a reader must not forget: the last use of each ticket and the tap journal, in one SQLite file.

Write-ahead log with synchronous=FULL, asserted: a tap is on disk before the gate opens. Any number of threads and of
processes on one machine may share the file; check and record are one write transaction.
"""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Self

from hanoi_ticket.errors import Refusal, StoreUnavailable
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator import journal
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use

BUSY_SECONDS: Final = 2.0
SCHEMA_VERSION: Final = 1
_FULL: Final = 2  # PRAGMA synchronous
_SCHEMA: Final = """
CREATE TABLE uses (
  issuer BLOB, ticket INTEGER, valid_until INTEGER,
  moment INTEGER, at INTEGER, direction TEXT, place INTEGER, reader TEXT, rides INTEGER, passed INTEGER,
  PRIMARY KEY (issuer, ticket)
) STRICT, WITHOUT ROWID;
CREATE INDEX uses_by_end ON uses (valid_until);
CREATE TABLE journal (number INTEGER PRIMARY KEY, record BLOB, link BLOB) STRICT;
CREATE TABLE facts (name TEXT PRIMARY KEY, value ANY) STRICT, WITHOUT ROWID;
"""
_USE: Final = "moment, at, direction, place, reader, rides, passed"

Key = tuple[bytes, int]
"""(issuer identity, ticket id): what replay is keyed on, never the bytes of a code or a signature."""


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
            self._db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif version != SCHEMA_VERSION:
            raise StoreUnavailable(f"{self.path}: schema {version} was written by another version of this library")
        self._db.execute("COMMIT")

    def _check(self) -> None:
        if self._value("PRAGMA quick_check(1)") != "ok":
            raise sqlite3.DatabaseError("quick_check")
        tail = self._db.execute("SELECT record, link FROM journal ORDER BY number DESC LIMIT 2").fetchall()
        _need_bytes(part for row in tail for part in row)
        if tail:
            record, chained = tail[0]
            if chained != journal.link(tail[1][1] if len(tail) > 1 else journal.GENESIS, record):
                raise sqlite3.DatabaseError("the journal's chain is broken")

    def _quarantine(self) -> Path:
        number = 1
        while (aside := self.path.with_name(f"{self.path.name}.damaged-{number}")).exists():
            number += 1
        self.path.rename(aside)
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        return aside

    def _value(self, sql: str) -> int | str:
        row = self._db.execute(sql).fetchone()
        value: int | str = row[0]
        return value

    @contextlib.contextmanager
    def transaction(self) -> Iterator["Transaction"]:
        """One atomic step: nobody else reads or writes between. It is on disk when the block has been left."""
        with self._lock, _failures():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                step = Transaction(self._db, self._count)
                yield step
                self._db.execute("COMMIT")
                self._count = step.count
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def facts(self) -> dict[str, int | bytes]:
        """Small things kept across restarts: the high-water mark of time, the trust version and digest."""
        with self.transaction() as step:
            return step.facts()

    def forget(self, before: int) -> None:
        """Drops the uses of tickets that ended before that moment: they are refused as expired."""
        with self.transaction() as step:
            step.forget(before)

    def journal_rows(self) -> Iterator[tuple[int, bytes, bytes]]:
        """(number, record, link), oldest first."""
        with self._lock, _failures():
            yield from self._db.execute("SELECT number, record, link FROM journal ORDER BY number")

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


def read_journal(path: str | os.PathLike[str]) -> list[tuple[int, bytes, bytes]]:
    """(number, record, link) of a store, oldest first. It only reads: a damaged file stays as it is."""
    with _failures(), contextlib.closing(sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)) as db:
        rows = db.execute("SELECT number, record, link FROM journal ORDER BY number").fetchall()
        _need_bytes(part for row in rows for part in row[1:])
        return rows


def _need_bytes(parts: Iterable[object]) -> None:
    if not all(isinstance(part, bytes) for part in parts):
        raise sqlite3.DatabaseError("a journal record that is no bytes")


class Transaction:
    """What may be done within one atomic step."""

    def __init__(self, db: sqlite3.Connection, count: int) -> None:
        self._db = db
        self.count = count

    def last_use(self, key: Key) -> Use | None:
        row = self._db.execute(f"SELECT {_USE} FROM uses WHERE issuer = ? AND ticket = ?", key).fetchone()  # noqa: S608  constant
        if row is None:
            return None
        moment, at, direction, place, reader, rides, passed = row
        if direction not in list(Direction):
            raise sqlite3.DatabaseError(f"a use in direction {direction!r}")
        return Use(moment, at, Direction(direction), place, reader, rides, bool(passed))

    def record(self, key: Key, valid_until: int, use: Use, tap: journal.Tap, capacity: int, *, new: bool) -> None:
        """The use and its journal record, or neither."""
        if new:
            if self.count >= capacity:
                raise Refusal(Reason.STORE_FULL, f"{self.count} tickets remembered")
            self.count += 1
        self._put(key, valid_until, use)
        row = self._db.execute("SELECT number, link FROM journal ORDER BY number DESC LIMIT 1").fetchone()
        number, previous = row or (0, journal.GENESIS)
        record = tap.encode()
        self._db.execute("INSERT INTO journal VALUES (?, ?, ?)", (number + 1, record, journal.link(previous, record)))

    def _put(self, key: Key, valid_until: int, use: Use) -> None:
        values = (use.moment, use.at, use.direction, use.place, use.reader, use.rides, use.passed)
        self._db.execute("REPLACE INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (*key, valid_until, *values))

    def mark_passed(self, key: Key, reader: str) -> None:
        self._db.execute("UPDATE uses SET passed = 1 WHERE issuer = ? AND ticket = ? AND reader = ?", (*key, reader))

    def facts(self) -> dict[str, int | bytes]:
        found = dict(self._db.execute("SELECT name, value FROM facts"))
        if not all(isinstance(value, int | bytes) for value in found.values()):
            raise sqlite3.DatabaseError("a fact that is neither a number nor bytes")
        return found

    def remember(self, name: str, value: int | bytes) -> None:
        self._db.execute("REPLACE INTO facts VALUES (?, ?)", (name, value))

    def forget(self, before: int) -> None:
        self.count -= self._db.execute("DELETE FROM uses WHERE valid_until < ?", (before,)).rowcount


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
