"""ECDSA P-256 as a whole: the public vectors, OpenSSL, and signatures made to meet the rare cases."""

import os
import random

import numpy as np
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from hanoi_ticket.kernels import doors, p256_comb
from hanoi_ticket.kernels.status import BAD_KEY, BAD_SIGNATURE_SCALAR, MISMATCH, OK
from tests.kernels import curve_p256 as curve
from tests.kernels.curve_p256 import G, N, P

ALGORITHM = ec.ECDSA(hashes.SHA256())


@pytest.fixture(scope="module")
def base_table():
    return doors.ecdsa_p256_base_table()


@pytest.fixture(scope="module")
def verify(base_table):
    """Any key and known key, which must agree."""
    tables = {}

    def both(key, signature, message):
        if key not in tables:
            table = np.zeros(p256_comb.table_words(4), np.uint64)
            tables[key] = table if doors.ecdsa_p256_build_key_table(key, 4, table) == OK else None
        status = doors.ecdsa_p256_verify(key, signature, message, base_table)
        if tables[key] is None:
            assert status == BAD_KEY
        else:
            assert status == doors.ecdsa_p256_verify_known(tables[key], 4, signature, message, base_table)
        return status

    return both


def raw(r, s):
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def openssl(key, signature, message):
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        public.verify(encode_dss_signature(r, s), message, ALGORITHM)
    except (ValueError, InvalidSignature):
        return False
    return True


def sign(secret, message, nonce):
    x = curve.multiple(nonce, G)[0] % N
    return raw(x, pow(nonce, -1, N) * (curve.digest(message) + x * secret) % N)


def test_public_vectors(vectors, verify):
    counted = {True: 0, False: 0}
    for vector in vectors("ecdsa_p256.json"):
        signature = as_raw(vector)
        if signature is None:
            continue
        expected = vector["expected"].get("strict_raw64", vector["expected"].get("strict_der"))
        key, message = bytes.fromhex(vector["pk"]), bytes.fromhex(vector["msg"])
        assert (verify(key, signature, message) == OK) == expected, vector["id"]
        counted[expected] += 1
    assert counted[True] > 250
    assert counted[False] > 140


def as_raw(vector):
    """The 64 bytes of a vector, of a DER one where its two numbers fit; other lengths never reach a kernel."""
    signature = bytes.fromhex(vector["sig"])
    if vector["set"] == "p1363":
        return signature if len(signature) == 64 else None
    try:
        r, s = decode_dss_signature(signature)
        converted = raw(r, s)
    except (ValueError, OverflowError):
        return None
    return converted if encode_dss_signature(r, s) == signature else None


def test_against_openssl(verify, cases):
    """Valid signatures, and each mutated in key, signature or message."""
    rng = random.Random(0)
    keys = [ec.derive_private_key(rng.randrange(1, N), ec.SECP256R1()) for _ in range(16)]
    accepted = 0
    for i in range(cases(2000)):
        secret = keys[i % 16]
        numbers = secret.public_key().public_numbers()
        message = rng.randbytes(rng.randrange(200))
        signature = raw(*decode_dss_signature(secret.sign(message, ALGORITHM)))
        key = curve.encode((numbers.x, numbers.y), compressed=i % 3 == 0)
        expected = True
        if i % 2:
            key, signature, message = mutated(rng, key, signature, message)
            expected = openssl(key, signature, message)
        assert (verify(key, signature, message) == OK) == expected, (key.hex(), signature.hex(), message.hex())
        accepted += expected
    assert accepted >= cases(2000) // 2


def mutated(rng, key, signature, message):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    outside = [(0, s), (r, 0), (N, s), (r, N), (2**256 - 1, s), (r, 2**256 - 1)]
    inside = [(1, 1), (1, s), (r, 1), (N - 1, s), (r, N - 1), (s, r)]
    return rng.choice(
        [
            (flipped(rng, key), signature, message),
            (key, flipped(rng, signature), message),
            (key, signature, flipped(rng, message) if message else b"\0"),
            (key, raw(r, N - s), message),  # as good as the first
            (key, raw(N - r, s), message),
            (key, raw(*rng.choice(outside)), message),
            (key, raw(*rng.choice(inside)), message),
            (bytes([key[0] ^ 1]) + key[1:], signature, message),  # the opposite point, or a head that is none
        ]
    )


