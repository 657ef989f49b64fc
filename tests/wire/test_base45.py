"""RFC 9285 and what it leaves to the decoder."""

import base45 as peer
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.wire import base45

RFC_9285 = [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"base-45", "UJCLQE7W581"), (b"ietf!", "QED8WEX0"), (b"", "")]


def reason(text: bytes) -> Reason:
    with pytest.raises(Refusal) as caught:
        base45.decode(text)
    return caught.value.reason


@pytest.mark.parametrize(("data", "text"), RFC_9285)
def test_examples_of_sections_4_3_and_4_4(data, text):
    assert base45.encode(data) == text
    assert base45.decode(text.encode()) == data


@given(st.binary(max_size=300))
def test_encoding_is_the_peers(data):
    assert base45.encode(data).encode() == peer.b45encode(data)
    assert base45.decode(base45.encode(data).encode()) == data


@given(st.lists(st.sampled_from(base45.ALPHABET), max_size=12).map(bytes))
def test_every_text_over_the_alphabet_is_the_peers_or_refused(text):
    try:
        expected = peer.b45decode(text)
    except ValueError:
        expected = None
    try:
        found = base45.decode(text)
    except Refusal:
        found = None
    assert found == expected


@given(st.lists(st.sampled_from(base45.ALPHABET), max_size=12).map(bytes))
def test_bytes_have_one_text(text):
    try:
        data = base45.decode(text)
    except Refusal:
        return
    assert base45.encode(data).encode() == text


@pytest.mark.parametrize("text", [b"GGW", b":::", b"ZZZ", b"000:::", b"V5", b"::", b"000::"])
def test_groups_past_their_bytes(text):
    assert reason(text) is Reason.BASE45_OVERFLOW


def test_the_largest_groups():
    assert base45.decode(b"FGW") == b"\xff\xff"
    assert base45.decode(b"U5") == b"\xff"


@pytest.mark.parametrize("length", range(1, 30, 3))
def test_a_length_of_one_modulo_three(length):
    assert reason(b"0" * length) is Reason.BASE45_LENGTH


@pytest.mark.parametrize("character", sorted(set(range(256)) - set(base45.ALPHABET) - set(b"\r\n")))
def test_characters_outside_the_alphabet(character):
    assert reason(b"BB8" + bytes([character]) + b"BB") is Reason.BASE45_CHARACTER


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n", b"\n\n", b"\r\n\r\n"])
def test_a_terminator_is_no_part_of_a_code(end):
    assert reason(b"BB8" + end) is Reason.TRAILING_DATA
    assert reason(b"BB8" + end + b"BB8") is Reason.BASE45_CHARACTER
