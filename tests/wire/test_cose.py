"""COSE_Sign1 against the published examples, and against keys and headers that break a rule."""

import cbor2
import pytest

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.signing import verify_signature
from hanoi_ticket.wire import cbor, cose

SIGNATURE = bytes(range(64))
X = bytes(range(32))
ALG_OF_CURVE = {"P-256": "ES256", "Ed25519": "EdDSA"}


@pytest.fixture
def examples(vectors):
    return vectors("cose_sign1.json")


def parts(example) -> tuple[bytes, dict, bytes, bytes] | None:
    """[protected, unprotected, payload, signature] of any COSE_Sign1, read by cbor2; None for another message."""
    value = cbor2.loads(bytes.fromhex(example["cbor"]))
    if isinstance(value, cbor2.CBORTag):
        value = value.value
    protected, unprotected, payload, signature = value if len(value) == 4 else [None] * 4
    if protected == b"\xa0":  # RFC 9052 section 4.4: an empty map is signed as no bytes; ours is never empty
        protected = b""
    return (protected, dict(unprotected), payload, signature) if example["kind"] == "sign1" else None


def test_what_is_signed(examples):
    """The failing examples were altered after signing, so their published structure is not what they carry."""
    honest = [example for example in examples if example["kind"] == "sign1" and not example["fail"]]
    for example in honest:
        protected, _, payload, _ = parts(example)
        message = cose.to_be_signed(protected, payload, bytes.fromhex(example["external_aad"]))
        assert message.hex() == example["tobesigned"].lower(), example["file"]
    assert len(honest) == 11


def test_signatures_by_keys_that_we_know(examples):
    """RFC 9052 says who is right; only ES256 on P-256 and EdDSA on Ed25519 are ours, whatever the header claims."""
    count = 0
    for example in examples:
        alg = ALG_OF_CURVE.get(example.get("key", {}).get("crv"))
        if example["kind"] != "sign1" or alg is None:
            continue
        protected, unprotected, payload, signature = parts(example)
        header = cbor2.loads(protected) if protected else {}
        named = cose.ALGORITHM.get({**unprotected, **header}.get(1))
        public_key = bytes.fromhex(example["key"]["pk"])
        message = cose.to_be_signed(protected, payload, bytes.fromhex(example["external_aad"]))
        right = named == alg and verify_signature(alg, public_key, message, signature)
        tagged = not example["cbor"].startswith("d903e6")  # sign-fail-01: another tag than 18
        by_us = named is not None or example["fail"]  # a hash that we do not speak cannot be judged
        if by_us:
            assert (right and tagged) is example["expected"]["rfc9052_generic"], example["file"]
            count += 1
    assert count == 13


def test_only_tag_18_with_nothing_unprotected_is_read(examples):
    """Derived from each message's own structure: the examples carry an unprotected kid, which we refuse."""
    accepted = set()
    for example in examples:
        try:
            message = cose.Sign1.decode(bytes.fromhex(example["cbor"]))
        except Refusal:
            continue
        protected, unprotected, payload, signature = parts(example)
        assert (message.protected, message.payload, message.signature) == (protected, payload, signature)
        assert unprotected == {}
        accepted.add(example["file"])
    strict = {
        e["file"]
        for e in examples
        if e["kind"] == "sign1" and e["cbor"].startswith("d2") and not parts(e)[1] and len(parts(e)[3]) == 64
    }
    assert accepted == strict == {"CWT/A_3.json"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("84 41a0 a0 40 5840", Reason.TAG),
        ("d1 84 41a0 a0 40 5840", Reason.TAG),
        ("d2 83 41a0 a0 40", Reason.BAD_LENGTH),
        ("d2 84 40 a0 40 5840", Reason.BAD_LENGTH),
        ("d2 84 41a0 a1 0126 40 5840", Reason.UNKNOWN_CONTENT),
        ("d2 84 41a0 a1 6161 00 40 5840", Reason.UNEXPECTED_TYPE),
        ("d2 84 41a0 80 40 5840", Reason.UNEXPECTED_TYPE),
        ("d2 84 41a0 a0 f6 5840", Reason.UNEXPECTED_TYPE),
        ("d2 84 41a0 a0 40 583f", Reason.TRUNCATED),
        ("d2 9f 41a0 a0 40 5840", Reason.INDEFINITE_LENGTH),
    ],
)
def test_frames_that_break_a_rule(text, reason):
    with pytest.raises(Refusal) as caught:
        cose.Sign1.decode(bytes.fromhex(text) + SIGNATURE[: 64 if text.endswith("5840") else 0])
    assert caught.value.reason is reason


