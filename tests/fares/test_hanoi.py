"""Every price and rule of the Hanoi fare facts, with its date, from the packaged sample."""

import unicodedata
from datetime import UTC, date, datetime

import pytest

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.identity import AgeCheck
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.model import Check, Kind
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.reasons import Reason

HOUR = 3600
STATIONS_2A = [
    *("Cát Linh", "La Thành", "Thái Hà", "Láng", "Thượng Đình", "Vành Đai 3"),
    *("Phùng Khoang", "Văn Quán", "Hà Đông", "La Khê", "Văn Khê", "Yên Nghĩa"),
]
STATIONS_31 = ["Nhổn", "Minh Khai", "Phú Diễn", "Cầu Diễn", "Lê Đức Thọ", "Đại học Quốc gia", "Chùa Hà", "Cầu Giấy"]
FREE_CLASSES = ("merit", "senior", "child", "poor", "disabled")


def noon(day: str) -> int:
    """Return noon in Hanoi, 05:00 UTC."""
    return int(datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()) + 5 * HOUR


@pytest.fixture(scope="module")
def hanoi() -> Catalogue:
    return hanoi_sample()


def rider(hanoi: Catalogue, category: str) -> int:
    return next(row.code for row in hanoi.riders.values() if row.id == category)


# Buses, thitruonghanghoa.com 265028: the new prices and, in the same article, those up to the day before.
BUS = [
    ("bus-single-1", "ordinary", 7_000, 8_000),
    ("bus-single-2", "ordinary", 7_000, 10_000),
    ("bus-single-3", "ordinary", 8_000, 12_000),
    ("bus-single-4", "ordinary", 9_000, 15_000),
    ("bus-single", "ordinary", 9_000, 20_000),
    ("bus-month-route", "ordinary", 100_000, 140_000),
    ("bus-month-all", "ordinary", 200_000, 280_000),
    ("bus-month-route-group", "group", 70_000, 100_000),
    ("bus-month-all-group", "group", 140_000, 200_000),
    ("bus-month-route-priority", "priority", 55_000, 70_000),
    ("bus-month-all-priority", "priority", 100_000, 140_000),
]
# Metro, hanoimetro.net.vn (2A, in service since 6 Nov 2021) and sggp 111671 (3.1, paid since 23 Aug 2024).
METRO = [
    ("metro-2a-single-1", "ordinary", "2021-11-06", 8_000),
    *((f"metro-2a-single-{band}", "ordinary", "2021-11-06", 7_000 + 1_000 * band) for band in range(2, 8)),
    ("metro-2a-single", "ordinary", "2021-11-06", 15_000),
    ("metro-2a-day", "ordinary", "2021-11-06", 30_000),
    ("metro-2a-month", "ordinary", "2021-11-06", 200_000),
    ("metro-2a-month-priority", "priority", "2021-11-06", 100_000),
    ("metro-2a-month-group", "group", "2021-11-06", 140_000),
    ("metro-31-single-1", "ordinary", "2024-08-23", 8_000),
    *((f"metro-31-single-{band}", "ordinary", "2024-08-23", 7_000 + 1_000 * band) for band in range(2, 5)),
    ("metro-31-single", "ordinary", "2024-08-23", 12_000),
    ("metro-31-day", "ordinary", "2024-08-23", 24_000),
    ("metro-31-month", "ordinary", "2024-08-23", 200_000),
    ("metro-31-month-priority", "priority", "2024-08-23", 100_000),
    ("metro-31-month-group", "group", "2024-08-23", 140_000),
]
# What has no change yet: free classes on bus and metro, parking, and what is the sample's own.
STEADY = [
    *(("free-pass", category, "2015-01-01", 0) for category in FREE_CLASSES),
    ("parking-motorbike", "ordinary", "2018-01-01", 8_000),
    ("parking-car", "ordinary", "2018-01-01", 25_000),
    ("pay-as-you-go", "ordinary", "2026-11-01", 0),
]


@pytest.mark.parametrize(("product", "category", "before", "after"), BUS)
def test_bus_tariff_changes_at_midnight_in_hanoi(
    hanoi: Catalogue, product: str, category: str, before: int, after: int
) -> None:
    midnight = noon("2024-11-01") - 12 * HOUR
    assert hanoi.price(product, rider(hanoi, category), noon("2024-10-31")) == before
    assert hanoi.price(product, rider(hanoi, category), midnight - 1) == before
    assert hanoi.price(product, rider(hanoi, category), midnight) == after
    assert hanoi.price(product, rider(hanoi, category), noon("2026-11-22")) == after


