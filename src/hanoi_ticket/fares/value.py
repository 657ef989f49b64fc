"""A catalogue as plain integers, texts and lists, which the signed trust bundle carries; strict when read back.

    value    = [version: 1, currency: tstr, utc_offset: int, [* rider], [* area], [* product], rules]
    rider    = [code, id, name_vi, name_en, check]
    area     = [number, id, [* within], name_vi, name_en]
    product  = [number, id, name_vi, name_en, kind, [* mode], [* area], names_area: 0 / 1, [* binding], unit, count,
                renewal, rides, passback, missing_exit, daily_cap, [* [operator, thousandths]], [* price], [* tier]]
    price    = [rider, first day, last day or 0, amount]
    tier     = [first day, last day or 0, from_minute, block_minutes, amount]
    rules    = [prioritised: 0 / 1, [* network], [* leg], [* join], [* transfer], [* frame], [* service]]
    leg      = [group, network, start, end, start_frame, end_frame, product, priority]
    join     = [from_network, to_network, from_place, to_place]
    transfer = [from_group, to_group, most, limit, measured, type, product]
    frame    = [group, start, end, service]
    service  = [number, weekdays, first day, last day, [* added], [* removed]]

Days are whole numbers yyyymmdd. One catalogue has one value: sets and numbered rows stand in rising order.
"""

from datetime import date
from typing import Any

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.model import Area, Check, Kind, Mode, Price, Product, Rider, Tier, Unit, Validity
from hanoi_ticket.fares.rules import (
    DAY,
    NO_LIMIT,
    Frame,
    JoinRule,
    LegRule,
    Measured,
    Rules,
    Service,
    TransferRule,
    TransferType,
)
from hanoi_ticket.fares.value_reader import ValueReader

VERSION = 1
MAX_AREA = 65_535
MAX_NUMBER = 2**53 - 1
YEAR = 366 * DAY


def to_value(catalogue: Catalogue) -> list[Any]:
    """Return the catalogue as plain values."""
    return [
        VERSION,
        catalogue.currency,
        catalogue.utc_offset,
        [[r.code, r.id, r.name_vi, r.name_en, int(r.check)] for r in catalogue.riders.values()],
        [[a.number, a.id, sorted(a.within), a.name_vi, a.name_en] for a in catalogue.areas.values()],
        [_product_value(product) for product in catalogue.products.values()],
        _rules_value(catalogue.rules),
    ]


def from_value(value: object) -> Catalogue:
    """Read a catalogue back from plain values.

    Raises:
        FaresRejected: the value is not exactly what `to_value` writes; the error names the place in it.
    """
    version, currency, offset, riders, areas, products, rules = ValueReader("catalogue", value).record(7)
    if version.whole(0, MAX_NUMBER) != VERSION:
        raise version.reject(f"is not version {VERSION}")
    catalogue = Catalogue.of(
        currency.text(),
        offset.whole(-DAY, DAY),
        riders.rows(_rider),
        areas.rows(_area),
        products.rows(_product),
        _rules(rules),
    )
    if to_value(catalogue) != value:
        raise FaresRejected("rows or sets are out of order", file="catalogue")
    return catalogue


def _day_value(day: date | None) -> int:
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day


def _product_value(product: Product) -> list[Any]:
    return [
        product.number,
        product.id,
        product.name_vi,
        product.name_en,
        int(product.kind),
        sorted(str(mode) for mode in product.modes),
        sorted(product.areas),
        int(product.names_area),
        sorted(int(binding) for binding in product.bindings),
        int(product.validity.unit),
        product.validity.count,
        product.renewal,
        product.rides,
        product.passback,
        product.missing_exit,
        product.daily_cap,
        [list(share) for share in product.shares],
        [[p.rider, _day_value(p.first_day), _day_value(p.last_day), p.amount] for p in product.prices],
        [
            [_day_value(t.first_day), _day_value(t.last_day), t.from_minute, t.block_minutes, t.amount]
            for t in product.tiers
        ],
    ]


def _rules_value(rules: Rules) -> list[Any]:
    return [
        int(rules.prioritised),
        sorted(rules.networks),
        [[r.group, r.network, r.start, r.end, r.start_frame, r.end_frame, r.product, r.priority] for r in rules.legs],
        [[r.from_network, r.to_network, r.from_place, r.to_place] for r in rules.joins],
        [[r.from_group, r.to_group, r.most, r.limit, int(r.measured), int(r.type), r.product] for r in rules.transfers],
        [[f.group, f.start, f.end, f.service] for f in rules.frames],
        [
            [
                s.number,
                s.weekdays,
                _day_value(s.first_day),
                _day_value(s.last_day),
                sorted(_day_value(day) for day in s.added),
                sorted(_day_value(day) for day in s.removed),
            ]
            for s in rules.services
        ],
    ]


