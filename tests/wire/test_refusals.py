"""Every refusal rule is reached, and is the first to speak."""

import json

import pytest

from hanoi_ticket import Reason, TrustBundle, verify
from hanoi_ticket.signing import kid
from hanoi_ticket.trust import IssuerRecord
from tests.samples import ISSUER
from tests.vectors import refusals

DOCUMENT = json.loads(refusals.FILE.read_text("utf-8"))
VECTORS = DOCUMENT["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector(vector):
    trust = TrustBundle.of([IssuerRecord(ISSUER["EdDSA"].public_key)])
    for code in {vector["code"], vector["code"].encode("ascii", "replace")}:
        verdict = verify(code, trust, DOCUMENT["at"])
        assert (verdict.reason.name, int(verdict.reason)) == (vector["reason"], vector["number"]), verdict.detail


def test_every_reason_of_the_format_has_a_vector():
    reached = {vector["number"] for vector in VECTORS}
    assert {int(reason) for reason in Reason if 1 <= reason <= 29} <= reached
    assert {30, 31, 32, 33, 34, 35, 36, 50, 51, 52, 53} <= reached
    assert len({vector["id"] for vector in VECTORS}) == len(VECTORS)


def test_the_file_is_what_its_script_writes():
    assert refusals.FILE.read_text("utf-8") == refusals.text()
    assert DOCUMENT["issuers"][0]["kid"] == kid(ISSUER["EdDSA"].public_key).hex()