def test_frame_ends_with_its_signature():
    whole = cose.Sign1(b"\xa0", b"", SIGNATURE).encode()
    assert cose.Sign1.decode(whole).signature == SIGNATURE
    with pytest.raises(Refusal, match="TRAILING_DATA"):
        cose.Sign1.decode(whole + b"\x00")


def test_a_header_is_read_only_when_short():
    longest = cbor.encode({1: -8, 4: bytes(122)})
    assert len(longest) == cose.MAX_HEADER
    assert cose.Sign1.decode(cose.Sign1(longest, b"", SIGNATURE).encode()).header()[4] == bytes(122)
    with pytest.raises(Refusal, match="BAD_LENGTH"):
        cose.Sign1.decode(cose.Sign1(bytes(cose.MAX_HEADER + 1), b"", SIGNATURE).encode())


@pytest.mark.parametrize("header", ["a0", "80", "a1 0138 22", "a1 0180", "a1 01a0", "a1 01f5", "a1 016545644453 41"])
def test_headers_without_an_algorithm_that_we_know(header):
    with pytest.raises(Refusal, match="UNSUPPORTED_ALGORITHM"):
        cose.Sign1(bytes.fromhex(header), b"", SIGNATURE).header()


@pytest.mark.parametrize(
    "key", [PublicKey("EdDSA", X), PublicKey("ES256", b"\x02" + X), PublicKey("ES256", b"\x03" + X)]
)
def test_keys_come_back(key):
    reader = cbor.Reader(cbor.encode(cose.key_value(key)))
    assert cose.read_key(reader) == key
    reader.finish()


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ({}, Reason.MISSING_CONTENT),
        ({1: 1, -1: 6}, Reason.MISSING_CONTENT),
        ({1: 2, -1: 1, -2: X}, Reason.MISSING_CONTENT),
        ({-1: 6, -2: X}, Reason.UNKNOWN_CONTENT),
        ({1: 1, -1: 6, -2: X, -3: True}, Reason.UNKNOWN_CONTENT),
        ({1: 1, 2: b"kid", -1: 6, -2: X}, Reason.UNKNOWN_CONTENT),
        ({1: 1, -1: 6, -2: X, -4: X}, Reason.UNKNOWN_CONTENT),
        ({1: 4, -1: X}, Reason.UNSUPPORTED_ALGORITHM),
        ({1: 1, -1: 7, -2: X}, Reason.UNSUPPORTED_ALGORITHM),
        ({1: 2, -1: 6, -2: X, -3: True}, Reason.UNSUPPORTED_ALGORITHM),
        ({1: 1, -1: 1, -2: X}, Reason.UNSUPPORTED_ALGORITHM),
        ({1: 1, -1: 6, -2: X[1:]}, Reason.BAD_LENGTH),
        ({1: 2, -1: 1, -2: X, -3: X}, Reason.UNEXPECTED_TYPE),
        ({1: 2, -1: 1, -2: X, -3: None}, Reason.UNEXPECTED_TYPE),
    ],
)
def test_keys_in_another_form(value, reason):
    with pytest.raises(Refusal) as caught:
        cose.read_key(cbor.Reader(cbor.encode(value)))
    assert caught.value.reason is reason


def test_both_numbers_of_an_algorithm_are_read():
    for number, alg in {-7: "ES256", -9: "ES256", -8: "EdDSA", -19: "EdDSA"}.items():
        header = cbor.encode({1: number, 4: b"kid1"})
        assert cose.read_protected_header(cbor.Reader(header)) == (alg, b"kid1")
