"""One P-256 point in lanes: the curve's complete formulas with eight products in the time of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import p256_complete as complete
from hanoi_ticket.kernels.coordinates_p256 import LANES, Coordinate, in_lanes
from hanoi_ticket.kernels.digits import NAF_LENGTH, digit, vartime_wnaf
from hanoi_ticket.kernels.fp256 import Fe, load, store
from hanoi_ticket.kernels.fp256x8 import Fe8, limbs8, load8, out_of_form8, store8
from hanoi_ticket.kernels.inverse8 import put_lane_words
from hanoi_ticket.kernels.limbs52 import split52
from hanoi_ticket.kernels.memory import BYTES, WORDS, at, put_word, stack
from hanoi_ticket.kernels.p256 import B
from hanoi_ticket.kernels.p256_complete import Cached, Factors, Point
from hanoi_ticket.kernels.p256_spread8 import put_in_form
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine

if TYPE_CHECKING:
    from collections.abc import Sequence

NAF = 5
ODD_MULTIPLES = 1 << NAF - 2
_naf_memory, _table_memory = stack(BYTES, NAF_LENGTH), stack(WORDS, 2 * ODD_MULTIPLES * limbs8)
_lanes_memory, _words_memory = stack(WORDS, limbs8), stack(WORDS, Fe.limbs)

b_times = constant(in_lanes((1, 1, 1, B, B, B, 1, 1)))


def point(p: Factors) -> Point:
    return complete.point(coordinates(p))


def coordinates(p: Factors) -> Factors:
    lanes = Coordinate.of(*p)
    return Factors(lanes[:LANES], lanes[LANES:])


def packed(coordinates: Sequence[Coordinate]) -> Fe8:
    return Coordinate.side_by_side(coordinates).tight


def placed(p: Point) -> Factors:
    return Factors(*map(packed, complete.factors(p)))


@formula
def double1(p: Factors) -> Factors:
    return placed(complete.doubled(coordinates(p)))


@formula
def add1(p: Factors, q: Fe8) -> Factors:
    """p + q; q is `cached1`."""
    return placed(complete.sum_of(point(p), Cached(*Coordinate.apart(q)[:6])))


@formula
def cached1(p: Factors, b: Fe8) -> Fe8:
    """b: `b_times`"""
    x, y, z, _ = point(p)
    return packed((x, y, z, x, y, z)) * b


@formula
def negated1(p: Factors) -> Factors:
    x, y, z, bz = point(p)
    return placed(Point(x, -y, z, bz))


@formula
def lifted1(p: Fe8) -> Factors:
    """From x, y, z and b z in four lanes."""
    return placed(Point(*Coordinate.apart(p)[:4]))


infinity1 = constant(Factors(*map(in_lanes, complete.factors(Point(0, 1, 0, 0)))))


@subroutine
def spread(memory: Any, q: Any) -> None:
    """An Affine in memory, for `load8`."""
    x, y = (load(q, i).doubled(4) for i in range(2))  # 2^260 in place of 2^256
    numbers = [split52(x), split52(y), Fe8.montgomery(1), Fe8.montgomery(B)]
    for i in range(Fe8.limbs):
        for lane in range(8):
            put_word(memory, 8 * i + lane, numbers[lane][i] if lane < len(numbers) else 0)


@formula
def store_plain(memory: Any, p: Factors) -> None:
    """The coordinates, out of Montgomery form, in lanes 0, 1 and 2."""
    x, y, z, _ = point(p)
    store8(memory, 0, out_of_form8(packed((x, y, z))))


@subroutine
def put_jacobian(p: Any) -> None:
    """(X / Z, Y / Z) becomes (X Z / Z^2, Y Z^2 / Z^3)."""
    x, y, z = (load(p, i) for i in range(3))
    store(p, 0, x * z)
    store(p, 1, y * z.square())


@kernel
def put_odd_multiples1(table: Any, p: Factors) -> None:
    """p, 3 p, 5 p ... prepared for additions, then their negatives."""
    twice = cached1(double1(p), b_times())
    for i in range(ODD_MULTIPLES):
        store8(table, i, cached1(p, b_times()))
        store8(table, ODD_MULTIPLES + i, cached1(negated1(p), b_times()))
        p = add1(p, twice)


@kernel
def vartime_multiple1(p: Factors, k: Any) -> Factors:
    """k p"""
    naf, table = _naf_memory(), _table_memory()
    put_odd_multiples1(table, p)
    total = infinity1()
    for i in range(vartime_wnaf(naf, k, NAF) - 1, -1, -1):
        total = double1(total)
        a = digit(naf, i)
        if a != 0:
            total = add1(total, load8(table, (a >> 1) if a > 0 else ODD_MULTIPLES + (-a >> 1)))
    return total


@kernel
def vartime_put_multiple8(p: Any, q: Any, scalar: Any) -> None:
    """The scalar Point p = u Q, for an Affine Q."""
    plain, words = _lanes_memory(), _words_memory()
    spread(plain, q)
    store_plain(plain, vartime_multiple1(lifted1(load8(plain, 0)), scalar))
    for k in range(3):
        put_lane_words(words, at(plain, k), 0)
        put_in_form(p, k, words)
    put_jacobian(p)
