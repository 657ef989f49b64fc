"""GF(2^255 - 19) against Python's integers, on limbs at their edges."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import fe25519
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fe25519 import P, from_words, is_odd, is_zero, load, store, times, to_words
from hanoi_ticket.kernels.memory import place, put_word, word
from hanoi_ticket.kernels.point25519 import negated, vartime_inverse
from hanoi_ticket.kernels.tracing import formula
from tests.kernels.edges import limb

REDUCED = (1 << 51) + (1 << 13)
LOOSE = (1 << 54) - 1
OPERATIONS = {
    0: ("product", lambda f, g: f * g),
    1: ("square", lambda f, _: f * f),
    2: ("sum", lambda f, g: f + g),
    3: ("difference", lambda f, g: f - g),
    4: ("negative", lambda f, _: -f),
}


def value(limbs: np.ndarray) -> int:
    return sum(int(limb) << 51 * i for i, limb in enumerate(limbs))


@formula
def put_words(memory, words):
    for i, w in enumerate(words):
        put_word(memory, i, w)


@formula
def words_at(memory):
    return tuple(word(memory, i) for i in range(4))


@formula
def from_four(words):
    return from_words(*words)


@numba.njit(error_model="numpy")
def run(operation, count, operands, results):
    """results[i] = operands[2 i] operation operands[2 i + 1]"""
    source, target = place(operands), place(results)
    for i in range(count):
        f, g = load(source, 2 * i), load(source, 2 * i + 1)
        if operation == 0:
            store(target, i, times(f, g))
        elif operation == 1:
            store(target, i, square(f))
        elif operation == 2:
            store(target, i, f + g)
        elif operation == 3:
            store(target, i, f - g)
        else:
            store(target, i, negated(f))


@numba.njit(error_model="numpy")
def canonical(limbs, words):
    """The words of an element, whether it is zero, and whether it is odd."""
    f = load(place(limbs), 0)
    put_words(place(words), to_words(f))
    return is_zero(f), is_odd(f)


@numba.njit(error_model="numpy")
def through_words(words, limbs):
    store(place(limbs), 0, from_four(words_at(place(words))))


@numba.njit(error_model="numpy")
def inverse(limbs, words):
    put_words(place(words), vartime_inverse(to_words(load(place(limbs), 0))))


@numba.njit(error_model="numpy")
def power(limbs, result):
    store(place(result), 0, fe25519.power_2_252_minus_3(load(place(limbs), 0)))


@pytest.mark.parametrize("operation", OPERATIONS, ids=[name for name, _ in OPERATIONS.values()])
def test_operations(operation, cases):
    rng = random.Random(operation)
    count = cases(500)
    bounds = (REDUCED, REDUCED) if operation == 3 else (LOOSE, LOOSE)
    operands = np.array([limb(rng, bounds[i % 2]) for i in range(2 * count) for _ in range(5)], np.uint64)
    results = np.zeros(5 * count, np.uint64)
    run(operation, count, operands, results)
    elements = operands.reshape(-1, 2, 5)
    for pair, result in zip(elements, results.reshape(-1, 5), strict=True):
        f, g = map(value, pair)
        assert value(result) % P == OPERATIONS[operation][1](f, g) % P
        if operation < 2:
            assert max(map(int, result)) <= REDUCED


def test_canonical(cases):
    """Any loose element, and those about 0, p and 2p, comes out as its one representative."""
    rng = random.Random(5)
    near = [k * P + d for k in range(3) for d in range(-20, 40) if k * P + d >= 0]
    rows = [[n >> 51 * i & (1 << 51) - 1 for i in range(4)] + [n >> 204] for n in near]
    rows += [[limb(rng, LOOSE) for _ in range(5)] for _ in range(cases(500))]
    words = np.zeros(4, np.uint64)
    for row in rows:
        limbs = np.array(row, np.uint64)
        zero, odd = canonical(limbs, words)
        expected = value(limbs) % P
        assert sum(int(w) << 64 * i for i, w in enumerate(words)) == expected
        assert (zero, odd) == (expected == 0, expected % 2 == 1)


def test_from_words_drops_the_top_bit():
    rng = random.Random(6)
    limbs = np.zeros(5, np.uint64)
    for _ in range(200):
        words = np.array([limb(rng, (1 << 64) - 1) for _ in range(4)], np.uint64)
        through_words(words, limbs)
        assert value(limbs) == sum(int(w) << 64 * i for i, w in enumerate(words)) & (1 << 255) - 1


def test_inverse_and_power(cases):
    rng = random.Random(7)
    words, result = np.zeros(4, np.uint64), np.zeros(5, np.uint64)
    for n in [0, 1, 2, P - 1, P - 2, *(rng.randrange(P) for _ in range(cases(60)))]:
        limbs = np.array(fe25519.element(n), np.uint64)
        inverse(limbs, words)
        assert sum(int(w) << 64 * i for i, w in enumerate(words)) == pow(n, P - 2, P)
        power(limbs, result)
        assert value(result) % P == pow(n, (P - 5) // 8, P)
