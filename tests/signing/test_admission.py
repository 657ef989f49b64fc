"""Which keys are let in."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.signing import admission, admit, verify_signature
from hanoi_ticket.trust import IssuerRecord
from tests.samples import ALGS, AT, ISSUER, fixed_key
from tests.signing.test_verifier import small_order_points

P = admission.P


def encoded(x: int, y: int) -> bytes:
    return (y | (x & 1) << 255).to_bytes(32, "little")


@pytest.mark.parametrize("alg", ALGS)
def test_honest_keys(alg):
    for number in range(1, 12):
        admit(fixed_key(alg, number).public_key)


def test_small_order_in_each_encoding():
    points = sorted(small_order_points())
    assert len(points) == 8
    weak = {encoded(x, y) for x, y in points} | {encoded(x ^ 1, y) for x, y in points}
    for y in {y for _, y in points if y < 19}:
        weak |= {encoded(0, y + P), encoded(1, y + P)}
    for raw in weak:
        with pytest.raises(KeyRejected):
            admit(PublicKey("EdDSA", raw))
        assert not verify_signature("EdDSA", raw, b"", raw + bytes(32))


def test_a_key_of_mixed_order():
    """An honest key plus a point of order 8: it verifies for some messages alone, and differently in batches."""
    honest = admission._decompress(ISSUER["EdDSA"].public_key.raw)
    x, y = max(small_order_points())
    x, y, z, _ = admission._add(honest, (x, y, 1, x * y % P))
    inverse = pow(z, -1, P)
    mixed = encoded(x * inverse % P, y * inverse % P)
    ed25519.Ed25519PublicKey.from_public_bytes(mixed)
    assert not admission.has_prime_order(admission._decompress(mixed))
    with pytest.raises(KeyRejected, match="mixed order"):
        admit(PublicKey("EdDSA", mixed))


@pytest.mark.parametrize("y", [P, P + 1, P + 3, 2**255 - 1])
def test_encodings_that_are_not_canonical(y):
    with pytest.raises(KeyRejected):
        admit(PublicKey("EdDSA", y.to_bytes(32, "little")))


def test_no_points():
    with pytest.raises(KeyRejected, match="not a point of Ed25519"):
        admit(PublicKey("EdDSA", (2).to_bytes(32, "little")))
    with pytest.raises(KeyRejected, match="not a point of P-256"):
        admit(PublicKey("ES256", b"\x02" + bytes([0xFF]) * 32))
    with pytest.raises(KeyRejected, match="not a point of P-256"):
        admit(PublicKey("ES256", b"\x02" + (1).to_bytes(32, "big")))


def test_an_issuer_is_admitted_and_so_is_a_holder():
    from hanoi_ticket import Issuer

    weak = PublicKey("EdDSA", encoded(0, P - 1))
    with pytest.raises(KeyRejected):
        IssuerRecord(weak)
    with pytest.raises(KeyRejected):
        Issuer(ISSUER["EdDSA"]).issue(weak, "metro-2a-day", AT, AT + 60)


@pytest.mark.parametrize(("alg", "raw"), [("EdDSA", bytes(33)), ("ES256", bytes(33)), ("ES256", b"\4" + bytes(64))])
def test_lengths_and_forms_are_the_keys_own_business(alg, raw):
    with pytest.raises(ValueError, match="public key is"):
        PublicKey(alg, raw)
