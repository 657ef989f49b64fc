"""What a reader must not forget: the last use of each ticket and the tap journal, in one SQLite file.

Write-ahead log with synchronous=FULL, asserted: a tap is on disk before the gate opens. Any number of threads and of
processes on one machine may share the file; check and record are one write transaction.
"""

import contextlib
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, Self

from hanoi_ticket.errors import JournalRejected, Refusal, StoreUnavailable
from hanoi_ticket.files import sync_directory
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator import journal
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.riding import decoded, encoded

FREE_PAGES: Final = 8
"""Empty pages inside the file from which a tap is served when the disk has no more."""
BUSY_SECONDS: Final = 2.0
REMEMBERED: Final = 86_400
"""Seconds after a ticket's end for which its last use is kept: more than any clock is wrong."""
SCHEMA_VERSION: Final = 2
JOURNAL_ID_BYTES: Final = 8
RESERVE: Final = 8 << 20
"""Bytes of the disk that taps leave alone: twice the write-ahead log, so that an acknowledgement can make room."""
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
_USE: Final = "valid_until, moment, at, direction, place, reader, rides, trip, journey, entered, passed, checksum"

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
        if journal.first_break(_rows(self._db), _anchor(self._db)) is not None:
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
    def transaction(self) -> Iterator["Transaction"]:
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

    def _step(self) -> "Transaction":
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
        with self._lock, _failures():
            found = self._db.execute(f"SELECT issuer, ticket, {_USE} FROM uses WHERE {recent} ORDER BY at", (span,))  # noqa: S608  constant
            for issuer, ticket, *row in found:
                yield (issuer, ticket), _use((issuer, ticket), row)

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
        return _anchor(db), list(_rows(db))


def checksum(key: Key, kept: Sequence[Any]) -> int:
    """CRC-32 over a row of uses but for `passed`: SQLite itself does not notice a bit that flips within a page."""
    return zlib.crc32(repr((*key, *kept)).encode())


def _use(key: Key, row: Sequence[Any]) -> Use:
    *kept, passed, kept_sum = row
    if kept_sum != checksum(key, kept):
        raise sqlite3.DatabaseError("a use that is not as it was written")
    _, moment, at, direction, place, reader, rides, trip, journey, entered = kept
    if direction not in list(Direction):
        raise sqlite3.DatabaseError(f"a use in direction {direction!r}")
    own = bool(passed), trip, decoded(journey), entered
    return Use(moment, at, Direction(direction), place, reader, rides, *own)


def _rows(db: sqlite3.Connection) -> Iterator[tuple[int, bytes, bytes]]:
    for number, record, link in db.execute(_ROWS, (0,)):
        if not isinstance(record, bytes) or not isinstance(link, bytes):
            raise sqlite3.DatabaseError("a journal record that is no bytes")
        yield number, record, link


def _anchor(db: sqlite3.Connection) -> journal.Anchor:
    found = dict(db.execute("SELECT name, value FROM facts WHERE name IN ('acknowledged', 'acknowledged_link')"))
    return (found["acknowledged"], found["acknowledged_link"]) if found else journal.EMPTY


class Transaction:
    """What may be done within one atomic step."""

    flags: frozenset[str] = frozenset()
    """What staff should see of the way the step was decided."""

    def __init__(self, db: sqlite3.Connection, count: int, folder: Path) -> None:
        self._db = db
        self.count = count
        self._folder = folder

    def last_use(self, key: Key) -> Use | None:
        row = self._db.execute(f"SELECT {_USE} FROM uses WHERE issuer = ? AND ticket = ?", key).fetchone()  # noqa: S608  constant
        return _use(key, row) if row else None

    def record(self, key: Key, valid_until: int, use: Use, tap: journal.Tap, capacity: int, *, new: bool) -> None:
        """The use and its journal record, or neither."""
        if new:
            if self.count >= capacity:
                raise Refusal(Reason.STORE_FULL, f"{self.count} tickets remembered")
            self.count += 1
        self._need_room()
        self._put(key, valid_until, use)
        number, previous = self.last()
        record = tap.encode()
        self._db.execute("INSERT INTO journal VALUES (?, ?, ?)", (number + 1, record, journal.link(previous, record)))

    def _need_room(self) -> None:
        disk = os.statvfs(self._folder)
        free = disk.f_bavail * disk.f_frsize
        if free < RESERVE and self._db.execute("PRAGMA freelist_count").fetchone()[0] < FREE_PAGES:
            raise Refusal(Reason.STORE_FULL, f"{free} bytes left on the disk; acknowledge the journal")

    def anchor(self) -> journal.Anchor:
        return _anchor(self._db)

    def last(self) -> journal.Anchor:
        """Number and link of the newest record, acknowledged or not."""
        row = self._db.execute("SELECT number, link FROM journal ORDER BY number DESC LIMIT 1").fetchone()
        return row or self.anchor()

    def must_hold(self, journal_id: bytes, anchor: journal.Anchor) -> None:
        """Raises `JournalRejected` unless record and link are this journal's, or were dropped long ago."""
        number, chained = anchor
        if journal_id != self.facts()["journal"]:
            raise JournalRejected("an acknowledgement for another journal than this store's")
        if number > self.anchor()[0] and self.link(number) != chained:
            raise JournalRejected(f"record {number} is not the one that the receiver acknowledges")

    def drop(self, last: int, most: int) -> bool:
        """Drops the oldest `most` records up to number `last`; tells whether that were all."""
        begin = self.anchor()[0]
        number = min(last, begin + most)
        if number > begin:
            chained = self.link(number)
            self._db.execute("DELETE FROM journal WHERE number <= ?", (number,))
            self.remember("acknowledged", number)
            self.remember("acknowledged_link", chained)
        return number >= last

    def link(self, number: int) -> bytes:
        """The link of a record that is still there; empty for another."""
        row = self._db.execute("SELECT link FROM journal WHERE number = ?", (number,)).fetchone()
        return bytes(row[0]) if row else b""

    def _put(self, key: Key, valid_until: int, use: Use) -> None:
        moved = (use.moment, use.at, str(use.direction), use.place, use.reader, use.rides)
        kept = (valid_until, *moved, use.trip, encoded(use.journey), use.entered)
        row = (*key, *kept, use.passed, checksum(key, kept))
        self._db.execute("REPLACE INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

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
