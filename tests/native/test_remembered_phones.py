"""Phones that come back: the answers stay those of OpenSSL, only what both signatures vouch for is remembered, and the
memory has its bound.
"""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from hanoi_ticket import Reason, verify
from hanoi_ticket.kernels.phone_set import LINE_WORDS, PHONES, SET_WORDS, USED, WAYS
from hanoi_ticket.native import choice
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels, Moment
from hanoi_ticket.native.phones import WORD, Phones
from hanoi_ticket.signing import PrivateKey, verify_signature
from hanoi_ticket.validator import authentic
from tests.city import START
from tests.native import rulebook

SET_BYTES = SET_WORDS * WORD


@pytest.fixture
def lanes(native, monkeypatch):
    """With room for two sets of phones."""
    if native.lanes is None:
        pytest.skip("this processor has no lanes")
    monkeypatch.setattr(native.lanes, "phones", Phones(native.ffi, 2 * SET_BYTES))
    return native.lanes


def is_remembered(phones, key):
    lines = (one * SET_WORDS + PHONES + way * LINE_WORDS for one in range(phones.sets) for way in range(WAYS))
    held = (b"".join(phones.words[line + i].to_bytes(WORD, "little") for i in range(USED)) for line in lines)
    return key in {name[: len(key)] for name in held}


def compressed(key):
    return key if len(key) == 33 else bytes([2 + (key[-1] & 1)]) + key[1:33]


def test_p256_vectors(lanes, vectors):
    """Each twice, so that most of the wrong ones are under a key that a right one made known."""
    again = 0
    phones = lanes.phones = Phones(lanes.ffi, 64 * SET_BYTES)
    for number in range(2):
        for vector in vectors("ecdsa_p256.json"):
            key, message, signature = (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))
            if len(key) not in (33, 65) or len(signature) != 64:
                continue
            expected = verify_signature("ES256", compressed(key), message, signature, backend="openssl")
            again += number and not expected and is_remembered(phones, compressed(key))
            assert lanes.verify_phone(compressed(key), message, signature) is expected, vector["id"]
    assert again > 50


def signed(chance, signers):
    """A key, a message and a signature, right ones or with a flaw, and what OpenSSL says."""
    signer, message = chance.choice(signers), chance.randbytes(chance.randrange(200))
    parts = [bytearray(signer.public_key.raw), bytearray(message), bytearray(signer.sign(message))]
    if chance.random() < 0.4:
        part = chance.choice([part for part in parts if part])
        part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
    parts = tuple(map(bytes, parts))
    return *parts, verify_signature("ES256", *parts, backend="openssl")


def test_many_phones_in_any_order_and_threads(lanes, cases):
    """Of 40 phones 16 fit, so that they drive one another out."""
    chance = random.Random(41)
    signers = [PrivateKey.generate("ES256") for _ in range(40)]
    drawn = [signed(chance, signers) for _ in range(cases(1000))]

    def work(seed):
        for key, message, signature, expected in random.Random(seed).sample(drawn, len(drawn)):
            assert lanes.verify_phone(key, message, signature) is expected

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))
    assert 0 < lanes.phones.remembered <= lanes.phones.capacity == 2 * WAYS
    assert 0 < sum(expected for *_, expected in drawn) < len(drawn)


class Reader:
    """A reader whose codes go over the lanes."""

    def __init__(self, native, lanes):
        self.native, self.trust = native, rulebook.trust()
        self.prepared = authentic.prepared(native, self.trust)
        self.prepared.adopt(lanes, known=True)

    def __call__(self, code, at=START):
        return Reason(self.native.verify_code(code.encode(), self.prepared, Moment(at, 15, 45)).reason)


