"""The coordinates of a P-256 point side by side in the lanes of one element: eight products in the time of one.

What the formulas of `p256_doubling` do between two products is a matrix over the lanes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hanoi_ticket.kernels.fp256x8 import Fe8
from hanoi_ticket.kernels.lanes import Row, picked

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

LANES = 8


class Place(NamedTuple):
    vector: int
    lane: int


class Term(NamedTuple):
    """2^shift times a lane."""

    lane: int | None
    shift: int


class Coordinate:
    """A sum of lanes of some elements, each taken some times: what stands between the products of a formula.

    `products` of coordinates is one product of eight lanes.
    """

    interleaves = True

    def __init__(self, sources: Sequence[Fe8], weights: Mapping[Place, int]) -> None:
        self.sources, self.weights = sources, weights

    def factors(self, other: Coordinate) -> tuple[Coordinate, Coordinate]:
        return self, other

    def __add__(self, other: Coordinate) -> Coordinate:
        places = {*self.weights, *other.weights}
        return Coordinate(self.sources, {p: self.weights.get(p, 0) + other.weights.get(p, 0) for p in places})

    def __neg__(self) -> Coordinate:
        return Coordinate(self.sources, {place: -weight for place, weight in self.weights.items()})

    def __sub__(self, other: Coordinate) -> Coordinate:
        return self + -other

    def doubled(self, times: int) -> Coordinate:
        return Coordinate(self.sources, {place: weight << times for place, weight in self.weights.items()})

    @staticmethod
    def side_by_side(column: Sequence[Coordinate]) -> Fe8:
        """Coordinates of the same sources, one a lane."""
        sources = column[0].sources
        layers = list(layers_of(column))
        if len(layers) == 1 and not any(term.shift for term in layers[0][2]) and not sources[0].loose:
            vector, _, terms = layers[0]
            places = [term.lane for term in terms]
            if places == list(range(LANES)):
                return sources[vector]
            return Fe8.of((picked(limb, places) for limb in sources[vector]), sources[vector].top)
        limbs = [0] * Fe8.limbs
        for vector, sign, terms in layers:
            places, shifts = [term.lane for term in terms], [term.shift for term in terms]
            for i, limb in enumerate(sources[vector]):
                part = picked(limb, places)
                part = part << Row(shifts) if any(shifts) else part
                limbs[i] = limbs[i] + part if sign > 0 else limbs[i] - part
        top, below = (largest(column, sign) for sign in (1, -1))
        return Fe8.raised(limbs, top, below) if below else Fe8.of(limbs, top, loose=True)

    @staticmethod
    def apart(f: Fe8) -> tuple[Coordinate, ...]:
        return Coordinate.of(f)

    @staticmethod
    def of(*sources: Fe8) -> tuple[Coordinate, ...]:
        """The lanes of elements, one after another."""
        places = [Place(vector, lane) for vector in range(len(sources)) for lane in range(LANES)]
        return tuple(Coordinate(sources, {place: 1}) for place in places)


def largest(column: Sequence[Coordinate], sign: int) -> int:
    """A bound of the top limbs of the terms of one sign."""
    return max(
        sum(max(sign * weight, 0) * c.sources[place.vector].top for place, weight in c.weights.items()) for c in column
    )


def layers_of(column: Sequence[Coordinate]) -> Iterator[tuple[int, int, list[Term]]]:
    """The powers of two in the weights, as choices of at most one lane for each lane of the sum."""
    for sign in 1, -1:
        for vector in range(len(column[0].sources)):
            rows = [list(terms_of(c, vector, sign)) for c in column]
            rows += [[]] * (LANES - len(rows))
            for i in range(max(map(len, rows))):
                yield vector, sign, [row[i] if i < len(row) else Term(None, 0) for row in rows]


def terms_of(c: Coordinate, vector: int, sign: int) -> Iterator[Term]:
    for place, weight in sorted(c.weights.items()):
        if place.vector == vector:
            for shift in range((max(sign * weight, 0)).bit_length()):
                if sign * weight >> shift & 1:
                    yield Term(place.lane, shift)
