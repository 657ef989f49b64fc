"""Ed25519: public vectors, the oracle, and two other libraries over mutated signatures."""

import random

import numpy as np
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from hanoi_ticket.kernels import doors
from hanoi_ticket.kernels.comb25519 import table_words
from hanoi_ticket.kernels.status import (
    BAD_KEY,
    BAD_SIGNATURE_SCALAR,
    MISMATCH,
    MIXED_KEY,
    OK,
    WEAK_KEY,
    WEAK_SIGNATURE_POINT,
)
from hanoi_ticket.kernels.tracing import JIT
from tests.kernels import curve25519 as oracle
from tests.kernels.mutations import mutated

WIDTH = 8 if JIT else 4


@pytest.fixture(scope="module")
def base_table():
    return doors.ed25519_base_table()


@pytest.fixture(scope="module")
def key_table():
    return np.zeros(table_words(WIDTH), np.uint64)


def answers(key, signature, message, base_table, key_table):
    """The status of both ways; they must agree."""
    status = doors.ed25519_verify(key, signature, message, base_table)
    known = doors.ed25519_build_key_table(key, WIDTH, key_table)
    if known == OK:
        known = doors.ed25519_verify_known(key, key_table, WIDTH, signature, message, base_table)
    assert (status == OK) == (known == OK)
    return status


def test_public_vectors(vectors, base_table, key_table):
    every = vectors("ed25519.json")
    tried = 0
    for vector in every if JIT else every[::40]:
        key, message, signature = (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))
        if (len(key), len(signature)) != (32, 64):
            assert not vector["expected"]["strict"]  # the door refuses these lengths
            continue
        status = answers(key, signature, message, base_table, key_table)
        assert (status == OK) == vector["expected"]["strict"], vector["id"]
        admitted = doors.ed25519_admit(key, base_table) == OK
        assert (status == OK and admitted) == vector["expected"]["strict_torsion_free"], vector["id"]
        tried += 1
    assert tried > (300 if JIT else 5)


def test_every_status(base_table, key_table):
    private = Ed25519PrivateKey.generate()
    key, message = private.public_key().public_bytes_raw(), b"a ticket"
    signature = private.sign(message)
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    weak = oracle.encode(oracle.SMALL_ORDER[3])
    mixed = oracle.encode(oracle.add(oracle.BASE, oracle.SMALL_ORDER[1]))
    off_curve = next(e for e in (bytes([i]) + bytes(31) for i in range(2, 99)) if oracle.decode(e) is None)
    cases = [
        (key, signature, message, OK),
        (key, signature, message + b"!", MISMATCH),
        (key, r + (s + oracle.L).to_bytes(32, "little"), message, BAD_SIGNATURE_SCALAR),
        (key, weak + signature[32:], message, WEAK_SIGNATURE_POINT),
        (weak, signature, message, WEAK_KEY),
        (off_curve, signature, message, BAD_KEY),
        ((2**255 - 18).to_bytes(32, "little"), signature, message, BAD_KEY),
        (mixed, signature, message, MISMATCH),
    ]
    for public, sig, text, expected in cases:
        assert answers(public, sig, text, base_table, key_table) == expected
    assert doors.ed25519_admit(key, base_table) == OK
    assert doors.ed25519_admit(mixed, base_table) == MIXED_KEY
    assert doors.ed25519_admit(weak, base_table) == WEAK_KEY


def test_torsioned_signatures(base_table, key_table):
    """R and A with components of small order: only the bytes of [S]B - [k]A decide."""
    rng = random.Random(4)
    for _ in range(20 if JIT else 2):
        a, r = rng.randrange(1, oracle.L), rng.randrange(1, oracle.L)
        key = oracle.encode(oracle.add(oracle.multiple(a, oracle.BASE), rng.choice(oracle.SMALL_ORDER)))
        point = oracle.encode(oracle.add(oracle.multiple(r, oracle.BASE), rng.choice(oracle.SMALL_ORDER)))
        message = rng.randbytes(40)
        k = oracle.challenge(point, key, message)
        signature = point + ((r + k * a) % oracle.L).to_bytes(32, "little")
        expected = oracle.verifies_strictly(key, signature, message)
        assert (answers(key, signature, message, base_table, key_table) == OK) == expected


def openssl(key, signature, message):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def libsodium(key, signature, message):
    try:
        VerifyKey(key).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def test_other_libraries_agree(base_table, cases):
    """Libsodium gives the same answer always; OpenSSL where neither A nor R is weak (it takes small orders)."""
    rng = random.Random(5)
    accepted = 0
    private = [Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(20)]
    for _ in range(cases(2000 if JIT else 20)):
        signer = rng.choice(private)
        message = rng.randbytes(rng.choice((0, 1, 47, 48, 63, 64, 120, 300)))
        key, signature, message = mutated(rng, signer.public_key().public_bytes_raw(), signer.sign(message), message)
        status = doors.ed25519_verify(key, signature, message, base_table)
        assert (status == OK) == libsodium(key, signature, message), (key, signature, message)
        if status not in (WEAK_KEY, WEAK_SIGNATURE_POINT):
            assert (status == OK) == openssl(key, signature, message), (key, signature, message)
        accepted += status == OK
    assert accepted
