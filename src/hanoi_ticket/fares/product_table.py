"""The product table: what GTFS cannot say, in extra files beside the feed's own (docs/fares.md).

`ticket_riders.txt`, `ticket_areas.txt`, `ticket_products.txt`, `ticket_prices.txt` and `ticket_parking.txt`, in the
dialect of the feed.
"""

from collections.abc import Mapping

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.feed import Feed, known
from hanoi_ticket.fares.model import Area, Check, Kind, Mode, Price, Product, Rider, Tier, Unit, Validity
from hanoi_ticket.fares.references import enclosing
from hanoi_ticket.fares.table import Row

MAX_SECONDS = 366 * 86_400
MAX_AMOUNT = 10**9
MAX_PRICES = 1000
MAX_MINUTES = 366 * 24 * 60
HONOURED = {  # what a gate or the clearing does nothing with is refused, not carried along
    "rides": {Kind.SINGLE},
    "passback_seconds": {Kind.PASS, Kind.ACCOUNT},
    "missing_exit_amount": {Kind.ACCOUNT},
    "daily_cap": {Kind.SESSION, Kind.ACCOUNT},
    "shares": {Kind.SINGLE, Kind.PASS, Kind.SESSION, Kind.ACCOUNT},
}


def read_riders(feed: Feed) -> list[Rider]:
    categories = feed.ids("rider_categories.txt", "rider_category_id")
    return [
        Rider(
            row.whole("rider_code", 0, 23),
            known(row, "rider_category_id", categories, "rider_categories.txt"),
            row.text("name_vi"),
            row.text("name_en"),
            row.choice("check", Check),
        )
        for row in feed.rows("ticket_riders.txt")
    ]


def read_areas(feed: Feed) -> list[Area]:
    rows = feed.ids("ticket_areas.txt", "area_id")
    numbers = {area_id: row.whole("area_number", 1, 65_535) for area_id, row in rows.items()}
    areas = []
    for area_id, row in rows.items():
        within = frozenset(numbers[_word(row, "within", rows, word)] for word in row.words("within"))
        areas.append(Area(numbers[area_id], area_id, within, row.text("name_vi"), row.text("name_en")))
    by_number = {area.number: area for area in areas}
    for area in areas:
        try:
            enclosing(by_number, area.number)
        except FaresRejected as error:
            raise rows[area.id].reject("within", error.problem) from None
    return areas


def read_products(feed: Feed, riders: Mapping[str, int], areas: Mapping[str, int]) -> list[Product]:
    """Read products with their prices; `riders` and `areas` give the numbers of ids."""
    rows = feed.ids("ticket_products.txt", "fare_product_id")
    prices: dict[str, list[Price]] = {product_id: [] for product_id in rows}
    for row in feed.rows("ticket_prices.txt"):
        product = known(row, "fare_product_id", rows, "ticket_products.txt")
        prices[product].append(_price(row, riders, prices[product]))
    tiers: dict[str, list[Tier]] = {product_id: [] for product_id in rows}
    for row in feed.rows("ticket_parking.txt"):
        tiers[known(row, "fare_product_id", rows, "ticket_products.txt")].append(_tier(row))
    return [_product(row, areas, prices[product_id], tiers[product_id]) for product_id, row in rows.items()]


def _price(row: Row, riders: Mapping[str, int], earlier: list[Price]) -> Price:
    first = row.day("first_day")
    rider = riders[known(row, "rider_category_id", riders, "ticket_riders.txt")]
    price = Price(rider, first, row.last_day("last_day", first), row.whole("amount", -MAX_AMOUNT, MAX_AMOUNT))
    if len(earlier) == MAX_PRICES:
        raise row.reject("fare_product_id", f"more than {MAX_PRICES} prices of one product")
    for other in earlier:
        if other.rider == rider and (other.holds(first) or price.holds(other.first_day)):
            raise row.reject("first_day", f"two prices hold on {max(first, other.first_day)}")
    return price


