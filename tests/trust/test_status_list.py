"""The deny list: one bit a ticket, small on the wire and bounded in memory."""

import tracemalloc
import zlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.errors import Refusal, TrustRejected
from hanoi_ticket.signing import kid
from hanoi_ticket.trust import StatusList, status_list
from hanoi_ticket.wire import cbor, cose
from tests.samples import ALGS, AT, AUTHORITY, fixed_key

SIGNER = AUTHORITY["EdDSA"]
KID = b"kid1"
CLAIMS = {2: "urn:hanoi-ticket:status:" + KID.hex(), 6: AT, 65533: {"bits": 1, "lst": zlib.compress(b"\x05")}}
HEADER = {1: -8, 4: kid(SIGNER.public_key), 16: "application/statuslist+cwt"}


def signed(claims: object = CLAIMS, header: dict = HEADER, signer=SIGNER, aad: bytes = b"") -> bytes:
    protected, payload = cbor.encode(header), cbor.encode(claims)
    return cose.Sign1(protected, payload, signer.sign(cose.to_be_signed(protected, payload, aad))).encode()


def read(token: bytes, name: bytes = KID) -> StatusList:
    return StatusList.from_token(token, name, SIGNER.public_key)


@given(st.sets(st.integers(0, 5000)))
def test_exactly_the_denied(denied):
    listed = StatusList.of(denied)
    assert {number for number in range(5100) if listed.denies(number)} == denied
    assert read(listed.token(KID, AT, SIGNER)) == listed


@pytest.mark.parametrize("alg", ALGS)
def test_a_token_comes_back(alg):
    token = StatusList.of([0, 9]).token(KID, AT, AUTHORITY[alg])
    assert StatusList.from_token(token, KID, AUTHORITY[alg].public_key).bits == b"\x01\x02"
    assert cbor2.loads(cbor2.loads(token).value[2])[65533]["bits"] == 1


def test_the_first_ticket_is_the_lowest_bit():
    assert StatusList.of([0]).bits == b"\x01"
    assert StatusList.of([7, 8]).bits == b"\x80\x01"


def test_tickets_past_the_end_are_not_denied():
    assert not StatusList.of([3]).denies(4_000_000_000)


def test_the_largest_list_comes_back_and_no_larger_one():
    last = status_list.MAX_BYTES * 8 - 1
    listed = StatusList.of([last])
    assert read(listed.token(KID, AT, SIGNER)).denies(last)
    with pytest.raises(ValueError, match="below"):
        StatusList.of([last + 1])


def test_one_byte_more_than_the_largest():
    token = signed({**CLAIMS, 65533: {"bits": 1, "lst": zlib.compress(bytes(status_list.MAX_BYTES + 1))}})
    with pytest.raises(TrustRejected, match="too long"):
        read(token)


def test_a_compressed_bomb_is_not_inflated():
    bomb = zlib.compress(bytes(status_list.MAX_BYTES * 16), 9)
    token = signed({**CLAIMS, 65533: {"bits": 1, "lst": bomb}})
    tracemalloc.start()
    with pytest.raises(TrustRejected, match="too long"):
        read(token)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * status_list.MAX_BYTES


@pytest.mark.parametrize(
    "lst",
    [b"", b"\x05", zlib.compress(b"\x05")[:-1], zlib.compress(b"\x05") + b"\0", b"\x78\xda" + bytes(9), "text", None],
)
def test_lists_that_are_damaged(lst):
    with pytest.raises(TrustRejected):
        read(signed({**CLAIMS, 65533: {"bits": 1, "lst": lst}}))


@pytest.mark.parametrize(
    "claims",
    [
        {**CLAIMS, 2: "urn:hanoi-ticket:status:00000000"},
        {key: CLAIMS[key] for key in (2, 6)},
        {**CLAIMS, 65533: {"bits": 2, "lst": zlib.compress(b"")}},
        {**CLAIMS, 65533: [1, zlib.compress(b"")]},
        [],
    ],
    ids=str,
)
def test_claims_of_another_list(claims):
    with pytest.raises(TrustRejected):
        read(signed(claims))


def test_the_list_of_another_issuer():
    assert read(signed()).bits == b"\x05"
    with pytest.raises(TrustRejected, match="for this issuer"):
        read(signed(), b"kid2")


def test_another_signer_and_another_use():
    with pytest.raises(TrustRejected, match="signature"):
        read(signed(signer=fixed_key("EdDSA", 9)))
    with pytest.raises(TrustRejected, match="signature"):
        read(signed(aad=b"VT1/bundle"))


@pytest.mark.parametrize(
    "header", [{**HEADER, 16: "application/cwt"}, {1: -8, 4: HEADER[4]}, {**HEADER, 1: -7}, {**HEADER, 1: -35}, {}]
)
def test_headers_of_another_type(header):
    with pytest.raises((TrustRejected, Refusal)):
        read(signed(header=header))


def test_a_flipped_bit_in_every_byte():
    token = signed()
    for at in range(len(token)):
        changed = bytearray(token)
        changed[at] ^= 1 << at % 8
        with pytest.raises((TrustRejected, Refusal)):
            read(bytes(changed))


def test_ten_million_tickets_fit_a_bundle():
    import random

    chance = random.Random(1)
    listed = StatusList.of(chance.sample(range(10_000_000), 50_000))
    assert len(listed.token(KID, AT, SIGNER)) < 100_000
