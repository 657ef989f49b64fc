"""Codes from standard input, one a line: a scanner behind a pipe, or another program."""

import os
import select
from collections.abc import Iterable

from hanoi_ticket.validator import Lines

STDIN = 0
CHUNK = 65_536


class StandardInput:
    def __init__(self, terminator: str) -> None:
        self._lines = Lines(terminator)

    def open(self) -> None:
        """It is open since the program began."""

    def read(self, wait: float) -> Iterable[bytes]:
        if not select.select([STDIN], [], [], wait)[0]:
            return ()
        if data := os.read(STDIN, CHUNK):
            return self._lines.feed(data)
        if rest := self._lines.rest():
            return (rest,)
        raise EOFError

    def close(self) -> None:
        """It stays open: what comes after belongs to whoever started the program."""
