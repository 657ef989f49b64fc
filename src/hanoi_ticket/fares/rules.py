"""GTFS Fares v2 rules by number: which product a leg costs, which legs are one, and what a transfer costs.

Source: GTFS Schedule reference, "fare_leg_rules.txt", "fare_leg_join_rules.txt", "fare_transfer_rules.txt" and
"timeframes.txt". 0 stands for an empty field. Networks, areas and stops are area numbers of the catalogue; leg groups,
timeframe groups and services are numbered from 1 within the rules.
"""

from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from datetime import date
from enum import IntEnum
from typing import NamedTuple

NO_LIMIT = -1
MIXED = -1  # the network of an effective leg whose legs are on different networks
DAY = 86_400
MAX_SERVICE_DAYS = 7_400  # about twenty years


class TransferType(IntEnum):
    """How a transfer from leg A to leg B is paid; AB is the product of the rule."""

    FIRST_AND_RULE = 0  # A + AB
    BOTH_AND_RULE = 1  # A + AB + B
    RULE_ONLY = 2  # AB


class Measured(IntEnum):
    """Between which moments of the first and the last leg a time limit runs."""

    START_TO_END = 0
    START_TO_START = 1
    END_TO_START = 2
    END_TO_END = 3


class LegRule(NamedTuple):
    group: int
    network: int
    start: int
    end: int
    start_frame: int
    end_frame: int
    product: int
    priority: int


class JoinRule(NamedTuple):
    from_network: int
    to_network: int
    from_place: int
    to_place: int


class TransferRule(NamedTuple):
    """`most` is the most transfers in a row, NO_LIMIT, or 0 where the groups differ; `limit` is in seconds."""

    from_group: int
    to_group: int
    most: int
    limit: int
    measured: Measured
    type: TransferType
    product: int


class Frame(NamedTuple):
    """From `start` up to `end`, seconds of the local day, on the days of a service."""

    group: int
    start: int
    end: int
    service: int


class Service(NamedTuple):
    """Weekdays (bit 0 is Monday) from the first to the last day, both included, and single days added or taken out."""

    number: int
    weekdays: int
    first_day: date
    last_day: date
    added: frozenset[date]
    removed: frozenset[date]

    def runs(self, day: date) -> bool:
        if day in self.added or day in self.removed:
            return day in self.added
        return self.first_day <= day <= self.last_day and bool(self.weekdays >> day.weekday() & 1)


class Rules(NamedTuple):
    """All rules of a feed; `networks` are the area numbers that are networks.

    `prioritised` says that rule_priority is in use, which changes what an empty field means.
    """

    prioritised: bool = False
    networks: frozenset[int] = frozenset()
    legs: tuple[LegRule, ...] = ()
    joins: tuple[JoinRule, ...] = ()
    transfers: tuple[TransferRule, ...] = ()
    frames: tuple[Frame, ...] = ()
    services: tuple[Service, ...] = ()


def group_pairs(groups: AbstractSet[int], transfers: Iterable[TransferRule]) -> Iterator[tuple[TransferRule, int, int]]:
    """Yield each transfer rule with each pair of groups that it is for; an empty group is all that no rule names."""
    rules = list(transfers)
    unnamed_from = groups - {rule.from_group for rule in rules}
    unnamed_to = groups - {rule.to_group for rule in rules}
    for rule in rules:
        for first in [rule.from_group] if rule.from_group else unnamed_from:
            for then in [rule.to_group] if rule.to_group else unnamed_to:
                yield rule, first, then
