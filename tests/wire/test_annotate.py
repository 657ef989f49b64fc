"""The annotated table: every byte once, in order, named; hostile bytes are refused and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.ticket import printed
from hanoi_ticket.wire import cbor, presentation
from hanoi_ticket.wire.annotate import GROUPS, annotate

START = 1_795_000_000
ISSUER = Issuer.generate()
EC, ED = Holder.generate("ES256"), Holder.generate("EdDSA")
TICKET = ISSUER.issue(EC.public_key, "metro-2a-day", START, START + 50_000)
CODES = [
    EC.present(TICKET, START),
    EC.present(TICKET, START, challenge=1234),
    ED.present(ISSUER.issue(ED.public_key, "bus-month-route", START, START + 9, area=1032), START, clock_quality=2),
    printed(ISSUER.issue(None, "bus-single", START, START + 50_000)),
]


@pytest.mark.parametrize("code", CODES)
def test_the_parts_tile_the_code(code: str) -> None:
    data, parts = presentation.frame_bytes(code), annotate(code)
    assert bytes.fromhex("".join(part.hex for part in parts)) == data
    assert [part.offset for part in parts] == [sum(p.size for p in parts[:i]) for i in range(len(parts))]
    assert all(part.size == len(part.hex) // 2 for part in parts)
    assert {part.group for part in parts} <= set(GROUPS)
    assert annotate(code.encode()) == parts


@pytest.mark.parametrize("code", CODES)
def test_every_byte_of_an_honest_code_is_in_the_grammar(code: str) -> None:
    assert not [part for part in annotate(code) if "not in the grammar" in part.meaning]


def test_it_names_what_it_passes() -> None:
    meanings = [part.meaning for part in annotate(CODES[1])]
    for expected in ("alg: -8, EdDSA", "product: 110", "binding: 1, device", "crv: 1, P-256", "challenge: 1234"):
        assert expected in meanings
    assert f"exp: {START + 50_000}, 2026-11-19 01:00:00 UTC" in meanings


def test_a_ticket_alone_is_the_same_tree_without_its_frame() -> None:
    inner = [(part.size, part.meaning) for part in annotate(TICKET)]
    outer = [(part.size, part.meaning) for part in annotate(CODES[0])]
    assert outer[2 : 2 + len(inner)] == inner


def test_content_outside_the_grammar_is_shown_as_such() -> None:
    parts = annotate(cbor.encode([b"\xa1\x18\x63\x01", b"\xa0", bytes(64), "more"]))
    assert [p.meaning for p in parts if "not in" in p.meaning] == ["not in the grammar: 1", "not in the grammar: more"]


def test_deep_nesting_ends() -> None:
    with pytest.raises(Refusal) as refused:
        annotate(b"\x81" * 200 + b"\x00")
    assert refused.value.reason is Reason.BAD_LENGTH


@given(st.binary(max_size=300))
def test_any_bytes_are_parts_or_a_refusal(data: bytes) -> None:
    try:
        parts = annotate(data)
    except Refusal:
        return
    assert "".join(part.hex for part in parts) == data.hex()


@given(st.integers(0, len(TICKET) - 1), st.integers(0, 255))
def test_a_changed_byte_is_shown_or_refused(place: int, value: int) -> None:
    data = TICKET[:place] + bytes([value]) + TICKET[place + 1 :]
    try:
        parts = annotate(data)
    except Refusal:
        return
    assert "".join(part.hex for part in parts) == data.hex()
