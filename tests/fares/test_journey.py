"""Joins and transfers one rule at a time; the random feeds of test_oracle.py mix them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from hanoi_ticket.fares.journey import Leg, Option, TransferTable, begins, joined, ways
from hanoi_ticket.fares.legs import LegTable
from hanoi_ticket.fares.rules import MIXED, NO_LIMIT, JoinRule, LegRule, Measured, Rules, TransferRule, TransferType
from hanoi_ticket.fares.timeframes import Timeframes

BUS, METRO = 1, 2  # leg groups, and networks
DISCOUNT = 9
FARES = {BUS: 8_000, METRO: 12_000}
HOUR = 3600


def leg(network: int, start: int, end: int, places: tuple[int, int] = (10, 11)) -> Leg:
    return Leg(network, *places, start, end)


@dataclass
class Transfers:
    """Rules between bus and metro legs, each leg paid as its network."""

    rules: Sequence[TransferRule]
    prices: dict[int, int] = field(default_factory=lambda: {DISCOUNT: -3_000})

    def cost(self, *legs: Leg) -> int | None:
        groups = tuple(LegRule(group, group, 0, 0, 0, 0, group, 0) for group in FARES)
        table = TransferTable(Rules(legs=groups, transfers=tuple(self.rules)))
        options = [[Option(leg.network, FARES[leg.network])] for leg in legs]
        totals = ways(legs, options, table, lambda product, _: self.prices.get(product))
        return min(totals[-1].values(), default=None)


def rule(kind: TransferType, **changes: int) -> TransferRule:
    """Return a rule from bus to metro, or between buses where it counts."""
    to_group = BUS if "most" in changes else METRO
    base = {"from_group": BUS, "to_group": to_group, "most": 0, "limit": 0, "measured": Measured.END_TO_START}
    return TransferRule(**{**base, "type": kind, "product": 0, **changes})


BUS_THEN_METRO = (leg(BUS, 0, 600), leg(METRO, 900, 2000))


@pytest.mark.parametrize(
    ("kind", "product", "cost"),
    [
        (TransferType.FIRST_AND_RULE, 0, 8_000),
        (TransferType.FIRST_AND_RULE, DISCOUNT, 5_000),
        (TransferType.BOTH_AND_RULE, DISCOUNT, 17_000),
        (TransferType.RULE_ONLY, DISCOUNT, -3_000),
        (TransferType.RULE_ONLY, 0, 0),
    ],
)
def test_each_type_costs_what_its_formula_says(kind: TransferType, product: int, cost: int) -> None:
    assert Transfers([rule(kind, product=product)]).cost(*BUS_THEN_METRO) == cost
    assert Transfers([]).cost(*BUS_THEN_METRO) == 20_000


def test_a_rule_whose_product_is_not_sold_does_not_apply() -> None:
    assert Transfers([rule(TransferType.BOTH_AND_RULE, product=8)]).cost(*BUS_THEN_METRO) == 20_000


@pytest.mark.parametrize(
    ("measured", "seconds"),
    [
        (Measured.START_TO_END, 2000),
        (Measured.START_TO_START, 900),
        (Measured.END_TO_START, 300),
        (Measured.END_TO_END, 1400),
    ],
)
def test_a_time_limit_runs_between_the_moments_that_the_rule_names(measured: Measured, seconds: int) -> None:
    for limit, cost in ((seconds, 8_000), (seconds - 1, 20_000)):
        free = rule(TransferType.FIRST_AND_RULE, limit=limit, measured=measured)
        assert Transfers([free]).cost(*BUS_THEN_METRO) == cost


def buses(count: int, apart: int = 600) -> list[Leg]:
    return [leg(BUS, number * apart, number * apart + 300) for number in range(count)]


def test_transfers_in_a_row_are_counted() -> None:
    one = Transfers([rule(TransferType.FIRST_AND_RULE, most=1)])
    assert [one.cost(*buses(count)) for count in range(1, 6)] == [8_000, 8_000, 16_000, 16_000, 24_000]
    two = Transfers([rule(TransferType.FIRST_AND_RULE, most=2)])
    assert [two.cost(*buses(count)) for count in range(1, 6)] == [8_000, 8_000, 8_000, 16_000, 16_000]
    any_number = Transfers([rule(TransferType.FIRST_AND_RULE, most=NO_LIMIT, limit=10 * HOUR)])
    assert any_number.cost(*buses(6)) == 8_000


def test_the_least_sufficient_count_is_taken() -> None:
    """The first transfer costs nothing, the second takes 3,000 off; never the cheaper rule before its turn."""
    rules = [
        rule(TransferType.FIRST_AND_RULE, most=1),
        rule(TransferType.FIRST_AND_RULE, most=2, product=DISCOUNT),
    ]
    assert [Transfers(rules).cost(*buses(count)) for count in (2, 3)] == [8_000, 5_000]


def test_a_limit_over_transfers_in_a_row_runs_from_the_first_leg() -> None:
    hour = rule(TransferType.FIRST_AND_RULE, most=NO_LIMIT, limit=HOUR, measured=Measured.START_TO_START)
    assert Transfers([hour]).cost(*buses(3, apart=HOUR // 2)) == 8_000
    assert Transfers([hour]).cost(*buses(3, apart=HOUR // 2 + 1)) == 16_000


def test_an_empty_group_means_all_that_no_rule_names() -> None:
    anywhere = rule(TransferType.FIRST_AND_RULE, to_group=0)
    assert Transfers([anywhere]).cost(*BUS_THEN_METRO) == 8_000
    named = [anywhere, rule(TransferType.BOTH_AND_RULE, from_group=METRO, to_group=METRO, most=1)]
    assert Transfers(named).cost(*BUS_THEN_METRO) == 20_000
    from_named = [
        rule(TransferType.FIRST_AND_RULE, from_group=0),
        rule(TransferType.BOTH_AND_RULE, to_group=BUS, most=1),
    ]
    assert Transfers(from_named).cost(*BUS_THEN_METRO) == 20_000


INTERCHANGE = JoinRule(METRO, METRO, 0, 0)


def around(place: int) -> frozenset[int]:
    return frozenset({place})


def effective(legs: Sequence[Leg], rules: Sequence[JoinRule]) -> list[Leg]:
    return joined(legs, begins(legs, rules, around))


def test_a_metro_interchange_is_one_leg() -> None:
    first, second = leg(METRO, 0, 600, (10, 11)), leg(METRO, 700, 1300, (11, 12))
    assert effective([first, second], [INTERCHANGE]) == [leg(METRO, 0, 1300, (10, 12))]
    third = leg(METRO, 1400, 2000, (12, 13))
    assert effective([first, second, third], [INTERCHANGE]) == [leg(METRO, 0, 2000, (10, 13))]
    elsewhere = leg(METRO, 700, 1300, (12, 13))
    assert effective([first, elsewhere], [INTERCHANGE]) == [first, elsewhere]
    bus = leg(BUS, 700, 1300, (11, 12))
    assert effective([first, bus], [INTERCHANGE]) == [first, bus]


def test_a_join_rule_may_name_its_stations() -> None:
    walk = JoinRule(METRO, METRO, 11, 12)
    first, second = leg(METRO, 0, 600, (10, 11)), leg(METRO, 700, 1300, (12, 13))
    assert effective([first, second], [walk]) == [leg(METRO, 0, 1300, (10, 13))]
    stay = leg(METRO, 700, 1300, (11, 13))
    assert effective([first, stay], [walk]) == [first, stay]


@pytest.mark.parametrize(("prioritised", "offered"), [(True, 1), (False, 0)])
def test_legs_joined_across_networks_match_rules_that_name_none(prioritised: bool, offered: int) -> None:
    first, second = leg(METRO, 0, 600, (10, 11)), leg(BUS, 700, 1300, (11, 12))
    (whole,) = effective([first, second], [JoinRule(METRO, BUS, 0, 0)])
    assert whole.network == MIXED
    rules = Rules(
        prioritised, frozenset({BUS, METRO}), (LegRule(0, 0, 0, 0, 0, 0, 1, 0), LegRule(0, 3, 0, 0, 0, 0, 1, 0))
    )
    table = LegTable(rules, {10: around(10), 12: around(12)}, Timeframes(rules), {1})
    assert len(table.offers(whole.network, 10, 12, (0, 1300))) == offered