def flipped(rng, data):
    i = rng.randrange(8 * len(data))
    return bytes(b ^ (1 << i % 8) * (i // 8 == j) for j, b in enumerate(data))


def test_high_s_is_valid(verify):
    signature = sign(77, b"moment", 1234567)
    s = int.from_bytes(signature[32:], "big")
    key = curve.encode(curve.multiple(77, G), compressed=True)
    assert verify(key, signature, b"moment") == verify(key, signature[:32] + raw(0, N - s)[32:], b"moment") == OK


def test_x_above_the_order(verify):
    """The x of the sum may be r + n: a key made so that it is. Nobody meets one by chance."""
    x = next(x for x in range(N, N + 100) if curve.y_of(x) is not None)
    total, r, s = (x, curve.y_of(x)), x - N, 123456789
    e = curve.digest(b"rare")
    q = curve.multiple(pow(r, -1, N), curve.add(curve.multiple(s, total), curve.multiple(-e % N, G)))
    key = curve.encode(q, compressed=True)
    assert curve.verify(key, raw(r, s), b"rare")
    assert verify(key, raw(r, s), b"rare") == OK
    assert verify(key, raw(r, s + 1), b"rare") == MISMATCH


def test_r_plus_n_is_not_taken_modulo_p(verify):
    """A sum whose x is r + n - p, for an r that leaves r + n >= p, must not pass."""
    x = next(x for x in range(100) if curve.y_of(x) is not None)
    total, r, s = (x, curve.y_of(x)), x + P - N, 987654321
    e = curve.digest(b"rarer")
    q = curve.multiple(pow(r, -1, N), curve.add(curve.multiple(s, total), curve.multiple(-e % N, G)))
    key = curve.encode(q, compressed=False)
    assert not curve.verify(key, raw(r, s), b"rarer")
    assert verify(key, raw(r, s), b"rarer") == MISMATCH


@pytest.mark.parametrize("sign_of_key", [1, -1])
def test_sums_that_meet_equal_opposite_and_infinite_points(verify, sign_of_key):
    """Q = G or -G: the two multiples fall on one another, and u G + v Q is infinite where u = -v."""
    q = G if sign_of_key == 1 else curve.negative(G)
    key = curve.encode(q, compressed=True)
    e = curve.digest(b"m")
    for s in (1, 2, e, N - e, 3 * e % N):
        for r in (e % N, N - e % N, 1, 2, 3, G[0] % N, curve.multiple(2, G)[0] % N):
            expected = curve.verify(key, raw(r, s % N), b"m")
            assert (verify(key, raw(r, s % N), b"m") == OK) == expected
    infinite = N - e % N if sign_of_key == 1 else e % N  # u + v = 0
    assert verify(key, raw(infinite, 1), b"m") == MISMATCH
    nonce = 5
    assert verify(key, sign(sign_of_key % N, b"m", nonce), b"m") == OK


def test_keys_that_are_none(verify):
    x, y = curve.multiple(9, G)
    signature = sign(9, b"m", 3)
    good = curve.encode((x, y), compressed=False)
    assert verify(good, signature, b"m") == OK
    off_curve = next(x for x in range(100) if curve.y_of(x) is None)
    small = next(x for x in range(100) if curve.y_of(x) is not None)
    for key in [
        b"\x04" + raw(x, y ^ 1),
        b"\x04" + raw(0, 0),
        b"\x04" + raw(x, P - y + 1),
        b"\x04" + raw(small + P, curve.y_of(small)),
        b"\x02" + raw(small + P, 0)[:32],
        b"\x02" + raw(off_curve, 0)[:32],
        b"\x03" + raw(2**256 - 1, 0)[:32],
        b"\x04" + good[1:33],
        b"\x05" + good[1:33],
        b"\x00" + good[1:33],
        b"\x02" + good[1:],
        b"\x06" + good[1:],
        b"\x07" + good[1:],
        good[:64],
        good[:32],
        b"\x00",
    ]:
        assert verify(key, signature, b"m") == BAD_KEY, key.hex()


def test_scalars_out_of_range(verify):
    key, signature = curve.encode(curve.multiple(9, G), compressed=True), sign(9, b"m", 3)
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    for bad in (0, N, N + 1, P, 2**256 - 1):
        assert verify(key, raw(bad, s), b"m") == BAD_SIGNATURE_SCALAR
        assert verify(key, raw(r, bad), b"m") == BAD_SIGNATURE_SCALAR
    for edge in (1, N - 1):
        assert verify(key, raw(edge, s), b"m") == MISMATCH
        assert verify(key, raw(r, edge), b"m") == MISMATCH


@pytest.mark.parametrize("length", [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 128, 300])
def test_message_lengths(verify, length):
    message = os.urandom(length)
    key = curve.encode(curve.multiple(42, G), compressed=True)
    assert verify(key, sign(42, message, 11), message) == OK
    assert verify(key, sign(42, message, 11), message + b"\0") == MISMATCH
