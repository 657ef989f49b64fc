"""Random feeds, small and full of corners: empty fields, overlapping zones, dated prices, timeframes, transfers."""

import csv
import io
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.reference.fares_oracle import OFFSET, Files, Row, Trip

FIRST = date(2026, 1, 1)
RIDERS = ("adult", "student")
MODES = ("metro", "bus")


def random_files(seed: int) -> Files:
    """Return the tables of a feed that `read_feed` accepts."""
    return _Maker(random.Random(seed)).files()


def write_feed(files: Files, folder: Path) -> Path:
    """Write the tables as a feed directory; a table without rows is not written."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        if rows:
            text = io.StringIO(newline="")
            writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
            (folder / name).write_text(text.getvalue(), "utf-8")
    return folder


def random_trips(chance: random.Random, files: Files) -> list[Trip]:
    """Return one to five legs, close enough in time for transfers."""
    stops = [row["stop_id"] for row in files["stops.txt"]]
    networks = [row["network_id"] for row in files["networks.txt"]]
    midnight = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp() - OFFSET.total_seconds())
    at = midnight + chance.randrange(60) * 86_400 + chance.choice([chance.randrange(86_400), 22 * 3600, 0, 7 * 3600])
    trips: list[Trip] = []
    for _ in range(chance.choice([1, 1, 2, 3, 4, 5])):
        start = at + chance.choice([0, 60, 300, 900, 1800, 1801])
        end = start + chance.choice([0, 60, 300, 900, 1800])
        origin = trips[-1].to_stop if trips and chance.random() < 0.5 else chance.choice(stops)
        trips.append(Trip(chance.choice(networks), origin, chance.choice(stops), start, end))
        at = end
    return trips


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.networks = [f"net{n}" for n in range(chance.randint(1, 3))]
        self.stops = [f"s{n}" for n in range(chance.randint(2, 5))]
        self.zones = {
            f"zone{n}": set(chance.sample(self.stops, chance.randint(2, len(self.stops))))
            for n in range(chance.randint(0, 2))
        }
        self.singles = [f"single{n}" for n in range(chance.randint(2, 4))]
        self.groups = [f"g{n}" for n in range(chance.randint(1, 3))]
        self.frames = ["peak", "night"][: chance.randint(0, 2)]

    def files(self) -> Files:
        legs = self.leg_rules()
        return {
            "agency.txt": [{"agency_name": "A", "agency_timezone": "Asia/Ho_Chi_Minh"}],
            "feed_info.txt": [{"feed_start_date": f"{FIRST:%Y%m%d}"}],
            "stops.txt": [{"stop_id": stop} for stop in self.stops],
            "routes.txt": [{"route_id": f"r-{network}"} for network in self.networks],
            "networks.txt": [{"network_id": network} for network in self.networks],
            "route_networks.txt": [{"network_id": n, "route_id": f"r-{n}"} for n in self.networks],
            "areas.txt": [{"area_id": area} for area in [*(f"a-{stop}" for stop in self.stops), *self.zones]],
            "stop_areas.txt": self.stop_areas(),
            **self.calendars(),
            "rider_categories.txt": [{"rider_category_id": r, "rider_category_name": r} for r in RIDERS],
            "fare_leg_rules.txt": legs,
            "fare_leg_join_rules.txt": self.join_rules(),
            "fare_transfer_rules.txt": self.transfer_rules({rule["leg_group_id"] for rule in legs} - {""}),
            "ticket_riders.txt": [self.rider(code, rider) for code, rider in enumerate(RIDERS)],
            "ticket_areas.txt": self.areas(),
            **self.products(),
        }

    def stop_areas(self) -> list[Row]:
        own = [{"area_id": f"a-{stop}", "stop_id": stop} for stop in self.stops]
        return own + [
            {"area_id": zone, "stop_id": stop} for zone, stops in self.zones.items() for stop in sorted(stops)
        ]

    def areas(self) -> list[Row]:
        rows = [self.area(network, "") for network in self.networks]
        for stop in self.stops:
            zones = [zone for zone, stops in self.zones.items() if stop in stops]
            rows.append(self.area(f"a-{stop}", " ".join([self.chance.choice(self.networks), *zones])))
        for zone, stops in self.zones.items():
            outer = [other for other, more in self.zones.items() if stops < more or (stops == more and zone < other)]
            rows.append(self.area(zone, " ".join(outer)))
        return [{**row, "area_number": str(number)} for number, row in enumerate(rows, 1)]

    @staticmethod
    def area(area_id: str, within: str) -> Row:
        return {"area_id": area_id, "area_number": "", "within": within, "name_vi": area_id, "name_en": area_id}

    def rider(self, code: int, rider: str) -> Row:
        check = self.chance.choice(["nobody", "issuer", "gate"])
        return {
            "rider_category_id": rider,
            "rider_code": str(code),
            "check": check,
            "name_vi": rider,
            "name_en": rider,
        }

    def calendars(self) -> Files:
        days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
        weekly = {day: str(int(self.chance.random() < 0.7)) for day in days}
        dates = self.chance.sample(range(60), 4)
        return {
            "calendar.txt": [{"service_id": "week", **weekly, "start_date": "20260105", "end_date": "20260220"}],
            "calendar_dates.txt": [
                {
                    "service_id": self.chance.choice(["week", "feast"]) if n else "feast",
                    "date": f"{FIRST + timedelta(days=day):%Y%m%d}",
                    "exception_type": self.chance.choice("12"),
                }
                for n, day in enumerate(dates)
            ],
            "timeframes.txt": [
                {"timeframe_group_id": frame, "start_time": start, "end_time": end, "service_id": service}
                for frame in self.frames
                for service in ("week", "feast")
                for start, end in (
                    (("22:00:00", "24:00:00"), ("0:00:00", "05:00:00"))
                    if frame == "night"
                    else (("06:30:00", "09:00:00"), ("16:30:00", "19:30:00"))
                )
            ],
        }

    def maybe(self, values: list[str], chance: float = 0.5) -> str:
        return self.chance.choice(values) if values and self.chance.random() < chance else ""

    def leg_rules(self) -> list[Row]:
        prioritised = self.chance.random() < 0.5
        areas = [*(f"a-{stop}" for stop in self.stops), *self.zones]
        rows: dict[tuple[str, ...], Row] = {}
        for _ in range(self.chance.randint(3, 14)):
            row = {
                "leg_group_id": self.maybe(self.groups, 0.9),
                "network_id": self.maybe(self.networks, 0.7),
                "from_area_id": self.maybe(areas),
                "to_area_id": self.maybe(areas),
                "from_timeframe_group_id": self.maybe(self.frames, 0.3),
                "to_timeframe_group_id": self.maybe(self.frames, 0.1),
                "fare_product_id": self.chance.choice([*self.singles, "pass"]),
            }
            rows[tuple(row.values())[1:]] = {
                **row,
                **({"rule_priority": self.chance.choice("012")} if prioritised else {}),
            }
        return list(rows.values())

    def join_rules(self) -> list[Row]:
        if self.chance.random() < 0.4:
            return []
        pinned = self.chance.random() < 0.5
        return [
            {
                "from_network_id": self.chance.choice(self.networks),
                "to_network_id": self.chance.choice(self.networks),
                "from_stop_id": self.chance.choice(self.stops) if pinned else "",
                "to_stop_id": self.chance.choice(self.stops) if pinned else "",
            }
        ]

    def transfer_rules(self, groups: set[str]) -> list[Row]:
        rows: dict[tuple[str, ...], Row] = {}
        choices = ["", *sorted(groups)]
        for _ in range(self.chance.randint(0, 8)):
            first = self.chance.choice(choices)
            then = first if self.chance.random() < 0.5 else self.chance.choice(choices)
            kind = self.chance.choice("012")
            count = self.chance.choice(["-1", "1", "2"]) if first == then else ""
            endless = kind != "1" and count in {"", "-1"}
            limit = self.chance.choice(["900", "1800", "3600"]) if endless or self.chance.random() < 0.5 else ""
            row = {
                "from_leg_group_id": first,
                "to_leg_group_id": then,
                "transfer_count": count,
                "duration_limit": limit,
                "duration_limit_type": self.chance.choice("0123") if limit else "",
                "fare_transfer_type": kind,
                "fare_product_id": self.chance.choice(["", "change"]),
            }
            rows[first, then, row["fare_product_id"], count, limit] = row
        return list(rows.values())

    def products(self) -> Files:
        prices = [
            {"fare_product_id": product, "rider_category_id": rider, **dated, "source": "made up"}
            for product in [*self.singles, "pass", "change"]
            for rider in RIDERS
            if rider == "adult" or self.chance.random() < 0.7
            for dated in self.dated(-3000 if product == "change" else 1000)
        ]
        first = f"{FIRST:%Y%m%d}"
        return {
            "ticket_prices.txt": prices,
            "ticket_products.txt": [self.product(n, p) for n, p in enumerate([*self.singles, "pass", "change"], 1)],
            "fare_products.txt": [
                {key: row[key] for key in ("fare_product_id", "rider_category_id", "amount")} | {"currency": "VND"}
                for row in prices
                if row["first_day"] == first
            ],
        }

    def dated(self, least: int) -> list[Row]:
        amounts = [str(self.chance.randrange(least, 9000, 500)) for _ in range(2)]
        if self.chance.random() < 0.5:
            return [{"first_day": f"{FIRST:%Y%m%d}", "last_day": "", "amount": amounts[0]}]
        return [
            {"first_day": f"{FIRST:%Y%m%d}", "last_day": "20260131", "amount": amounts[0]},
            {"first_day": "20260201", "last_day": self.chance.choice(["", "20260225"]), "amount": amounts[1]},
        ]

    def product(self, number: int, product_id: str) -> Row:
        kind = {"pass": "pass", "change": "transfer"}.get(product_id, "single")
        modes = "" if kind == "transfer" else " ".join(self.chance.sample(MODES, self.chance.randint(1, 2)))
        bindings = self.chance.sample(["none", "device", "server"], self.chance.randint(1, 3))
        return {
            "fare_product_id": product_id,
            "product_number": str(number),
            "name_vi": product_id,
            "name_en": product_id,
            "kind": kind,
            "modes": modes,
            "areas": " ".join(self.networks),
            "names_area": self.chance.choice("001"),
            "bindings": " ".join(bindings),
            "validity": "1 days",
        }
