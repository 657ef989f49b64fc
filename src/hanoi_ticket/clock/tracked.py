"""A clock that says how far it can be believed: trusted, holdover with a growing error, or unknown."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from typing import NamedTuple, Protocol


class ClockState(Enum):
    """How far a reading can be believed."""

    TRUSTED = "trusted"
    """From a source that is synchronised now (NTP, GNSS)."""
    HOLDOVER = "holdover"
    """Counted on from the last trusted reading; the error grows."""
    UNKNOWN = "unknown"
    """Never synchronised since the start, or for too long not."""


class Reading(NamedTuple):
    """UTC seconds, whether to believe them, and by how many seconds they may be wrong."""

    seconds: int
    state: ClockState
    error: float


class Clock(Protocol):
    def read(self) -> Reading: ...


Source = Callable[[], int | None]
"""Gives UTC seconds while it is synchronised, and None otherwise."""


def now() -> int:
    """The system's UTC seconds, for programs that keep their clock right by other means."""
    return int(time.time())


def local_text(at: int, utc_offset: int) -> str:
    """A moment as people on the spot write it, to the minute."""
    return datetime.fromtimestamp(at + utc_offset, UTC).strftime("%Y-%m-%d %H:%M")


def uptime() -> float:
    """Seconds that nobody can set; on Linux they count on while the machine sleeps."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class TrackedClock:
    """Follows a source that is not always there.

    Between its answers the clock counts on by itself: a source that goes away cannot move it.
    """

    def __init__(
        self,
        source: Source = now,
        *,
        source_error: float = 0.5,
        drift: float = 100e-6,
        holdover_limit: float = 60.0,
        monotonic: Callable[[], float] = uptime,
    ) -> None:
        """`drift` is in seconds a second; past `holdover_limit` seconds of error the state is unknown."""
        self._source, self._monotonic = source, monotonic
        self._source_error, self._drift, self._limit = source_error, drift, holdover_limit
        self._anchor: tuple[int, float] | None = None

    def read(self) -> Reading:
        seconds, tick = self._source(), self._monotonic()
        if seconds is not None:
            self._anchor = seconds, tick
            return Reading(seconds, ClockState.TRUSTED, self._source_error)
        if self._anchor is None:
            return Reading(0, ClockState.UNKNOWN, float("inf"))
        anchored, since = self._anchor
        elapsed = tick - since
        error = self._source_error + self._drift * elapsed
        state = ClockState.HOLDOVER if error <= self._limit else ClockState.UNKNOWN
        return Reading(anchored + int(elapsed), state, error)
