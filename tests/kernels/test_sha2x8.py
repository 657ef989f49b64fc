"""SHA-2 of eight messages side by side against hashlib, over every way that a message ends in its blocks."""

import hashlib
import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import batch25519x8, sha256x8
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from tests.kernels.batches import joined

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")


@numba.njit(error_model="numpy")
def sha256(digests, messages, starts, first, last):
    sha256x8.hash8(place(digests), place(messages), place(starts), first, last)


@numba.njit(error_model="numpy")
def sha512(states, prefixes, messages, starts, first, last):  # noqa: PLR0917
    batch25519x8.hash8(place(states), place(prefixes), place(messages), place(starts), first, last)


def rows(rng, cases):
    """The lengths of some messages, and which one comes first."""
    chosen = [(list(range(n, n + 8)), 0) for n in range(0, 200, 8)]
    chosen += [([rng.randrange(400) for _ in range(12)], rng.randrange(12)) for _ in range(cases(8))]
    return chosen if JIT else chosen[::6]


def test_sha256(cases):
    rng = random.Random(5)
    for row, first in rows(rng, cases):
        messages = [rng.randbytes(n) for n in row]
        last = len(row) - 1
        digests = np.zeros(8 * 32, np.uint8)
        sha256(digests, *joined(messages), first, last)
        expected = [hashlib.sha256(messages[min(first + lane, last)]).digest() for lane in range(8)]
        assert digests.tobytes() == b"".join(expected)


def test_sha512_behind_a_prefix(cases):
    rng = random.Random(6)
    for row, first in rows(rng, cases):
        messages, prefixes = [rng.randbytes(n) for n in row], [rng.randbytes(64) for _ in range(8)]
        last = len(row) - 1
        states = np.zeros(64, np.uint64)
        sha512(states, np.frombuffer(b"".join(prefixes), np.uint8), *joined(messages), first, last)
        expected = [
            hashlib.sha512(prefix + messages[min(first + lane, last)]).digest() for lane, prefix in enumerate(prefixes)
        ]
        assert [states[lane::8].astype(">u8").tobytes() for lane in range(8)] == expected
