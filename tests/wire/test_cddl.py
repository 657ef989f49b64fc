"""The grammars in docs/ hold for all that we write, and for nothing that we refuse: read by a CDDL library."""

import re
from functools import cache
from pathlib import Path

import cbor2
import pycddl
import pytest

from hanoi_ticket import TrustBundle
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.wire import base45, cose, presentation
from tests.samples import ALGS, AT, AUTHORITY, ISSUER, PROOFS, every_code
from tests.vectors import refusals

DOCS = Path(__file__).parents[2] / "docs"
EMBEDDED = re.compile(r"(?<=bstr) \.cbor ([\w-]+)")


@cache
def schema(file: str, rule: str) -> pycddl.Schema:
    """`rule` of a grammar. The library loses its place at `.cbor` within an array, so strings are opened by `hold`."""
    return pycddl.Schema(f"start = {rule}\n" + EMBEDDED.sub("", (DOCS / file).read_text("utf-8")))


def embedded(file: str, rule: str) -> list[str]:
    """What the strings of an array rule hold, in their order."""
    text = (DOCS / file).read_text("utf-8")
    body = re.search(rf"^{rule} +=([^\]]+\])", text, re.MULTILINE)
    return EMBEDDED.findall(body[1]) if body else []


def hold(file: str, rule: str, data: bytes) -> None:
    """Raises `ValidationError` unless `data` is of `rule`, and each string in it of the rule that it is bound to."""
    schema(file, rule).validate_cbor(data)
    strings = embedded(file, rule)
    if strings:
        parts = [item for item in cbor2.loads(data) if isinstance(item, bytes)]
        for inner, part in zip(strings, parts, strict=False):
            hold(file, inner, part)


def frame(code: str) -> bytes:
    return base45.decode(code.removeprefix("VT1:").encode())


def test_strings_are_opened():
    assert embedded("ticket.cddl", "presentation") == ["ticket", "proof"]
    assert embedded("ticket.cddl", "ticket") == ["protected", "claims"]
    assert embedded("bundle.cddl", "bundle") == ["bundle-header", "content"]
    assert embedded("bundle.cddl", "status-list-token") == ["list-header", "list-claims"]


def test_every_code():
    for _, _, _, code in every_code():
        hold("ticket.cddl", "presentation", frame(code))


def test_every_proof():
    for proof in PROOFS:
        hold("ticket.cddl", "proof", presentation.encode_proof(proof))


def vectors_that_a_grammar_can_judge():
    """Order, shortest forms and what follows are beyond CDDL; content, sizes and ranges are not.

    The library takes a text for a byte string with a range of sizes.
    """
    judged = {"UNKNOWN_CONTENT", "MISSING_CONTENT", "BAD_LENGTH", "UNSUPPORTED_ALGORITHM", "UNEXPECTED_TYPE", "FLOAT"}
    ranges = {"large-time", "binding", "rider", "challenge", "clock-zero"}
    for vector in [*refusals.heads(), *refusals.maps(), *refusals.values()]:
        if (vector[2].name in judged or vector[0] in ranges) and vector[0] != "text-for-bytes":
            yield pytest.param(vector[1], id=vector[0])


@pytest.mark.parametrize("code", list(vectors_that_a_grammar_can_judge()))
def test_what_the_grammar_refuses(code):
    with pytest.raises(pycddl.ValidationError):
        hold("ticket.cddl", "presentation", frame(code))


@pytest.mark.parametrize("alg", ALGS)
def test_bundles_and_status_lists(alg):
    records = [IssuerRecord(ISSUER["EdDSA"].public_key, "metro"), IssuerRecord(ISSUER["ES256"].public_key, "", 5, AT)]
    trust = TrustBundle.of(records, denied={records[0].kid: [1, 70_000]})
    signed = trust.sign(AUTHORITY[alg], version=3, at=AT)
    hold("bundle.cddl", "bundle", signed[1:])
    content = cbor2.loads(cose.Sign1.decode(signed).payload)
    for rule, rows in zip(("rider-row", "area-row", "product-row"), content[7][3:6], strict=True):
        for row in rows:  # the library looks at the first row of a list alone
            schema("bundle.cddl", rule).validate_cbor(cbor2.dumps(row))
    token = content[6][0][1]
    hold("bundle.cddl", "status-list-token", token[1:])
    with pytest.raises(pycddl.ValidationError):
        hold("bundle.cddl", "bundle", token[1:])
