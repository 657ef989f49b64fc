"""GF(2^255 - 19) in eight lanes, against Python's integers."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels.elements import products, square, squares
from hanoi_ticket.kernels.fe25519 import P, to_words
from hanoi_ticket.kernels.fe25519x8 import (
    Fe8,
    Sum8,
    canonical,
    element8,
    first_lane,
    from_words8,
    inverse8,
    is_zero8,
    load8,
    powers_2_252_minus_3,
    store8,
)
from hanoi_ticket.kernels.memory import lanes, place, put_word
from hanoi_ticket.kernels.point25519x8 import candidate, negative_x
from hanoi_ticket.kernels.radix51 import MASK51
from hanoi_ticket.kernels.tracing import JIT, formula, has_lanes
from hanoi_ticket.kernels.words import MASK52, as_int, as_word
from tests.kernels.edges import limb
from tests.kernels.intervals import Overflow, signed

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")

REDUCED = (MASK51 + (1 << 14),) * 5


def value(limbs):
    return sum(int(limb) << 51 * i for i, limb in enumerate(limbs))


def elements(words, count):
    """Eight integers for each stored element."""
    return [[value(e[:, lane]) for lane in range(8)] for e in words.reshape(count, 5, 8)]


def random_elements(rng, count):
    limbs = [[limb(rng, bound) for _ in range(8)] for _ in range(count) for bound in REDUCED]
    return np.array(limbs, np.uint64).ravel()


@formula
def canonical_words(memory, f):
    for i, w in enumerate(to_words(first_lane(f))):
        put_word(memory, i, w)


@formula
def canonical_element(f):
    return canonical(f)


@formula
def zero_mask(f):
    return as_int(as_word(is_zero8(f)))


@formula
def element_at(memory):
    return from_words8(*(lanes(memory, 8 * i) for i in range(4)))


@numba.njit(error_model="numpy")
def run(operands, results):
    """All operations of two elements, side by side as the curve's formulas use them."""
    source, target = place(operands), place(results)
    f, g = load8(source, 0), load8(source, 1)
    a, b, c = products((f, g), (f + g, f - g), (f - g, g))
    d, e = squares(f, f - g)
    for i, result in enumerate((a, b, c, d, e, f + g, f - g, square(f + g), (f - g) * (f + g))):
        store8(target, i, result)


@numba.njit(error_model="numpy")
def finish(operands, words, results):
    f = load8(place(operands), 0)
    canonical_words(place(words), f)
    store8(place(results), 0, canonical_element(f))
    return zero_mask(f)


@numba.njit(error_model="numpy")
def powers(operands, results):
    f, g = load8(place(operands), 0), load8(place(operands), 1)
    a, b = powers_2_252_minus_3(f, g)
    store8(place(results), 0, a)
    store8(place(results), 1, b)
    store8(place(results), 2, inverse8(f))


@numba.njit(error_model="numpy")
def from_words(words, results):
    store8(place(results), 0, element_at(place(words)))


def test_operations(cases):
    rng = random.Random(1)
    results = np.zeros(9 * 40, np.uint64)
    for _ in range(cases(100)):
        operands = random_elements(rng, 2)
        run(operands, results)
        fs, gs = elements(operands, 2)
        found = elements(results, 9)
        for lane, (f, g) in enumerate(zip(fs, gs, strict=True)):
            expected = (
                f * g,
                f * f - g * g,
                (f - g) * g,
                f * f,
                (f - g) ** 2,
                f + g,
                f - g,
                (f + g) ** 2,
                f * f - g * g,
            )
            assert [row[lane] % P for row in found] == [n % P for n in expected]


def test_canonical(cases):
    rng = random.Random(2)
    words, results = np.zeros(4, np.uint64), np.zeros(40, np.uint64)
    near = [k * P + d for k in range(3) for d in range(-20, 24) if 0 <= k * P + d < 1 << 255]
    rows = [random_elements(rng, 1) for _ in range(cases(50))]
    rows += [
        np.array([[n >> 51 * k & MASK51 for n in near[i : i + 8]] for k in range(5)], np.uint64).ravel()
        for i in range(0, len(near) - 8, 8)
    ]
    for row in rows:
        mask = finish(row, words, results)
        expected = [n % P for n in elements(row, 1)[0]]
        assert elements(results, 1)[0] == expected
        assert value_of_words(words) == expected[0]
        assert mask == sum((n == 0) << lane for lane, n in enumerate(expected))


def value_of_words(words):
    return sum(int(w) << 64 * i for i, w in enumerate(words))


def test_powers(cases):
    rng = random.Random(3)
    results = np.zeros(3 * 40, np.uint64)
    for _ in range(cases(3)):
        operands = random_elements(rng, 2)
        operands[0::8][:5] = 0  # lane 0 of f is zero
        powers(operands, results)
        fs, gs = elements(operands, 2)
        found = [[n % P for n in row] for row in elements(results, 3)]
        assert found[0] == [pow(f, (P - 5) // 8, P) for f in fs]
        assert found[1] == [pow(g, (P - 5) // 8, P) for g in gs]
        assert found[2] == [pow(f, P - 2, P) for f in fs]


def test_from_words():
    rng = random.Random(4)
    words = np.array([limb(rng, (1 << 64) - 1) for _ in range(32)], np.uint64)
    results = np.zeros(40, np.uint64)
    from_words(words, results)
    expected = [value_of_words(words[lane::8]) & (1 << 255) - 1 for lane in range(8)]
    assert elements(results, 1)[0] == expected


def lane_element(bounds=REDUCED):
    return Fe8(signed(0, bound) for bound in bounds)


def within(f, bounds=REDUCED):
    return all(limb.low >= 0 and limb.high <= bound for limb, bound in zip(f, bounds, strict=True))


def test_bounds():
    """IFMA drops what is above 52 bits: no factor has any, and products are reduced again. Proved on intervals."""
    f = lane_element()
    assert within(f * f)
    assert within(f.square())
    assert within(lane_element((MASK52,) * 5) * lane_element((MASK52,) * 5))
    for loose in (f + f, f - f, f + f + f, (f + f) + (f - f), (f + f) - f, f - f - f):
        assert isinstance(loose, Sum8)
        assert within(loose.tight)
        assert within(loose * loose)
        assert within(loose.square())
    assert within(canonical(f), (MASK51,) * 5)
    assert within(f * element8(P - 1))


def test_decoding_bounds():
    y = lane_element((MASK51,) * 5)
    u, v, uv3, uv7 = candidate(y)
    assert all(within(f) for f in (u, uv3, uv7))
    assert within(v.tight)
    x, _ = negative_x(u, v, uv3 * uv7, signed(0, 1))
    assert within(x.tight)
    assert within(x * y)


def test_a_larger_factor_is_found():
    f = lane_element((MASK52,) * 4 + (MASK52 + 1,))
    with pytest.raises(Overflow):
        f * f
