"""Codes from a device that sends each in one burst: what has no terminator after a silence is all that comes.

A code that was cut is delivered as it is, to be refused: it must not spoil the next one.
"""

import time
from collections.abc import Iterable
from typing import Final

from hanoi_ticket.validator import Lines

SILENCE: Final = 0.5
"""Seconds."""


class Burst:
    def __init__(self, terminator: str) -> None:
        self._lines, self._heard = Lines(terminator), 0.0

    def feed(self, data: bytes) -> Iterable[bytes]:
        """The codes that are complete with `data`; empty data is silence so far."""
        if data:
            self._heard = time.monotonic()
            return self._lines.feed(data)
        if time.monotonic() - self._heard > SILENCE and (rest := self._lines.rest()):
            return (rest,)
        return ()
