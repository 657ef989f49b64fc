"""Time from a satellite receiver: the RMC sentence of NMEA 0183, over any line of bytes."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from pynmeagps import NMEAReader
from pynmeagps.exceptions import NMEAMessageError, NMEAParseError, NMEATypeError

from hanoi_ticket.clock.tracked import uptime

STALE: Final = 2.5
"""Seconds: RMC comes once a second; a receiver that misses two is not there."""
LONGEST: Final = 128
"""Bytes of a sentence; the standard allows 82."""
_WEEKS: Final = timedelta(weeks=1024)
"""GPS counts weeks in ten bits: old receivers fall back by as much when the count overflows."""


class GnssClock:
    """A `Source` that another thread feeds with NMEA lines.

    It answers from the last RMC sentence that the receiver itself calls valid, never from one older than `STALE`.
    A sentence comes up to a second after the moment it names, hence an error of one second.
    """

    def __init__(self, not_before: int, *, monotonic: Callable[[], float] = uptime) -> None:
        """`not_before` is UTC seconds that have certainly passed, such as the signing of the trust bundle."""
        self._floor = datetime.fromtimestamp(not_before, UTC)
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last: tuple[int, float] | None = None

    def __call__(self) -> int | None:
        with self._lock:
            last = self._last
        if last is None:
            return None
        seconds, tick = last
        age = self._monotonic() - tick
        return seconds + int(age) if age <= STALE else None

    def feed(self, line: bytes) -> None:
        """One sentence. Whatever is no valid RMC is passed over; an RMC that says "not valid" ends the last one."""
        moment, tick = self._moment(line), self._monotonic()
        if moment is not None:
            with self._lock:
                self._last = (moment, tick) if moment else None

    def _moment(self, line: bytes) -> int | None:
        """UTC seconds; 0 where the receiver has no fix; None for any other line."""
        if len(line) > LONGEST:
            return None
        try:
            sentence = NMEAReader.parse(line.rstrip() + b"\r\n")
        except (NMEAParseError, NMEAMessageError, NMEATypeError, UnicodeDecodeError):
            return None
        if sentence is None or sentence.msgID != "RMC":
            return None
        day, at = sentence.date, sentence.time
        if sentence.status != "A":
            return 0
        if not isinstance(day, date) or not isinstance(at, time):  # a leap second, 23:59:60, has no POSIX number
            return None
        return int(self._rolled_over(datetime.combine(day, at, UTC)).timestamp())

    def _rolled_over(self, told: datetime) -> datetime:
        """The century nearest to the floor, for two digits tell the year; then as many 1024 weeks as it lacks."""
        year = told.year + round((self._floor.year - told.year) / 100) * 100
        try:
            told = told.replace(year=year)
        except ValueError:  # 29 February of 1900 or 2100: no such day
            return told
        while told < self._floor - timedelta(days=1):
            told += _WEEKS
        return told
