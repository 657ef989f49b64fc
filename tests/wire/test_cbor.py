"""The strict reader against the public vectors, against cbor2, and rule by rule."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.wire import cbor

integers = st.integers(-(2**63), 2**63 - 1)
values = st.recursive(
    integers | st.binary(max_size=70) | st.text(max_size=70) | st.booleans() | st.none(),
    lambda items: st.lists(items, max_size=4) | st.dictionaries(integers | st.text(max_size=5), items, max_size=4),
    max_leaves=20,
)


def reason(text: str) -> Reason:
    with pytest.raises(Refusal) as caught:
        cbor.decode(bytes.fromhex(text))
    return caught.value.reason


def test_public_vectors(vectors):
    answers = {}
    for vector in vectors("cbor.json"):
        try:
            cbor.decode(bytes.fromhex(vector["hex"]))
            answer = True
        except Refusal:
            answer = False
        answers[vector["id"]] = answer
        assert answer is vector["expected"]["ticket_profile"], vector
    assert len(answers) == 229


def test_values_of_public_vectors_are_cbor2s(vectors):
    accepted = [bytes.fromhex(v["hex"]) for v in vectors("cbor.json") if v["expected"]["ticket_profile"]]
    for data in accepted:
        assert cbor.decode(data) == cbor2.loads(data)
        assert cbor.encode(cbor.decode(data)) == data
    assert len(accepted) == 13


@given(values)
def test_every_value_comes_back(value):
    data = cbor.encode(value)
    assert cbor.decode(data) == value == cbor2.loads(data)


@given(st.binary(max_size=40))
def test_bytes_are_refused_or_have_one_reading(data):
    try:
        value = cbor.decode(data)
    except Refusal:
        return
    assert cbor.encode(value) == data


@given(values, st.data())
def test_a_cut_is_refused(value, data):
    whole = cbor.encode(value)
    with pytest.raises(Refusal):
        cbor.decode(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_keys_are_in_bytewise_order_not_length_first():
    assert cbor.encode({-1: 0, 24: 0, 1: 0, "a": 0}) == bytes.fromhex("a4 01 00 1818 00 20 00 6161 00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Reason.TRUNCATED),
        ("18", Reason.TRUNCATED),
        ("4201", Reason.TRUNCATED),
        ("82 01", Reason.TRUNCATED),
        ("9b ffffffffffffffff", Reason.TRUNCATED),
        ("bb 7fffffffffffffff", Reason.TRUNCATED),
        ("5b ffffffffffffffff", Reason.TRUNCATED),
        ("0000", Reason.TRAILING_DATA),
        ("1c", Reason.RESERVED_HEAD),
        ("fe", Reason.RESERVED_HEAD),
        ("5f 4100 ff", Reason.INDEFINITE_LENGTH),
        ("9f ff", Reason.INDEFINITE_LENGTH),
        ("bf ff", Reason.INDEFINITE_LENGTH),
        ("ff", Reason.INDEFINITE_LENGTH),
        ("1817", Reason.NON_SHORTEST),
        ("1900ff", Reason.NON_SHORTEST),
        ("1a0000ffff", Reason.NON_SHORTEST),
        ("1b00000000ffffffff", Reason.NON_SHORTEST),
        ("5800", Reason.NON_SHORTEST),
        ("9801 00", Reason.NON_SHORTEST),
        ("f814", Reason.NON_SHORTEST),
        ("a2 0100 0100", Reason.DUPLICATE_KEY),
        ("a2 0200 0100", Reason.KEY_ORDER),
        ("a2 2000 0100", Reason.KEY_ORDER),
        ("f90000", Reason.FLOAT),
        ("fa00000000", Reason.FLOAT),
        ("fb", Reason.FLOAT),
        ("c000", Reason.TAG),
        ("d818 40", Reason.TAG),
        ("f7", Reason.UNEXPECTED_TYPE),
        ("f820", Reason.UNEXPECTED_TYPE),
        ("a1 4100 00", Reason.UNEXPECTED_TYPE),
        ("a1 f4 00", Reason.UNEXPECTED_TYPE),
        ("1b8000000000000000", Reason.BAD_VALUE),
        ("3b8000000000000000", Reason.BAD_VALUE),
        ("61ff", Reason.BAD_VALUE),
        ("81" * 9 + "00", Reason.BAD_LENGTH),
    ],
)
def test_each_rule(text, expected):
    assert reason(text) is expected


def test_depth_up_to_the_limit():
    assert cbor.decode(b"\x81" * 8 + b"\x00") == [[[[[[[[0]]]]]]]]


def test_a_declared_length_allocates_nothing():
    import tracemalloc

    tracemalloc.start()
    for head in ("5b", "7b", "9b", "bb"):
        assert reason(head + "7fffffffffffffff") is Reason.TRUNCATED
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100_000
