"""One atomic step over a store's file, and a row of its uses."""

import os
import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from hanoi_ticket.errors import JournalRejected, Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator import journal
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.riding import decoded, encoded

FREE_PAGES: Final = 8
"""Empty pages inside the file from which a tap is served when the disk has no more."""
RESERVE: Final = 8 << 20
"""Bytes of the disk that taps leave alone: twice the write-ahead log, so that an acknowledgement can make room."""
COLUMNS: Final = "valid_until, moment, at, direction, place, reader, rides, trip, journey, entered, passed, checksum"
"""Of a row of uses, past its key."""

Key = tuple[bytes, int]
"""(issuer identity, ticket id): what replay is keyed on, never the bytes of a code or a signature."""


class Transaction:
    """What may be done within one atomic step."""

    flags: frozenset[str] = frozenset()
    """What staff should see of the way the step was decided."""

    def __init__(self, db: sqlite3.Connection, count: int, folder: Path) -> None:
        self._db = db
        self.count = count
        self._folder = folder

    def last_use(self, key: Key) -> Use | None:
        row = self._db.execute(f"SELECT {COLUMNS} FROM uses WHERE issuer = ? AND ticket = ?", key).fetchone()  # noqa: S608  constant
        return use_of(key, row) if row else None

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
        return acknowledged(self._db)

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


def checksum(key: Key, kept: Sequence[Any]) -> int:
    """CRC-32 over a row of uses but for `passed`: SQLite itself does not notice a bit that flips within a page."""
    return zlib.crc32(repr((*key, *kept)).encode())


def use_of(key: Key, row: Sequence[Any]) -> Use:
    *kept, passed, kept_sum = row
    if kept_sum != checksum(key, kept):
        raise sqlite3.DatabaseError("a use that is not as it was written")
    _, moment, at, direction, place, reader, rides, trip, journey, entered = kept
    if direction not in list(Direction):
        raise sqlite3.DatabaseError(f"a use in direction {direction!r}")
    own = bool(passed), trip, decoded(journey), entered
    return Use(moment, at, Direction(direction), place, reader, rides, *own)


def acknowledged(db: sqlite3.Connection) -> journal.Anchor:
    """Where the chain goes on from."""
    found = dict(db.execute("SELECT name, value FROM facts WHERE name IN ('acknowledged', 'acknowledged_link')"))
    return (found["acknowledged"], found["acknowledged_link"]) if found else journal.EMPTY
