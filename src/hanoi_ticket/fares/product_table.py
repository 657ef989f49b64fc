"""The product table: what GTFS cannot say, in four extra files beside the feed's own (docs/fares.md).

ticket_riders.txt, ticket_areas.txt, ticket_products.txt and ticket_prices.txt, in the dialect of the feed.
"""

from importlib.resources.abc import Traversable
from pathlib import Path

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.model import Area, Check, Kind, Mode, Price, Product, Rider, Unit, Validity
from hanoi_ticket.fares.table import Row, read_rows

MAX_BYTES = 4_000_000
MAX_ROWS = 65_535
MAX_SECONDS = 366 * 86_400
MAX_AMOUNT = 10**9
BINDINGS = {"none": 0, "device": 1, "server": 2}  # docs/ticket.cddl
KEYS = {
    "ticket_riders.txt": ("rider_category_id",),
    "ticket_areas.txt": ("area_id",),
    "ticket_products.txt": ("fare_product_id",),
    "ticket_prices.txt": ("fare_product_id", "rider_category_id", "first_day"),
}


def read_catalogue(feed: Traversable | Path) -> Catalogue:
    """Read the product table of a feed directory.

    Raises:
        FaresRejected: with the file, line and field of the first thing that is wrong.
    """
    riders = [_rider(row) for row in _rows(feed, "ticket_riders.txt")]
    area_rows = _rows(feed, "ticket_areas.txt")
    area_numbers = {row.text("area_id"): row.whole("area_number", 1, 65_535) for row in area_rows}
    rider_codes = {rider.id: rider.code for rider in riders}
    prices: dict[str, list[Price]] = {}
    product_rows = _rows(feed, "ticket_products.txt")
    known = {row.text("fare_product_id") for row in product_rows}
    for row in _rows(feed, "ticket_prices.txt"):
        product_id = _known(row, "fare_product_id", known)
        prices.setdefault(product_id, []).append(_price(row, rider_codes, prices.get(product_id, [])))
    products = [_product(row, area_numbers, prices) for row in product_rows]
    areas = [_area(row, area_numbers) for row in area_rows]
    return Catalogue.of("VND", 25_200, riders, areas, products)


def _rows(feed: Traversable | Path, file: str) -> list[Row]:
    try:
        with (feed / file).open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise FaresRejected("the file is missing or cannot be read", file=file) from error
    if len(data) > MAX_BYTES:
        raise FaresRejected(f"larger than {MAX_BYTES} bytes", file=file)
    return list(read_rows(file, data, KEYS[file], MAX_ROWS))


def _rider(row: Row) -> Rider:
    return Rider(
        row.whole("rider_code", 0, 23),
        row.text("rider_category_id"),
        row.text("name_vi"),
        row.text("name_en"),
        row.choice("check", Check),
    )


def _area(row: Row, numbers: dict[str, int]) -> Area:
    within = row.optional("within")
    return Area(
        numbers[row.text("area_id")],
        row.text("area_id"),
        numbers[_known(row, "within", numbers)] if within else 0,
        row.text("name_vi"),
        row.text("name_en"),
    )


def _price(row: Row, riders: dict[str, int], earlier: list[Price]) -> Price:
    first = row.day("first_day")
    last = row.day("last_day") if row.optional("last_day") else None
    if last is not None and last < first:
        raise row.reject("last_day", "the last day is before the first")
    price = Price(riders[_known(row, "rider_category_id", riders)], first, last, row.whole("amount", 0, MAX_AMOUNT))
    for other in earlier:
        if other.rider == price.rider and (other.holds(first) or price.holds(other.first_day)):
            raise row.reject("first_day", f"two prices hold from {max(first, other.first_day)}")
    return price


def _product(row: Row, areas: dict[str, int], prices: dict[str, list[Price]]) -> Product:
    product_id = row.text("fare_product_id")
    if product_id not in prices:
        raise row.reject("fare_product_id", "it has no price in ticket_prices.txt")
    return Product(
        number=row.whole("product_number", 1, 65_535),
        id=product_id,
        name_vi=row.text("name_vi"),
        name_en=row.text("name_en"),
        kind=row.choice("kind", Kind),
        modes=frozenset(_mode(row, word) for word in row.text("modes").split()),
        areas=frozenset(_word(row, "areas", areas, word) for word in row.text("areas").split()),
        names_area=bool(row.whole("names_area", 0, 1, default=0)),
        bindings=frozenset(_word(row, "bindings", BINDINGS, word) for word in row.text("bindings").split()),
        validity=row.parse("validity", parse_validity),
        renewal=row.whole("renewal_seconds", 0, MAX_SECONDS, default=0),
        rides=row.whole("rides", 0, 65_535, default=0),
        passback=row.whole("passback_seconds", 0, 86_400, default=0),
        missing_exit=row.whole("missing_exit_amount", 0, MAX_AMOUNT, default=0),
        daily_cap=row.whole("daily_cap", 0, MAX_AMOUNT, default=0),
        shares=_shares(row),
        prices=tuple(sorted(prices[product_id], key=lambda price: (price.rider, price.first_day))),
    )


def parse_validity(text: str) -> Validity:
    """Parse `30 days` and its kin."""
    count, _, unit = text.partition(" ")
    if not (count.isascii() and count.isdigit()) or unit.upper() not in Unit.__members__ or unit != unit.lower():
        raise ValueError("is no validity such as '7200 seconds', '1 days' or '1 months'")
    validity = Validity(Unit[unit.upper()], int(count))
    limit = {Unit.SECONDS: MAX_SECONDS, Unit.DAYS: 366, Unit.MONTHS: 12}[validity.unit]
    if not 1 <= validity.count <= limit:
        raise ValueError(f"is not from 1 to {limit} {unit}")
    return validity


def _shares(row: Row) -> tuple[tuple[str, int], ...]:
    """Parse `hanoi-metro:900 city:100`: thousandths that add up to the whole."""
    shares: list[tuple[str, int]] = []
    for word in row.words("shares"):
        operator, _, thousandths = word.partition(":")
        if not operator or not (thousandths.isascii() and thousandths.isdigit()) or len(thousandths) > 4:
            raise row.reject("shares", f"{word!r} is no operator:thousandths")
        shares.append((operator, int(thousandths)))
    if shares and sum(part for _, part in shares) != 1000:
        raise row.reject("shares", "the shares do not add up to 1000")
    return tuple(shares)


def _mode(row: Row, word: str) -> Mode:
    try:
        return Mode(word)
    except ValueError:
        raise row.reject("modes", f"{word!r} is none of {', '.join(Mode)}") from None


def _word(row: Row, field: str, numbers: dict[str, int], word: str) -> int:
    if word not in numbers:
        raise row.reject(field, f"{word!r} is unknown")
    return numbers[word]


def _known(row: Row, field: str, known: dict[str, int] | set[str]) -> str:
    value = row.text(field)
    if value not in known:
        raise row.reject(field, f"{value!r} is unknown")
    return value
