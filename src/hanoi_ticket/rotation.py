"""The rhythm of a code: moments are UTC seconds on a grid of one period. Phone and reader count alike."""

from typing import Final

PERIOD: Final = 15
"""Seconds for which a phone shows one code."""


def moment(at: int, period: int = PERIOD) -> int:
    """The start of the period that `at` falls in."""
    return at - at % period


def remaining(at: int, period: int = PERIOD) -> int:
    """Seconds until the next code."""
    return period - at % period
