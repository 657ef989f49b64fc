"""The tables of a feed: which files there are, their keys, and the fields that they need.

Source: GTFS Schedule reference, "Dataset Files" and each file's "Primary key". Files that no fare depends on (trips,
stop_times, shapes and the like) are not opened.
"""

from collections.abc import Container
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.source import Source, open_source
from hanoi_ticket.fares.table import Row, read_rows

MAX_ROWS = 65_535  # as many as the trust bundle takes of each


class Spec(NamedTuple):
    """Whether a file must be there, the fields of its primary key, and those that its header must name."""

    required: bool
    key: str
    needs: str


FILES = {
    "agency.txt": Spec(True, "", "agency_name agency_timezone"),
    "feed_info.txt": Spec(True, "", "feed_start_date"),
    "stops.txt": Spec(True, "stop_id", "stop_id"),
    "routes.txt": Spec(True, "route_id", "route_id"),
    "calendar.txt": Spec(
        False,
        "service_id",
        "service_id monday tuesday wednesday thursday friday saturday sunday start_date end_date",
    ),
    "calendar_dates.txt": Spec(False, "service_id date", "service_id date exception_type"),
    "areas.txt": Spec(False, "area_id", "area_id"),
    "stop_areas.txt": Spec(False, "area_id stop_id", "area_id stop_id"),
    "networks.txt": Spec(False, "network_id", "network_id"),
    "route_networks.txt": Spec(False, "route_id", "network_id route_id"),
    "timeframes.txt": Spec(False, "timeframe_group_id start_time end_time service_id", "timeframe_group_id service_id"),
    "rider_categories.txt": Spec(True, "rider_category_id", "rider_category_id rider_category_name"),
    "fare_media.txt": Spec(False, "fare_media_id", "fare_media_id fare_media_type"),
    "fare_products.txt": Spec(
        True, "fare_product_id rider_category_id fare_media_id", "fare_product_id amount currency"
    ),
    "fare_leg_rules.txt": Spec(
        True,
        "network_id from_area_id to_area_id from_timeframe_group_id to_timeframe_group_id fare_product_id",
        "fare_product_id",
    ),
    "fare_leg_join_rules.txt": Spec(
        False, "from_network_id to_network_id from_stop_id to_stop_id", "from_network_id to_network_id"
    ),
    "fare_transfer_rules.txt": Spec(
        False,
        "from_leg_group_id to_leg_group_id fare_product_id transfer_count duration_limit",
        "from_leg_group_id to_leg_group_id fare_transfer_type",
    ),
    "ticket_riders.txt": Spec(True, "rider_category_id", "rider_category_id rider_code check name_vi name_en"),
    "ticket_areas.txt": Spec(True, "area_id", "area_id area_number within name_vi name_en"),
    "ticket_products.txt": Spec(
        True,
        "fare_product_id",
        "fare_product_id product_number name_vi name_en kind modes areas bindings validity",
    ),
    "ticket_prices.txt": Spec(
        True,
        "fare_product_id rider_category_id first_day",
        "fare_product_id rider_category_id first_day last_day amount source",
    ),
    "ticket_parking.txt": Spec(
        False,
        "fare_product_id first_day from_minute",
        "fare_product_id first_day last_day from_minute block_minutes amount source",
    ),
}


@dataclass(frozen=True, slots=True)
class Feed:
    """All rows that fares depend on, by file; a file that is not there has none."""

    tables: dict[str, list[Row]]
    headers: dict[str, list[str]]

    @classmethod
    def open(cls, feed: Traversable | Path) -> "Feed":
        """Read a feed directory or zip.

        Raises:
            FaresRejected: with the place of the first thing that is wrong.
        """
        return cls.read(open_source(feed))

    @classmethod
    def read(cls, source: Source) -> "Feed":
        """Read a feed from wherever its bytes are; refuses as `open` does."""
        tables, headers = {}, {}
        for file, spec in FILES.items():
            headers[file], tables[file] = _read(source, file, spec)
        return cls(tables, headers)

    def rows(self, file: str) -> list[Row]:
        return self.tables[file]

    def has(self, file: str) -> bool:
        return bool(self.headers[file])

    def ids(self, file: str, field: str) -> dict[str, Row]:
        """Return the rows by a field that is their whole key."""
        return {row.text(field): row for row in self.tables[file]}


def _read(source: Source, file: str, spec: Spec) -> tuple[list[str], list[Row]]:
    data = source.read(file)
    if data is not None:
        return read_rows(file, data, tuple(spec.key.split()), tuple(spec.needs.split()), MAX_ROWS)
    if spec.required:
        raise FaresRejected("the file is missing", file=file)
    return [], []


def known(row: Row, field: str, among: Container[str], where: str) -> str:
    """Return a required reference of a row."""
    value = row.text(field)
    if value not in among:
        raise row.reject(field, f"{value!r} is not in {where}")
    return value


def known_or_empty(row: Row, field: str, among: Container[str], where: str) -> str:
    """Return an optional reference of a row, empty where it has none."""
    return known(row, field, among, where) if row.optional(field) else ""