def _number(item: ValueReader) -> int:
    return item.whole(0, MAX_AREA)


def _rider(row: ValueReader) -> Rider:
    code, ident, name_vi, name_en, check = row.record(5)
    return Rider(code.whole(0, 23), ident.text(), name_vi.text(), name_en.text(), check.choice(Check))


def _area(row: ValueReader) -> Area:
    number, ident, within, name_vi, name_en = row.record(5)
    return Area(
        number.whole(1, MAX_AREA), ident.text(), frozenset(within.rows(_number)), name_vi.text(), name_en.text()
    )


def _product(row: ValueReader) -> Product:
    part = row.record(19)
    return Product(
        number=part[0].whole(1, MAX_AREA),
        id=part[1].text(),
        name_vi=part[2].text(),
        name_en=part[3].text(),
        kind=part[4].choice(Kind),
        modes=frozenset(part[5].rows(_mode)),
        areas=frozenset(part[6].rows(_number)),
        names_area=bool(part[7].whole(0, 1)),
        bindings=frozenset(part[8].rows(lambda item: item.choice(Binding))),
        validity=Validity(part[9].choice(Unit), part[10].whole(1, YEAR)),
        renewal=part[11].whole(0, YEAR),
        rides=part[12].whole(0, MAX_AREA),
        passback=part[13].whole(0, DAY),
        missing_exit=part[14].whole(0, MAX_NUMBER),
        daily_cap=part[15].whole(0, MAX_NUMBER),
        shares=tuple(part[16].rows(_share)),
        prices=tuple(part[17].rows(_price)),
        tiers=tuple(part[18].rows(_tier)),
    )


def _mode(item: ValueReader) -> Mode:
    try:
        return Mode(item.text())
    except ValueError:
        raise item.reject("is no mode") from None


def _share(row: ValueReader) -> tuple[str, int]:
    operator, thousandths = row.record(2)
    return operator.text(), thousandths.whole(0, 1000)


def _price(row: ValueReader) -> Price:
    rider, first, last, amount = row.record(4)
    return Price(rider.whole(0, 23), first.day(), last.day_or_none(), amount.whole(-MAX_NUMBER, MAX_NUMBER))


def _tier(row: ValueReader) -> Tier:
    first, last, start, block, amount = row.record(5)
    return Tier(
        first.day(),
        last.day_or_none(),
        start.whole(0, MAX_NUMBER),
        block.whole(0, MAX_NUMBER),
        amount.whole(0, MAX_NUMBER),
    )


def _rules(value: ValueReader) -> Rules:
    prioritised, networks, legs, joins, transfers, frames, services = value.record(7)
    return Rules(
        bool(prioritised.whole(0, 1)),
        frozenset(networks.rows(_number)),
        tuple(legs.rows(lambda row: LegRule(*(part.whole(0, MAX_NUMBER) for part in row.record(8))))),
        tuple(joins.rows(lambda row: JoinRule(*(_number(part) for part in row.record(4))))),
        tuple(transfers.rows(_transfer)),
        tuple(frames.rows(_frame)),
        tuple(services.rows(_service)),
    )


def _transfer(row: ValueReader) -> TransferRule:
    first, then, most, limit, measured, kind, product = row.record(7)
    return TransferRule(
        _number(first),
        _number(then),
        most.whole(NO_LIMIT, MAX_NUMBER),
        limit.whole(0, MAX_NUMBER),
        measured.choice(Measured),
        kind.choice(TransferType),
        _number(product),
    )


def _frame(row: ValueReader) -> Frame:
    group, start, end, service = row.record(4)
    return Frame(group.whole(1, MAX_AREA), start.whole(0, DAY), end.whole(0, DAY), service.whole(1, MAX_AREA))


def _service(row: ValueReader) -> Service:
    number, weekdays, first, last, added, removed = row.record(6)
    return Service(
        number.whole(1, MAX_AREA),
        weekdays.whole(0, 127),
        first.day(),
        last.day(),
        frozenset(added.rows(ValueReader.day)),
        frozenset(removed.rows(ValueReader.day)),
    )
