"""A catalogue as plain integers, texts and lists, which the signed trust bundle carries; strict when read back.

    value    = [version: 1, currency: tstr, utc_offset: int, [* rider], [* area], [* product]]
    rider    = [code, id, name_vi, name_en, check]
    area     = [number, id, within, name_vi, name_en]
    product  = [number, id, name_vi, name_en, kind, [* mode], [* area], names_area: 0 / 1, [* binding], unit, count,
                renewal, rides, passback, missing_exit, daily_cap, [* [operator, thousandths]], [* price]]
    price    = [rider, first day, last day or 0, amount], days as yyyymmdd

Rows and sets stand in rising order, so that one catalogue has one value.
"""

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import Any, TypeVar

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.model import Area, Check, Kind, Mode, Price, Product, Rider, Unit, Validity

VERSION = 1
MAX_ROWS = 65_535
MAX_TEXT = 1000
MAX_NUMBER = 2**53 - 1

T = TypeVar("T")
Choice = TypeVar("Choice", bound=IntEnum)


def to_value(catalogue: Catalogue) -> list[Any]:
    """Return the catalogue as plain values."""
    return [
        VERSION,
        catalogue.currency,
        catalogue.utc_offset,
        [[r.code, r.id, r.name_vi, r.name_en, int(r.check)] for r in catalogue.riders.values()],
        [[a.number, a.id, a.within, a.name_vi, a.name_en] for a in catalogue.areas.values()],
        [_product_value(product) for product in catalogue.products.values()],
    ]


def from_value(value: object) -> Catalogue:
    """Read a catalogue back from plain values.

    Raises:
        FaresRejected: the value is not exactly what `to_value` writes; the error names the place in it.
    """
    version, currency, offset, riders, areas, products = _Reader("catalogue").record(value, 6)
    if version.whole(0, MAX_NUMBER) != VERSION:
        raise version.reject(f"is not version {VERSION}")
    catalogue = Catalogue.of(
        currency.text(),
        offset.whole(-86_400, 86_400),
        riders.rows(_rider),
        areas.rows(_area),
        products.rows(_product),
    )
    if to_value(catalogue) != value:
        raise FaresRejected("rows or sets are out of order", file="catalogue")
    return catalogue


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
        sorted(product.bindings),
        int(product.validity.unit),
        product.validity.count,
        product.renewal,
        product.rides,
        product.passback,
        product.missing_exit,
        product.daily_cap,
        [list(share) for share in product.shares],
        [[p.rider, _day_value(p.first_day), _day_value(p.last_day), p.amount] for p in product.prices],
    ]


def _day_value(day: date | None) -> int:
    return 0 if day is None else day.year * 10_000 + day.month * 100 + day.day


class _Reader:
    """One value and its place, for reading it strictly."""

    def __init__(self, place: str, value: object = None) -> None:
        self.place = place
        self.value = value

    def reject(self, problem: str) -> FaresRejected:
        return FaresRejected(problem, file=self.place)

    def items(self) -> list["_Reader"]:
        if not isinstance(self.value, list) or len(self.value) > MAX_ROWS:
            raise self.reject(f"is no list of at most {MAX_ROWS}")
        return [_Reader(f"{self.place}[{index}]", item) for index, item in enumerate(self.value)]

    def record(self, value: object, length: int) -> list["_Reader"]:
        self.value = value
        if not isinstance(value, list) or len(value) != length:
            raise self.reject(f"is no list of {length}")
        return self.items()

    def rows(self, parser: Callable[["_Reader"], T]) -> list[T]:
        return [parser(item) for item in self.items()]

    def whole(self, least: int, most: int) -> int:
        if type(self.value) is not int or not least <= self.value <= most:
            raise self.reject(f"is no whole number from {least} to {most}")
        return self.value

    def text(self) -> str:
        if not isinstance(self.value, str) or not 1 <= len(self.value) <= MAX_TEXT or not self.value.isprintable():
            raise self.reject(f"is no text of 1 to {MAX_TEXT} printable characters")
        return self.value

    def choice(self, kind: type[Choice]) -> Choice:
        try:
            return kind(self.whole(0, MAX_NUMBER))
        except ValueError:
            raise self.reject(f"is no {kind.__name__.lower()}") from None

    def mode(self) -> Mode:
        try:
            return Mode(self.text())
        except ValueError:
            raise self.reject("is no mode") from None

    def day(self) -> date:
        number = self.whole(10_000, 99_991_231)
        try:
            return date(number // 10_000, number // 100 % 100, number % 100)
        except ValueError:
            raise self.reject("is no day of the calendar") from None


def _rider(row: _Reader) -> Rider:
    code, ident, name_vi, name_en, check = row.record(row.value, 5)
    return Rider(code.whole(0, 23), ident.text(), name_vi.text(), name_en.text(), check.choice(Check))


def _area(row: _Reader) -> Area:
    number, ident, within, name_vi, name_en = row.record(row.value, 5)
    return Area(number.whole(1, 65_535), ident.text(), within.whole(0, 65_535), name_vi.text(), name_en.text())


def _product(row: _Reader) -> Product:
    part = row.record(row.value, 18)
    return Product(
        number=part[0].whole(1, 65_535),
        id=part[1].text(),
        name_vi=part[2].text(),
        name_en=part[3].text(),
        kind=part[4].choice(Kind),
        modes=frozenset(part[5].rows(_Reader.mode)),
        areas=frozenset(part[6].rows(lambda item: item.whole(1, 65_535))),
        names_area=bool(part[7].whole(0, 1)),
        bindings=frozenset(part[8].rows(lambda item: item.whole(0, 2))),
        validity=Validity(part[9].choice(Unit), part[10].whole(1, 366 * 86_400)),
        renewal=part[11].whole(0, MAX_NUMBER),
        rides=part[12].whole(0, 65_535),
        passback=part[13].whole(0, MAX_NUMBER),
        missing_exit=part[14].whole(0, MAX_NUMBER),
        daily_cap=part[15].whole(0, MAX_NUMBER),
        shares=tuple(part[16].rows(_share)),
        prices=tuple(part[17].rows(_price)),
    )


def _share(row: _Reader) -> tuple[str, int]:
    operator, thousandths = row.record(row.value, 2)
    return operator.text(), thousandths.whole(0, 1000)


def _price(row: _Reader) -> Price:
    rider, first, last, amount = row.record(row.value, 4)
    last_day = None if last.value == 0 else last.day()
    return Price(rider.whole(0, 23), first.day(), last_day, amount.whole(0, MAX_NUMBER))
