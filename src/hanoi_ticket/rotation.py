"""The rhythm of a code: moments are UTC seconds on a grid of one period. Phone and reader count alike."""

from typing import Final, NamedTuple

PERIOD: Final = 15
"""Seconds for which a phone shows one code."""


def moment(at: int, period: int = PERIOD) -> int:
    """The start of the period that `at` falls in."""
    return at - at % period


def remaining(at: int, period: int = PERIOD) -> int:
    """Seconds until the next code."""
    return period - at % period


class Freshness(NamedTuple):
    """How far a proof's moment may lie from the reader's time: from `early` seconds ahead to `late` seconds behind."""

    early: int
    late: int

    def widened(self, seconds: int) -> "Freshness":
        """The same window for a reader whose own clock may be wrong by that much."""
        return Freshness(self.early + seconds, self.late + seconds)


METRO: Final = Freshness(early=15, late=45)
BUS: Final = Freshness(early=30, late=75)
