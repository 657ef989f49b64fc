"""GF(2^255 - 19) against Python's integers, on words at their edges."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import fe25519
from hanoi_ticket.kernels.fe25519 import Fe, P, element, from_words, is_odd, is_zero, load, store, to_words
from hanoi_ticket.kernels.memory import place, put_word, word
from hanoi_ticket.kernels.point25519 import negated, vartime_inverse
from hanoi_ticket.kernels.tracing import formula
from tests.kernels.edges import limb, numbers

REDUCED = Fe.most
OPERATIONS = {
    "product": (lambda f, g: f * g, lambda f, g: f * g),
    "square": (lambda f, _: f.square(), lambda f, _: f * f),
    "sum": (lambda f, g: f + g, lambda f, g: f + g),
    "difference": (lambda f, g: f - g, lambda f, g: f - g),
    "negative": (lambda f, _: negated(f), lambda f, _: -f),
    "product of sums": (lambda f, g: (f + g) * (f - g), lambda f, g: f * f - g * g),
    "square of a sum": (lambda f, g: (f + g).square(), lambda f, g: (f + g) ** 2),
    "sum of sums": (lambda f, g: (f + g) + (f + g) + (f - g), lambda f, g: 3 * f + g),
    "product by a constant": (lambda f, g: f * element(P - 2) + element(P - 1) * g, lambda f, g: -2 * f - g),
    "difference of a sum": (lambda f, g: (f + g) - f * g, lambda f, g: f + g - f * g),
}


def value(words: np.ndarray) -> int:
    return sum(int(word) << 64 * i for i, word in enumerate(words))


def in_words(values: list[int]) -> np.ndarray:
    return np.array([v >> 64 * i & (1 << 64) - 1 for v in values for i in range(4)], np.uint64)


def elements(rng: random.Random, count: int) -> list[int]:
    """Reduced numbers: any, and those about 0, p, 2^255 and the bound."""
    found = [min(REDUCED, n) for n in numbers(rng, count // 2, 256, modulus=P)]
    while len(found) < count:
        near = rng.choice((0, P, 1 << 255, REDUCED)) + rng.randint(-40, 40)
        found.append(min(REDUCED, max(0, near)))
    rng.shuffle(found)
    return found


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


def runner(operation):
    """results[i] = operands[2 i] operation operands[2 i + 1], compiled."""
    compiled = formula(operation)

    @numba.njit(error_model="numpy")
    def run(count, operands, results):
        source, target = place(operands), place(results)
        for i in range(count):
            store(target, i, compiled(load(source, 2 * i), load(source, 2 * i + 1)))

    return run


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


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(name, cases):
    """Whatever is stored is reduced."""
    operation, expected = OPERATIONS[name]
    rng, count = random.Random(name), cases(500)
    operands, results = elements(rng, 2 * count), np.zeros(4 * count, np.uint64)
    runner(operation)(count, in_words(operands), results)
    for f, g, result in zip(operands[::2], operands[1::2], map(value, results.reshape(-1, 4)), strict=True):
        assert (result - expected(f, g)) % P == 0
        assert result <= REDUCED


@pytest.mark.parametrize("name", OPERATIONS)
def test_formulas_over_integers(name):
    """The same source without a compiler."""
    operation, expected = OPERATIONS[name]
    values = elements(random.Random(name), 200)
    for f, g in zip(values[::2], values[1::2], strict=True):
        result = operation(Fe.of(f), Fe.of(g)).tight.number
        assert (result - expected(f, g)) % P == 0
        assert result <= REDUCED


def test_canonical(cases):
    """Any reduced element, and those about 0, p and 2^255, comes out as its one representative."""
    words = np.zeros(4, np.uint64)
    near = [k * P + d for k in range(2) for d in range(-20, 40) if k * P + d >= 0]
    for n in [*near, *elements(random.Random(5), cases(500))]:
        zero, odd = canonical(in_words([n]), words)
        assert value(words) == n % P
        assert (zero, odd) == (n % P == 0, n % P % 2 == 1)


def test_from_words_drops_the_top_bit():
    rng = random.Random(6)
    element = np.zeros(4, np.uint64)
    for _ in range(200):
        words = np.array([limb(rng, (1 << 64) - 1) for _ in range(4)], np.uint64)
        through_words(words, element)
        assert value(element) == sum(int(w) << 64 * i for i, w in enumerate(words)) & (1 << 255) - 1


def test_inverse_and_power(cases):
    rng = random.Random(7)
    words, result = np.zeros(4, np.uint64), np.zeros(4, np.uint64)
    for n in [0, 1, 2, P - 1, P - 2, *(rng.randrange(P) for _ in range(cases(60)))]:
        operand = in_words([n])
        inverse(operand, words)
        assert sum(int(w) << 64 * i for i, w in enumerate(words)) == pow(n, P - 2, P)
        power(operand, result)
        assert value(result) % P == pow(n, (P - 5) // 8, P)