def _tier(row: Row) -> Tier:
    first = row.day("first_day")
    return Tier(
        first,
        row.last_day("last_day", first),
        row.whole("from_minute", 0, MAX_MINUTES),
        row.whole("block_minutes", 0, MAX_MINUTES),
        row.whole("amount", 0, MAX_AMOUNT),
    )


def _product(row: Row, areas: Mapping[str, int], prices: list[Price], tiers: list[Tier]) -> Product:
    kind = row.choice("kind", Kind)
    if not prices:
        raise row.reject("fare_product_id", "it has no price in ticket_prices.txt")
    if (kind is Kind.SESSION) != bool(tiers):
        raise row.reject("kind", "a session, and nothing else, has a tariff in ticket_parking.txt")
    for field, kinds in HONOURED.items():
        if row.optional(field) and kind not in kinds:
            raise row.reject(field, f"is for {' and '.join(sorted(each.name.lower() for each in kinds))} alone")
    if kind is Kind.ACCOUNT and Binding.NONE in {_binding(row, word) for word in row.words("bindings")}:
        raise row.reject("bindings", "an account is not printed: a copy would charge it")
    if kind is not Kind.TRANSFER and any(price.amount < 0 for price in prices):
        raise row.reject("kind", "only a transfer has a price below 0")
    modes = frozenset(Mode(_word(row, "modes", frozenset(Mode), word)) for word in row.words("modes"))
    if (kind is Kind.TRANSFER) == bool(modes):
        raise row.reject("modes", "each product but a transfer is valid on some mode")
    return Product(
        number=row.whole("product_number", 1, 65_535),
        id=row.text("fare_product_id"),
        name_vi=row.text("name_vi"),
        name_en=row.text("name_en"),
        kind=kind,
        modes=modes,
        areas=frozenset(areas[_word(row, "areas", areas, word)] for word in row.words("areas")),
        names_area=row.flag("names_area"),
        bindings=frozenset(_binding(row, word) for word in row.words("bindings")),
        validity=row.parse("validity", parse_validity),
        renewal=row.whole("renewal_seconds", 0, MAX_SECONDS, default=0),
        rides=row.whole("rides", 0, 65_535, default=0),
        passback=row.whole("passback_seconds", 0, 86_400, default=0),
        missing_exit=row.whole("missing_exit_amount", 0, MAX_AMOUNT, default=0),
        daily_cap=row.whole("daily_cap", 0, MAX_AMOUNT, default=0),
        shares=_shares(row),
        prices=tuple(sorted(prices, key=lambda price: (price.rider, price.first_day))),
        tiers=tuple(sorted(tiers, key=lambda tier: (tier.first_day, tier.from_minute))),
    )


def parse_validity(text: str) -> Validity:
    """Parse `30 days` and its kin."""
    count, _, unit = text.partition(" ")
    if not (count.isascii() and count.isdigit()) or unit.upper() not in Unit.__members__ or unit != unit.lower():
        raise ValueError("is no validity such as '7200 seconds', '1 days' or '1 months'")
    limit = {Unit.SECONDS: MAX_SECONDS, Unit.DAYS: 366, Unit.MONTHS: 12}[Unit[unit.upper()]]
    if len(count) > 9 or not 1 <= int(count) <= limit:
        raise ValueError(f"is not from 1 to {limit} {unit}")
    return Validity(Unit[unit.upper()], int(count))


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


def _binding(row: Row, word: str) -> Binding:
    if word != word.lower() or word.upper() not in Binding.__members__:
        raise row.reject("bindings", f"{word!r} is none of none, device, server")
    return Binding[word.upper()]


def _word(row: Row, field: str, among: Mapping[str, object] | frozenset[Mode], word: str) -> str:
    if word not in among:
        raise row.reject(field, f"{word!r} is unknown")
    return word
