"""Scalars modulo L against Python's integers, and their digits."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels.digits import NAF_LENGTH, bits, vartime_wnaf
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.memory import place, put_word, word
from hanoi_ticket.kernels.scalar25519 import L, is_scalar, reduce_digest
from hanoi_ticket.kernels.tracing import formula
from tests.kernels.edges import numbers

N256 = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
MODULI = (L, N256, 101, 2**256 - 189)
inverters = [inverter(m) for m in MODULI]


@formula
def words_at(memory):
    return tuple(word(memory, i) for i in range(4))


@formula
def put_words(memory, words):
    for i, w in enumerate(words):
        put_word(memory, i, w)


@numba.njit(error_model="numpy")
def reduce_door(scalar, digest):
    reduce_digest(place(scalar), place(digest))
    return is_scalar(place(digest))


@numba.njit(error_model="numpy")
def naf_door(naf, scalar, width):
    vartime_wnaf(place(naf), place(scalar), width)


@numba.njit(error_model="numpy")
def bits_door(scalar, position, width):
    return bits(place(scalar), position, width)


def test_reduction(cases):
    rng = random.Random(1)
    scalar = np.zeros(32, np.uint8)
    for n in numbers(rng, cases(1000), 512, modulus=L):
        digest = n.to_bytes(64, "little")
        below = reduce_door(scalar, digest)
        assert int.from_bytes(scalar.tobytes(), "little") == n % L
        assert below == (n & (1 << 256) - 1 < L)


def test_range_at_its_edge():
    scalar = np.zeros(32, np.uint8)
    for n in (0, 1, L - 1, L, L + 1, 2 * L, 2**252, 2**253, 2**255, 2**256 - 1):
        assert reduce_door(scalar, n.to_bytes(64, "little")) == (n < L)


@pytest.mark.parametrize("width", [2, 5, 8])
def test_non_adjacent_form(width, cases):
    rng = random.Random(width)
    naf = np.zeros(NAF_LENGTH, np.uint8)
    for n in [0, 1, L - 1, 2**252, *numbers(rng, cases(200), 253, modulus=L)]:
        naf_door(naf, np.frombuffer(n.to_bytes(40, "little"), np.uint8), width)
        digits = naf.view(np.int8).astype(int)
        assert sum(int(d) << i for i, d in enumerate(digits)) == n
        assert all(d == 0 or (d % 2 and abs(d) < 1 << width - 1) for d in digits)
        assert all(np.count_nonzero(digits[i : i + width]) <= 1 for i in range(NAF_LENGTH))


def test_bits():
    rng = random.Random(2)
    n = rng.getrandbits(255)
    scalar = np.frombuffer(n.to_bytes(40, "little"), np.uint8)
    for position in range(256):
        for width in (1, 5, 8, 13):
            assert bits_door(scalar, position, width) == n >> position & (1 << width) - 1


@pytest.mark.parametrize("index", range(len(MODULI)), ids=["L", "n256", "small", "large"])
def test_inverse(index, cases):
    modulus, vartime_inverse = MODULI[index], inverters[index]

    @numba.njit(error_model="numpy")
    def door(words):
        put_words(place(words), vartime_inverse(words_at(place(words))))

    rng = random.Random(3)
    for n in [
        0,
        1,
        2,
        modulus - 1,
        modulus // 2,
        *(x % modulus for x in numbers(rng, cases(100), 256, modulus=modulus)),
    ]:
        words = np.array([n >> 64 * i & (1 << 64) - 1 for i in range(4)], np.uint64)
        door(words)
        assert sum(int(w) << 64 * i for i, w in enumerate(words)) == (pow(n, -1, modulus) if n else 0)
