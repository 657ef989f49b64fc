"""A GTFS Fares v2 feed with its product table, read into a catalogue: all of it or nothing."""

from collections.abc import Mapping
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from hanoi_ticket.fares.calendar import read_services, read_timeframes
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.fare_rules import (
    Names,
    check_leg_areas,
    check_products,
    read_join_rules,
    read_leg_groups,
    read_leg_rules,
    read_transfer_rules,
)
from hanoi_ticket.fares.feed import Feed, known, known_or_empty
from hanoi_ticket.fares.model import Product
from hanoi_ticket.fares.network import check_areas, read_networks, read_stop_areas, read_utc_offset
from hanoi_ticket.fares.product_table import MAX_AMOUNT, read_areas, read_products, read_riders
from hanoi_ticket.fares.rules import Rules


def read_feed(path: Traversable | Path) -> Catalogue:
    """Read a feed directory or zip.

    Raises:
        FaresRejected: with the file, line and field of the first thing that is wrong.
    """
    return build_catalogue(Feed.open(path))


def build_catalogue(feed: Feed) -> Catalogue:
    """Build a catalogue from the tables of a feed; refuses as `read_feed` does."""
    day = _feed_day(feed)
    utc_offset = read_utc_offset(feed, day)
    _check_unique(feed)
    riders = read_riders(feed)
    areas = {area.id: area for area in read_areas(feed)}
    products = read_products(
        feed, {rider.id: rider.code for rider in riders}, {area.id: area.number for area in areas.values()}
    )
    networks = read_networks(feed)
    stop_areas = read_stop_areas(feed)
    check_areas(feed, areas, stop_areas)
    services = read_services(feed)
    frame_groups, frames = read_timeframes(feed, services)
    names = Names(
        networks,
        areas,
        feed.ids("areas.txt", "area_id"),
        frame_groups,
        {product.id: product for product in products},
        stop_areas,
    )
    currency = _check_prices(feed, names.products, {rider.id: rider.code for rider in riders}, day)
    check_products(feed)
    groups = read_leg_groups(feed)
    rules = Rules(
        "rule_priority" in feed.headers["fare_leg_rules.txt"],
        frozenset(areas[network].number for network in names.networks if network in areas),
        tuple(sorted(read_leg_rules(feed, names, groups))),
        tuple(sorted(read_join_rules(feed, names))),
        tuple(sorted(read_transfer_rules(feed, names, groups))),
        tuple(sorted(frames)),
        tuple(sorted(services.values(), key=lambda service: service.number)),
    )
    catalogue = Catalogue.of(currency, utc_offset, riders, areas.values(), products, rules)
    check_leg_areas(feed, names, catalogue.around)
    return catalogue


def _feed_day(feed: Feed) -> date:
    """Return the day whose prices fare_products.txt gives."""
    rows = feed.rows("feed_info.txt")
    if len(rows) != 1:
        raise FaresRejected("it has one row", file="feed_info.txt", line=2)
    return rows[0].day("feed_start_date")


def _check_unique(feed: Feed) -> None:
    """Numbers travel in tickets, so none stands for two things."""
    for file, field in (
        ("ticket_riders.txt", "rider_code"),
        ("ticket_areas.txt", "area_number"),
        ("ticket_products.txt", "product_number"),
    ):
        seen: dict[str, int] = {}
        for row in feed.rows(file):
            line = seen.setdefault(row.text(field), row.line)
            if line != row.line:
                raise row.reject(field, f"{row.text(field)} stands already on line {line}")


def _check_prices(feed: Feed, products: Mapping[str, Product], riders: Mapping[str, int], day: date) -> str:
    """Return the currency; refuse a feed whose amounts are not those of the product table on the feed's first day."""
    media = feed.ids("fare_media.txt", "fare_media_id")
    for row in feed.rows("fare_products.txt"):
        product = products[known(row, "fare_product_id", products, "ticket_products.txt")]
        known_or_empty(row, "fare_media_id", media, "fare_media.txt")
        if row.text("currency") != feed.rows("fare_products.txt")[0].text("currency"):
            raise row.reject("currency", "all prices of a feed are in one currency")
        category = known_or_empty(row, "rider_category_id", riders, "ticket_riders.txt")
        amount = row.whole("amount", -MAX_AMOUNT, MAX_AMOUNT)
        for rider in [riders[category]] if category else product.riders:
            if product.price(rider, day) != amount:
                raise row.reject("amount", f"{amount} is not the price of {day:%Y%m%d} in ticket_prices.txt")
    rows = feed.rows("fare_products.txt")
    if not rows:
        raise FaresRejected("there is no fare product", file="fare_products.txt")
    currency = rows[0].text("currency")
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha() and currency.isupper()):
        raise rows[0].reject("currency", f"{currency!r} is no ISO 4217 code")
    return currency
