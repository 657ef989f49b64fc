"""The one reader of time. Everything else is given a `Clock` or a number of UTC seconds.

A reader program chains a source (`kernel`, `gnss`), `Steady`, which believes no lone jump, and `TrackedClock`.
"""

from hanoi_ticket.clock.steady import Steady
from hanoi_ticket.clock.tracked import Clock, ClockState, Reading, Source, TrackedClock, local_text, now

__all__ = ["Clock", "ClockState", "Reading", "Source", "Steady", "TrackedClock", "local_text", "now"]
