"""Points: the curve's formulas, decoding, encoding and the comb against affine arithmetic in plain integers."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import comb25519, edwards25519, point25519
from hanoi_ticket.kernels.doors import ed25519_base_table
from hanoi_ticket.kernels.fe25519 import P, element
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.point25519 import (
    has_small_order,
    load_point,
    put_cached,
    small_order_ys,
    store_point,
    vartime_decode,
    vartime_encode,
)
from hanoi_ticket.kernels.status import BAD_KEY, OK
from tests.kernels import curve25519 as oracle

POINTS = [*oracle.SMALL_ORDER, oracle.BASE, oracle.add(oracle.BASE, oracle.SMALL_ORDER[1])]


@numba.njit(error_model="numpy")
def decode_door(encoded, words):
    p, status = vartime_decode(place(encoded))
    store_point(place(words), 0, p)
    return status


@numba.njit(error_model="numpy")
def encode_door(words, encoded):
    vartime_encode(load_point(place(words), 0), place(encoded))


@numba.njit(error_model="numpy")
def small_order_door(encoded):
    return has_small_order(place(encoded))


@numba.njit(error_model="numpy")
def add_door(p, q, table, negative, whole):
    put_cached(place(table), 0, place(q))
    if whole:
        point25519.add_to_point(place(p), place(table), 0, negative)
    else:
        point25519.add(place(p), place(table), 0, negative)


@numba.njit(error_model="numpy")
def add_niels_door(p, x_y, table, negative, whole):
    q = load_point(place(x_y), 0)
    point25519.niels_row(q.x, q.y, place(table), 0)
    if whole:
        point25519.add_niels_to_point(place(p), place(table), 0, negative)
    else:
        point25519.add_niels(place(p), place(table), 0, negative)


@numba.njit(error_model="numpy")
def double_door(p, whole):
    if whole:
        point25519.double_to_point(place(p))
    else:
        point25519.double(place(p))


@numba.njit(error_model="numpy")
def comb_door(p, scalar, width, table, digits):
    comb25519.put_comb_digits(place(digits), place(scalar), width, place(table))
    comb25519.vartime_comb(place(p), place(digits), width, place(table))


@numba.njit(error_model="numpy")
def build_door(p, width, table):
    comb25519.vartime_build_comb(place(p), width, place(table))


def words_of(point: oracle.Point, z: int = 1) -> np.ndarray:
    """Extended coordinates with this z."""
    x, y = point
    return np.array([word for n in (x * z, y * z, z, x * y * z) for word in element(n)], np.uint64)


def point_of(words: np.ndarray) -> oracle.Point:
    x, y, z, t = (sum(int(w) << 64 * i for i, w in enumerate(words[4 * k : 4 * k + 4])) % P for k in range(4))
    assert t * z % P == x * y % P
    inverse = pow(z, -1, P)
    return x * inverse % P, y * inverse % P


def test_addition_is_complete():
    """Every pair of these points, both signs: equal, opposite, neutral and torsioned ones among them."""
    rng = random.Random(1)
    table = np.zeros(16, np.uint64)
    for p in POINTS:
        for q in POINTS:
            for negative in (False, True):
                expected = oracle.add(p, oracle.negative(q) if negative else q)
                for door, z in ((add_door, rng.randrange(1, P)), (add_niels_door, 1)):
                    words = words_of(p, rng.randrange(1, P))
                    projective = words.copy()
                    door(words, words_of(q, z), table, negative, True)
                    assert point_of(words) == expected
                    door(projective, words_of(q, z), table, negative, False)
                    assert np.array_equal(projective[:12], words[:12])


def test_doubling():
    for p in POINTS:
        words = words_of(p, 7)
        double_door(words, True)
        assert point_of(words) == oracle.add(p, p)
        projective = words_of(p, 7)
        double_door(projective, False)
        assert np.array_equal(projective[:12], words[:12])


def encodings() -> list[bytes]:
    """Each point, both signs; each y that is out of range or about its edge; some that are on no point."""
    rng = random.Random(2)
    ys = [*range(25), *range(P - 25, 2**255), *(rng.randrange(P) for _ in range(60))]
    return [(y | sign << 255).to_bytes(32, "little") for y in ys for sign in (0, 1)]


def test_decoding_is_strict():
    words, encoded = np.zeros(16, np.uint64), np.zeros(32, np.uint8)
    for encoding in encodings():
        expected = oracle.decode(encoding)
        status = decode_door(encoding, words)
        assert status == (BAD_KEY if expected is None else OK)
        if expected is not None:
            assert point_of(words) == expected
            encode_door(words, encoded)
            assert encoded.tobytes() == encoding


def test_small_order():
    assert sorted(small_order_ys()) == sorted({y for _, y in oracle.SMALL_ORDER})
    for p in POINTS:
        assert small_order_door(oracle.encode(p)) == (p in oracle.SMALL_ORDER)


def test_constants():
    assert edwards25519.D == 37095705934669439343138083508754565189542113879843219016388785533085940283555
    assert edwards25519.SQRT_MINUS_ONE**2 % P == P - 1
    assert oracle.decode(edwards25519.BASE) == oracle.BASE
    assert oracle.multiple(oracle.L, oracle.BASE) == oracle.NEUTRAL


@pytest.mark.parametrize("width", comb25519.WIDTHS)
def test_comb(width, cases):
    """Any base point, the torsioned one among them; scalars whose digits are at their edges."""
    rng = random.Random(width)
    base = POINTS[-1]
    words, table = words_of(base, 5), np.zeros(comb25519.table_words(width), np.uint64)
    build_door(words, width, table)
    half = 1 << width - 1
    carries = [sum(d << width * i for i in range(252 // width)) for d in (half - 1, half, half + 1)]
    scalars = [0, 1, oracle.L - 1, *carries, *(rng.randrange(oracle.L) for _ in range(cases(5)))]
    for n in scalars:
        p = words_of(oracle.BASE)
        comb_door(p, np.frombuffer(n.to_bytes(40, "little"), np.uint8), width, table, np.zeros(64, np.uint8))
        assert point_of(p) == oracle.add(oracle.BASE, oracle.multiple(n, base))


def test_base_table_is_derived():
    """A sample of rows against their definition: [(y - x)/2, (y + x)/2, d x y] of (j + 1) 2^(8 i) B."""
    table = ed25519_base_table().reshape(32, 128, 3, 4)
    half = pow(2, -1, P)
    for window, row in ((0, 0), (0, 127), (1, 0), (13, 77), (31, 127)):
        x, y = oracle.multiple((row + 1) << 8 * window, oracle.BASE)
        expected = ((y - x) * half % P, (y + x) * half % P, edwards25519.D * x * y % P)
        found = [sum(int(w) << 64 * i for i, w in enumerate(words)) % P for words in table[window, row]]
        assert tuple(found) == expected
