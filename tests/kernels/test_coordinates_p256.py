"""Doublings of a P-256 point in lanes, against the group law over Python's integers."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import p256_doubling as doubling
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.fp256x8 import Fe8
from hanoi_ticket.kernels.lanes import Row
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.p256 import B
from hanoi_ticket.kernels.p256_chain8 import coordinates, double1, lifted1, put_chain
from hanoi_ticket.kernels.p256_points import AFFINE
from hanoi_ticket.kernels.residues8 import R8
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from hanoi_ticket.kernels.words import MASK52
from tests.kernels import curve_p256 as oracle
from tests.kernels.intervals import signed

lanes_here = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")
R = 1 << 256
POINTS = [None, *(oracle.multiple(k, oracle.G) for k in (1, 2, 3, 77, oracle.N - 1, oracle.N - 3))]


class Integer(int):
    """A number modulo p."""

    interleaves = False

    def __add__(self, other):
        return Integer(int.__add__(self, other) % P)

    def __sub__(self, other):
        return Integer(int.__sub__(self, other) % P)

    def __mul__(self, other):
        return Integer(int.__mul__(self, other) % P)

    def doubled(self, times):
        return Integer((self << times) % P)

    def factors(self, other):
        return self, other


def numbers_of(p, z):
    x, y, z = (0, z, 0) if p is None else (p[0] * z, p[1] * z, z)
    return [n % P for n in (x, y, z, B * z)]


def affine(numbers):
    x, y, z, bz = numbers
    assert (bz - B * z) % P == 0
    if z % P == 0:
        assert x % P == 0
        assert y % P != 0
        return None
    return x * pow(z, -1, P) % P, y * pow(z, -1, P) % P


def test_the_formula_over_integers():
    """Complete: infinity among the points."""
    rng = random.Random(1)
    for p in POINTS:
        point = doubling.Point(*map(Integer, numbers_of(p, rng.randrange(1, P))))
        assert affine(doubling.doubled(doubling.factors(point))) == oracle.add(p, p)


def lanes_of(numbers):
    rows = zip(*map(Fe8.montgomery, (*numbers, 0, 0, 0, 0)), strict=True)
    return lifted1(Fe8(Row(limbs) for limbs in rows))


def numbers_in(f):
    """The four coordinates of a point in lanes."""
    column = doubling.point(coordinates(f))
    plain = column.x.side_by_side(column).tight
    return [sum(limb[i] << 52 * k for k, limb in enumerate(plain)) * pow(R8, -1, P) % P for i in range(4)]


def test_points_in_lanes():
    """As rows of integers, whichever reader the kernels have."""
    rng = random.Random(2)
    for p in POINTS:
        lifted = lanes_of(numbers_of(p, rng.randrange(1, P)))
        assert affine(numbers_in(lifted)) == p
        assert affine(numbers_in(double1(double1(lifted)))) == oracle.multiple(4, p)


@numba.njit(error_model="numpy")
def chain_of(q, count, step, result):
    put_chain(place(result), place(q), count, step)


def words(number):
    return [number >> 64 * i & (1 << 64) - 1 for i in range(4)]


def in_form(q):
    """A point as an Affine in memory."""
    return np.array([w for n in q for w in words(n * R % P)], np.uint64)


@lanes_here
@pytest.mark.parametrize(("count", "step"), [(1, 5), (4, 1), (3, 7)])
def test_a_chain(count, step):
    """Each with X, Y and Z in the first lanes."""
    for q in POINTS[1:] if JIT else POINTS[1:3]:
        assert len(in_form(q)) == AFFINE
        chain = np.zeros(40 * count, np.uint64)
        chain_of(in_form(q), count, step, chain)
        for k, limbs in enumerate(chain.reshape(count, 5, 8)):
            x, y, z = (sum(int(limb[i]) << 52 * j for j, limb in enumerate(limbs)) * pow(R8, -1, P) for i in range(3))
            assert affine((x, y, z, B * z)) == oracle.multiple(1 << step * k, q)


def any_lanes():
    return Fe8(
        [Row(signed(0, MASK52) for _ in range(8)) for _ in range(4)] + [Row(signed(0, Fe8.top - 1) for _ in range(8))]
    )


def coordinates_side_by_side(p):
    x, y, z, _ = doubling.point(coordinates(p))
    return x.side_by_side((x, y, z))


@pytest.mark.parametrize(
    "formula",
    [double1, coordinates_side_by_side, lambda _: lifted1(any_lanes())],
    ids=["double", "gather", "lift"],
)
def test_bounds(formula):
    """From any point each limb is what a product takes, and the top one stays below its bound."""
    results = formula(doubling.Factors(any_lanes(), any_lanes()))
    for result in [results] if isinstance(results, Fe8) else results:
        *low, top = result.tight
        assert all(0 <= number.low <= number.high <= MASK52 for limb in low for number in numbers(limb))
        assert all(0 <= number.low <= number.high < Fe8.top for number in numbers(top))


def numbers(limb):
    """Of a lane that holds nothing too."""
    return [signed(number, number) if isinstance(number, int) else number for number in limb]


def test_a_doubling_is_two_products(monkeypatch):
    """Of eight lanes each."""
    counted, p = [], lanes_of((0, 1, 0, 0))
    whole = Fe8.__mul__
    monkeypatch.setattr(Fe8, "__mul__", lambda f, g: counted.append(f) or whole(f, g))
    double1(p)
    assert [len(f[0]) for f in counted] == [8, 8]
