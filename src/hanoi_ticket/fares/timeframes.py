"""Whether a moment lies in a timeframe group, compiled from calendars.

Source: GTFS Schedule reference, "timeframes.txt", "Timeframe Local Time Semantics": the current local day counts.
"""

from typing import NamedTuple

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.rules import DAY, MAX_SERVICE_DAYS, Rules, Service


class Span(NamedTuple):
    """Seconds of the local day from `start` up to `end`, on the days whose byte from `first` (an ordinal) on is set."""

    start: int
    end: int
    first: int
    days: bytes


class Timeframes:
    """Timeframe groups, compiled to spans; a moment is local seconds (UTC seconds plus the offset)."""

    def __init__(self, rules: Rules) -> None:
        calendars = {service.number: _calendar(service) for service in rules.services}
        self._groups: dict[int, tuple[Span, ...]] = {}
        for frame in rules.frames:
            span = Span(frame.start, frame.end, *calendars[frame.service])
            self._groups[frame.group] = (*self._groups.get(frame.group, ()), span)

    def contains(self, group: int, local: int) -> bool:
        """Return whether a local moment lies in a group; group 0 stands for any time."""
        if not group:
            return True
        day, second = divmod(local, DAY)
        ordinal = day + 719_163  # date(1970, 1, 1).toordinal()
        return any(
            span.start <= second < span.end
            and 0 <= ordinal - span.first < len(span.days)
            and span.days[ordinal - span.first]
            for span in self._groups[group]
        )


def _calendar(service: Service) -> tuple[int, bytes]:
    named = [service.first_day, service.last_day, *service.added]
    first, last = min(named).toordinal(), max(named).toordinal()
    if last - first > MAX_SERVICE_DAYS:
        raise FaresRejected(f"service {service.number} spans more than {MAX_SERVICE_DAYS} days")
    return first, bytes(service.runs(min(named).fromordinal(day)) for day in range(first, last + 1))
