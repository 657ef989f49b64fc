"""From what a scanner delivers to the text of a code."""

from collections.abc import Iterator

TERMINATORS = {"cr": b"\r", "lf": b"\n", "crlf": b"\r\n"}
LONGEST_LINE = 4096
"""Bytes without a terminator after which a scanner is taken to be babbling; `verify` refuses far shorter ones."""


class Lines:
    """Cuts a byte stream at one agreed terminator, and strips nothing else. Memory is bounded, whatever comes."""

    def __init__(self, terminator: str = "lf") -> None:
        if terminator not in TERMINATORS:
            raise ValueError(f"a terminator is one of {', '.join(TERMINATORS)}, not {terminator!r}")
        self._end = TERMINATORS[terminator]
        self._pending = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The codes that are complete now. A line that grows past `LONGEST_LINE` is delivered cut, to be refused."""
        *lines, self._pending = (self._pending + data).split(self._end)
        yield from lines
        if len(self._pending) > LONGEST_LINE:
            yield self._pending[:LONGEST_LINE]
            self._pending = b""

    def rest(self) -> bytes:
        """What came without a terminator; the stream has ended."""
        rest, self._pending = self._pending, b""
        return rest
