"""Agency, stops, routes, networks and areas of a feed, and how the numbered areas of the product table match them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.feed import Feed, known, known_or_empty
from hanoi_ticket.fares.model import Area
from hanoi_ticket.fares.references import enclosing
from hanoi_ticket.fares.table import Row


def read_utc_offset(feed: Feed, day: date) -> int:
    """Return local time minus UTC in seconds; a zone that changes its clocks within the year is refused."""
    rows = feed.rows("agency.txt")
    if not rows:
        raise FaresRejected("there is no agency", file="agency.txt")
    for row in rows:
        if row.text("agency_timezone") != rows[0].text("agency_timezone"):
            raise row.reject("agency_timezone", "all agencies of a feed share one time zone")
    try:
        zone = ZoneInfo(rows[0].text("agency_timezone"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise rows[0].reject("agency_timezone", "no such time zone on this machine") from None
    offsets = {datetime(day.year, month, 1, tzinfo=UTC).astimezone(zone).utcoffset() for month in range(1, 13)}
    offset = offsets.pop()
    if offsets or offset is None:
        raise rows[0].reject("agency_timezone", "a zone that changes its clocks is not supported")
    return int(offset.total_seconds())


def read_networks(feed: Feed) -> dict[str, Row]:
    """Return the networks, from networks.txt or the routes' own field, and check each route's."""
    routes = feed.ids("routes.txt", "route_id")
    if "network_id" in feed.headers["routes.txt"]:
        for file in ("networks.txt", "route_networks.txt"):
            if feed.has(file):
                raise FaresRejected("forbidden, because routes.txt has network_id", file=file)
        return {row.text("network_id"): row for row in routes.values() if row.optional("network_id")}
    networks = feed.ids("networks.txt", "network_id")
    for row in feed.rows("route_networks.txt"):
        known(row, "network_id", networks, "networks.txt")
        known(row, "route_id", routes, "routes.txt")
    return networks


def read_stop_areas(feed: Feed) -> dict[str, frozenset[str]]:
    """Return the areas of each stop; a platform without any has those of its station."""
    stops = feed.ids("stops.txt", "stop_id")
    areas = feed.ids("areas.txt", "area_id")
    own: dict[str, set[str]] = {}
    for row in feed.rows("stop_areas.txt"):
        stop = known(row, "stop_id", stops, "stops.txt")
        own.setdefault(stop, set()).add(known(row, "area_id", areas, "areas.txt"))
    for row in stops.values():
        _check_parents(row, stops)
    nowhere: set[str] = set()
    return {
        stop: frozenset(own.get(stop) or own.get(row.optional("parent_station"), nowhere))
        for stop, row in stops.items()
    }


def _check_parents(row: Row, stops: Mapping[str, Row]) -> None:
    passed = {row.text("stop_id")}
    above = row
    while above.optional("parent_station"):
        parent = known(above, "parent_station", stops, "stops.txt")
        if parent in passed:
            raise row.reject("parent_station", f"{parent!r} is its own parent")
        passed.add(parent)
        above = stops[parent]


def check_areas(feed: Feed, areas: Mapping[str, Area], stop_areas: Mapping[str, frozenset[str]]) -> None:
    """Refuse a product table that places areas otherwise than the feed does.

    An area lies within another exactly when all its stops do (of two with the same stops, one within the other); a
    route lies within its network.
    """
    rows = feed.ids("ticket_areas.txt", "area_id")
    stops: dict[str, set[str]] = {}
    for stop, held in stop_areas.items():
        for area in held & areas.keys():
            stops.setdefault(area, set()).add(stop)
    by_number = {area.number: area for area in areas.values()}
    around = {area.id: {by_number[n].id for n in enclosing(by_number, area.number)} for area in areas.values()}
    for inner, its_stops in stops.items():
        for outer in stop_areas[next(iter(its_stops))] & stops.keys() | around[inner] & stops.keys():
            more = stops[outer]
            declared = outer in around[inner]
            needed = its_stops < more or (its_stops == more and inner not in around[outer])
            if inner != outer and (declared > (its_stops <= more) or declared < needed):
                problem = f"it {'does not lie' if declared else 'lies'} within {outer!r} by stop_areas.txt"
                raise rows[inner].reject("within", problem)
    routes = "routes.txt" if "network_id" in feed.headers["routes.txt"] else "route_networks.txt"
    for row in feed.rows(routes):
        route, network = row.text("route_id"), known_or_empty(row, "network_id", areas, "ticket_areas.txt")
        if route in areas and network and network not in around[route]:
            raise rows[route].reject("within", f"route {route!r} belongs to network {network!r}")
