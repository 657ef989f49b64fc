"""What a journey costs: legs joined, each priced, and transfers between them.

Source: GTFS Schedule reference, "fare_leg_join_rules.txt" and "fare_transfer_rules.txt". Where several products
travel a leg, or several rules fit a transfer, the rider gets the cheapest way through; a search over (option, transfers
in a row) finds it without trying every combination.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from hanoi_ticket.fares.rules import MIXED, NO_LIMIT, JoinRule, Measured, Rules, TransferRule, TransferType, group_pairs

MANY = 1 << 62  # more transfers than any journey has


class Leg(NamedTuple):
    """Travel on one network, from a place and moment to another; places are area numbers, moments UTC seconds."""

    network: int
    start_place: int
    end_place: int
    start: int
    end: int


class Option(NamedTuple):
    """One way to pay a leg: the leg group that its rule belongs to, the amount, and the product."""

    group: int
    amount: int
    product: int = 0


class State(NamedTuple):
    """Where a journey stands after a leg.

    `alone` tells that no transfer led here. `chain` is the pair of groups whose rule was used `repeats` times in a row,
    and `first` the leg at which that began.
    """

    option: Option
    alone: bool
    chain: tuple[int, int] | None
    repeats: int
    first: int


class TransferTable:
    """The rules for each pair of leg groups."""

    def __init__(self, rules: Rules) -> None:
        groups = {rule.group for rule in rules.legs if rule.group}
        self._rules: dict[tuple[int, int], list[TransferRule]] = {}
        for rule, first, then in group_pairs(groups, rules.transfers):
            self._rules.setdefault((first, then), []).append(rule)

    def between(self, first: int, then: int) -> Sequence[TransferRule]:
        return self._rules.get((first, then), ())


def begins(legs: Sequence[Leg], rules: Sequence[JoinRule], around: Callable[[int], frozenset[int]]) -> list[int]:
    """Return where effective fare legs begin: at each leg that no join rule makes one with the leg before it."""
    return [
        index
        for index, leg in enumerate(legs)
        if not index or not any(_joins(rule, legs[index - 1], leg, around) for rule in rules)
    ]


def joined(legs: Sequence[Leg], starts: Sequence[int]) -> list[Leg]:
    """Return the effective fare legs that begin there."""
    parts = [legs[start:end] for start, end in pairwise([*starts, len(legs)])]
    return [part[0]._replace(network=_network(part), end_place=part[-1].end_place, end=part[-1].end) for part in parts]


def _network(part: Sequence[Leg]) -> int:
    return part[0].network if all(leg.network == part[0].network for leg in part) else MIXED


def _joins(rule: JoinRule, before: Leg, after: Leg, around: Callable[[int], frozenset[int]]) -> bool:
    if (before.network, after.network) != (rule.from_network, rule.to_network):
        return False
    if not rule.from_place:
        return before.end_place == after.start_place
    return rule.from_place in around(before.end_place) and rule.to_place in around(after.start_place)


def ways(
    legs: Sequence[Leg],
    options: Sequence[Sequence[Option]],
    transfers: TransferTable,
    price: Callable[[int, int], int | None],
) -> list[dict[State, int]]:
    """Return what effective legs cost together up to each of them, by where the journey may then stand.

    It ends with the first leg whose fare is unknown: there is no state for it.

    Args:
        legs: the effective legs in order of travel.
        options: for each leg, the ways to pay it.
        transfers: the rules between them.
        price: what the product of a transfer rule costs at a moment.
    """
    found: list[dict[State, int]] = []
    totals: dict[State, int] = {}
    for index, choices in enumerate(options):
        reached: dict[State, int] = {}
        for way in choices:
            if index == 0:
                _keep(reached, State(way, True, None, 0, 0), way.amount)
            for state, total in totals.items():
                _keep(reached, *_follow(state, total, way, index, legs, transfers, price))
        totals = reached
        found.append(totals)
        if not totals:
            break
    return found


def _keep(reached: dict[State, int], state: State, total: int) -> None:
    reached[state] = min(total, reached.get(state, total))


def _follow(  # noqa: PLR0917  one step of the search needs all that it stands on
    state: State,
    total: int,
    way: Option,
    index: int,
    legs: Sequence[Leg],
    transfers: TransferTable,
    price: Callable[[int, int], int | None],
) -> tuple[State, int]:
    """Take the next leg: by a transfer where a rule fits, as a journey of its own where none does."""
    found: list[tuple[int, int, State]] = []
    for rule in transfers.between(state.option.group, way.group):
        repeats = rule.from_group == rule.to_group
        chained = repeats and state.chain == (rule.from_group, rule.to_group)
        count = state.repeats + 1 if chained else 1
        first = state.first if chained else index - 1
        extra = price(rule.product, legs[first].start) if rule.product else 0
        if extra is None or (repeats and NO_LIMIT < rule.most < count) or not _in_time(rule, legs[first], legs[index]):
            continue
        chain = (rule.from_group, rule.to_group) if repeats else None
        span = rule.most if rule.most != NO_LIMIT else MANY
        cost = _transfer_cost(rule.type, state, total, extra, way)
        found.append((span, cost, State(way, False, chain, count if repeats else 0, first)))
    if not found:
        return State(way, True, None, 0, index), total + way.amount
    _, cost, following = min(found, key=lambda step: step[:2])
    return following, cost


def _transfer_cost(kind: TransferType, state: State, total: int, extra: int, way: Option) -> int:
    if kind is TransferType.BOTH_AND_RULE:
        return total + extra + way.amount
    if kind is TransferType.RULE_ONLY and state.alone:
        return total - state.option.amount + extra
    return total + extra


def _in_time(rule: TransferRule, first: Leg, last: Leg) -> bool:
    if not rule.limit:
        return True
    start = first.start if rule.measured in {Measured.START_TO_END, Measured.START_TO_START} else first.end
    end = last.end if rule.measured in {Measured.START_TO_END, Measured.END_TO_END} else last.start
    return end - start <= rule.limit
