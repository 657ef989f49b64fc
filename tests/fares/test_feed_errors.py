"""Every kind of mistake in a feed gets a message that names its place, and nothing of the feed is loaded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from hanoi_ticket.fares import feed as feed_module
from hanoi_ticket.fares.reader import read_feed
from hanoi_ticket.fares.sample import hanoi_sample
from tests.fares.feeds import JOINS, TIMEFRAMES, TRANSFERS, place_of


def line_of(feed: Path, file: str, text: str) -> int:
    lines = (feed / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


# file, what is in one line, what stands there instead, the place and part of the message
CHANGED = [
    ("feed_info.txt", "20261101", "20261131", "feed_start_date", "no day of the calendar"),
    ("feed_info.txt", "20261101", "1 Nov 2026", "feed_start_date", "YYYYMMDD"),
    ("calendar.txt", "daily,1,", "daily,2,", "monday", "whole number from 0 to 1"),
    ("calendar.txt", "20271231", "20251231", "end_date", "before it starts"),
    ("calendar.txt", "20271231", "20991231", "service_id", "spans more than"),
    ("stop_areas.txt", "2a-lang,", "2a-nowhere,", "area_id", "'2a-nowhere' is not in areas.txt"),
    ("stop_areas.txt", "2a-lang,2a-04", "2a-lang,2a-99", "stop_id", "'2a-99' is not in stops.txt"),
    ("route_networks.txt", "metro-2a,2a", "metro-4,2a", "network_id", "'metro-4' is not in networks.txt"),
    ("route_networks.txt", "metro-2a,2a", "metro-2a,4", "route_id", "'4' is not in routes.txt"),
    ("fare_products.txt", "metro-2a-day,", "metro-2a-week,", "fare_product_id", "not in ticket_products.txt"),
    ("fare_products.txt", "30000,VND", "30000.50,VND", "amount", "no whole number"),
    ("fare_products.txt", "30000,VND", "29000,VND", "amount", "not the price of 20261101"),
    ("fare_products.txt", "30000,VND", "30000,USD", "currency", "one currency"),
    ("fare_products.txt", "app,30000", "phone,30000", "fare_media_id", "'phone' is not in fare_media.txt"),
    ("fare_leg_rules.txt", ",metro-2a-day,0", ",metro-2a-week,0", "fare_product_id", "'metro-2a-week'"),
    ("fare_leg_rules.txt", "metro-2a,,,metro-2a-day", "metro-9,,,metro-2a-day", "network_id", "'metro-9' is not in"),
    ("fare_leg_rules.txt", "metro-2a,,,metro-2a-day", "metro-31,,,metro-2a-day", "network_id", "has no area"),
    ("fare_leg_rules.txt", ",metro-2a-day,0", ",metro-2a-day,first", "rule_priority", "no whole number"),
    ("ticket_riders.txt", "senior,4,", "senior,24,", "rider_code", "from 0 to 23"),
    ("ticket_riders.txt", "senior,4,", "senior,3,", "rider_code", "stands already on line"),
    ("ticket_riders.txt", "senior,4,gate", "senior,4,driver", "check", "none of nobody, issuer, gate"),
    ("ticket_riders.txt", "senior,4,", "aged,4,", "rider_category_id", "'aged' is not in rider_categories.txt"),
    ("ticket_areas.txt", "2a-lang,104,", "2a-lang,103,", "area_number", "stands already on line"),
    ("ticket_areas.txt", "2a-lang,104,", "2a-lang,0,", "area_number", "from 1 to 65535"),
    ("ticket_areas.txt", "2a-lang,104,metro-2a", "2a-lang,104,metro-9", "within", "'metro-9' is unknown"),
    ("ticket_areas.txt", "2a-lang,104,metro-2a", "2a-lang,104,metro-2a 2a-la-khe", "within", "does not lie within"),
    ("ticket_areas.txt", "metro,1,,", "metro,1,metro-2a,", "within", "area 1 lies within itself"),
    ("ticket_areas.txt", "bus-74,1074,bus-band-5", "bus-74,1074,bus-band-4", "within", "belongs to"),
    ("ticket_products.txt", "metro-2a-day,110", "metro-2a-day,107", "product_number", "stands already on line"),
    ("ticket_products.txt", "day pass,pass", "day pass,season", "kind", "'season' is none of single, pass"),
    ("ticket_products.txt", "day pass,pass,metro", "day pass,pass,tram", "modes", "'tram' is unknown"),
    ("ticket_products.txt", "day pass,pass,metro", "day pass,pass,", "modes", "valid on some mode"),
    ("ticket_products.txt", "day pass,pass,metro", "day pass,session,metro", "kind", "tariff in ticket_parking"),
    ("ticket_products.txt", "metro,metro-2a,0,device", "metro,metro-9,0,device", "areas", "'metro-9' is unknown"),
    ("ticket_products.txt", "0,device server,1 days", "0,phone,1 days", "bindings", "'phone' is none of"),
    ("ticket_products.txt", "0,device server,1 days", "0,device,1 day", "validity", "no validity such as"),
    ("ticket_products.txt", "0,device server,1 days", "0,device,99 months", "validity", "1 to 12 months"),
    ("ticket_products.txt", "hanoi-metro:1000", "hanoi-metro:900", "shares", "do not add up"),
    ("ticket_products.txt", "1,,,,transerco", "1,,9000,,transerco", "missing_exit_amount", "is for account alone"),
    ("ticket_products.txt", "1,,,,transerco", "1,,,9000,transerco", "daily_cap", "is for account and session alone"),
    ("ticket_products.txt", "1,,,,transerco", "1,60,,,transerco", "passback_seconds", "is for account and pass alone"),
    ("ticket_products.txt", ",604800,,180,,,transerco", ",604800,2,180,,,transerco", "rides", "is for single alone"),
    (
        "ticket_products.txt",
        "bus metro,0,device server,12 months,604800,,180,20000",
        "bus metro,0,none,12 months,604800,,180,20000",
        "bindings",
        "an account is not printed",
    ),
    ("ticket_prices.txt", "metro-2a-day,ordinary", "metro-2a-dog,ordinary", "fare_product_id", "'metro-2a-dog'"),
    ("ticket_prices.txt", "metro-2a-day,ordinary", "metro-2a-day,cat", "rider_category_id", "'cat'"),
    ("ticket_prices.txt", "bus-single,ordinary,20241101", "bus-single,ordinary,20241031", "first_day", "two prices"),
    ("ticket_prices.txt", "20150101,20241031,9000", "20150101,20141231,9000", "last_day", "before the first"),
    ("ticket_parking.txt", "parking-motorbike", "parking-bicycle", "fare_product_id", "'parking-bicycle'"),
]


@pytest.mark.parametrize(("file", "old", "new", "field", "problem"), CHANGED)
def test_a_wrong_value_is_named_by_file_line_and_field(  # noqa: PLR0917  the table's columns
    feed: Path, file: str, old: str, new: str, field: str, problem: str
) -> None:
    lines = (feed / file).read_text("utf-8").splitlines(keepends=True)
    number = line_of(feed, file, old)
    lines[number - 1] = lines[number - 1].replace(old, new, 1)
    (feed / file).write_text("".join(lines), "utf-8")
    message = place_of(feed)
    if field:
        assert message.startswith(f"{file}:{number}:{field}: ")
    assert problem in message


# file, its text, the place and part of the message
REPLACED = [
    ("timeframes.txt", TIMEFRAMES + "peak,25:00:00,26:00:00,daily\n", "timeframes.txt:2:start_time", "24:00:00"),
    ("timeframes.txt", TIMEFRAMES + "peak,6 o'clock,9:00:00,daily\n", "timeframes.txt:2:start_time", "HH:MM:SS"),
    ("timeframes.txt", TIMEFRAMES + "peak,06:60:00,09:00:00,daily\n", "timeframes.txt:2:start_time", "time of a day"),
    ("timeframes.txt", TIMEFRAMES + "night,22:00:00,05:00:00,daily\n", "timeframes.txt:2:end_time", "over midnight"),
    ("timeframes.txt", TIMEFRAMES + "peak,06:00:00,,daily\n", "timeframes.txt:2:start_time", "together"),
    ("timeframes.txt", TIMEFRAMES + "peak,,,sundays\n", "timeframes.txt:2:service_id", "'sundays' is not in"),
    ("timeframes.txt", TIMEFRAMES + "peak,,,daily\npeak,1:00:00,2:00:00,daily\n", "timeframes.txt:3:", "overlaps"),
    ("calendar_dates.txt", "service_id,date,exception_type\ndaily,20261225,3\n", "calendar_dates.txt:2:exc", "1 to 2"),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-4,,,,0,\n",
        "fare_transfer_rules.txt:2:to_leg",
        "'metro-4'",
    ),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-31,1,,,0,\n",
        "fare_transfer_rules.txt:2:transfer_c",
        "forb",
    ),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-2a,0,60,0,0,\n",
        "fare_transfer_rules.txt:2:transfer_c",
        "-1",
    ),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-31,,60,,0,\n",
        "fare_transfer_rules.txt:2:duration",
        "with",
    ),
    ("fare_transfer_rules.txt", TRANSFERS + "metro-2a,metro-31,,,,3,\n", "fare_transfer_rules.txt:2:fare_tr", "0 to 2"),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-31,,,,1,gift\n",
        "fare_transfer_rules.txt:2:fare_p",
        "'gift'",
    ),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-2a,-1,,,0,\n",
        "fare_transfer_rules.txt:2:to_leg",
        "cyclic",
    ),
    (
        "fare_transfer_rules.txt",
        TRANSFERS + "metro-2a,metro-31,,,,0,\nmetro-31,bus-band-1,,,,0,\nbus-band-1,metro-2a,,,,2,\n",
        "fare_transfer_rules.txt:4:to_leg_group_id",
        "cyclic transfer",
    ),
    ("fare_leg_join_rules.txt", JOINS + "metro-2a,metro-4,,\n", "fare_leg_join_rules.txt:2:to_network_id", "'metro-4'"),
    (
        "fare_leg_join_rules.txt",
        JOINS + "metro-2a,metro-31,2a-01,\n",
        "fare_leg_join_rules.txt:2:from_stop",
        "together",
    ),
    ("fare_leg_join_rules.txt", JOINS + "metro-2a,metro-31,2a-01,9\n", "fare_leg_join_rules.txt:2:to_stop_id", "'9'"),
    (
        "fare_leg_join_rules.txt",
        JOINS + "metro-2a,metro-31,2a-01,bus-01\n",
        "fare_leg_join_rules.txt:2:to_stop",
        "0 areas",
    ),
    (
        "agency.txt",
        "agency_name,agency_timezone\nA,Asia/Nowhere\n",
        "agency.txt:2:agency_timezone",
        "no such time zone",
    ),
    (
        "agency.txt",
        "agency_name,agency_timezone\nA,Asia/Tokyo\nB,Asia/Seoul\n",
        "agency.txt:3:agency_timezone",
        "share",
    ),
    (
        "agency.txt",
        "agency_name,agency_timezone\nA,Europe/Paris\n",
        "agency.txt:2:agency_timezone",
        "changes its clocks",
    ),
    ("agency.txt", "agency_name,agency_timezone\n", "agency.txt", "no agency"),
    ("feed_info.txt", "feed_start_date\n", "feed_info.txt:2", "one row"),
    ("routes.txt", "route_id,network_id\n2a,metro-2a\n", "networks.txt", "forbidden"),
    ("fare_products.txt", "fare_product_id,amount,currency\n", "fare_products.txt", "no fare product"),
    ("areas.txt", "", "areas.txt:1", "the header is missing"),
    ("areas.txt", "area_id,area_id\n", "areas.txt:1:area_id", "twice"),
    ("areas.txt", "area_name\n", "areas.txt:1:area_id", "lacks the field"),
    ("areas.txt", "area_id" + ",x" * 50_000, "areas.txt:1", "more than 100 fields"),
    ("areas.txt", 'area_id,area_name\n2a,"open\n', "areas.txt:2", "broken CSV"),
    ("areas.txt", "area_id,area_name\n2a\n", "areas.txt:2", "1 fields where the header has 2"),
    ("areas.txt", "area_id\n2a\nb\n2a\n", "areas.txt:4:area_id", "already on line 2"),
    ("areas.txt", "area_id,area_name\n,Nowhere\n", "areas.txt:2:area_id", "a value is required"),
    ("areas.txt", "area_id\n2a\x00\n", "areas.txt:2", "control characters"),
    ("areas.txt", 'area_id\n"two\nlines"\n', "areas.txt:2", "control characters"),
    ("areas.txt", f"area_id\n{'x' * 2000}\n", "areas.txt:2", "longer than 1000"),
    ("areas.txt", f"area_id\n{'x' * 200_000}\n", "areas.txt:2", "field larger than field limit"),
]


@pytest.mark.parametrize(("file", "text", "place", "problem"), REPLACED)
def test_a_wrong_file_is_named(feed: Path, file: str, text: str, place: str, problem: str) -> None:
    (feed / file).write_text(text, "utf-8", newline="")
    message = place_of(feed)
    assert message.startswith(place)
    assert problem in message


def test_stations_that_are_each_others_parents_are_refused(feed: Path) -> None:
    lines = (feed / "stops.txt").read_text("utf-8").splitlines()
    parents = {"2a-01": "2a-02", "2a-02": "2a-01"}
    text = [lines[0] + ",parent_station", *(f"{line},{parents.get(line.split(',')[0], '')}" for line in lines[1:])]
    (feed / "stops.txt").write_text("\n".join(text), "utf-8")
    assert place_of(feed) == "stops.txt:2:parent_station: '2a-01' is its own parent"


def test_an_area_within_another_has_to_say_so(feed: Path) -> None:
    with (feed / "stop_areas.txt").open("a", encoding="utf-8") as stream:
        stream.write("2a-la-thanh,2a-01\n")
    number = line_of(feed, "ticket_areas.txt", "2a-cat-linh")
    assert place_of(feed) == f"ticket_areas.txt:{number}:within: it lies within '2a-la-thanh' by stop_areas.txt"


def test_only_a_transfer_has_a_price_below_zero(feed: Path) -> None:
    path = feed / "ticket_prices.txt"
    path.write_text(path.read_text("utf-8").replace(",,30000,", ",,-1,"), "utf-8")
    number = line_of(feed, "ticket_products.txt", "metro-2a-day")
    assert place_of(feed) == f"ticket_products.txt:{number}:kind: only a transfer has a price below 0"


def test_a_product_without_a_price_is_refused(feed: Path) -> None:
    path = feed / "ticket_prices.txt"
    path.write_text("".join(line for line in path.open(encoding="utf-8") if "metro-2a-day" not in line), "utf-8")
    number = line_of(feed, "ticket_products.txt", "metro-2a-day")
    assert place_of(feed).startswith(f"ticket_products.txt:{number}:fare_product_id: it has no price")


@pytest.mark.parametrize("file", [name for name, spec in feed_module.FILES.items() if spec.required])
def test_a_missing_file_is_named(feed: Path, file: str) -> None:
    (feed / file).unlink()
    assert place_of(feed) == f"{file}: the file is missing"


def test_other_encodings_are_refused_by_line(feed: Path) -> None:
    (feed / "areas.txt").write_bytes(b"area_id,area_name\n2a,H\xe0 N\xd4i\n")
    assert place_of(feed) == "areas.txt:2: not UTF-8"


@pytest.mark.parametrize(
    "dress",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n").rstrip(),
        lambda data: data + b"\n\n",
    ],
    ids=["BOM", "CRLF", "BOM and CRLF and no last line end", "empty lines"],
)
def test_dress_does_not_matter(feed: Path, dress: Callable[[bytes], bytes]) -> None:
    for path in feed.glob("*.txt"):
        path.write_bytes(dress(path.read_bytes()))
    assert read_feed(feed) == hanoi_sample()
