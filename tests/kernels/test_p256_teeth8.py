"""The small table of a P-256 key: digits, rows, multiples and bounds, and signatures that lanes cannot tell."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import doors, ecdsa_p256_one8, phone_set
from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.fp256x8 import Fe8
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.p256 import Affine, Point
from hanoi_ticket.kernels.p256_points import POINT
from hanoi_ticket.kernels.p256_spread8 import put_first_lane, put_spread_scalar, spread_memory, total8, vartime_put_sum8
from hanoi_ticket.kernels.p256_teeth8 import (
    STRIDE,
    WIDTH,
    columns_memory,
    doubled_plus,
    jacobian8,
    multiple_in_parts8,
    put_columns,
    sum8,
    vartime_put_teeth,
)
from hanoi_ticket.kernels.residues8 import R8
from hanoi_ticket.kernels.status import MISMATCH, OK
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from hanoi_ticket.kernels.words import MASK52
from tests.kernels import curve_p256 as oracle
from tests.kernels.curve_p256 import G, N, P
from tests.kernels.intervals import Unknown
from tests.kernels.intervals import signed as lane
from tests.kernels.test_coordinates_p256 import R, in_form
from tests.kernels.test_ecdsa_p256 import sign
from tests.kernels.test_p256x8 import bases, rare_cases  # noqa: F401  a fixture

lanes_here = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")
compiled = pytest.mark.skipif(not (JIT and has_lanes()), reason="no compiler, or no AVX-512 IFMA, or it is set off")
EDGES = [1, 2, 3, N - 1, N - 2, N // 2, 1 << 255, (1 << 32) - 1, 1 << 16, int(16 * "ffff0000", 16) % N]


@numba.njit(error_model="numpy")
def columns_of(scalar, columns):
    put_columns(place(columns), place(scalar))


@numba.njit(error_model="numpy")
def build(teeth, q):
    vartime_put_teeth(place(teeth), place(q))


@numba.njit(error_model="numpy")
def multiply(teeth, scalar, result):
    columns = columns_memory()
    put_columns(columns, place(scalar))
    put_first_lane(place(result), total8(multiple_in_parts8(place(teeth), columns)))


@numba.njit(error_model="numpy")
def multiply_and_add(teeth, v, u, base, result):
    columns, rows, digits = columns_memory(), spread_memory(), spread_memory()
    put_columns(columns, place(v))
    put_spread_scalar(rows, digits, 0, place(u), place(base))
    vartime_put_sum8(place(result), multiple_in_parts8(place(teeth), columns), rows, digits, place(base))


@numba.njit(error_model="numpy")
def verify_by(teeth, key, signature, message, tables):
    comb, base = tables
    verify = ecdsa_p256_one8.vartime_verify_teeth8
    signed = place(signature), place(message), len(message), place(base)
    return verify(place(key), len(key), place(teeth), place(comb), *signed)


def scalar(k):
    return np.frombuffer(k.to_bytes(SCALAR_BYTES, "little"), np.uint8)


def teeth_of(q):
    teeth = np.zeros(phone_set.TABLE_WORDS, np.uint64)
    build(teeth, in_form(q))
    return teeth


def jacobian(words):
    """None where lanes could not tell."""
    x, y, z = (sum(int(w) << 64 * i for i, w in enumerate(row)) * pow(R, -1, P) % P for row in words.reshape(3, 4))
    return None if z == 0 else (x * pow(z, -2, P) % P, y * pow(z, -3, P) % P)


def scalars(rng, count):
    return [*EDGES, *(rng.randrange(1, N) for _ in range(count))]


@lanes_here
def test_the_digits_are_the_scalar(cases):
    columns = np.zeros(8, np.uint64)
    for k in [0, *scalars(random.Random(1), cases(200))]:
        columns_of(scalar(k), columns)
        bits = sum(int(column) << STRIDE * lane for lane, column in enumerate(columns))
        assert sum((1 if bits >> i & 1 else -1) << i for i in range(8 * STRIDE)) % N == k


@lanes_here
def test_the_rows_are_its_multiples():
    q = oracle.multiple(987654321, G)
    rows = teeth_of(q).reshape(2, 2, 5, 8)
    for i in range(8):
        for row, factor in zip(rows, ((1 << WIDTH) - 1, (1 << WIDTH) + 1), strict=True):
            x, y = (sum(int(limb[i]) << 52 * j for j, limb in enumerate(limbs)) * pow(R8, -1, P) % P for limbs in row)
            assert (x, y) == oracle.multiple(factor << STRIDE * i, q)


@lanes_here
def test_multiples(cases):
    """No sum of them is one that lanes cannot tell."""
    rng = random.Random(2)
    result = np.zeros(POINT, np.uint64)
    for q in (G, oracle.negative(G), oracle.multiple(rng.randrange(N), G)) if JIT else (G,):
        teeth = teeth_of(q)
        for k in scalars(rng, cases(20)) if JIT else [N - 2]:
            multiply(teeth, scalar(k), result)
            assert jacobian(result) == oracle.multiple(k, q), k


@compiled
def test_sums(bases, cases):  # noqa: F811
    """Right, or Z = 0: that where they are infinite, and where a lane meets the same point twice."""
    rng = random.Random(3)
    result = np.zeros(POINT, np.uint64)
    q = oracle.multiple(rng.randrange(N), G)
    teeth, teeth_of_g = teeth_of(q), teeth_of(G)
    for v in scalars(rng, cases(20)):
        for u in (0, 1, rng.randrange(N)):
            multiply_and_add(teeth, scalar(v), scalar(u), bases[1], result)
            assert jacobian(result) == oracle.add(oracle.multiple(v, q), oracle.multiple(u, G))
        multiply_and_add(teeth_of_g, scalar(v), scalar(N - v), bases[1], result)
        assert jacobian(result) is None
    for u, v in special():
        multiply_and_add(teeth_of_g, scalar(v), scalar(u), bases[1], result)
        assert jacobian(result) is None


def special():
    """Of G: lane 0's part of v G is 5 G, and u's lowest digit 5 or -5."""
    low = (5 + (1 << 32) - 1) // 2
    v = 2 * (low | 1 << 255) - ((1 << 256) - 1)
    yield from ((digit % N, v % N) for digit in (5, -5))


@compiled
def test_rare_signatures(bases):  # noqa: F811
    """By a table, and by one of no point at all, whose every sum has Z = 0: the single path decides."""
    nothing = np.zeros(phone_set.TABLE_WORDS, np.uint64)
    good = oracle.encode(oracle.multiple(7, G), compressed=True), sign(7, b"moment", 11), b"moment"
    seen = []
    for key, signature, message in [good, (*good[:2], b"another"), *rare_cases()]:
        status = doors.ecdsa_p256_verify(key, signature, message, bases[0])
        for teeth in (teeth_of(oracle.decode(key)), nothing):
            assert verify_by(teeth, key, signature, message, bases) == status
        seen.append(status)
    assert seen[:2] == [OK, MISMATCH]


def test_bounds():
    """Of what is not proved for the formulas themselves: those that follow one another without being kept."""
    f = Fe8([lane(0, MASK52)] * 4 + [lane(0, Fe8.top - 1)])
    p = Point(f, f, f)
    sums = sum8(p, p, 1), sum8(jacobian8(p), p, -1), doubled_plus(p, Affine(f, f), Unknown())
    for coordinate in (*jacobian8(p), *(coordinate for total in sums for coordinate in total)):
        *low, top = coordinate.tight
        assert all(0 <= limb.low <= limb.high <= MASK52 for limb in low)
        assert 0 <= top.low <= top.high < Fe8.top
