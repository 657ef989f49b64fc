"""Leg, join and transfer rules of a feed, by number.

Source: GTFS Schedule reference, "fare_leg_rules.txt", "fare_leg_join_rules.txt" and "fare_transfer_rules.txt".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from hanoi_ticket.fares.feed import Feed, known, known_or_empty
from hanoi_ticket.fares.model import Area, Product
from hanoi_ticket.fares.rules import NO_LIMIT, JoinRule, LegRule, Measured, TransferRule, TransferType, group_pairs
from hanoi_ticket.fares.table import Row

MAX_SECONDS = 366 * 86_400


@dataclass(frozen=True, slots=True)
class Names:
    """What the ids of a feed stand for."""

    networks: Mapping[str, Row]
    areas: Mapping[str, Area]
    gtfs_areas: Mapping[str, Row]
    frames: Mapping[str, int]
    products: Mapping[str, Product]
    stop_areas: Mapping[str, frozenset[str]]

    def network(self, row: Row, field: str) -> int:
        network = known_or_empty(row, field, self.networks, "networks.txt or routes.txt")
        return self._number(row, field, network)

    def area(self, row: Row, field: str) -> int:
        return self._number(row, field, known_or_empty(row, field, self.gtfs_areas, "areas.txt"))

    def frame(self, row: Row, field: str) -> int:
        return self.frames.get(known_or_empty(row, field, self.frames, "timeframes.txt"), 0)

    def product(self, row: Row) -> int:
        known(row, "fare_product_id", self.products, "ticket_products.txt")
        return self.products[row.text("fare_product_id")].number

    def stop(self, row: Row, field: str) -> int:
        """Return the number of the smallest area that holds a stop."""
        stop = known_or_empty(row, field, self.stop_areas, "stops.txt")
        if not stop:
            return 0
        held = [self.areas[area] for area in self.stop_areas[stop] if area in self.areas]
        outer = {number for area in held for number in area.within}
        smallest = [area.number for area in held if area.number not in outer]
        if len(smallest) != 1:
            raise row.reject(field, f"stop {stop!r} is in {len(smallest)} areas of ticket_areas.txt, not in one")
        return smallest[0]

    def _number(self, row: Row, field: str, area_id: str) -> int:
        if area_id and area_id not in self.areas:
            raise row.reject(field, f"{area_id!r} has no number in ticket_areas.txt")
        return self.areas[area_id].number if area_id else 0


def read_leg_groups(feed: Feed) -> dict[str, int]:
    """Return the leg groups by id, numbered from 1."""
    named = {row.optional("leg_group_id") for row in feed.rows("fare_leg_rules.txt")} - {""}
    return {group: number for number, group in enumerate(sorted(named), 1)}


def read_leg_rules(feed: Feed, names: Names, groups: Mapping[str, int]) -> list[LegRule]:
    return [
        LegRule(
            groups.get(row.optional("leg_group_id"), 0),
            names.network(row, "network_id"),
            names.area(row, "from_area_id"),
            names.area(row, "to_area_id"),
            names.frame(row, "from_timeframe_group_id"),
            names.frame(row, "to_timeframe_group_id"),
            names.product(row),
            row.whole("rule_priority", 0, MAX_SECONDS, default=0),
        )
        for row in feed.rows("fare_leg_rules.txt")
    ]


def read_join_rules(feed: Feed, names: Names) -> list[JoinRule]:
    rules = []
    for row in feed.rows("fare_leg_join_rules.txt"):
        if bool(row.optional("from_stop_id")) != bool(row.optional("to_stop_id")):
            raise row.reject("from_stop_id", "from_stop_id and to_stop_id stand together or not at all")
        row.text("from_network_id")
        row.text("to_network_id")
        rules.append(
            JoinRule(
                names.network(row, "from_network_id"),
                names.network(row, "to_network_id"),
                names.stop(row, "from_stop_id"),
                names.stop(row, "to_stop_id"),
            )
        )
    return rules


def read_transfer_rules(feed: Feed, names: Names, groups: Mapping[str, int]) -> list[TransferRule]:
    rows = feed.rows("fare_transfer_rules.txt")
    rules = [_transfer(row, names, groups) for row in rows]
    _refuse_cycles(rows, rules, groups.values())
    return rules


def _transfer(row: Row, names: Names, groups: Mapping[str, int]) -> TransferRule:
    first = groups.get(known_or_empty(row, "from_leg_group_id", groups, "fare_leg_rules.txt"), 0)
    then = groups.get(known_or_empty(row, "to_leg_group_id", groups, "fare_leg_rules.txt"), 0)
    if (first == then) != bool(row.optional("transfer_count")):
        raise row.reject("transfer_count", "required between legs of one group, forbidden between two groups")
    count = row.whole("transfer_count", NO_LIMIT, 1000, default=0)
    if count == 0 and first == then:
        raise row.reject("transfer_count", "is -1 or at least 1")
    if bool(row.optional("duration_limit")) != bool(row.optional("duration_limit_type")):
        raise row.reject("duration_limit_type", "required with duration_limit, forbidden without")
    return TransferRule(
        first,
        then,
        count,
        row.whole("duration_limit", 1, MAX_SECONDS, default=0),
        Measured(row.whole("duration_limit_type", 0, 3, default=0)),
        TransferType(row.whole("fare_transfer_type", 0, 2)),
        names.product(row) if row.optional("fare_product_id") else 0,
    )


def _refuse_cycles(rows: list[Row], rules: list[TransferRule], groups: Iterable[int]) -> None:
    """Refuse transfers that could go round for ever without another fare: no time limit and no count on the way."""
    endless = {
        rule: row
        for row, rule in zip(rows, rules, strict=True)
        if rule.type is not TransferType.BOTH_AND_RULE and not rule.limit and rule.most <= 0
    }
    edges = [(rule, first, then) for rule, first, then in group_pairs(frozenset(groups), rules) if rule in endless]
    onward: dict[int, set[int]] = {}
    for _, first, then in edges:
        onward.setdefault(first, set()).add(then)
    try:
        TopologicalSorter(onward).prepare()
    except CycleError as error:
        steps = {(first, then) for then, first in pairwise(error.args[1])}  # it lists successors first
        row = max((endless[rule] for rule, *step in edges if tuple(step) in steps), key=lambda row: row.line)
        raise row.reject("to_leg_group_id", "cyclic transfer: a rider could go round for ever on one fare") from None


def check_leg_areas(feed: Feed, names: Names, around: Mapping[int, frozenset[int]]) -> None:
    """Refuse a leg rule for a network where the product table says that its product is not valid."""
    for row in feed.rows("fare_leg_rules.txt"):
        number = names.network(row, "network_id")
        product = names.products[row.text("fare_product_id")]
        overlaps = around[number] & product.areas if number else True
        if not overlaps and not any(number in around[area] for area in product.areas):
            raise row.reject("network_id", f"ticket_products.txt has no area of it for {product.id!r}")


def check_products(feed: Feed) -> None:
    """Refuse a table with products that the feed lacks, parking apart: GTFS has no word for that."""
    sold = {row.text("fare_product_id") for row in feed.rows("fare_products.txt")}
    for row in feed.rows("ticket_products.txt"):
        if row.text("fare_product_id") not in sold and row.optional("modes") != "parking":
            raise row.reject("fare_product_id", "it is not in fare_products.txt")
