"""GF(2^255 - 19): five limbs of 51 bits in lanes, made so that one product is ready soon: the coordinates of a point
side by side.

Where a batch hides latency by other work, a single point waits for each product. So low and high halves have columns
of their own, and all carries are taken at once. Source: the IFMA backend of curve25519-dalek (H. de Valence, 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.elements import Element
from hanoi_ticket.kernels.fe25519 import MASK51, TWO_P, element
from hanoi_ticket.kernels.lanes import Lanes, Row, hi, lo, picked
from hanoi_ticket.kernels.memory import loader, storer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from hanoi_ticket.kernels.words import Number

COORDINATES = 4  # lanes of a point; the other four hold a second one


class Fe4(Element):
    """f0 + 2^51 f1 + 2^102 f2 + 2^153 f3 + 2^204 f4, modulo p, in each lane.

    Limbs are in [0, 2^51 + 2^13) after a product or a `mixture` ("reduced"), and below 2^52 in a factor.
    """

    word, limbs = Lanes, 5

    def __mul__(f, g: Fe4) -> Fe4:  # type: ignore[override]
        low: list[Number] = [0] * 10
        high: list[Number] = [0] * 10
        for i in range(5):
            for j in range(5):
                low[i + j] = lo(low[i + j], f[i], g[j])
                high[i + j + 1] = hi(high[i + j + 1], f[i], g[j])
        return folded([a + (b << 1) for a, b in zip(low, high, strict=True)])  # 2^52 = 2 * 2^51

    def square(f) -> Fe4:
        low: list[Number] = [0] * 10
        high: list[Number] = [0] * 10
        for i in range(5):
            for j in range(i + 1, 5):
                low[i + j] = lo(low[i + j], f[i], f[j])
                high[i + j + 1] = hi(high[i + j + 1], f[i], f[j])
        z = [(a << 1) + (b << 2) for a, b in zip(low, high, strict=True)]
        for i in range(5):
            z[2 * i] += lo(0, f[i], f[i])
            z[2 * i + 1] += hi(0, f[i], f[i]) << 1
        return folded(z)


class Coordinate:
    """A sum of lanes, each taken some times, then times a constant: what stands between the products of a formula.

    `products` of coordinates is one product of all lanes.
    """

    interleaves = True

    def __init__(self, source: Fe4, weights: tuple[int, ...], constant: int = 1) -> None:
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
    def side_by_side(column: Sequence[Coordinate]) -> Fe4:
        """One a lane."""
        mixed = mixture(column[0].source, [c.weights for c in column])
        constants = [c.constant for c in column]
        return mixed if set(constants) == {1} else mixed * in_lanes(constants)

    @staticmethod
    def apart(f: Fe4) -> tuple[Coordinate, ...]:
        lanes = range(COORDINATES)
        return tuple(Coordinate(f, tuple(int(lane == i) for lane in lanes)) for i in lanes)


def mixture(f: Fe4, matrix: Sequence[Sequence[int]]) -> Fe4:
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
    return carried(limbs) if len(plus) + len(minus) > 1 else Fe4(limbs)


def layers(matrix: Sequence[Sequence[int]], sign: int) -> Iterator[list[int | None]]:
    """The weights of one sign, as choices of at most one lane for each lane of the sum."""
    rows = [[lane for lane, weight in enumerate(row) for _ in range(sign * weight)] for row in matrix]
    for i in range(max(map(len, rows))):
        yield [row[i] if i < len(row) else None for row in rows]


def both_halves(places: Sequence[int | None]) -> list[int | None]:
    return [*places, *(None if place is None else place + COORDINATES for place in places)]


def folded(z: list[Number]) -> Fe4:
    """Ten columns to a reduced element: 2^255 = 19."""
    return carried([a + times19(b) for a, b in zip(z[:5], z[5:], strict=True)])


def carried(r: Sequence[Number]) -> Fe4:
    """Each limb's carry into the next one, all at once."""
    c = [limb >> 51 for limb in r]
    c = [times19(c[4]), *c[:4]]
    return Fe4((limb & MASK51) + carry for limb, carry in zip(r, c, strict=True))


def times19(a: Number) -> Number:
    return (a << 4) + (a << 1) + a


def in_lanes(numbers: Sequence[int]) -> Fe4:
    """Integers modulo p, one a lane, twice: for constants."""
    return Fe4(Row(limb * 2) for limb in zip(*map(element, numbers), strict=True))


load4, store4 = loader(Fe4), storer(Fe4)
limbs4 = 8 * Fe4.limbs  # words of a stored element
