"""A store whose memory of uses is shared by the gates of a station or line through Valkey or Redis.

Each gate keeps its own journal and its own uses in its own file. What the others did stands on the server, one value a
ticket, changed by compare-and-set. A gate that is cut off decides by its own file, flags the tap "cut-off", and tells
the server when it is back; docs/exposure.md says what that may cost.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import valkey

from hanoi_ticket.clock.tracked import uptime
from hanoi_ticket.errors import Refusal, StoreUnavailable
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.riding import decoded, encoded
from hanoi_ticket.validator.store import REMEMBERED, Key, Store, Transaction
from hanoi_ticket.wire import cbor

TIMEOUT: Final = 0.15
"""Seconds that a tap waits for the server."""
PAUSE: Final = 5.0
"""Seconds for which a server that did not answer is not asked again."""
SENT_A_TAP: Final = 8
"""Late news for the server that one tap carries along."""
CUT_OFF: Final = frozenset({"cut-off"})
_PUT: Final = """
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then return 0 end
if ARGV[2] == '' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return 1
"""


class Unreachable(Exception):  # noqa: N818  a state; it never leaves this file
    """The server cannot be asked now."""


class Server:
    """One value a ticket: the last use that any gate has recorded."""

    def __init__(self, url: str) -> None:
        # Any: the package gives one type to this client and to its asynchronous one
        self._client: Any = valkey.Valkey.from_url(url, socket_timeout=TIMEOUT, socket_connect_timeout=TIMEOUT)
        self._put = self._client.register_script(_PUT)
        self._admitted, self._silent_until = False, float("-inf")
        self.trouble = ""
        """Why it was last not reachable; empty while it is."""

    def get(self, key: Key) -> bytes:
        """Empty when no gate has seen the ticket."""
        found: bytes | None = self._ask(lambda: self._client.get(_name(key)))
        return found or b""

    def put(self, key: Key, before: bytes, after: bytes, seconds: int) -> bool:
        """Whether the value was still `before`; only then is it `after` now. It is forgotten after `seconds`."""
        return bool(self._ask(lambda: self._put(keys=[_name(key)], args=[before, after, max(1, seconds)])))

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

    def forget(self, before: int) -> None:
        super().forget(before)
        self.tell_all()

    def tell_all(self) -> None:
        """Tells the server every use that it has missed, while it can be reached."""
        with self.transaction() as step, contextlib.suppress(Unreachable):
            assert isinstance(step, StationTransaction)  # noqa: S101  narrows
            while step.tell(SENT_A_TAP):
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
        self._written: tuple[Key, bytes, bytes] | None = None

    def last_use(self, key: Key) -> Use | None:
        """The later of this gate's and the server's. A retry is this gate's own affair: the server's has passed."""
        self._own = super().last_use(key)
        try:
            self.tell(SENT_A_TAP)
            self._seen = self._server.get(key)
        except Unreachable:
            self.flags = CUT_OFF
            return self._own
        shared = _decoded(self._seen)
        if shared is None or (self._own and _age(self._own) >= _age(shared)):
            return self._own
        return shared

    def record(self, key: Key, valid_until: int, use: Use, tap: Tap, capacity: int, *, new: bool) -> None:
        """The server first: a use that cannot be journalled afterwards is taken back, or stands against the rider."""
        del new  # to the server's knowledge; what counts here is this file's
        if not self.flags:
            self._share(key, valid_until, use)
        if self.flags:
            tap = replace(tap, flags=tuple(sorted({*tap.flags, *self.flags})))
            self._db.execute("REPLACE INTO unsent VALUES (?, ?)", key)
        super().record(key, valid_until, use, tap, capacity, new=self._own is None)

    def _share(self, key: Key, valid_until: int, use: Use) -> None:
        value = _encoded(use)
        try:
            if not self._server.put(key, self._seen, value, valid_until + REMEMBERED - use.at):
                raise Refusal(Reason.REPLAYED, "another gate of the station has taken it this moment")
        except Unreachable:  # the server may have it or not; `tell` settles that
            self.flags = CUT_OFF
        else:
            self._written = key, self._seen, value

    def take_back(self) -> None:
        """The step failed: the server forgets the use again, unless another gate has gone on from it."""
        if self._written is not None:
            key, before, after = self._written
            with contextlib.suppress(Unreachable):
                self._server.put(key, after, before, REMEMBERED)

    def tell(self, most: int) -> int:
        """Tells the server up to `most` uses of the time when it was away, unless it knows later ones; their number."""
        rows = self._db.execute("SELECT issuer, ticket FROM unsent LIMIT ?", (most,)).fetchall()
        for key in rows:
            use, told = super().last_use(key), False
            while use is not None and not told:
                seen = self._server.get(key)
                shared = _decoded(seen)
                later = shared is not None and _age(shared) >= _age(use)
                told = later or self._server.put(key, seen, _encoded(use), self._ends(key) + REMEMBERED - use.at)
            self._db.execute("DELETE FROM unsent WHERE issuer = ? AND ticket = ?", key)
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
    kept = [use.trip, encoded(use.journey)]
    return cbor.encode([use.moment, use.at, str(use.direction), use.place, use.reader, use.rides, *kept])


def _decoded(value: bytes) -> Use | None:
    if not value:
        return None
    try:
        moment, at, direction, place, reader, rides, trip, journey = cbor.decode(value)
        kept = decoded(journey)
        return Use(moment, at, Direction(direction), place, reader, rides, passed=True, trip=trip, journey=kept)
    except (Refusal, TypeError, ValueError) as error:
        raise StoreUnavailable(f"the station's server holds something that is no use: {error}") from None