def test_only_what_two_signatures_vouch_for_is_remembered(native, lanes):
    reader, right = Reader(native, lanes), rulebook.honest("EdDSA", "ES256")
    refused = {reader(code) for code in rulebook.forged("EdDSA", "ES256")}
    assert {Reason.ISSUER_SIGNATURE, Reason.HOLDER_SIGNATURE, Reason.HOLDER_KEY, Reason.UNKNOWN_ISSUER} <= refused
    assert reader(rulebook.honest("EdDSA", "EdDSA")) is Reason.OK
    assert reader(rulebook.honest("EdDSA", None)) is Reason.OK
    assert lanes.phones.remembered == 0
    assert [reader(right), reader(right)] == [Reason.OK] * 2
    assert reader(right, START + 46) is Reason.CODE_TOO_OLD
    assert lanes.phones.remembered == 1


def test_a_phone_that_is_known_cannot_forge(native, lanes):
    """The verdicts with its table are those without."""
    reader, forged = Reader(native, lanes), list(rulebook.forged("ES256", "ES256"))
    before = [reader(code) for code in forged]
    assert reader(rulebook.honest("ES256", "ES256")) is Reason.OK
    assert lanes.phones.remembered == 1
    assert [reader(code) for code in forged] == before


def test_with_no_memory_nothing_is_remembered(native, lanes):
    lanes.phones = Phones(native.ffi, SET_BYTES - 1)
    reader, right = Reader(native, lanes), rulebook.honest("EdDSA", "ES256")
    assert [reader(right) for _ in range(3)] == [Reason.OK] * 3
    assert lanes.phones.capacity == lanes.phones.remembered == 0


def test_the_memory_is_bounded(native):
    for size in (SET_BYTES, 1 << 20, 4 << 20):
        phones = Phones(native.ffi, size)
        assert len(native.ffi.buffer(phones.words)) == phones.sets * SET_BYTES <= size
        assert size - phones.sets * SET_BYTES < SET_BYTES


@pytest.fixture
def fresh(monkeypatch, place):
    """The choice of a process that has just begun, with a setting."""

    def begin(chosen):
        monkeypatch.setenv("HANOI_TICKET_NATIVE", str(place.parent))
        monkeypatch.setenv("HANOI_TICKET_PHONE_MIB", chosen)
        choice.automatic.cache_clear()
        choice._loaded.cache_clear()
        return choice.kernels()

    yield begin
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()


def test_an_operator_can_bound_the_memory_of_phones(fresh):
    assert fresh("1").has_lanes == (fresh("0").lanes is not None)
    if fresh("0").has_lanes:
        assert fresh("0").lanes.phones.capacity == 0
        assert fresh("1").lanes.phones.capacity == (1 << 20) // SET_BYTES * WAYS
    with pytest.raises(NativeRefused, match="HANOI_TICKET_PHONE_MIB is a number of MiB"):
        fresh("all")


def test_a_whole_verification_remembers(fresh, monkeypatch):
    kernels = fresh("1")
    if not kernels.has_lanes:
        pytest.skip("this processor has no lanes")
    monkeypatch.setattr(authentic, "_blocks", {})
    bundle, code = rulebook.trust(), rulebook.honest("EdDSA", "ES256")
    assert all(verify(code, bundle, START).accepted for _ in range(300))
    assert kernels.lanes.phones.remembered == 1
    assert kernels.paths["phones"] == f"1 of at most {kernels.lanes.phones.capacity} remembered"


def test_readers_without_lanes_have_no_such_memory(native):
    assert Kernels("words", native.ffi, native.entries).lanes is None


def test_lanes_that_take_a_known_phone_at_its_word_are_left_alone(native, lanes, monkeypatch):
    """The self-test asks for wrong signatures of a phone that is remembered."""
    verify_phone = type(lanes).verify_phone
    monkeypatch.setattr(
        type(lanes),
        "verify_phone",
        lambda these, key, *one: is_remembered(these.phones, key) or verify_phone(these, key, *one),
    )
    assert Kernels("doubtful", native.ffi, native.entries, lanes=True).lanes is None
