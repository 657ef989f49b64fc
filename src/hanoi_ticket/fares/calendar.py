"""Services and timeframes of a feed.

Source: GTFS Schedule reference, "calendar.txt", "calendar_dates.txt" and "timeframes.txt".
"""

from bisect import bisect_left
from collections.abc import Mapping
from datetime import date

from hanoi_ticket.fares.feed import Feed, known
from hanoi_ticket.fares.rules import DAY, MAX_SERVICE_DAYS, Frame, Service
from hanoi_ticket.fares.table import Row

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def read_services(feed: Feed) -> dict[str, Service]:
    """Return the services by id, numbered from 1."""
    weekly = feed.ids("calendar.txt", "service_id")
    days: dict[str, dict[int, set[date]]] = {service_id: {1: set(), 2: set()} for service_id in weekly}
    for row in feed.rows("calendar_dates.txt"):
        exception = row.whole("exception_type", 1, 2)
        days.setdefault(row.text("service_id"), {1: set(), 2: set()})[exception].add(row.day("date"))
    services = {}
    for number, service_id in enumerate(sorted(days), 1):
        added, removed = days[service_id][1], days[service_id][2]
        weekdays, first, last = _week(weekly[service_id]) if service_id in weekly else (0, *_ends(added | removed))
        services[service_id] = Service(number, weekdays, first, last, frozenset(added), frozenset(removed))
    for row in (*weekly.values(), *feed.rows("calendar_dates.txt")):
        service = services[row.text("service_id")]
        first, last = _ends({service.first_day, service.last_day, *service.added, *service.removed})
        if (last - first).days > MAX_SERVICE_DAYS:
            raise row.reject("service_id", f"the service spans more than {MAX_SERVICE_DAYS} days")
    return services


def _week(row: Row) -> tuple[int, date, date]:
    first = row.day("start_date")
    last = row.day("end_date")
    if last < first:
        raise row.reject("end_date", "the service ends before it starts")
    return sum(row.whole(weekday, 0, 1) << bit for bit, weekday in enumerate(WEEKDAYS)), first, last


def _ends(days: set[date]) -> tuple[date, date]:
    return min(days), max(days)


def read_timeframes(feed: Feed, services: Mapping[str, Service]) -> tuple[dict[str, int], list[Frame]]:
    """Return the timeframe groups by id, numbered from 1, and their frames."""
    rows = feed.rows("timeframes.txt")
    groups = {group: number for number, group in enumerate(sorted({row.text("timeframe_group_id") for row in rows}), 1)}
    frames: dict[tuple[int, int], list[Frame]] = {}
    for row in rows:
        frame = _frame(row, groups, services)
        alike = frames.setdefault((frame.group, frame.service), [])
        place = bisect_left(alike, frame)
        if any(frame.start < other.end and other.start < frame.end for other in alike[max(place - 1, 0) : place + 1]):
            raise row.reject("start_time", "the timeframe overlaps another of its group and service")
        alike.insert(place, frame)
    return groups, [frame for alike in frames.values() for frame in alike]


def _frame(row: Row, groups: Mapping[str, int], services: Mapping[str, Service]) -> Frame:
    if bool(row.optional("start_time")) != bool(row.optional("end_time")):
        raise row.reject("start_time", "start_time and end_time stand together or not at all")
    start = row.parse("start_time", parse_time) if row.optional("start_time") else 0
    end = row.parse("end_time", parse_time) if row.optional("end_time") else DAY
    if end <= start:
        raise row.reject("end_time", "it ends before it starts; a timeframe over midnight takes two rows")
    service = services[known(row, "service_id", services, "calendar.txt or calendar_dates.txt")]
    return Frame(groups[row.text("timeframe_group_id")], start, end, service.number)


def parse_time(text: str) -> int:
    """Parse a GTFS local time, H:MM:SS or HH:MM:SS up to 24:00:00, to seconds."""
    parts = text.split(":")
    if len(parts) != 3 or [len(part) for part in parts[1:]] != [2, 2] or len(parts[0]) not in {1, 2}:
        raise ValueError("is no time written HH:MM:SS")
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("is no time written HH:MM:SS")
    hours, minutes, seconds = map(int, parts)
    time = hours * 3600 + minutes * 60 + seconds
    if minutes > 59 or seconds > 59 or time > DAY:
        raise ValueError("is no time of a day, 00:00:00 to 24:00:00")
    return time
