"""One point in lanes, a coordinate each: the curve's formulas with four products in the time of one.

Source: H. Hisil, K. K.-H. Wong, G. Carter, E. Dawson, "Twisted Edwards curves revisited" (2008), section 4.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels import edwards25519 as curve
from hanoi_ticket.kernels.coordinates25519 import COORDINATES, Coordinate, in_lanes
from hanoi_ticket.kernels.digits import NAF_LENGTH, digit, vartime_wnaf
from hanoi_ticket.kernels.edwards25519 import Cached, Completed, Point
from hanoi_ticket.kernels.fe25519x8 import Fe8, limbs8, load8, store8
from hanoi_ticket.kernels.memory import BYTES, WORDS, put_word, stack, word
from hanoi_ticket.kernels.radix51 import from_element, to_element
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine

NAF = 5
ODD_MULTIPLES = 1 << NAF - 2
naf_memory, table_memory = stack(BYTES, NAF_LENGTH), stack(WORDS, 2 * ODD_MULTIPLES * limbs8)
neutral4 = constant(in_lanes((0, 1, 1, 0)))


def point(p: Fe8) -> Point:
    return Point(*Coordinate.apart(p))


def packed(coordinates: tuple[Any, ...]) -> Fe8:
    return Coordinate.side_by_side(coordinates)


def extended4(c: Completed) -> Fe8:
    """Its four sums are carried once, before they are factors twice."""
    return packed(curve.extended(Completed(*Coordinate.apart(packed(c)))))


@formula
def double4(p: Fe8) -> Fe8:
    return extended4(curve.doubled(point(p)))


@formula
def add4(p: Fe8, q: Fe8) -> Fe8:
    """p + q; q is `cached4`."""
    return extended4(curve.sum_of(point(p), Cached(*Coordinate.apart(q))))


@formula
def cached4(p: Fe8) -> Fe8:
    return packed(curve.cached(point(p), 2 * curve.D))


@formula
def negated4(p: Fe8) -> Fe8:
    x, y, z, t = point(p)
    return packed((-x, y, z, -t))


@subroutine
def spread(memory: Any, p: Point) -> None:
    """A point in memory, for `load8`: both halves the same."""
    for number, f in enumerate(p):
        for i, limb in enumerate(from_element(f)):
            for lane in number, number + COORDINATES:
                put_word(memory, 8 * i + lane, limb)


@formula
def gathered(memory: Any) -> Point:
    """The point in the lower half, one element at a time."""
    columns = [[word(memory, 8 * i + number) for i in range(Fe8.limbs)] for number in range(COORDINATES)]
    return Point(*map(to_element, columns))


@kernel
def put_odd_multiples(table: Any, p: Fe8) -> None:
    """p, 3 p, 5 p ... prepared for additions, then their negatives."""
    twice = cached4(double4(p))
    for i in range(ODD_MULTIPLES):
        store8(table, i, cached4(p))
        store8(table, ODD_MULTIPLES + i, cached4(negated4(p)))
        p = add4(p, twice)


@kernel
def vartime_multiple4(p: Fe8, k: Any) -> Fe8:
    """k p"""
    naf, table = naf_memory(), table_memory()
    put_odd_multiples(table, p)
    total = neutral4()
    for i in range(vartime_wnaf(naf, k, NAF) - 1, -1, -1):
        total = double4(total)
        a = digit(naf, i)
        if a != 0:
            total = add4(total, load8(table, (a >> 1) if a > 0 else ODD_MULTIPLES + (-a >> 1)))
    return total
