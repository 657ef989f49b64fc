"""The parser's verdict on whole codes and on each way of breaking one; docs/format.md has the rules in order."""

import random

import numpy as np
import pytest

from hanoi_ticket.kernels import field, grammar, reason
from hanoi_ticket.kernels.base45 import MAX_BYTES, MAX_TEXT
from hanoi_ticket.reasons import Reason
from tests.kernels.codes import (
    ED25519_KEY,
    NOTHING,
    P256_KEY,
    PRINTED,
    SIGNATURE,
    WHOLE,
    X,
    base45,
    bytes_of,
    claims,
    code,
    dumps,
    mutated,
    presentation,
    protected,
    ticket,
)


def parse(text: bytes) -> tuple[int, np.ndarray, np.ndarray]:
    data, fields = np.zeros(MAX_BYTES, np.uint8), np.zeros(field.COUNT, np.int64)
    return grammar.parse(np.frombuffer(text, np.uint8), data, fields), data, fields


def refusal(text: bytes) -> str:
    return Reason(parse(text)[0]).name


def test_the_numbers_are_those_of_reason():
    numbers = {name: value for name, value in vars(reason).items() if name.isupper()}
    assert numbers == {name: Reason[name].value for name in numbers}
    assert set(range(22)) < set(numbers.values())


def test_a_device_code_gives_all_its_fields():
    verdict, data, f = parse(code(presentation(proof=(1_789_995_000, 123_456, 2))))
    assert verdict == reason.OK
    assert bytes_of(data, f[field.TICKET], f[field.TICKET_SIZE]) == ticket()
    assert bytes_of(data, f[field.PROTECTED], f[field.PROTECTED_SIZE]) == protected()
    assert bytes_of(data, f[field.CLAIMS], f[field.CLAIMS_SIZE]) == claims()
    assert bytes_of(data, f[field.PROOF], f[field.PROOF_SIZE]) == dumps([1_789_995_000, 123_456, 2])
    assert bytes_of(data, f[field.ISSUER_SIGNATURE], 64) == SIGNATURE
    assert bytes_of(data, f[field.HOLDER_SIGNATURE], 64) == SIGNATURE[::-1]
    assert bytes_of(data, f[field.CNF_X], 32) == X
    assert (f[field.ALG], f[field.KID]) == (-8, 0x0A0B0C0D)
    assert (f[field.EXP], f[field.NBF], f[field.TICKET_ID]) == (1_790_000_000, 1_789_990_000, 0x010203)
    assert (f[field.CNF_KEY], f[field.CNF_Y]) == (field.EC2, 1)
    assert [f[name] for name in (field.PRODUCT, field.RIDER, field.AREA, field.BINDING)] == [101, 3, 7, 1]
    assert (f[field.MOMENT], f[field.CHALLENGE], f[field.CLOCK]) == (1_789_995_000, 123_456, 2)


def test_a_printed_code_carries_neither_key_nor_proof():
    verdict, _, f = parse(code(PRINTED))
    assert verdict == reason.OK
    assert (f[field.CNF_KEY], f[field.PROOF_SIZE], f[field.BINDING]) == (field.NO_KEY, 0, 0)


def test_a_silent_proof_has_no_challenge_and_no_clock():
    for proof, challenge, clock in (((7,), -1, 0), ((7, 0), 0, 0), ((7, None, 3), -1, 3), ((7, 22, 1), 22, 1)):
        verdict, _, f = parse(code(presentation(proof=proof)))
        assert (verdict, f[field.MOMENT], f[field.CHALLENGE], f[field.CLOCK]) == (0, 7, challenge, clock)


def test_an_ed25519_holder_key_and_the_widest_values():
    verdict, data, f = parse(code(presentation(ticket(body=claims(ED25519_KEY, (65535, 23, 65535, 2), 2**53 - 1, 0)))))
    assert verdict == reason.OK
    assert (f[field.CNF_KEY], f[field.EXP], f[field.NBF]) == (field.OKP, 2**53 - 1, 0)
    assert bytes_of(data, f[field.CNF_X], 32) == X


@pytest.mark.parametrize("odd", [False, True])
def test_either_sign_of_a_point(odd):
    verdict, _, f = parse(code(presentation(ticket(body=claims({**P256_KEY, -3: odd})))))
    assert (verdict, f[field.CNF_Y]) == (reason.OK, odd)


