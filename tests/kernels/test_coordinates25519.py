"""The coordinates of a point in lanes, against Python's integers and the curve of the RFC."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels.coordinates25519 import mixture
from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.fe25519 import P
from hanoi_ticket.kernels.fe25519x8 import Fe8, limbs8, load8, store8
from hanoi_ticket.kernels.lanes import Row
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.point25519 import load_point, store_point
from hanoi_ticket.kernels.point25519x4 import (
    add4,
    cached4,
    double4,
    gathered,
    negated4,
    spread,
    vartime_multiple4,
)
from hanoi_ticket.kernels.radix51 import MASK51
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from tests.kernels import curve25519 as oracle
from tests.kernels.intervals import signed
from tests.kernels.test_point25519 import POINTS, words_of

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")

REDUCED = MASK51 + (1 << 14)


@numba.njit(error_model="numpy")
def points(p, q, scratch, results):
    """2 p, p + q, -p and 2 (p + q): extended coordinates of each."""
    spread(place(scratch), load_point(place(q), 0))
    second = cached4(load8(place(scratch), 0))
    spread(place(scratch), load_point(place(p), 0))
    first = load8(place(scratch), 0)
    total = add4(first, second)
    store8(place(scratch), 0, double4(first))
    store_point(place(results), 0, gathered(place(scratch)))
    store8(place(scratch), 0, total)
    store_point(place(results), 1, gathered(place(scratch)))
    store8(place(scratch), 0, negated4(first))
    store_point(place(results), 2, gathered(place(scratch)))
    store8(place(scratch), 0, double4(total))
    store_point(place(results), 3, gathered(place(scratch)))


@numba.njit(error_model="numpy")
def multiple(p, scalar, scratch, result):
    spread(place(scratch), load_point(place(p), 0))
    store8(place(scratch), 0, vartime_multiple4(load8(place(scratch), 0), place(scalar)))
    store_point(place(result), 0, gathered(place(scratch)))


def affine(words):
    x, y, z, t = (sum(int(w) << 64 * i for i, w in enumerate(row)) for row in words.reshape(4, 4))
    assert (t * z - x * y) % P == 0
    return x * pow(z, -1, P) % P, y * pow(z, -1, P) % P


def test_points(cases):
    """Complete: equal points, opposite ones and those of small order among them."""
    rng = random.Random(2)
    scratch, results = np.zeros(limbs8, np.uint64), np.zeros(4 * 16, np.uint64)
    pairs = [(p, q) for p in POINTS for q in [*POINTS, oracle.negative(p)]]
    for p, q in pairs if JIT else pairs[:: cases(100)]:
        points(words_of(p, rng.randrange(1, P)), words_of(q, rng.randrange(1, P)), scratch, results)
        total = oracle.add(p, q)
        expected = oracle.add(p, p), total, oracle.negative(p), oracle.add(total, total)
        assert tuple(map(affine, results.reshape(4, 16))) == expected


def test_multiples(cases):
    rng = random.Random(3)
    scratch, result = np.zeros(limbs8, np.uint64), np.zeros(16, np.uint64)
    scalars = [0, 1, 2, 15, 16, 17, 31, 32, oracle.L - 1, (1 << 253) - 1]
    scalars += [rng.randrange(oracle.L) for _ in range(cases(20))]
    for k in scalars if JIT else scalars[3:5]:
        p = rng.choice(POINTS)
        multiple(words_of(p), np.frombuffer(k.to_bytes(SCALAR_BYTES, "little"), np.uint8), scratch, result)
        assert affine(result) == oracle.multiple(k, p)


def lanes(bound=REDUCED):
    return Fe8(Row(signed(0, bound) for _ in range(8)) for _ in range(5))


def within(f, bound=REDUCED):
    return all(number.low >= 0 and number.high <= bound for limb in f for number in limb)


@pytest.mark.parametrize(
    "formula",
    [lambda: double4(lanes()), lambda: add4(lanes(), lanes()), lambda: cached4(lanes()), lambda: negated4(lanes())],
    ids=["double", "add", "prepare", "negate"],
)
def test_points_stay_reduced(formula):
    assert within(formula())


def test_a_mixture():
    """Whatever the weights, and negative sums among them."""
    f = Fe8(Row(range(10 * i, 10 * i + 8)) for i in range(5))
    matrix = (1, 0, 0, -1), (0, -2, 0, 0), (1, 1, 1, 1), (0, 0, 3, -1)
    found = mixture(f, matrix)
    for lane in range(8):
        half = lane & 4
        numbers = [sum(f[i][half + j] << 51 * i for i in range(5)) for j in range(4)]
        expected = sum(w * n for w, n in zip(matrix[lane & 3], numbers, strict=True))
        assert (sum(found[i][lane] << 51 * i for i in range(5)) - expected) % P == 0
        assert all(0 <= found[i][lane] <= REDUCED for i in range(5))


def test_a_doubling_is_two_products(monkeypatch):
    """The four squares at once, then the four products at once."""
    counted = []
    for name in "__mul__", "square":
        whole = getattr(Fe8, name)
        monkeypatch.setattr(Fe8, name, lambda *fs, name=name, whole=whole: counted.append(name) or whole(*fs))
    double4(lanes())
    assert counted == ["square", "__mul__"]
