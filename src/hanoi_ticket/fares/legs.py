"""Which singles travel a leg: the leg rules of GTFS Fares v2, compiled into one dense table a network.

Source: GTFS Schedule reference, "fare_leg_rules.txt". Places that the rules cannot tell apart share a row and a column
of the table, so that a cell is reached with three look-ups.
"""

from collections.abc import Container, Mapping, Sequence
from typing import NamedTuple

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.rules import MIXED, LegRule, Rules
from hanoi_ticket.fares.timeframes import Timeframes

MAX_CELLS = 4_000_000  # and rules in them


class Offer(NamedTuple):
    """A leg group and the single that travels a leg of it."""

    group: int
    product: int


class _Cell(NamedTuple):
    """The rules for one kind of leg, highest priority first, and the answer where no rule looks at the time."""

    rules: tuple[LegRule, ...]
    offers: tuple[Offer, ...] | None


class LegTable:
    """Answers which singles travel a leg. Built once, when a bundle is loaded."""

    def __init__(
        self, rules: Rules, around: Mapping[int, frozenset[int]], timeframes: Timeframes, singles: Container[int]
    ) -> None:
        """Compile the rules; `around` gives each place and all areas that hold it, `singles` the products to offer.

        Rules of other products take part by their priority alone.
        """
        self._timeframes = timeframes
        self._singles = singles
        self._start_class, starts = _classes({rule.start for rule in rules.legs}, around)
        self._end_class, ends = _classes({rule.end for rule in rules.legs}, around)
        self._width = len(ends)
        self._examples = tuple({number: place for place, number in self._end_class.items()}.values())
        start_fits, end_fits = _fitting(starts, rules.prioritised), _fitting(ends, rules.prioritised)
        self._cells: dict[int, list[_Cell]] = {}
        room = MAX_CELLS
        for network, applicable in by_network(rules).items():
            room -= len(starts) * len(ends)
            room -= sum(len(start_fits[rule.start]) * len(end_fits[rule.end]) for rule in applicable)
            if room < 0:
                raise FaresRejected(f"the leg rules fill more than {MAX_CELLS} cells")
            found: list[list[LegRule]] = [[] for _ in range(len(starts) * len(ends))]
            for rule in applicable:
                for row in start_fits[rule.start]:
                    for column in end_fits[rule.end]:
                        found[row * self._width + column].append(rule)
            self._cells[network] = self._shared(found)

    def offers(self, network: int, start: int, end: int, moments: tuple[int, int]) -> Sequence[Offer]:
        """Return what travels a leg from place to place between two local moments; nothing when its fare is unknown."""
        cells = self._cells.get(network)
        row, column = self._start_class.get(start), self._end_class.get(end)
        if cells is None or row is None or column is None:
            return ()
        cell = cells[row * self._width + column]
        return self._timed(cell.rules, moments) if cell.offers is None else cell.offers

    def examples(self) -> Sequence[int]:
        """Return one place for each kind of end that the rules can tell apart."""
        return self._examples

    def reach(self, networks: Mapping[int, int]) -> dict[int, dict[int, frozenset[int]]]:
        """Return for each single and place the places to which it travels at any time; `networks` has each place's."""
        starts: dict[tuple[int, int], list[int]] = {}
        ends: dict[int, dict[int, list[int]]] = {}
        for place, network in networks.items():
            if network:
                starts.setdefault((network, self._start_class[place]), []).append(place)
                ends.setdefault(network, {}).setdefault(self._end_class[place], []).append(place)
        reach: dict[int, dict[int, frozenset[int]]] = {}
        for (network, row), places in starts.items():
            found: dict[int, set[int]] = {}
            for column, reached in ends[network].items():
                for offer in self._cells[network][row * self._width + column].offers or ():
                    found.setdefault(offer.product, set()).update(reached)
            for product, all_reached in found.items():
                reach.setdefault(product, {}).update(dict.fromkeys(places, frozenset(all_reached)))
        return reach

    def _timed(self, rules: tuple[LegRule, ...], moments: tuple[int, int]) -> Sequence[Offer]:
        contains = self._timeframes.contains
        open_rules = [
            rule for rule in rules if contains(rule.start_frame, moments[0]) and contains(rule.end_frame, moments[1])
        ]
        return self._highest(open_rules)

    def _highest(self, ordered: Sequence[LegRule]) -> tuple[Offer, ...]:
        return tuple(
            Offer(rule.group, rule.product)
            for rule in ordered
            if rule.priority == ordered[0].priority and rule.product in self._singles
        )

    def _shared(self, found: list[list[LegRule]]) -> list[_Cell]:
        """Make the cells of one network; equal ones are the same object."""
        cells: dict[tuple[LegRule, ...], _Cell] = {}
        ordered = [tuple(sorted(rules, key=lambda rule: -rule.priority)) for rules in found]
        for rules in ordered:
            if rules not in cells:
                timed = any(rule.start_frame or rule.end_frame for rule in rules)
                cells[rules] = _Cell(rules, None if timed else self._highest(rules))
        return [cells[rules] for rules in ordered]


def by_network(rules: Rules) -> dict[int, list[LegRule]]:
    """Return the leg rules for each network, and for legs on several.

    With rule_priority an empty network fits any; without it, all that no rule names.
    """
    named: dict[int, list[LegRule]] = {}
    for rule in rules.legs:
        named.setdefault(rule.network, []).append(rule)
    unnamed = named.pop(0, [])
    if len(unnamed) * len(rules.networks) > MAX_CELLS:
        raise FaresRejected(f"leg rules without a network times networks are more than {MAX_CELLS}")
    found = {
        network: named.get(network, []) + (unnamed if rules.prioritised or network not in named else [])
        for network in rules.networks
    }
    return {**found, MIXED: unnamed if rules.prioritised else []}


def time_limits(rules: Rules) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the timeframe groups in which a product may begin a leg on a network, where its rules limit that."""
    frames: dict[tuple[int, int], set[int]] = {}
    for network, applicable in by_network(rules).items():
        for rule in applicable:
            frames.setdefault((rule.product, network), set()).add(rule.start_frame)
    return {key: tuple(sorted(groups)) for key, groups in frames.items() if 0 not in groups}


def _fitting(classes: list[frozenset[int]], prioritised: bool) -> dict[int, list[int]]:
    """Return the classes that each area of a rule fits.

    With rule_priority an empty area (0) fits all; without it, those that lie in no area that a rule names.
    """
    fits: dict[int, list[int]] = {0: [number for number, held in enumerate(classes) if prioritised or not held]}
    for number, held in enumerate(classes):
        for area in held:
            fits.setdefault(area, []).append(number)
    return fits


def _classes(named: set[int], around: Mapping[int, frozenset[int]]) -> tuple[dict[int, int], list[frozenset[int]]]:
    """Number the places by which of the named areas hold them."""
    kinds: dict[frozenset[int], int] = {}
    numbers = {place: kinds.setdefault(held & named, len(kinds)) for place, held in around.items()}
    return numbers, list(kinds)
