"""A store whose memory of uses is shared by the gates of a station or line through Valkey or Redis.

Each gate keeps its own journal and its own uses in its own file. What the others did stands on the server, one value a
ticket, changed by compare-and-set. A gate that is cut off decides by its own file, flags the tap "cut-off", and tells
the server when it is back; docs/exposure.md says what that may cost.

The server carries a mark: a random name, and a count of all changes. A gate that finds another name, or a lower count
than that of its own last use, knows that the server has lost uses (begun anew, or an old backup). It then tells the
server all that it knows.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import valkey

from hanoi_ticket.clock.tracked import uptime
from hanoi_ticket.errors import Refusal, StoreUnavailable
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.riding import decoded, encoded
from hanoi_ticket.validator.store import REMEMBERED, Store
from hanoi_ticket.validator.transaction import Key, Transaction
from hanoi_ticket.wire import cbor

TIMEOUT: Final = 0.15
"""Seconds that a tap waits for the server."""
PAUSE: Final = 5.0
"""Seconds for which a server that did not answer is not asked again."""
SENT_A_TAP: Final = 8
"""Late news for the server that one tap carries along,"""
SENT_AT_ONCE: Final = 500
"""and that a look between two taps does: some 20 ms."""
DOUBT: Final = 60.0
"""Seconds after a loss was noticed for which taps are flagged: other gates may not have told yet what they know."""
CUT_OFF: Final = frozenset({"cut-off"})
_NAME: Final = "station:name"
_CHANGES: Final = "station:changes"
_NAME_BYTES: Final = 8
_PUT: Final = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return redis.call('INCR', KEYS[2])
"""
_RENAME: Final = """
if (redis.call('GET', KEYS[1]) or '') == ARGV[1] then redis.call('SET', KEYS[1], ARGV[2]) end
return redis.call('GET', KEYS[1])
"""


class Mark(NamedTuple):
    """What tells one state of the server from an earlier one, and from another server."""

    name: bytes
    """Empty: nobody has named this server yet."""
    changes: int


class Change(NamedTuple):
    """A ticket's value, `before` and `after`; it is forgotten after `seconds`."""

    key: Key
    before: bytes
    after: bytes
    seconds: int


class Unreachable(Exception):  # noqa: N818  a state; it never leaves this file
    """The server cannot be asked now."""


class Server:
    """One value a ticket: the last use that any gate has recorded."""

    def __init__(self, url: str) -> None:
        # Any: the package gives one type to this client and to its asynchronous one
        self._client: Any = valkey.Valkey.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        self._admitted, self._silent_until = False, float("-inf")
        self.doubtful_until = float("-inf")
        """Until then, on the uptime's clock, a loss that was noticed is still being made good."""
        self.trouble = ""
        """Why it was last not reachable; empty while it is."""

    def get(self, keys: Sequence[Key]) -> tuple[list[bytes], Mark]:
        """The tickets' values, empty where no gate has seen the ticket, and the mark of the same moment."""
        found = self._ask(lambda: self._client.mget([*map(_name, keys), _NAME, _CHANGES]))
        *values, name, changes = (one or b"" for one in found)
        return values, Mark(name, int(changes or 0))

    def put(self, changes: Sequence[Change]) -> list[int]:
        """For each ticket: the server's count of changes with this one; 0 where the value was not `before`."""

        def send() -> list[int]:
            pipeline = self._client.pipeline(transaction=False)
            for key, before, after, seconds in changes:
                pipeline.eval(_PUT, 2, _name(key), _CHANGES, before, after, max(1, seconds))
            return list(pipeline.execute())

        return list(self._ask(send))

    def rename(self, before: bytes) -> bytes:
        """Gives the server a new name unless another gate has just done so; the name that it has now."""
        fresh = os.urandom(_NAME_BYTES)
        return bytes(self._ask(lambda: self._client.eval(_RENAME, 1, _NAME, before, fresh)))

    def admit(self) -> None:
        """Raises `StoreUnavailable` for a server that would forget: without append-only file, or evicting."""
        facts = self._client.info()
        if not facts.get("aof_enabled") or facts.get("maxmemory_policy") != "noeviction":
            raise StoreUnavailable('the station\'s server needs "appendonly yes" and "maxmemory-policy noeviction"')
        self._admitted, self.trouble = True, ""

    def _ask(self, question: Callable[[], Any]) -> Any:  # noqa: ANN401  as the client answers
        if uptime() < self._silent_until:
            raise Unreachable
        try:
            if not self._admitted:
                self.admit()
            return question()
        except (valkey.ValkeyError, OSError, StoreUnavailable) as error:
            self._admitted, self.trouble = False, str(error) or type(error).__name__
            self._silent_until = uptime() + PAUSE
            raise Unreachable from error

    def close(self) -> None:
        self._client.close()


class StationStore(Store):
    """A `Store` for one gate of a station. Give it to `Validator` in place of a plain one."""

    def __init__(self, path: str | os.PathLike[str], url: str) -> None:
        """`url` as in valkey://10.0.0.2:6379. A server that is not there now will be asked again at later taps.

        Raises `StoreUnavailable` for one that is there and would forget.
        """
        super().__init__(path)
        self.server = Server(url)
        with contextlib.suppress(valkey.ValkeyError, OSError):
            self.server.admit()

    def _step(self) -> "StationTransaction":
        return StationTransaction(self._db, self._count, self.path.parent, self.server)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Transaction]:
        step: Transaction | None = None
        try:
            with super().transaction() as step:
                yield step
        except BaseException:
            if isinstance(step, StationTransaction):
                step.take_back()
            raise

    @property
    def trouble(self) -> str:
        return self.server.trouble

    def reconcile(self) -> None:
        with self.transaction() as step, contextlib.suppress(Unreachable):
            assert isinstance(step, StationTransaction)  # noqa: S101  narrows
            step.look()
            step.tell(SENT_AT_ONCE)

    def forget(self, before: int) -> None:
        super().forget(before)
        with self.transaction() as step, contextlib.suppress(Unreachable):
            assert isinstance(step, StationTransaction)  # noqa: S101  narrows
            while step.tell(SENT_AT_ONCE):
                pass

    def close(self) -> None:
        super().close()
        self.server.close()


