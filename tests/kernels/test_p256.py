"""Points of P-256 against the affine group law over integers, with every pair for which a formula alone is wrong."""

import random
from itertools import pairwise

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import p256, p256_comb, p256_points, p256_window
from hanoi_ticket.kernels.digits import NAF_LENGTH, vartime_wnaf
from hanoi_ticket.kernels.fp256 import Fe, load, store
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.residues import R
from tests.kernels import curve_p256 as curve
from tests.kernels.curve_p256 import G, N, P


def put(memory, *coordinates):
    for i, v in enumerate(coordinates):
        store(memory, i, Fe.montgomery(v))


def affine(p):
    memory = np.zeros(p256_points.AFFINE, np.uint64)
    put(memory, *p)
    return memory


def jacobian(p, z):
    """P over a chosen z; infinity with coordinates that are not zero."""
    memory = np.zeros(p256_points.POINT, np.uint64)
    put(memory, *((p[0] * z**2, p[1] * z**3, z) if p else (z**2, z**3, 0)))
    return memory


def value(memory):
    x, y, z = (load(memory, i).number * pow(R, -1, P) % P for i in range(3))
    return (x * pow(z, -2, P) % P, y * pow(z, -3, P) % P) if z else None


@numba.njit(error_model="numpy")
def add_mixed(p, q, negative):
    p256_points.vartime_add_mixed(place(p), place(q), negative)


@numba.njit(error_model="numpy")
def add_cached(p, q, negative):
    row = p256_window.twice_memory()
    p256_points.put_cached(row, place(q))
    p256_points.vartime_add_cached(place(p), row, negative)


@numba.njit(error_model="numpy")
def double(p):
    p256_points.put_double(place(p), place(p))


@numba.njit(error_model="numpy")
def window(p, q, scalar):
    p256_window.vartime_put_multiple(place(p), place(q), place(scalar))


@numba.njit(error_model="numpy")
def build_comb(q, width, table):
    p256_comb.vartime_build_comb(place(q), width, place(table))


@numba.njit(error_model="numpy")
def comb(p, scalar, width, table):
    p256_comb.vartime_comb(place(p), place(scalar), width, place(table))


@numba.njit(error_model="numpy")
def naf(digits, scalar, width):
    return vartime_wnaf(place(digits), place(scalar), width)


def scalar_bytes(k):
    return np.frombuffer(k.to_bytes(40, "little"), np.uint8).copy()


def edge_scalars(rng, count):
    near = [0, 1, 2, 15, 16, 17, 127, 128, 129, 255, 256, N - 2, N - 1, 2**255, 2**256 - 1, 2**256 - 2**248]
    return (
        near + [int("80" * 32, 16), int("7f" * 32, 16), int("ff00" * 16, 16)] + [rng.randrange(N) for _ in range(count)]
    )


def test_constants():
    assert (p256.B, p256.G) == (curve.B, G)
    assert curve.on_curve(G)
    assert curve.multiple(N, G) is None


def test_every_kind_of_sum(cases):
    """Infinity on either side, equal, opposite, and any two points: over several z, with both signs."""
    rng = random.Random(1)
    some = [curve.multiple(rng.randrange(N), G) for _ in range(cases(4))]
    for p in [None, *some]:
        for q in [None, p, curve.negative(p), *some]:
            for negative in False, True:
                expected = curve.add(p, curve.negative(q) if negative else q)
                for _ in range(2):
                    left = jacobian(p, rng.randrange(1, P))
                    add_cached(left, jacobian(q, rng.randrange(1, P)), negative)
                    assert value(left) == expected
                if q:
                    left = jacobian(p, rng.randrange(1, P))
                    add_mixed(left, affine(q), negative)
                    assert value(left) == expected


def test_the_formula_alone_is_wrong_where_z_is_zero():
    """What the special cases are for: without them an equal point would make infinity."""
    p = p256.Point(*(Fe.montgomery(v) for v in (*G, 1)))
    assert p256.add_mixed(p, p256.Affine(p.x, p.y), 0).z.is_zero()
    assert not p256.double(p).z.is_zero()


def test_double():
    rng = random.Random(2)
    for p in [None, G, *(curve.multiple(rng.randrange(N), G) for _ in range(5))]:
        memory = jacobian(p, rng.randrange(1, P))
        double(memory)
        assert value(memory) == curve.add(p, p)


def test_formulas_over_integers():
    """The same source without a compiler."""
    p, q = curve.multiple(5, G), curve.multiple(7, G)
    three = Fe.montgomery(3)
    left = p256.Point(Fe.montgomery(p[0] * 9), Fe.montgomery(p[1] * 27), three)
    right = p256.Affine(*map(Fe.montgomery, q))
    memory = np.zeros(12, np.uint64)
    lifted = p256.cached(p256.Point(*right, Fe.montgomery(1)))
    for total, expected in [
        (p256.double(left), curve.add(p, p)),
        (p256.add_mixed(left, right, 0), curve.add(p, q)),
        (p256.add_mixed(left, right, 1), curve.add(p, curve.negative(q))),
        (p256.add(left, lifted, 1), curve.add(p, curve.negative(q))),
    ]:
        p256_points.write(memory, total)
        assert value(memory) == expected


@pytest.mark.parametrize("width", [4, 5, 8])
def test_non_adjacent_form(width, cases):
    rng = random.Random(width)
    digits = np.zeros(NAF_LENGTH, np.int8)
    for k in edge_scalars(rng, cases(100)):
        length = naf(digits.view(np.uint8), scalar_bytes(k), width)
        assert sum(int(d) << i for i, d in enumerate(digits)) == k
        places = [i for i, d in enumerate(digits) if d]
        assert all(digits[i] % 2 and abs(int(digits[i])) < 1 << width - 1 for i in places)
        assert all(j - i >= width for i, j in pairwise(places))
        assert length == (places[-1] + 1 if places else 0)


def test_window(cases):
    rng, memory = random.Random(3), np.zeros(p256_points.POINT, np.uint64)
    for k in edge_scalars(rng, cases(30)):
        q = curve.multiple(rng.randrange(1, N), G)
        window(memory, affine(q), scalar_bytes(k))
        assert value(memory) == curve.multiple(k, q)


@pytest.mark.parametrize("width", p256_comb.WIDTHS)
def test_comb(width, cases):
    """The table is the multiples that it promises, and sums them."""
    rng, memory = random.Random(width), jacobian(None, 1)
    q = curve.multiple(rng.randrange(1, N), G)
    table = np.zeros(p256_comb.table_words(width), np.uint64)
    build_comb(affine(q), width, table)
    rows = 1 << width - 1
    for row in [0, 1, rows - 1, *(rng.randrange(len(table) // 8) for _ in range(10)), len(table) // 8 - 1]:
        expected = curve.multiple((row % rows + 1) << width * (row // rows), q)
        assert np.array_equal(table[8 * row : 8 * row + 8], affine(expected))
    for k in edge_scalars(rng, cases(30)):
        start = curve.multiple(k, curve.negative(q)) if k % 3 == 0 else curve.multiple(k, G)
        memory = jacobian(start, rng.randrange(1, P))
        comb(memory, scalar_bytes(k), width, table)
        assert value(memory) == curve.add(start, curve.multiple(k, q))
