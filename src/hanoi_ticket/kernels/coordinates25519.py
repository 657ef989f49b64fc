"""The coordinates of a point side by side in the lanes of one element: four products in the time of one.

Source: H. Hisil, K. K.-H. Wong, G. Carter, E. Dawson, "Twisted Edwards curves revisited" (2008), section 4. The
formulas are those of `edwards25519`: what they do between two products is a matrix over the lanes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.fe25519x8 import Fe8, carried
from hanoi_ticket.kernels.lanes import Row, picked
from hanoi_ticket.kernels.radix51 import TWO_P, limbs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

COORDINATES = 4  # lanes of a point; the other four hold a second one


class Coordinate:
    """A sum of lanes, each taken some times, then times a constant: what stands between the products of a formula.

    `products` of coordinates is one product of all lanes.
    """

    interleaves = True

    def __init__(self, source: Fe8, weights: tuple[int, ...], constant: int = 1) -> None:
        self.source, self.weights, self.constant = source, weights, constant

    def factors(self, other: Coordinate) -> tuple[Coordinate, Coordinate]:
        return self, other

    def __add__(self, other: Coordinate) -> Coordinate:
        return Coordinate(self.source, tuple(a + b for a, b in zip(self.weights, other.weights, strict=True)))

    def __neg__(self) -> Coordinate:
        return Coordinate(self.source, tuple(-a for a in self.weights))

    def __sub__(self, other: Coordinate) -> Coordinate:
        return self + -other

    def __mul__(self, constant: int) -> Coordinate:
        return Coordinate(self.source, self.weights, constant)

    @staticmethod
    def side_by_side(column: Sequence[Coordinate]) -> Fe8:
        """One a lane."""
        mixed = mixture(column[0].source, [c.weights for c in column])
        constants = [c.constant for c in column]
        return mixed if set(constants) == {1} else mixed * in_lanes(constants)

    @staticmethod
    def apart(f: Fe8) -> tuple[Coordinate, ...]:
        lanes = range(COORDINATES)
        return tuple(Coordinate(f, tuple(int(lane == i) for lane in lanes)) for i in lanes)


def mixture(f: Fe8, matrix: Sequence[Sequence[int]]) -> Fe8:
    """A matrix times the lanes of f, of each half."""
    plus, minus = list(layers(matrix, 1)), list(layers(matrix, -1))
    if not minus and plus == [list(range(COORDINATES))]:
        return f
    limbs = []
    for limb, two_p in zip(f, TWO_P, strict=True):
        total = sum((picked(limb, both_halves(places)) for places in plus), 0)
        for places in minus:
            total = total + (two_p - picked(limb, both_halves(places)))
        limbs.append(total)
    return carried(limbs) if len(plus) + len(minus) > 1 else Fe8(limbs)


def layers(matrix: Sequence[Sequence[int]], sign: int) -> Iterator[list[int | None]]:
    """The weights of one sign, as choices of at most one lane for each lane of the sum."""
    rows = [[lane for lane, weight in enumerate(row) for _ in range(sign * weight)] for row in matrix]
    for i in range(max(map(len, rows))):
        yield [row[i] if i < len(row) else None for row in rows]


def both_halves(places: Sequence[int | None]) -> list[int | None]:
    return [*places, *(None if place is None else place + COORDINATES for place in places)]


def in_lanes(numbers: Sequence[int]) -> Fe8:
    """Integers modulo p, one a lane, twice: for constants."""
    return Fe8(Row(limb * 2) for limb in zip(*map(limbs_of, numbers), strict=True))