@pytest.mark.parametrize(("product", "category", "first_day", "amount"), [*METRO, *STEADY])
def test_other_tariffs_begin_on_their_first_day(
    hanoi: Catalogue, product: str, category: str, first_day: str, amount: int
) -> None:
    midnight = noon(first_day) - 12 * HOUR
    assert hanoi.price(product, rider(hanoi, category), noon(first_day) - 24 * HOUR) is None
    assert hanoi.price(product, rider(hanoi, category), midnight - 1) is None
    assert hanoi.price(product, rider(hanoi, category), midnight) == amount
    assert hanoi.price(product, rider(hanoi, category), noon(first_day)) == amount
    assert hanoi.price(product, rider(hanoi, category), noon("2026-11-22")) == amount


def test_no_price_is_without_its_row_here(hanoi: Catalogue) -> None:
    """Also: the metro tariff announced in August 2025 is missing, as nobody gives its amounts."""
    rows = {(product, category, first, amount) for product, category, first, amount in (*METRO, *STEADY)}
    for product, category, before, after in BUS:
        rows |= {(product, category, "2015-01-01", before), (product, category, "2024-11-01", after)}
    found = {
        (product.id, hanoi.riders[price.rider].id, f"{price.first_day}", price.amount)
        for product in hanoi.products.values()
        for price in product.prices
    }
    assert found == rows
    ends = {price.last_day for product in hanoi.products.values() for price in product.prices}
    assert ends == {None, date(2024, 10, 31)}


def test_a_metro_group_is_of_thirty_people_or_more(hanoi: Catalogue) -> None:
    """Who sells it counts them; a gate sees one rider at a time."""
    for line in ("2a", "31"):
        product = hanoi.product(f"metro-{line}-month-group")
        assert product is not None
        assert "từ 30 người" in product.name_vi
        assert "30 or more" in product.name_en
    assert hanoi.riders[rider(hanoi, "group")].check is Check.ISSUER


def test_the_free_ages_end_at_six_and_begin_at_sixty(hanoi: Catalogue) -> None:
    check = AgeCheck(rider(hanoi, "child"), rider(hanoi, "senior"), hanoi.utc_offset)
    cases = {"2020-11-23": "child", "2020-11-22": None, "1966-11-22": "senior", "1966-11-23": None}
    for born, category in cases.items():
        entitlement = check.entitlement(date.fromisoformat(born), noon("2026-11-22"))
        assert (entitlement and hanoi.riders[entitlement.rider].id) == category, born


def test_singles_come_anonymous_on_paper_and_identified_on_a_phone(hanoi: Catalogue) -> None:
    """Decision 5316: singles by QR with and without an identity; a printed one is good once."""
    for product in hanoi.products.values():
        if product.kind is Kind.SINGLE:
            assert product.bindings == {Binding.NONE, Binding.DEVICE, Binding.SERVER}
            assert product.rides == 1


def test_products_are_for_their_class_alone(hanoi: Catalogue) -> None:
    for product, category, *_ in (*BUS, *METRO, *STEADY[len(FREE_CLASSES) :]):
        found = hanoi.product(product)
        assert found is not None
        assert found.riders == {rider(hanoi, category)}


@pytest.mark.parametrize("category", FREE_CLASSES)
def test_free_classes_ride_free_on_bus_and_metro(hanoi: Catalogue, category: str) -> None:
    code = rider(hanoi, category)
    product = hanoi.product("free-pass")
    assert product is not None
    assert hanoi.price("free-pass", code, noon("2026-11-22")) == 0
    for mode, place in (("bus", 1032), ("metro", 101), ("metro", 201)):
        tap = {"mode": mode, "place": place, "at": noon("2026-11-22"), "checked": True}
        assert hanoi.decide(product.number, code, 0, Binding.DEVICE, **tap).reason is Reason.OK


def test_every_class_but_the_ordinary_one_needs_a_check(hanoi: Catalogue) -> None:
    unchecked = {row.id for row in hanoi.riders.values() if row.check is Check.NOBODY}
    assert unchecked == {"ordinary"}
    assert hanoi.riders[rider(hanoi, "senior")].check is Check.GATE  # Decision 5316: seniors by chip ID


