"""One policy, whatever does the arithmetic: held to every collected signature, and to the peers that share it."""

import nacl.exceptions
import nacl.signing
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.signing import admission, admit, raw_signature, verify_signature, verify_signatures
from tests.samples import ALGS, ISSUER

MESSAGE = b"Cat Linh"
L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point, RFC 8032 section 5.1."""


def answer(alg, vector) -> bool:
    return verify_signature(alg, *(bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig")))


def admitted(public_key: bytes) -> bool:
    try:
        admit(PublicKey("EdDSA", public_key))
    except (KeyRejected, ValueError):
        return False
    return True


def test_ed25519_vectors(vectors):
    found = vectors("ed25519.json")
    for vector in found:
        assert answer("EdDSA", vector) is vector["expected"]["strict"], vector["id"]
    assert len(found) == 359


def test_ed25519_vectors_under_admitted_keys(vectors):
    kept_out = set()
    for vector in vectors("ed25519.json"):
        taken = admitted(bytes.fromhex(vector["pk"]))
        assert (taken and answer("EdDSA", vector)) is vector["expected"]["strict_torsion_free"], vector["id"]
        if not taken and vector["expected"]["strict"]:
            kept_out.add(vector["id"])
    assert len(kept_out) == 1, "speccheck 3: a key of mixed order, whose signature is right"


def test_ed25519_is_libsodium(vectors):
    for vector in vectors("ed25519.json"):
        public_key, message, signature = (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))
        try:
            nacl.signing.VerifyKey(public_key).verify(message, signature)
            theirs = True
        except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError):
            theirs = False
        assert verify_signature("EdDSA", public_key, message, signature) is theirs, vector["id"]


def test_p256_vectors(vectors):
    raw = [vector for vector in vectors("ecdsa_p256.json") if vector["set"] == "p1363"]
    for vector in raw:
        assert answer("ES256", vector) is vector["expected"]["strict_raw64"], vector["id"]
    assert len(raw) == 262
    assert any(vector["high_s"] for vector in raw if vector["expected"]["strict_raw64"])


def test_p256_vectors_with_compressed_points(vectors):
    for vector in vectors("ecdsa_p256.json"):
        if vector["set"] == "p1363":
            point = bytes.fromhex(vector["pk"])
            compressed = bytes([2 + point[-1] % 2]) + point[1:33]
            right = verify_signature("ES256", compressed, bytes.fromhex(vector["msg"]), bytes.fromhex(vector["sig"]))
            assert right is vector["expected"]["strict_raw64"], vector["id"]


def test_p256_vectors_in_der(vectors):
    """A phone's key store gives DER; what converts to 64 bytes is judged, the rest is refused there."""
    der = [vector for vector in vectors("ecdsa_p256.json") if vector["set"] == "der"]
    for vector in der:
        public_key, message = bytes.fromhex(vector["pk"]), bytes.fromhex(vector["msg"])
        try:
            signature = raw_signature(bytes.fromhex(vector["sig"]))
            right = verify_signature("ES256", public_key, message, signature)
        except ValueError:
            right = False
        assert right is vector["expected"]["strict_der"], vector["id"]
        assert not verify_signature("ES256", public_key, message, bytes.fromhex(vector["sig"])), "raw 64 bytes alone"
    assert len(der) == 484


def test_s_is_below_the_order():
    key = ISSUER["EdDSA"]
    signature = key.sign(MESSAGE)
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    assert verify_signature("EdDSA", key.public_key.raw, MESSAGE, signature)
    for multiple in (1, 2, 7):
        twin = r + (s + multiple * L).to_bytes(32, "little")
        assert not verify_signature("EdDSA", key.public_key.raw, MESSAGE, twin)


@pytest.mark.parametrize("alg", ALGS)
def test_lengths(alg):
    key = ISSUER[alg]
    public_key, signature = key.public_key.raw, key.sign(MESSAGE)
    assert verify_signature(alg, public_key, MESSAGE, signature)
    for wrong in (b"", signature[:-1], signature + b"\0", signature[:32]):
        assert not verify_signature(alg, public_key, MESSAGE, wrong)
    for wrong in (b"", public_key[:-1], public_key + b"\0", bytes(65), bytes(33), bytes(32)):
        assert not verify_signature(alg, wrong, MESSAGE, signature)


def test_64_bytes_and_no_other_writing_of_the_same_numbers():
    key = ISSUER["ES256"]
    signature = key.sign(MESSAGE)
    assert verify_signature("ES256", key.public_key.raw, MESSAGE, signature)
    assert not verify_signature("ES256", key.public_key.raw, MESSAGE, signature[:32] + b"\0" + signature[32:])


@pytest.mark.parametrize("alg", ALGS)
@given(data=st.data())
def test_any_bytes_are_a_wrong_signature(alg, data):
    public_key = data.draw(st.binary(max_size=70) | st.just(ISSUER[alg].public_key.raw))
    assert not verify_signature(alg, public_key, data.draw(st.binary(max_size=9)), data.draw(st.binary(max_size=70)))


@pytest.mark.parametrize("alg", ALGS)
def test_a_batch_gives_each_its_own_answer(alg):
    key = ISSUER[alg]
    messages = [bytes([number]) for number in range(8)]
    signatures = [key.sign(message) for message in messages]
    signatures[2], signatures[5] = signatures[5], b""
    answers = verify_signatures(alg, [key.public_key.raw] * 8, messages, signatures)
    assert answers == [True, True, False, True, True, False, True, True]
    with pytest.raises(ValueError, match="zip"):
        verify_signatures(alg, [key.public_key.raw] * 7, messages, signatures)


def test_misuse_is_an_error():
    with pytest.raises(ValueError, match="alg is"):
        verify_signature("HS256", b"", b"", b"")
    with pytest.raises(ValueError, match="backend is one of"):
        verify_signature("EdDSA", b"", b"", b"", backend="fastest")


def test_constants_follow_from_their_formulas():
    p = 2**255 - 19
    assert (p, L) == (admission.P, admission.L)
    assert (121666 * admission.D + 121665) % p == 0
    assert pow(admission._SQRT_MINUS_1, 2, p) == p - 1
    assert frozenset(y for _, y in small_order_points()) == admission.SMALL_ORDER_Y


def small_order_points() -> set[tuple[int, int]]:
    """The multiples of L times any point: the eight points whose order divides 8."""
    found = set()
    y = 2
    while len(found) < 8:
        point = admission._decompress(y.to_bytes(32, "little"))
        y += 1
        if point:
            torsion = admission._times(L, point)
            for multiple in range(8):
                x, y_, z, _ = admission._times(multiple, torsion)
                found.add((x * pow(z, -1, admission.P) % admission.P, y_ * pow(z, -1, admission.P) % admission.P))
    return found
