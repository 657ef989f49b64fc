"""SHA-2 against hashlib at every length about a block's edge, and its constants against the standard's."""

import hashlib
import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.sha2 import SHA256, SHA512, sha256, sha512


@numba.njit(error_model="numpy")
def sha512_door(digest, prefix, message):
    sha512(place(digest), place(prefix), len(prefix), place(message), len(message))


@numba.njit(error_model="numpy")
def sha256_door(digest, prefix, message):
    sha256(place(digest), place(prefix), len(prefix), place(message), len(message))


@pytest.mark.parametrize(("name", "door", "block"), [("sha512", sha512_door, 128), ("sha256", sha256_door, 64)])
def test_every_length(name, door, block):
    rng = random.Random(1)
    digest = np.zeros(hashlib.new(name).digest_size, np.uint8)
    for length in (*range(2 * block + 20), 1000):
        for prefix_length in (0, 1, 17, block - 1, block):
            prefix, message = rng.randbytes(prefix_length), rng.randbytes(length)
            door(digest, prefix, message)
            assert digest.tobytes() == hashlib.new(name, prefix + message).digest(), (prefix_length, length)


def test_constants_of_the_standard():
    """FIPS 180-4: the first and the last of each list."""
    assert (SHA256.round_constants[0], SHA256.round_constants[63]) == (0x428A2F98, 0xC67178F2)
    assert (SHA256.initial[0], SHA256.initial[7]) == (0x6A09E667, 0x5BE0CD19)
    assert (SHA512.round_constants[0], SHA512.round_constants[79]) == (0x428A2F98D728AE22, 0x6C44198C4A475817)
    assert (SHA512.initial[0], SHA512.initial[7]) == (0x6A09E667F3BCC908, 0x5BE0CD19137E2179)