@pytest.mark.parametrize(
    ("line", "stations", "first", "numbers"), [("2a", STATIONS_2A, 8_000, 101), ("31", STATIONS_31, 8_000, 201)]
)
def test_stations_stand_in_order_and_fares_grow_with_distance(
    hanoi: Catalogue, line: str, stations: list[str], first: int, numbers: int
) -> None:
    most = {"2a": 15_000, "31": 12_000}[line]
    found = [hanoi.areas[number].name_vi for number in range(numbers, numbers + len(stations))]
    assert found == [f"Ga {station}" for station in stations]
    at = noon("2026-11-22")
    network = hanoi.network(numbers)
    fares = [hanoi.fare([Leg(network, numbers, numbers + n, at, at + 1800)], 0) for n in range(1, len(stations))]
    assert fares[0] == first
    assert fares[-1] == most
    assert fares == sorted(fare for fare in fares if fare is not None)
    assert set(fares) == set(range(first, most + 1, 1000))
    back = hanoi.fare([Leg(network, numbers + len(stations) - 1, numbers, at, at + 1800)], 0)
    assert back == most


@pytest.mark.parametrize(
    ("route", "amount"), [(14, 8_000), (32, 10_000), (27, 10_000), (57, 12_000), (7, 15_000), (74, 20_000)]
)
def test_a_bus_route_costs_its_distance_band(hanoi: Catalogue, route: int, amount: int) -> None:
    at, place = noon("2026-11-22"), 1000 + route
    assert hanoi.fare([Leg(hanoi.network(place), place, place, at, at)], 0) == amount
    for number in (300, 301, 302, 303, 304):
        price = hanoi.price(number, 0, at)
        assert price is not None
        reason = hanoi.decide(number, 0, 0, Binding.NONE, mode="bus", place=place, at=at).reason
        assert (reason is Reason.OK) == (price >= amount)


def test_a_route_pass_is_for_its_route_and_an_all_routes_pass_for_all(hanoi: Catalogue) -> None:
    at = noon("2026-11-22")
    route_pass, all_pass = hanoi.product("bus-month-route"), hanoi.product("bus-month-all")
    assert route_pass is not None
    assert all_pass is not None
    expected = {(1032, 1032): Reason.OK, (1032, 1014): Reason.WRONG_AREA, (0, 1032): Reason.WRONG_AREA}
    for (area, place), reason in expected.items():
        assert hanoi.decide(route_pass.number, 0, area, 1, mode="bus", place=place, at=at).reason is reason
    for place in (1014, 1032, 1074):
        assert hanoi.decide(all_pass.number, 0, 0, 1, mode="bus", place=place, at=at).reason is Reason.OK
    assert hanoi.decide(all_pass.number, 0, 0, 1, mode="metro", place=101, at=at).reason is Reason.WRONG_MODE


def test_parking_is_priced_by_the_stay(hanoi: Catalogue) -> None:
    """Cars: 25,000 an hour for two hours, 35,000 for the next two, then 45,000 (tuoitrenews.vn 43434)."""
    car, motorbike = hanoi.product("parking-car"), hanoi.product("parking-motorbike")
    assert car is not None
    assert motorbike is not None
    entered_at = noon("2026-11-22")
    stays = {1: 25_000, HOUR: 25_000, HOUR + 1: 50_000, 3 * HOUR: 85_000, 5 * HOUR: 165_000, 5 * HOUR + 1: 210_000}
    for stay, amount in stays.items():
        tap = {"mode": "parking", "place": 3001, "at": entered_at + stay, "entered": 3001, "entered_at": entered_at}
        assert hanoi.decide(car.number, 0, 0, 1, **tap).amount == amount
        assert hanoi.decide(motorbike.number, 0, 0, 1, **tap).amount == 8_000


def test_passes_travel_as_tickets_of_a_week(hanoi: Catalogue) -> None:
    at = noon("2026-11-22")
    month, day = hanoi.product("metro-2a-month"), hanoi.product("metro-2a-day")
    assert month is not None
    assert day is not None
    assert hanoi.validity(month, at) == (at, at + 7 * 24 * HOUR)
    assert hanoi.validity(month, noon("2026-11-29")) == (noon("2026-11-29"), noon("2026-12-01") - 12 * HOUR)
    assert hanoi.validity(month, noon("2026-12-30"))[1] == noon("2027-01-01") - 12 * HOUR
    assert hanoi.validity(day, at) == (at, noon("2026-11-23") - 12 * HOUR)


def test_only_singles_and_parking_are_printed(hanoi: Catalogue) -> None:
    for product in hanoi.products.values():
        assert (Binding.NONE in product.bindings) == (product.kind in {Kind.SINGLE, Kind.SESSION})


def test_names_are_composed_vietnamese(hanoi: Catalogue) -> None:
    for row in (*hanoi.products.values(), *hanoi.areas.values(), *hanoi.riders.values()):
        assert unicodedata.is_normalized("NFC", row.name_vi)
        assert row.name_en
