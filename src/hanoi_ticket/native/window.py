"""The replay window behind typed doors: one table in memory (kernels.slot) and the compiled entries over it."""

import mmap
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from hanoi_ticket.kernels import reason
from hanoi_ticket.kernels.slot import AT, CAPACITY, PASSED, READER, SHARD, SHARD_WORDS, SLOT_WORDS

WORD: Final = 8
FOREVER: Final = 1 << 40
"""Seconds: longer than any clock counts."""
LAST: Final = (1 << 63 - AT) - 1  # the latest second that a slot holds
_FILL: Final = CAPACITY // 7 * 6  # of a shard on average: with 9 standard deviations to spare, none fills up before
_AT_ONCE: Final = 4096


class Taken(NamedTuple):
    """One use of a ticket: what a slot holds."""

    issuer: bytes
    """8 bytes."""
    ticket: int
    moment: int
    """-1 for a printed ticket."""
    at: int
    reader: int
    """Up to 65535."""
    direction: int
    """1 to 3."""
    passed: bool = False

    @property
    def slot(self) -> tuple[int, int, int, int]:
        use = min(self.at, LAST) << AT | self.reader << READER | PASSED * self.passed | self.direction
        return int.from_bytes(self.issuer, "big", signed=True), self.ticket, self.moment, use


class WindowTable:
    """The last use of each of `capacity` tickets. Any number of threads may call it."""

    def __init__(self, ffi: Any, entries: Mapping[str, Callable[..., int]], capacity: int, span: int) -> None:  # noqa: ANN401  cffi has no types
        """A use is forgotten after `span` seconds. Memory: `table_bytes(capacity)`, as far as it is written to."""
        count = shards(capacity)
        words = ffi.from_buffer(
            "uint64_t[]", mmap.mmap(-1, table_bytes(capacity), mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        )
        self.table = words, words + count * SHARD * SLOT_WORDS, count
        self._ffi, self._span = ffi, span
        self._check, self._record = entries["window_check"], entries["window_check_and_record"]
        self._record_each, self._mark_passed = entries["window_check_and_record_each"], entries["window_mark_passed"]

    def refuses(self, use: Taken, passback: int, retry: int) -> bool:
        """Whether a use is remembered that `use` cannot follow: its moment is no later, or the same direction was taken
        less than `passback` seconds ago. A retry within `retry` seconds, the gate not passed, is not refused.
        """
        return self._check(*self.table, *use.slot, passback, retry) in {reason.REPLAYED, reason.PASSBACK}

    def remember(self, use: Taken) -> None:
        """Unless a later moment of the ticket is remembered already, or its shard is full."""
        self._record(*self.table, self._span, *use.slot, -FOREVER, -1)

    def remember_each(self, uses: Iterable[Taken]) -> None:
        rows = array("q")
        for use in uses:
            rows.extend(use.slot)
            if len(rows) >= _AT_ONCE * SLOT_WORDS:
                self._put(rows)
                rows = array("q")
        self._put(rows)

    def _put(self, rows: "array[int]") -> None:
        n = len(rows) // SLOT_WORDS
        answers = self._ffi.new("uint64_t[]", n)
        self._record_each(*self.table, self._span, self._ffi.from_buffer("uint64_t[]", rows), n, -FOREVER, -1, answers)

    def mark_passed(self, issuer: bytes, ticket: int, reader: int) -> None:
        self._mark_passed(*self.table, int.from_bytes(issuer, "big", signed=True), ticket, reader)


def shards(capacity: int) -> int:
    """A power of two."""
    return 1 << (-(-capacity // _FILL) - 1).bit_length()


def table_bytes(capacity: int) -> int:
    """8.5 MB for 100,000 tickets, 67 MB for a million."""
    return shards(capacity) * (SHARD * SLOT_WORDS + SHARD_WORDS) * WORD