def test_the_longest_code_fits():
    body = claims(P256_KEY, (65535, 23, 65535, 2), 2**53 - 1, 2**53 - 2, b"\xff" * 4)
    longest = presentation(ticket(protected(alg=-19), body), (2**53 - 1, 999_999, 3))
    assert parse(code(longest))[0] == reason.OK
    assert len(longest) <= MAX_BYTES
    assert len(code(longest)) <= MAX_TEXT


DEVICE = code(presentation())


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"XX1:" + b"@" * 379, "TOO_LONG"),
        (b"VT1:" + b"0" * 378, "UNEXPECTED_TYPE"),
        (b"", "WRONG_PREFIX"),
        (b"VT", "WRONG_PREFIX"),
        (b"VT1", "WRONG_PREFIX"),
        (b"VT:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"vt1:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"VT0:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"VT01:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"VT1;" + DEVICE[4:], "WRONG_PREFIX"),
        (b" " + DEVICE, "WRONG_PREFIX"),
        (b"VU1:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"XT1:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"VTX:" + DEVICE[4:], "WRONG_PREFIX"),
        (b"VT2:" + DEVICE[4:], "UNSUPPORTED_VERSION"),
        (b"VT10:", "UNSUPPORTED_VERSION"),
        (b"VT9" + b"9" * 370 + b":", "UNSUPPORTED_VERSION"),
        (b"VT1:", "TRUNCATED"),
        (DEVICE + b"\n", "TRAILING_DATA"),
        (DEVICE + b"\r\n", "TRAILING_DATA"),
        (DEVICE + b"\n0", "BASE45_CHARACTER"),
        (DEVICE[:20] + b"a" + DEVICE[21:] + b"\n", "BASE45_CHARACTER"),
        (DEVICE + b"\x00", "BASE45_CHARACTER"),
        (DEVICE + b"\xff\n", "BASE45_CHARACTER"),
        (b"VT1:" + b":::" * 9 + b"_", "BASE45_CHARACTER"),
        (b"VT1:" + b"a0", "BASE45_CHARACTER"),
        (b"VT1:" + b"0a", "BASE45_CHARACTER"),
        (b"VT1:" + b":::" * 9 + b"0", "BASE45_LENGTH"),
        (b"VT1:" + b":::", "BASE45_OVERFLOW"),
        (b"VT1:" + b"GGW", "BASE45_OVERFLOW"),  # 65536
        (b"VT1:" + b"FGW", "INDEFINITE_LENGTH"),  # 65535: ff is a break
        (b"VT1:" + b"V5", "BASE45_OVERFLOW"),  # 256
        (b"VT1:" + b"0" * 60 + b"::", "BASE45_OVERFLOW"),
    ],
)
def test_the_text(text, reason):
    assert refusal(text) == reason


def raw(at_claims: str) -> bytes:
    """A presentation whose claims are the given bytes."""
    return presentation(ticket(body=bytes.fromhex(at_claims)))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("", "TRUNCATED"),
        ("c0", "TAG"),
        ("d2", "TAG"),
        ("dc", "TAG"),
        ("df", "TAG"),
        ("1c", "RESERVED_HEAD"),
        ("5d", "RESERVED_HEAD"),
        ("fe", "RESERVED_HEAD"),
        ("9f", "INDEFINITE_LENGTH"),
        ("5f", "INDEFINITE_LENGTH"),
        ("ff", "INDEFINITE_LENGTH"),
        ("f90000", "FLOAT"),
        ("fa", "FLOAT"),
        ("fb", "FLOAT"),
        ("98", "TRUNCATED"),
        ("9900", "TRUNCATED"),
        ("9a000000", "TRUNCATED"),
        ("9b00000000000000", "TRUNCATED"),
        ("9803", "NON_SHORTEST"),
        ("9817", "NON_SHORTEST"),
        ("9900ff", "NON_SHORTEST"),
        ("9a0000ffff", "NON_SHORTEST"),
        ("9b00000000ffffffff", "NON_SHORTEST"),
        ("1803", "NON_SHORTEST"),
        ("f800", "NON_SHORTEST"),
        ("f81f", "NON_SHORTEST"),
        ("f8ff", "UNEXPECTED_TYPE"),
        ("f6", "UNEXPECTED_TYPE"),
        ("03", "UNEXPECTED_TYPE"),
        ("6161", "UNEXPECTED_TYPE"),
        ("a0", "UNEXPECTED_TYPE"),
        ("80", "BAD_LENGTH"),
        ("82", "BAD_LENGTH"),
        ("84", "BAD_LENGTH"),
        ("9818", "BAD_LENGTH"),
        ("9bffffffffffffffff", "BAD_LENGTH"),
        ("9b8000000000000000", "BAD_LENGTH"),
        ("81", "TRUNCATED"),
        ("8103", "UNEXPECTED_TYPE"),
        ("8141", "TRUNCATED"),
        ("815bffffffffffffffff", "TRUNCATED"),
        ("815b7fffffffffffffff", "TRUNCATED"),
        ("8140", "TRUNCATED"),
        ("8141a0", "UNEXPECTED_TYPE"),
        ("814182", "BAD_LENGTH"),
        ("8142834100", "TRUNCATED"),
    ],
)
def test_heads(data, reason):
    assert refusal(code(bytes.fromhex(data))) == reason


