"""docs/ says what the code does: generated parts are up to date, names and numbers are real."""

import json
import re

import pytest

from hanoi_ticket import Reason, TrustBundle, verify
from hanoi_ticket.claims import Binding
from hanoi_ticket.ticket.symbol import symbol
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.wire import cwt, presentation
from hanoi_ticket.wire.annotate import annotate
from tests.docs import generated
from tests.samples import AT, HOLDER, ISSUER, every_code, signed
from tests.vectors import refusals

FORMAT = (generated.DOCS / "format.md").read_text("utf-8")
CAPITALS = re.compile(
    r"`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|EXPIRED|TRUNCATED|FLOAT|TAG|CHALLENGE|DENIED|PASSBACK|REPLAYED)`"
)


@pytest.mark.parametrize("page", generated.PAGES)
def test_generated_parts_are_up_to_date(page):
    text = (generated.DOCS / page).read_text("utf-8")
    assert generated.written(page) == text, "run: python -m tests.docs.generated"


def test_the_example_is_genuine_and_its_issuers_half_is_made_anew():
    trust = TrustBundle.of([IssuerRecord(ISSUER["EdDSA"].public_key)])
    assert verify(generated.EXAMPLE, trust, AT).reason is Reason.OK
    received = presentation.decode(generated.EXAMPLE)
    assert signed(received.ticket.claims) == received.ticket.raw
    assert received.ticket.claims.holder == HOLDER["ES256"].public_key
    assert generated.EXAMPLE in FORMAT


def test_the_dump_has_every_byte_once():
    dump = FORMAT.split("<!-- dump -->")[1].split("<!-- end -->")[0]
    octets = [line[6:53] for line in dump.splitlines() if line.startswith(" ")]
    assert bytes.fromhex("".join(octets)) == presentation.frame_bytes(generated.EXAMPLE)


def test_the_expansion_is_that_of_the_text():
    """The two steps of the page, taken literally."""
    frame = presentation.frame_bytes(generated.EXAMPLE)
    ticket = presentation.decode(generated.EXAMPLE).ticket
    assert frame[:3] == b"\x83\x58" + bytes([len(ticket.raw)])
    assert ticket.expanded() == b"\xd2\x84" + ticket.raw[1:11] + b"\xa0" + ticket.raw[11:]
    assert presentation.holder_header("ES256") == b"\xa1\x01\x26"
    assert presentation.holder_header("EdDSA") == b"\xa1\x01\x27"
    assert ticket.protected == ticket.raw[2:11]


def test_the_budget_holds_for_every_product():
    for name, _, claims, code in every_code():
        size, paper = len(presentation.frame_bytes(code)), claims.binding is Binding.NONE
        assert sum(part.size for part in annotate(code)) == size
        assert size <= (140 if paper else 240), name
        assert symbol(code).version <= (7 if paper else 11), name


def test_every_name_of_a_reason_is_one():
    for page in generated.PAGES:
        text = (generated.DOCS / page).read_text("utf-8")
        assert set(CAPITALS.findall(text)) <= set(Reason.__members__), page


def test_the_order_of_checks_names_every_reason_of_the_format():
    order = FORMAT.split("## The order of checks")[1].split("<!-- numbers -->")[0]
    named = set(CAPITALS.findall(order))
    assert {reason.name for reason in Reason if 1 <= reason < 70} <= named


def test_the_order_of_checks_is_the_order_of_the_code():
    """A code that breaks two rules is refused for the one that stands first on the page."""
    order = FORMAT.split("## The order of checks")[1]
    place = {name: order.index(f"`{name}`") for name in CAPITALS.findall(order)}
    trust = TrustBundle.of([IssuerRecord(ISSUER["EdDSA"].public_key)])
    broken = [
        "x" * 400,
        "VT2:" + "a" * 20,
        "VT1:aBBB",
        "VT1::::B",
        refusals.claimed({4: AT, 5: AT + 9, 7: b"\0\1"}),
        refusals.code(refusals.presented(refusals.ticket(protected=refusals.header(-7, b"none")))),
        refusals.code(refusals.presented(refusals.ticket({**refusals.CLAIMS, 4: AT}), proof=(0,))),
    ]
    expected = [
        ("TOO_LONG", "WRONG_PREFIX"),
        ("UNSUPPORTED_VERSION", "BASE45_CHARACTER"),
        ("BASE45_CHARACTER", "BASE45_LENGTH"),
        ("BASE45_LENGTH", "BASE45_OVERFLOW"),
        ("NON_SHORTEST", "BAD_VALUE"),
        ("UNKNOWN_ISSUER", "ALGORITHM_MISMATCH"),
        ("EXPIRED", "CODE_TOO_OLD"),
    ]
    for code, (first, second) in zip(broken, expected, strict=True):
        assert verify(code, trust, AT).reason.name == first, code
        assert first == "NON_SHORTEST" or place[first] < place[second]


def test_vectors_are_described():
    assert "tests/vectors/refusals.json" in FORMAT
    assert json.loads(refusals.FILE.read_text("utf-8"))["at"] == AT
    assert cwt.decode_ticket(refusals.ticket()).claims.ticket_id == 7
