"""The coordinates of a P-256 point in lanes, against the group law over Python's integers."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import p256_complete as complete
from hanoi_ticket.kernels.coordinates_p256 import in_lanes
from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.fp256x8 import Fe8
from hanoi_ticket.kernels.lanes import Row
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.p256 import B
from hanoi_ticket.kernels.p256_points import AFFINE, POINT
from hanoi_ticket.kernels.point_p256x8 import (
    add1,
    cached1,
    double1,
    lifted1,
    negated1,
    packed,
    point,
    vartime_put_multiple8,
)
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


def pairs():
    return [(p, q) for p in POINTS for q in POINTS]


def test_formulas_over_integers():
    """Complete: equal points, opposite ones and infinity among them."""
    rng = random.Random(1)
    for p, q in pairs():
        first = complete.Point(*map(Integer, numbers_of(p, rng.randrange(1, P))))
        x, y, z, _ = map(Integer, numbers_of(q, rng.randrange(1, P)))
        second = complete.Cached(x, y, z, x * B, y * B, z * B)
        assert affine(complete.doubled(complete.factors(first))) == oracle.add(p, p)
        assert affine(complete.sum_of(first, second)) == oracle.add(p, q)


def lanes_of(numbers):
    return lifted1(in_lanes((*numbers, 0, 0, 0, 0)))


def numbers_in(f):
    """The four coordinates of a point in lanes."""
    plain = packed(point(f))
    return [sum(limb[i] << 52 * k for k, limb in enumerate(plain)) * pow(R8, -1, P) % P for i in range(4)]


def test_points_in_lanes():
    """As rows of integers, whichever reader the kernels have."""
    rng = random.Random(2)
    bs = in_lanes((1, 1, 1, B, B, B, 1, 1))
    for p, q in pairs():
        first, second = (lanes_of(numbers_of(point, rng.randrange(1, P))) for point in (p, q))
        total = add1(first, cached1(second, bs))
        assert affine(numbers_in(total)) == oracle.add(p, q)
        assert affine(numbers_in(double1(total))) == oracle.add(oracle.add(p, q), oracle.add(p, q))
        assert affine(numbers_in(negated1(first))) == oracle.negative(p)


@numba.njit(error_model="numpy")
def multiply(q, scalar, result):
    vartime_put_multiple8(place(result), place(q), place(scalar))


def words(number):
    return [number >> 64 * i & (1 << 64) - 1 for i in range(4)]


def jacobian(words):
    x, y, z = (sum(int(w) << 64 * i for i, w in enumerate(row)) * pow(R, -1, P) % P for row in words.reshape(3, 4))
    return None if z == 0 else (x * pow(z, -2, P) % P, y * pow(z, -3, P) % P)


@lanes_here
def test_multiples(cases):
    """Any scalar below 2^256, the order of the group among them."""
    rng = random.Random(3)
    result = np.zeros(POINT, np.uint64)
    scalars = [oracle.N, 0, 1, 2, 15, 16, 17, 31, 32, oracle.N - 1, oracle.N + 1, (1 << 256) - 1]
    scalars += [rng.randrange(oracle.N) for _ in range(cases(20))]
    for k in scalars if JIT else scalars[:1]:
        q = rng.choice(POINTS[1:])
        affine_words = np.array([w for n in q for w in words(n * R % P)], np.uint64)
        assert len(affine_words) == AFFINE
        multiply(affine_words, np.frombuffer(k.to_bytes(SCALAR_BYTES, "little"), np.uint8), result)
        assert jacobian(result) == oracle.multiple(k, q)


def any_lanes():
    return Fe8(
        [Row(signed(0, MASK52) for _ in range(8)) for _ in range(4)] + [Row(signed(0, Fe8.top - 1) for _ in range(8))]
    )


@pytest.mark.parametrize(
    "formula",
    [
        double1,
        lambda p: add1(p, any_lanes()),
        lambda p: cached1(p, in_lanes((1, 1, 1, B, B, B, 1, 1))),
        negated1,
        lambda p: packed(point(p)),
        lambda _: lifted1(any_lanes()),
    ],
    ids=["double", "add", "prepare", "negate", "gather", "lift"],
)
def test_bounds(formula):
    """From any point each limb is what a product takes, and the top one stays below its bound."""
    results = formula(complete.Factors(any_lanes(), any_lanes()))
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
