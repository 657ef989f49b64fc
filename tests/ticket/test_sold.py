"""An issuer signs what its catalogue sells, and nothing else."""

import pytest

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.claims import Binding
from hanoi_ticket.errors import HanoiTicketError
from tests.city import START
from tests.fares.tied import tied_hanoi

ORDINARY, PRIORITY = 0, 1
BUS_32, BUS_14, STATION, CITY_OF_NONE = 1032, 1014, 101, 60_000
DAY = 86_400


def issue(product, *, paper=False, issuer=None, **claims):
    holder = None if paper else Holder.generate().public_key
    return (issuer or Issuer.generate()).issue(holder, product, START, START + DAY, **claims)


@pytest.mark.parametrize(
    ("product", "paper", "claims", "problem"),
    [
        ("metro-2a-month-priority", False, {"rider": ORDINARY}, "for priority, not for rider category 0"),
        ("metro-2a-month", False, {"rider": PRIORITY}, "for ordinary, not"),
        ("metro-2a-month", False, {"rider": 23}, "not for rider category 23"),
        ("metro-2a-day", True, {}, "bound to device, server, not to none"),
        ("pay-as-you-go", True, {}, "bound to device, server, not to none"),
        ("bus-month-route", False, {}, "for one area"),
        ("bus-month-route", False, {"area": STATION}, "not valid in area 101"),
        ("bus-month-all", False, {"area": CITY_OF_NONE}, "not valid in area 60000"),
        ("metro-2a-day-pass", False, {}, "no product"),
        (65_000, False, {}, "no product"),
    ],
)
def test_what_is_not_sold_is_not_signed(product, paper, claims, problem):
    with pytest.raises(ValueError, match=problem):
        issue(product, paper=paper, **claims)


@pytest.mark.parametrize(
    ("product", "paper", "claims"),
    [
        ("bus-month-route", False, {"area": BUS_32}),
        ("bus-month-all", False, {"area": BUS_14}),
        ("bus-single-2", True, {"area": 2}),  # an area that holds all of the product's narrows nothing
        ("metro-2a-month-priority", False, {"rider": PRIORITY, "binding": Binding.SERVER}),
        ("pay-as-you-go", False, {}),
    ],
)
def test_what_is_sold_is_signed(product, paper, claims):
    assert issue(product, paper=paper, **claims)


def test_a_transfer_discount_is_no_ticket(tmp_path):
    issuer = Issuer.generate(catalogue=tied_hanoi(tmp_path / "feed"))
    with pytest.raises(HanoiTicketError, match="no ticket"):
        issue("change", issuer=issuer)


def test_no_number_is_spent_on_a_refusal():
    issuer = Issuer.generate()
    with pytest.raises(ValueError, match="bound to"):
        issue("metro-2a-day", paper=True, issuer=issuer)
    assert issuer._numbers.next() == 0
