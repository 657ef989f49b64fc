"""A source that is believed only as far as it has held: one wild answer, forward or back, moves no clock."""

from collections.abc import Callable
from typing import Final

from hanoi_ticket.clock.tracked import Source, uptime

LEAP: Final = 2.0
"""Seconds that a source may step without suspicion: a leap second, and a second of rounding."""


class Steady:
    """A `Source` over another one, which passes on only what the seconds counted since explain.

    The first answer after a start, and every jump, must hold for `settle` seconds, over three readings at least,
    before it is believed. Until then there is no answer: a `TrackedClock` counts on from before. The reader program
    reads its clock about once a second, tap or no tap.
    """

    def __init__(
        self, source: Source, *, settle: float = 10.0, drift: float = 500e-6, monotonic: Callable[[], float] = uptime
    ) -> None:
        self._source, self._monotonic = source, monotonic
        self._settle, self._drift = settle, drift
        self._believed: tuple[int, float] | None = None
        self._candidate: tuple[int, float] | None = None
        self._readings = 0

    def __call__(self) -> int | None:
        seconds, tick = self._source(), self._monotonic()
        if seconds is None:
            return None
        if self._follows(self._believed, seconds, tick) or self._settled(seconds, tick):
            self._believed, self._candidate = (seconds, tick), None
            return seconds
        return None

    def _follows(self, before: tuple[int, float] | None, seconds: int, tick: float) -> bool:
        if before is None:
            return False
        elapsed = tick - before[1]
        return abs(seconds - before[0] - elapsed) <= LEAP + self._drift * elapsed

    def _settled(self, seconds: int, tick: float) -> bool:
        """Whether the new line of time has held long enough; an answer off that line begins another."""
        if self._candidate is None or not self._follows(self._candidate, seconds, tick):
            self._candidate, self._readings = (seconds, tick), 1
            return False
        self._readings += 1
        return self._readings > 2 and tick - self._candidate[1] >= self._settle