KEY = "58" + "20" + X.hex()
GOOD = "041a6ab13b00" + "051a6ab113f0" + "074101"
FARE = "3a000100008418650307"


@pytest.mark.parametrize(
    ("claims_hex", "reason"),
    [
        ("a4" + GOOD + FARE + "00", "OK"),
        ("a4" + GOOD[:-2] + "00" + FARE + "00", "OK"),  # ticket 0
        ("a4" + GOOD + FARE + "0000", "TRAILING_DATA"),
        ("a4" + GOOD + FARE + "03", "BAD_VALUE"),
        ("a4" + GOOD + FARE + "01", "BAD_VALUE"),  # bound, and no key
        ("a4" + GOOD + FARE, "TRUNCATED"),
        ("a0", "MISSING_CONTENT"),
        ("a3" + GOOD, "MISSING_CONTENT"),
        ("a3" + GOOD + "00", "MISSING_CONTENT"),
        ("a3" + GOOD[:24] + FARE + "00", "MISSING_CONTENT"),
        ("a4" + GOOD + "08a0", "MISSING_CONTENT"),  # no fare, and a confirmation of nothing
        ("a9", "BAD_LENGTH"),
        ("bbffffffffffffffff", "BAD_LENGTH"),
        ("a8" + GOOD + FARE + "00", "TRUNCATED"),
        ("a10000", "UNKNOWN_CONTENT"),
        ("a1", "TRUNCATED"),
        ("a11bffffffffffffffff", "UNKNOWN_CONTENT"),
        ("a13bffffffffffffffff", "UNKNOWN_CONTENT"),
        ("a1044104", "UNEXPECTED_TYPE"),
        ("a14104", "UNEXPECTED_TYPE"),
        ("a16104", "UNEXPECTED_TYPE"),
        ("a20400" + "0400", "DUPLICATE_KEY"),
        ("a20500" + "0400", "KEY_ORDER"),
        ("a23a00010000" + "8400000000" + "0400", "KEY_ORDER"),
        ("a23a00010000" + "8400000000" + "20", "KEY_ORDER"),
        ("a23a00010000" + "8400000000" + "3a00010001", "UNKNOWN_CONTENT"),
        ("a20400" + "20", "UNKNOWN_CONTENT"),
        ("a20400" + "0600", "UNKNOWN_CONTENT"),
        ("a1041b0020000000000000", "BAD_VALUE"),
        ("a1041bffffffffffffffff", "BAD_VALUE"),
        ("a10420", "UNEXPECTED_TYPE"),
        ("a104fb", "FLOAT"),
        ("a104c100", "TAG"),
        ("a1051b0020000000000000", "BAD_VALUE"),
        ("a10740", "BAD_LENGTH"),
        ("a107450102030405", "BAD_LENGTH"),
        ("a1074501020304", "TRUNCATED"),
        ("a107420001", "NON_SHORTEST"),
        ("a107450001020304", "BAD_LENGTH"),
        ("a10701", "UNEXPECTED_TYPE"),
        ("a13a0001000083", "BAD_LENGTH"),
        ("a13a000100008520", "BAD_LENGTH"),
        ("a13a000100008420", "UNEXPECTED_TYPE"),
        ("a13a00010000841a00010000", "BAD_VALUE"),
        ("a13a0001000084001818", "BAD_VALUE"),
        ("a13a00010000840018", "TRUNCATED"),
        ("a13a000100008400001a00010000", "BAD_VALUE"),
        ("a4" + "041a6ab113f0" + "051a6ab113f0" + "074101" + FARE + "00", "BAD_VALUE"),  # exp = nbf
        ("a4" + "0400" + "0501" + "074101" + FARE + "00ff", "TRAILING_DATA"),
        # the holder's key
        ("a108a0", "MISSING_CONTENT"),
        ("a108a9", "BAD_LENGTH"),
        ("a10881", "UNEXPECTED_TYPE"),
        ("a108a10200", "UNKNOWN_CONTENT"),
        ("a108a101a0", "MISSING_CONTENT"),
        ("a108a10181", "UNEXPECTED_TYPE"),
        ("a108a101a12001", "UNKNOWN_CONTENT"),
        ("a108a101a10103", "UNSUPPORTED_ALGORITHM"),
        ("a108a101a10120", "UNSUPPORTED_ALGORITHM"),
        ("a108a101a101f5", "UNEXPECTED_TYPE"),
        ("a108a101a20102" + "2006", "UNSUPPORTED_ALGORITHM"),
        ("a108a101a20101" + "2001", "UNSUPPORTED_ALGORITHM"),
        ("a108a101a20101" + "0201", "UNKNOWN_CONTENT"),
        ("a108a101a30102" + "2001" + "2001", "DUPLICATE_KEY"),
        ("a108a101a30102" + "2001" + "2141", "TRUNCATED"),
        ("a108a101a30102" + "2001" + "2141aa", "BAD_LENGTH"),
        ("a108a101a30102" + "2001" + "21" + KEY, "MISSING_CONTENT"),
        ("a108a101a20102" + "21" + KEY, "MISSING_CONTENT"),
        ("a108a101a40102" + "2001" + "21" + KEY + "22" + KEY, "UNEXPECTED_TYPE"),
        ("a108a101a40102" + "2001" + "21" + KEY + "22f6", "UNEXPECTED_TYPE"),
        ("a108a101a40102" + "2001" + "21" + KEY + "22f814", "NON_SHORTEST"),
        ("a108a101a40102" + "2001" + "21" + KEY + "2201", "UNEXPECTED_TYPE"),
        ("a108a101a40102" + "2001" + "21" + KEY + "22", "TRUNCATED"),
        ("a108a101a40101" + "2006" + "21" + KEY + "22f5", "UNKNOWN_CONTENT"),
        ("a108a101a50102" + "2001" + "21" + KEY + "22f5" + "2300", "UNKNOWN_CONTENT"),
        ("a208a101a40102" + "2001" + "21" + KEY + "22f5" + "3a0001000084000000", "TRUNCATED"),
        ("a208a101a30102" + "2001" + "21" + KEY + FARE + "00", "MISSING_CONTENT"),
        ("a108a201a30101" + "2006" + "21" + KEY + "0100", "DUPLICATE_KEY"),
        ("a108a201a30101" + "2006" + "21" + KEY + "0200", "UNKNOWN_CONTENT"),
    ],
)
def test_claims(claims_hex, reason):
    level1 = ticket(body=bytes.fromhex(claims_hex))
    assert refusal(code(presentation(level1, NOTHING))) == reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (presentation(ticket(dumps({1: -7, 4: b"abcd"}))), "OK"),
        (presentation(ticket(dumps({1: -9, 4: b"abcd"}))), "OK"),
        (presentation(ticket(dumps({1: -19, 4: b"abcd"}))), "OK"),
        (presentation(ticket(dumps({1: 5, 4: b"abcd"}))), "UNSUPPORTED_ALGORITHM"),
        (presentation(ticket(dumps({1: -37, 4: b"abcd"}))), "UNSUPPORTED_ALGORITHM"),
        (presentation(ticket(dumps({1: "EdDSA", 4: b"abcd"}))), "UNEXPECTED_TYPE"),
        (presentation(ticket(dumps({1: -8}))), "MISSING_CONTENT"),
        (presentation(ticket(dumps({4: b"abcd"}))), "MISSING_CONTENT"),
        (presentation(ticket(b"")), "TRUNCATED"),
        (presentation(ticket(dumps({1: -8, 4: b"abc"}))), "BAD_LENGTH"),
        (presentation(ticket(dumps({1: -8, 4: b"abcde"}))), "BAD_LENGTH"),
        (presentation(ticket(dumps({1: -8, 2: [1]}))), "UNKNOWN_CONTENT"),
        (presentation(ticket(bytes.fromhex("a2044461626364") + bytes.fromhex("0127"))), "KEY_ORDER"),
        (presentation(ticket(protected() + b"\x00")), "TRAILING_DATA"),
        (presentation(ticket(signature=bytes(63))), "BAD_LENGTH"),
        (presentation(ticket(signature=bytes(65))), "BAD_LENGTH"),
        (presentation(ticket() + b"\x00"), "TRAILING_DATA"),
        (presentation(dumps([protected(), claims()])), "BAD_LENGTH"),
        (presentation(dumps([protected(), {}, SIGNATURE])), "UNEXPECTED_TYPE"),
        (presentation() + b"\x00", "TRAILING_DATA"),
        (PRINTED + b"\x00", "TRAILING_DATA"),
        (presentation(PRINTED), "BAD_LENGTH"),
        (presentation(ticket(), NOTHING), "OK"),  # bound without proof: PROOF_MISSING, later
        (presentation(ticket(body=claims(NOTHING, (1, 0, 0, 0)))), "OK"),  # PROOF_UNEXPECTED, later
        (presentation(ticket(body=claims(P256_KEY, (1, 0, 0, 0)))), "BAD_VALUE"),
        (dumps([ticket(), dumps([1])]), "BAD_LENGTH"),
        (dumps([ticket(), dumps([1]), SIGNATURE, 0]), "BAD_LENGTH"),
        (dumps([ticket(), [1], SIGNATURE]), "UNEXPECTED_TYPE"),
        (dumps([dumps([1]), dumps([1]), SIGNATURE]), "BAD_LENGTH"),
        (presentation(proof=()), "BAD_LENGTH"),
        (presentation(proof=(1, 2, 3, 4)), "BAD_LENGTH"),
        (presentation(proof=b""), "TRUNCATED"),
        (presentation(proof=(2**53,)), "BAD_VALUE"),
        (presentation(proof=(-1,)), "UNEXPECTED_TYPE"),
        (presentation(proof=(None,)), "UNEXPECTED_TYPE"),
        (presentation(proof=(1, None)), "UNEXPECTED_TYPE"),
        (presentation(proof=(1, False, 1)), "UNEXPECTED_TYPE"),
        (presentation(proof=bytes.fromhex("8301f81601")), "NON_SHORTEST"),
        (presentation(proof=(1, 1_000_000)), "BAD_VALUE"),
        (presentation(proof=(1, 2, 0)), "BAD_VALUE"),
        (presentation(proof=(1, 2, 4)), "BAD_VALUE"),
        (presentation(proof=(1, 2, None)), "UNEXPECTED_TYPE"),
        (presentation(proof=bytes.fromhex("8101ff")), "TRAILING_DATA"),
        (presentation(proof=bytes.fromhex("8201")), "TRUNCATED"),
        (presentation(signature=bytes(63)), "BAD_LENGTH"),
        (presentation()[:-1], "TRUNCATED"),
        (presentation()[:-64], "TRUNCATED"),
        (presentation()[:-66], "TRUNCATED"),
    ],
)
def test_presentations(data, reason):
    assert refusal(code(data)) == reason


def test_every_prefix_of_a_code_is_refused():
    for whole in WHOLE:
        for size in range(len(whole)):
            assert refusal(code(whole[:size])) == "TRUNCATED"


def test_what_is_accepted_has_exactly_one_text():
    chance = random.Random(3)
    accepted = 0
    for _ in range(4000):
        text = mutated(chance)
        verdict, data, fields = parse(text)
        if verdict == reason.OK:
            accepted += 1
            last = (
                (field.HOLDER_SIGNATURE, 64) if fields[field.PROOF_SIZE] else (field.TICKET, fields[field.TICKET_SIZE])
            )
            size = fields[last[0]] + last[1]
            assert b"VT1:" + base45(bytes_of(data, 0, size)) == text
    assert accepted > 100
