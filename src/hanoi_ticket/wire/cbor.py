"""Deterministic CBOR (RFC 8949 section 4.2.1): encoded with cbor2, decoded by a reader that forgives nothing.

`Reader` walks a grammar from left to right and refuses at the first byte that breaks a rule. `decode` is the same
reader without a grammar, for the signed files whose shape is checked afterwards.
"""

from collections.abc import Callable, Container
from typing import Any, Final

import cbor2

from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason

UINT, NINT, BSTR, TSTR, ARRAY, MAP, TAG, SIMPLE = range(8)  # major types, section 3.1
FALSE, TRUE, NULL = 20, 21, 22  # simple values, section 3.3
_CONSTANTS: Final = {FALSE: False, TRUE: True, NULL: None}
_FLOATS: Final = (25, 26, 27)
MAX_DEPTH: Final = 8
MAX_ENTRIES: Final = 8  # of a map in a code; a signed file may have more


def encode(value: Any) -> bytes:  # noqa: ANN401  any CBOR value
    """The one deterministic encoding of `value`: integers, bytes, text, booleans, None, lists and dicts of these."""
    return cbor2.dumps(_ordered(value))


def _ordered(value: Any) -> Any:  # noqa: ANN401
    """Keys in bytewise order of their encodings; cbor2's own canonical mode still has RFC 7049's length-first order."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=cbor2.dumps)}
    if isinstance(value, list | tuple):
        return [_ordered(item) for item in value]
    return value


class Reader:
    """A place in `data`, and the rules for what may come next."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def head(self, *majors: int) -> tuple[int, int]:
        """The major type and argument of the next item; it must be of one of `majors`."""
        if self.at == len(self.data):
            raise Refusal(Reason.TRUNCATED, f"byte {self.at}")
        major, info = divmod(self.data[self.at], 32)
        if major == SIMPLE and info in _FLOATS:
            raise self.refusal(Reason.FLOAT)
        if major == TAG:
            raise self.refusal(Reason.TAG)
        if 28 <= info <= 30:
            raise self.refusal(Reason.RESERVED_HEAD)
        if info == 31:
            raise self.refusal(Reason.INDEFINITE_LENGTH)
        start, argument = self.at, info
        self.at += 1
        if info >= 24:
            size = 1 << info - 24
            argument = int.from_bytes(self._take(size), "big")
            least = 32 if major == SIMPLE else 24 if size == 1 else 1 << 4 * size
            if argument < least:
                raise Refusal(Reason.NON_SHORTEST, f"byte {start}")
        if major not in majors:
            raise Refusal(Reason.UNEXPECTED_TYPE, f"byte {start}")
        return major, argument

    def refusal(self, reason: Reason) -> Refusal:
        return Refusal(reason, f"byte {self.at}")

    def _take(self, size: int) -> bytes:
        taken = self.data[self.at : self.at + size]
        if len(taken) < size:
            raise self.refusal(Reason.TRUNCATED)
        self.at += size
        return taken

    def uint(self, high: int, low: int = 0) -> int:
        value = self.head(UINT)[1]
        if not low <= value <= high:
            raise self.refusal(Reason.BAD_VALUE)
        return value

    def integer(self) -> int:
        major, argument = self.head(UINT, NINT)
        return argument if major == UINT else -1 - argument

    def bstr(self, sizes: Container[int] | None = None) -> bytes:
        """A byte string, of one of `sizes` bytes where they are given."""
        value = self._take(self.head(BSTR)[1])
        if sizes is not None and len(value) not in sizes:
            raise self.refusal(Reason.BAD_LENGTH)
        return value

    def array(self, counts: Container[int]) -> int:
        count = self.head(ARRAY)[1]
        if count not in counts:
            raise self.refusal(Reason.BAD_LENGTH)
        return count

    def simple(self, *values: int) -> int:
        value = self.head(SIMPLE)[1]
        if value not in values:
            raise self.refusal(Reason.UNEXPECTED_TYPE)
        return value

    def skip_null(self) -> bool:
        """Passes over a null, if that is what comes next."""
        found = self.data[self.at : self.at + 1] == bytes([SIMPLE << 5 | NULL])
        self.at += found
        return found

    def map(self, entries: dict[int, Callable[[], Any]], required: Container[int]) -> dict[int, Any]:
        """A map of integer keys in bytewise order; `entries` reads the value of each key that is known."""
        count = self.head(MAP)[1]
        if count > MAX_ENTRIES:
            raise self.refusal(Reason.BAD_LENGTH)
        found: dict[int, Any] = {}
        previous = b""
        for _ in range(count):
            start = self.at
            key = self.integer()
            previous = self._in_order(previous, self.data[start : self.at])
            if key not in entries:
                raise Refusal(Reason.UNKNOWN_CONTENT, f"key {key}")
            found[key] = entries[key]()
        for key in entries:
            if key in required and key not in found:
                raise Refusal(Reason.MISSING_CONTENT, f"key {key}")
        return found

    def _in_order(self, previous: bytes, key: bytes) -> bytes:
        if key == previous:
            raise self.refusal(Reason.DUPLICATE_KEY)
        if key < previous:
            raise self.refusal(Reason.KEY_ORDER)
        return key

    def finish(self) -> None:
        if self.at != len(self.data):
            raise self.refusal(Reason.TRAILING_DATA)

    def item(self, depth: int = MAX_DEPTH) -> Any:  # noqa: ANN401
        """Any one item: an integer, bytes, text, a boolean, None, or a list or dict of these."""
        major, argument = self.head(UINT, NINT, BSTR, TSTR, ARRAY, MAP, SIMPLE)
        if major in (UINT, NINT):
            return self._number(major, argument)
        if major in (BSTR, TSTR):
            return self._string(major, argument)
        if major == SIMPLE:
            if argument not in _CONSTANTS:
                raise self.refusal(Reason.UNEXPECTED_TYPE)
            return _CONSTANTS[argument]
        if depth == 0:
            raise self.refusal(Reason.BAD_LENGTH)
        if major == ARRAY:
            return [self.item(depth - 1) for _ in range(argument)]
        return self._dict(argument, depth - 1)

    def _number(self, major: int, argument: int) -> int:
        if argument >= 1 << 63:
            raise self.refusal(Reason.BAD_VALUE)
        return argument if major == UINT else -1 - argument

    def _string(self, major: int, size: int) -> bytes | str:
        taken = self._take(size)
        if major == BSTR:
            return taken
        try:
            return taken.decode("utf-8")
        except UnicodeDecodeError:
            raise self.refusal(Reason.BAD_VALUE) from None

    def _dict(self, count: int, depth: int) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        previous = b""
        for _ in range(count):
            start = self.at
            if self.data[start : start + 1] and self.data[start] >> 5 not in (UINT, NINT, TSTR):
                raise self.refusal(Reason.UNEXPECTED_TYPE)
            key = self.item(0)
            previous = self._in_order(previous, self.data[start : self.at])
            found[key] = self.item(depth)
        return found


def decode(data: bytes) -> Any:  # noqa: ANN401
    """The one item that `data` is. Integer and text keys; no floats, no tags, no bytes afterwards."""
    reader = Reader(data)
    value = reader.item()
    reader.finish()
    return value
