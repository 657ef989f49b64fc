"""Which singles travel a leg: the leg rules of GTFS Fares v2, compiled into one dense table a network.

Source: GTFS Schedule reference, "fare_leg_rules.txt". Places that the rules cannot tell
apart share a row and a column of the table, so that a cell is reached with three look-ups.
"""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.rules import MIXED, LegRule, Rules
from hanoi_ticket.fares.timeframes import Timeframes

MAX_CELLS = 1_000_000


class Offer(NamedTuple):
    """A leg group and the single that travels a leg of it."""

    group: int
    product: int


@dataclass(frozen=True, slots=True)
class _Cell:
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
        if len(starts) * len(ends) * len(rules.networks) > MAX_CELLS:
            raise FaresRejected(f"the leg rules need more than {MAX_CELLS} cells")
        fits = _Fits(rules)
        start_fits = {
            area: [i for i, held in enumerate(starts) if fits.start(area, held)]
            for area in {rule.start for rule in rules.legs}
        }
        end_fits = {
            area: [i for i, held in enumerate(ends) if fits.end(area, held)]
            for area in {rule.end for rule in rules.legs}
        }
        self._cells: dict[int, list[_Cell]] = {}
        for network in (*rules.networks, MIXED):
            found: list[list[LegRule]] = [[] for _ in range(len(starts) * len(ends))]
            for rule in rules.legs:
                if fits.network(rule.network, network):
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

    def reach(self, networks: Mapping[int, int]) -> dict[int, dict[int, frozenset[int]]]:
        """Return for each single and place the places to which it travels at any time; `networks` has each place's."""
        found: dict[tuple[int, int, int], set[int]] = {}
        starts = {(network, self._start_class[place]) for place, network in networks.items() if network}
        ends: dict[tuple[int, int], set[int]] = {}
        for place, network in networks.items():
            ends.setdefault((network, self._end_class[place]), set()).add(place)
        for network, row in starts:
            for (of, column), places in ends.items():
                if of == network:
                    for offer in self._cells[network][row * self._width + column].offers or ():
                        found.setdefault((offer.product, network, row), set()).update(places)
        frozen = {key: frozenset(places) for key, places in found.items()}
        return {
            product: {
                place: frozen[product, network, self._start_class[place]]
                for place, network in networks.items()
                if (product, network, self._start_class[place]) in frozen
            }
            for product in {product for product, _, _ in frozen}
        }

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


class _Fits:
    """What an empty field of a leg rule means, and what a full one does.

    With rule_priority an empty field fits anything; without it, all that no other rule names in the same field.
    """

    def __init__(self, rules: Rules) -> None:
        self._prioritised = rules.prioritised
        self._networks = {rule.network for rule in rules.legs if rule.network}
        self._starts = frozenset(rule.start for rule in rules.legs)
        self._ends = frozenset(rule.end for rule in rules.legs)

    def network(self, wanted: int, network: int) -> bool:
        unnamed = network != MIXED and network not in self._networks
        return wanted == network or (not wanted and (self._prioritised or unnamed))

    def start(self, wanted: int, held: frozenset[int]) -> bool:
        return wanted in held or (not wanted and (self._prioritised or not held & self._starts))

    def end(self, wanted: int, held: frozenset[int]) -> bool:
        return wanted in held or (not wanted and (self._prioritised or not held & self._ends))


def time_limits(rules: Rules) -> dict[tuple[int, int], tuple[int, ...]]:
    """Return the timeframe groups in which a product may begin a leg on a network, where its rules limit that."""
    fits = _Fits(rules)
    frames: dict[tuple[int, int], set[int]] = {}
    for rule in rules.legs:
        for network in rules.networks:
            if fits.network(rule.network, network):
                frames.setdefault((rule.product, network), set()).add(rule.start_frame)
    return {key: tuple(sorted(groups)) for key, groups in frames.items() if 0 not in groups}


def _classes(named: set[int], around: Mapping[int, frozenset[int]]) -> tuple[dict[int, int], list[frozenset[int]]]:
    """Number the places by which of the named areas hold them."""
    kinds: dict[frozenset[int], int] = {}
    numbers = {place: kinds.setdefault(held & named, len(kinds)) for place, held in around.items()}
    return numbers, list(kinds)
