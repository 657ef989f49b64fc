"""Each rule of the gate alone, on the Hanoi sample and on small changes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Price, Product
from hanoi_ticket.fares.rules import Frame, Service
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.reasons import Reason

CAT_LINH, LANG, YEN_NGHIA, NHON, BUS_32 = 101, 104, 112, 201, 1032
DAY_PASS, SINGLE, SHORT_SINGLE = 110, 100, 101
MONDAY, FRIDAY, SATURDAY = "2026-11-23", "2026-11-27", "2026-11-28"


def moment(day: str, time: str) -> int:
    return int(datetime.fromisoformat(f"{day}T{time}+07:00").astimezone(UTC).timestamp())


NOON = moment(MONDAY, "12:00:00")


@pytest.fixture(scope="module")
def hanoi() -> Catalogue:
    return hanoi_sample()


def reason(catalogue: Catalogue, product: int, mode: str, place: int, at: int = NOON, **tap: int) -> Reason:
    claim = (tap.pop("rider", 0), tap.pop("area", 0), tap.pop("binding", Binding.DEVICE))
    return catalogue.decide(product, *claim, mode=mode, place=place, at=at, **tap).reason


def test_first_rule_that_refuses_names_the_reason(hanoi: Catalogue) -> None:
    assert reason(hanoi, 999, "tram", 9999, rider=23) is Reason.UNKNOWN_PRODUCT
    assert reason(hanoi, DAY_PASS, "tram", 9999, rider=23) is Reason.WRONG_MODE
    assert reason(hanoi, DAY_PASS, "metro", 9999, rider=23) is Reason.WRONG_AREA
    assert reason(hanoi, DAY_PASS, "metro", NHON, rider=23) is Reason.WRONG_AREA
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, rider=23) is Reason.CONCESSION_CHECK
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH) is Reason.OK


def test_an_area_in_the_ticket_narrows_the_product(hanoi: Catalogue) -> None:
    line, station = 11, CAT_LINH
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, area=line) is Reason.OK
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, area=station) is Reason.OK
    assert reason(hanoi, DAY_PASS, "metro", LANG, area=station) is Reason.WRONG_AREA
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, area=NHON) is Reason.WRONG_AREA
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, area=9999) is Reason.WRONG_AREA


def test_a_class_that_the_issuer_checks_is_checked_again_on_paper_alone(hanoi: Catalogue) -> None:
    """Merit is checked by the issuer, senior at the gate."""
    printable = replaced(hanoi, 400, bindings=frozenset(Binding))
    merit, senior = 3, 4
    expected = {
        (merit, Binding.DEVICE, 0): Reason.OK,
        (merit, Binding.NONE, 0): Reason.CONCESSION_CHECK,
        (merit, Binding.NONE, 1): Reason.OK,
        (senior, Binding.DEVICE, 0): Reason.CONCESSION_CHECK,
        (senior, Binding.DEVICE, 1): Reason.OK,
    }
    for (rider, binding, checked), wanted in expected.items():
        tap = {"rider": rider, "binding": binding, "checked": bool(checked)}
        assert reason(printable, 400, "bus", BUS_32, **tap) is wanted


def test_no_check_makes_up_for_a_class_or_binding_that_the_product_is_not_for(hanoi: Catalogue) -> None:
    assert reason(hanoi, 112, "metro", CAT_LINH, rider=0, checked=True) is Reason.CONCESSION_CHECK
    assert reason(hanoi, DAY_PASS, "metro", CAT_LINH, binding=Binding.NONE, checked=True) is Reason.CONCESSION_CHECK


def test_a_single_opens_the_exit_as_far_as_it_was_paid(hanoi: Catalogue) -> None:
    ride = {"entered": CAT_LINH, "entered_at": NOON - 1500}
    short = hanoi.decide(SHORT_SINGLE, 0, 0, 1, mode="metro", place=LANG, at=NOON, **ride)
    assert (short.reason, short.amount) == (Reason.WRONG_AREA, 1_000)
    far = hanoi.decide(SHORT_SINGLE, 0, 0, 1, mode="metro", place=YEN_NGHIA, at=NOON, **ride)
    assert (far.reason, far.amount) == (Reason.WRONG_AREA, 7_000)
    assert reason(hanoi, SHORT_SINGLE, "metro", 102, **ride) is Reason.OK
    assert reason(hanoi, SHORT_SINGLE, "metro", CAT_LINH, **ride) is Reason.OK
    for place in (102, LANG, YEN_NGHIA):
        assert reason(hanoi, SINGLE, "metro", place, **ride) is Reason.OK


def replaced(catalogue: Catalogue, number: int, **changes: object) -> Catalogue:
    product: Product = replace(catalogue.products[number], **changes)
    return replace(catalogue, products={**catalogue.products, number: product})


def night_pass(catalogue: Catalogue) -> Catalogue:
    """Return the sample with a day pass for the nights of working days: two frames that meet at midnight."""
    workdays = Service(1, 0b0011111, date(2026, 1, 1), date(2027, 12, 31), frozenset(), frozenset({date(2026, 11, 24)}))
    frames = (Frame(1, 22 * 3600, 24 * 3600, 1), Frame(1, 0, 5 * 3600, 1))
    legs = tuple(rule._replace(start_frame=1) if rule.product == DAY_PASS else rule for rule in catalogue.rules.legs)
    return replace(catalogue, rules=catalogue.rules._replace(legs=legs, frames=frames, services=(workdays,)))


@pytest.mark.parametrize(
    ("day", "time", "wanted"),
    [
        (MONDAY, "21:59:59", Reason.WRONG_TIME),
        (MONDAY, "22:00:00", Reason.OK),
        (MONDAY, "23:59:59", Reason.OK),
        (MONDAY, "00:00:00", Reason.OK),
        (MONDAY, "04:59:59", Reason.OK),
        (MONDAY, "05:00:00", Reason.WRONG_TIME),
        ("2026-11-24", "00:00:00", Reason.WRONG_TIME),  # taken out of the calendar
        (FRIDAY, "23:59:59", Reason.OK),
        (SATURDAY, "00:00:00", Reason.WRONG_TIME),  # the current day counts, not the service day
        ("2028-01-03", "23:00:00", Reason.WRONG_TIME),  # after the calendar
        ("2025-12-29", "23:00:00", Reason.WRONG_TIME),  # before it
    ],
)
def test_timeframes_run_over_midnight(hanoi: Catalogue, day: str, time: str, wanted: Reason) -> None:
    assert reason(night_pass(hanoi), DAY_PASS, "metro", CAT_LINH, moment(day, time)) is wanted


def test_nobody_is_kept_inside_by_the_time(hanoi: Catalogue) -> None:
    morning = moment(MONDAY, "05:10:00")
    ride = {"entered": CAT_LINH, "entered_at": moment(MONDAY, "04:50:00")}
    assert reason(night_pass(hanoi), DAY_PASS, "metro", LANG, morning) is Reason.WRONG_TIME
    assert reason(night_pass(hanoi), DAY_PASS, "metro", LANG, morning, **ride) is Reason.OK


class TestYesterdaysBundle:
    """A reader whose bundle is older than the tariff: docs/fares.md, "A bundle older than the tariff"."""

    CHANGE = moment(MONDAY, "00:00:00")

    def old(self, hanoi: Catalogue) -> Catalogue:
        """Return a bundle whose prices end on Sunday, with nothing after them."""
        sunday = date(2026, 11, 22)
        products = {
            number: replace(product, prices=tuple(p._replace(last_day=p.last_day or sunday) for p in product.prices))
            for number, product in hanoi.products.items()
        }
        return replace(hanoi, products=products)

    def test_it_sells_nothing_whose_price_it_does_not_know(self, hanoi: Catalogue) -> None:
        assert self.old(hanoi).price(DAY_PASS, 0, self.CHANGE - 1) == 30_000
        assert self.old(hanoi).price(DAY_PASS, 0, self.CHANGE) is None

    def test_it_opens_to_tickets_of_products_that_it_knows(self, hanoi: Catalogue) -> None:
        assert reason(self.old(hanoi), DAY_PASS, "metro", CAT_LINH, self.CHANGE) is Reason.OK

    def test_it_judges_an_exit_by_the_last_prices_it_knows(self, hanoi: Catalogue) -> None:
        ride = {"entered": CAT_LINH, "entered_at": self.CHANGE}
        late = self.CHANGE + 1500
        short = self.old(hanoi).decide(SHORT_SINGLE, 0, 0, 1, mode="metro", place=LANG, at=late, **ride)
        assert (short.reason, short.amount) == (Reason.WRONG_AREA, 1_000)
        assert reason(self.old(hanoi), SINGLE, "metro", LANG, late, **ride) is Reason.OK

    def test_it_refuses_a_product_that_is_new(self, hanoi: Catalogue) -> None:
        without = {number: product for number, product in hanoi.products.items() if number != DAY_PASS}
        rules = hanoi.rules._replace(legs=tuple(rule for rule in hanoi.rules.legs if rule.product != DAY_PASS))
        old = replace(hanoi, products=without, rules=rules)
        assert reason(old, DAY_PASS, "metro", CAT_LINH, self.CHANGE) is Reason.UNKNOWN_PRODUCT

    def test_a_tariff_sent_ahead_begins_at_local_midnight(self, hanoi: Catalogue) -> None:
        ordinary = (
            Price(0, date(2021, 11, 6), date(2026, 11, 22), 30_000),
            Price(0, date(2026, 11, 23), None, 40_000),
        )
        ahead = replaced(hanoi, DAY_PASS, prices=ordinary)
        assert ahead.price(DAY_PASS, 0, self.CHANGE - 1) == 30_000
        assert ahead.price(DAY_PASS, 0, self.CHANGE) == 40_000

    def test_a_ride_over_midnight_pays_the_tariff_of_its_start(self, hanoi: Catalogue) -> None:
        dearer = [
            replaced(
                hanoi,
                number,
                prices=(
                    hanoi.products[number].prices[0]._replace(last_day=date(2026, 11, 22)),
                    hanoi.products[number].prices[0]._replace(first_day=date(2026, 11, 23), amount=50_000),
                ),
            ).products[number]
            for number in (102, 103)
        ]
        changed = replace(hanoi, products={**hanoi.products, 102: dearer[0], 103: dearer[1]})
        for entered_at, missing in ((self.CHANGE - 60, 1_000), (self.CHANGE, 42_000)):
            tap = {"mode": "metro", "place": LANG, "at": self.CHANGE + 600, "entered": CAT_LINH}
            assert changed.decide(SHORT_SINGLE, 0, 0, 1, **tap, entered_at=entered_at).amount == missing
