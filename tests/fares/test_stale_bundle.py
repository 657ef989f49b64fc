"""A gate with yesterday's bundle on the first day of a tariff, and after it got today's: the whole way of a tap."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Price
from hanoi_ticket.fares.sample import hanoi_sample
from tests.city import DAY, START, SetClock

FIRST_DAY = date(2026, 11, 22)  # START lies on it
NEW_PRODUCT = "metro-2a-weekend"


@pytest.fixture
def today() -> Catalogue:
    """Return the sample with a new price for the day pass and a new product, both from FIRST_DAY on."""
    hanoi = hanoi_sample()
    day_pass = hanoi.products[110]
    old = day_pass.prices[0]._replace(last_day=date(2026, 11, 21))
    dearer = replace(day_pass, prices=(old, Price(0, FIRST_DAY, None, 40_000)))
    new = replace(day_pass, number=114, id=NEW_PRODUCT, prices=(Price(0, FIRST_DAY, None, 50_000),))
    return replace(hanoi, products={**hanoi.products, 110: dearer, 114: new})


def test_known_products_open_at_once_and_new_ones_with_the_new_bundle(today: Catalogue, tmp_path: Path) -> None:
    issuer = Issuer.generate(catalogue=today)
    assert today.price("metro-2a-day", 0, START) == 40_000
    assert today.price("metro-2a-day", 0, START - DAY) == 30_000
    yesterdays = TrustBundle.of([issuer.public_record()], catalogue=hanoi_sample())
    todays = TrustBundle.of([issuer.public_record()], catalogue=today)
    phones = {product: Holder.generate() for product in ("metro-2a-day", NEW_PRODUCT)}
    codes = {
        product: phone.present(issuer.issue(phone.public_key, product, START - 60, START + DAY), START)
        for product, phone in phones.items()
    }
    clock = TrackedClock(SetClock())
    with Validator.open("metro-entry", yesterdays, tmp_path / "store.db", clock=clock) as gate:
        assert gate.tap(codes["metro-2a-day"]).reason is Reason.OK
        assert gate.tap(codes[NEW_PRODUCT]).reason is Reason.UNKNOWN_PRODUCT
        gate.update_trust(todays)
        assert gate.tap(codes[NEW_PRODUCT]).reason is Reason.OK
