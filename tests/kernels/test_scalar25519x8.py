"""Hashes modulo L in eight lanes against Python's integers, and the proof that no limb overflows."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels.limbs52 import carried52, split52
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.scalar25519 import L
from hanoi_ticket.kernels.scalar25519x8 import (
    FIRST,
    TOP_BITS,
    folded52,
    put_byte_remainders8,
    put_nibble_remainders8,
    remainder8,
)
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from hanoi_ticket.kernels.words import MASK52, MASK64
from tests.kernels.edges import numbers
from tests.kernels.intervals import Overflow, signed, unsigned

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")

EDGES = [
    multiple * L + offset
    for multiple in (0, 1, 2, 1 << 8, 1 << 128, 2**512 // L - 1)
    for offset in (-1, 0, 1, 2**252 - L, 2**252 - 1, 2**252, 2**252 + 1)
]


@numba.njit(error_model="numpy")
def digits_door(digits, nibbles, states):
    put_byte_remainders8(place(digits), place(states))
    put_nibble_remainders8(place(nibbles), place(states))


def test_digits_of_remainders(cases):
    rng = random.Random(1)
    listed = [n % 2**512 for n in (*EDGES, 2**512 - 1, *numbers(rng, cases(400), 512, modulus=L))]
    listed += [rng.randrange(2**512) // L * L + rng.choice((0, 1, L - 1)) for _ in range(cases(400))]
    for eight in (listed[i : i + 8] for i in range(0, len(listed) - 7, 8)):
        digests = np.array([np.frombuffer((n % 2**512).to_bytes(64, "little"), ">u8") for n in eight])
        digits, nibbles = np.zeros(32, np.uint64), np.zeros(32, np.uint64)
        digits_door(digits, nibbles, np.ascontiguousarray(digests.T).astype(np.uint64).ravel())
        for written, half in (digits, 0x80), (nibbles, 0x88):
            scalars = [int.from_bytes(written[lane::8].tobytes(), "little") for lane in range(8)]
            assert scalars == [n % 2**512 % L + int.from_bytes(bytes([half]) * 32) for n in eight]


def test_bounds():
    """Factors have 52 bits, columns are not negative, the remainder's words fit: proved on intervals."""
    limbs = [signed(limb.low, limb.high) for limb in split52([unsigned(0, MASK64)] * 8)]
    assert all(0 <= limb.low <= limb.high <= MASK52 for limb in limbs)
    assert limbs[9].high < 1 << 512 - 9 * 52
    once = folded52(limbs, FIRST)
    assert all(0 <= limb.low <= limb.high <= MASK52 for limb in once)
    remainder = remainder8(limbs)
    assert all(-1 <= limb.low <= limb.high <= 2 * MASK52 for limb in remainder)
    assert remainder[4].high < 2 << TOP_BITS
    assert carried52([limb + MASK52 for limb in remainder[:4]] + [remainder[4] + (1 << 47)])[4].high < 1 << 48


def test_a_larger_number_is_found():
    """The proof can fail: with more bits in the last limb, a column is negative."""
    with pytest.raises(Overflow):
        remainder8([signed(0, MASK52)] * 9 + [signed(0, MASK52 << 1)])