class StationTransaction(Transaction):
    def __init__(self, db: sqlite3.Connection, count: int, folder: Path, server: Server) -> None:
        super().__init__(db, count, folder)
        self._server = server
        self._own: Use | None = None
        self._seen = b""
        self._shared = False
        """Whether the server takes part in this step."""
        self._written: Change | None = None

    def last_use(self, key: Key) -> Use | None:
        """The later of this gate's and the server's. A retry is this gate's own affair: the server's has passed."""
        self._own = super().last_use(key)
        try:
            self.tell(SENT_A_TAP)
            (self._seen,), mark = self._server.get([key])
            self._note(mark)
        except Unreachable:
            self.flags = CUT_OFF
            return self._own
        self._shared = True
        if uptime() < self._server.doubtful_until:
            self.flags = CUT_OFF
        shared = _decoded(self._seen)
        if shared is None or (self._own and _age(self._own) >= _age(shared)):
            return self._own
        return shared

    def look(self) -> None:
        """Whether the server still has what this gate has told it."""
        _, mark = self._server.get([])
        self._note(mark)

    def _note(self, mark: Mark) -> None:
        """A server that has gone back, or is another one, is told all that this gate knows."""
        facts = self.facts()
        known = Mark(bytes(facts.get("station_name", b"")), int(facts.get("station_changes", 0)))
        if mark.name and mark.name == known.name and mark.changes >= known.changes:
            return
        if mark.name in (b"", known.name):  # the other gates notice by the name
            mark = Mark(self._server.rename(mark.name), mark.changes)
        if known.name:
            self._server.doubtful_until = uptime() + DOUBT
        self._db.execute("REPLACE INTO unsent SELECT issuer, ticket FROM uses")
        self.remember("station_name", mark.name)
        self.remember("station_changes", mark.changes)

    def record(self, key: Key, valid_until: int, use: Use, tap: Tap, capacity: int, *, new: bool) -> None:
        """The server first: a use that cannot be journalled afterwards is taken back, or stands against the rider."""
        del new  # to the server's knowledge; what counts here is this file's
        if self._shared:
            self._share(Change(key, self._seen, _encoded(use), valid_until + REMEMBERED - use.at))
        if not self._shared:
            self._db.execute("REPLACE INTO unsent VALUES (?, ?)", key)
        tap = replace(tap, flags=tuple(sorted({*tap.flags, *self.flags})))
        super().record(key, valid_until, use, tap, capacity, new=self._own is None)

    def _share(self, change: Change) -> None:
        try:
            (count,) = self._server.put([change])
        except Unreachable:  # the server may have it or not; `tell` settles that
            self._shared, self.flags = False, CUT_OFF
            return
        if not count:
            raise Refusal(Reason.REPLAYED, "another gate of the station has taken it this moment")
        self._written = change
        self.remember("station_changes", count)

    def take_back(self) -> None:
        """The step failed: the server forgets the use again, unless another gate has gone on from it."""
        if self._written is not None:
            key, before, after, _ = self._written
            with contextlib.suppress(Unreachable):
                self._server.put([Change(key, after, before, REMEMBERED)])

    def tell(self, most: int) -> int:
        """Tells the server up to `most` uses that it has missed, unless it knows later ones; their number."""
        rows = self._db.execute("SELECT issuer, ticket FROM unsent LIMIT ?", (most,)).fetchall()
        untold = {key: use for key in rows if (use := super(StationTransaction, self).last_use(key)) is not None}
        while untold:
            values, _ = self._server.get(list(untold))
            changes = [
                Change(key, seen, _encoded(use), self._ends(key) + REMEMBERED - use.at)
                for (key, use), seen in zip(untold.items(), values, strict=True)
                if (shared := _decoded(seen)) is None or _age(shared) < _age(use)
            ]
            answers = zip(changes, self._server.put(changes), strict=True)
            untold = {change.key: untold[change.key] for change, count in answers if not count}
        self._db.executemany("DELETE FROM unsent WHERE issuer = ? AND ticket = ?", rows)
        return len(rows)

    def _ends(self, key: Key) -> int:
        row = self._db.execute("SELECT valid_until FROM uses WHERE issuer = ? AND ticket = ?", key).fetchone()
        return int(row[0])


def _name(key: Key) -> str:
    return f"use:{key[0].hex()}:{key[1]}"


def _age(use: Use) -> tuple[int, int]:
    """Moments grow with every use, whatever the gates' clocks say; printed tickets have none."""
    return use.moment, use.at


def _encoded(use: Use) -> bytes:
    kept = [use.trip, encoded(use.journey), use.entered]
    return cbor.encode([use.moment, use.at, str(use.direction), use.place, use.reader, use.rides, *kept])


def _decoded(value: bytes) -> Use | None:
    if not value:
        return None
    try:
        moment, at, direction, place, reader, rides, trip, journey, entered = cbor.decode(value)
        own = trip, decoded(journey), entered
        return Use(moment, at, Direction(direction), place, reader, rides, True, *own)
    except (Refusal, TypeError, ValueError) as error:
        raise StoreUnavailable(f"the station's server holds something that is no use: {error}") from None
