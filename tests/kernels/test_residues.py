"""GF(p256) and the scalars modulo n against Python's integers, on words at their edges."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import fn256, fp256
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.memory import loader, place, storer
from hanoi_ticket.kernels.naturals import natural, reduced_once, words_of
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.tracing import formula
from tests.kernels.edges import numbers

FIELDS = {"p": fp256.Fe, "n": fn256.Scalar}


def runner(field):
    """results[i] = operands[2 i] operation operands[2 i + 1], compiled."""
    load, store = loader(field), storer(field)

    @formula
    def eightfold(f):
        return f.doubled(3)

    @formula
    def negated(f):
        return -f

    @numba.njit(error_model="numpy")
    def run(operation, count, operands, results):
        source, target = place(operands), place(results)
        for i in range(count):
            f, g = load(source, 2 * i), load(source, 2 * i + 1)
            if operation == 0:
                store(target, i, f * g)
            elif operation == 1:
                store(target, i, square(f))
            elif operation == 2:
                store(target, i, f + g)
            elif operation == 3:
                store(target, i, f - g)
            elif operation == 4:
                store(target, i, negated(f))
            else:
                store(target, i, eightfold(f))

    return run


def expected(operation, m, f, g):
    one_over_r = pow(R, -1, m)
    return (f * g * one_over_r, f * f * one_over_r, f + g, f - g, -f, 8 * f)[operation] % m


def in_words(values):
    return np.array([v >> 64 * i & (1 << 64) - 1 for v in values for i in range(4)], np.uint64)


def from_words(words):
    return [sum(int(w) << 64 * i for i, w in enumerate(row)) for row in words.reshape(-1, 4)]


@pytest.mark.parametrize("name", FIELDS)
def test_operations(name, cases):
    """Each result is the residue itself: below the modulus."""
    field = FIELDS[name]
    run, m, rng, count = runner(field), field.modulus, random.Random(name), cases(500)
    for operation in range(6):
        values = [n % m for n in numbers(rng, 2 * count, 256, modulus=m)]
        results = np.zeros(4 * count, np.uint64)
        run(operation, count, in_words(values), results)
        pairs = zip(values[::2], values[1::2], strict=True)
        assert from_words(results) == [expected(operation, m, f, g) for f, g in pairs]


@pytest.mark.parametrize("name", FIELDS)
def test_formulas_over_integers(name):
    """The same source without a compiler."""
    field = FIELDS[name]
    m, rng = field.modulus, random.Random(name)
    for _ in range(50):
        a, b = (n % m for n in numbers(rng, 2, 256, modulus=m))
        f, g = field.of(a), field.of(b)
        results = f * g, f.square(), f + g, f - g, -f, f.doubled(3)
        assert [h.number for h in results] == [expected(i, m, a, b) for i in range(6)]
        assert field.montgomery(a) * g == field.of(a * b % m)


@numba.njit(error_model="numpy")
def roots(operands, results):
    f = fp256.load(place(operands), 0)
    fp256.store(place(results), 0, fp256.square_root(f))
    fp256.store(place(results), 1, fp256.vartime_reciprocal(f))


def test_square_root_and_reciprocal(cases):
    rng, p, results = random.Random(2), fp256.P, np.zeros(8, np.uint64)
    for v in [0, 1, 2, p - 1, *(n % p for n in numbers(rng, cases(60), 256, modulus=p))]:
        roots(in_words([v * R % p]), results)
        assert from_words(results) == [pow(v, (p + 1) // 4, p) * R % p, pow(v, p - 2, p) * R % p]


def test_the_moduli_are_those_of_the_standard():
    p = fp256.P
    assert p == 2**224 * (2**32 - 1) + 2**192 + 2**96 - 1
    assert p % 4 == 3
    assert all(pow(a, m - 1, m) == 1 for m in (p, fn256.N) for a in (2, 3, 5, 7))
    assert abs(fn256.N - p - 1) < 2**129  # Hasse


def test_a_number_that_may_not_fit_is_refused():
    """The bound is checked where words are kept, over integers as over traced words."""
    with pytest.raises(OverflowError):
        words_of(1 << 256, 1 << 256)
    with pytest.raises(OverflowError):
        fp256.Fe.of(fp256.P)
    assert reduced_once(natural([5], 5), 3) == 2
