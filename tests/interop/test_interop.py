"""Parties that know nothing of us read what we sign, after the mechanical expansion of docs/format.md; we read theirs.

`make .venv-interop/ready` sets them up; without it these tests are skipped, and fail in CI.
"""

import base64
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hanoi_ticket import Reason, TrustBundle, verify
from hanoi_ticket.claims import Binding, Claims, Proof
from hanoi_ticket.signing import PrivateKey, kid
from hanoi_ticket.trust import IssuerRecord, StatusList, bundle
from hanoi_ticket.wire import cose, cwt, presentation
from tests.samples import ALGS, AT, AUTHORITY, HOLDER, ISSUER, every_code, signed

HERE = Path(__file__).parent
BIN = HERE.parents[1] / ".venv-interop" / "bin"
COMMANDS = {
    "python-cwt": [BIN / "python", HERE / "peer_cwt.py"],
    "auth0-cose": [BIN / "node", HERE / "peer_cose.mjs"],
}
STATUS_LIST = [BIN / "node", HERE / "peer_status_list.mjs"]
TRUST = TrustBundle.of([IssuerRecord(ISSUER[alg].public_key) for alg in ALGS])


def ask(command: list[Path], **request: Any) -> dict[str, Any]:
    if not (BIN / "node").exists() or not (HERE / "node_modules").is_dir():
        if os.environ.get("CI"):
            pytest.fail("the interop environment is absent: make .venv-interop/ready")
        pytest.skip("the interop environment is absent: make .venv-interop/ready")
    done = subprocess.run(command, input=json.dumps(request).encode(), capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def jwk(key: PrivateKey, *, private: bool = False) -> dict[str, str]:
    def text(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    secret = key._key
    if isinstance(secret, ec.EllipticCurvePrivateKey):
        numbers = secret.private_numbers()
        x, y = (text(number.to_bytes(32, "big")) for number in (numbers.public_numbers.x, numbers.public_numbers.y))
        found = {"kty": "EC", "crv": "P-256", "alg": "ES256", "x": x, "y": y}
        return found | ({"d": text(numbers.private_value.to_bytes(32, "big"))} if private else {})
    found = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "x": text(key.public_key.raw)}
    return found | ({"d": text(secret.private_bytes_raw())} if private else {})


@pytest.fixture(params=COMMANDS.values(), ids=COMMANDS)
def peer(request):
    return request.param


def test_both_levels_of_every_product(peer):
    items, payloads = [], []
    for _, issuer, claims, code in every_code():
        received = presentation.decode(code)
        ticket, alg = received.ticket, issuer.public_record().alg
        items.append({"message": ticket.expanded().hex(), "key": jwk(ISSUER[alg]), "aad": ""})
        payloads.append(ticket.payload.hex())
        if claims.holder:
            aad = presentation.proof_aad(ticket.raw).hex()
            message = received.expanded(claims.holder.alg).hex()
            items.append({"message": message, "key": jwk(HOLDER[claims.holder.alg]), "aad": aad})
            payloads.append(received.payload.hex())
    assert len(items) > 200
    assert ask(peer, verify=items)["verified"] == payloads


def test_what_was_touched_is_refused_by_them_too(peer):
    received = next(presentation.decode(code) for _, _, claims, code in every_code() if claims.holder)
    holder_alg, issuer_alg = received.ticket.claims.holder.alg, received.ticket.alg
    aad = presentation.proof_aad(received.ticket.raw)
    level1, level2 = received.ticket.expanded(), received.expanded(holder_alg)
    flipped = level1[:-1] + bytes([level1[-1] ^ 1])
    items = [
        {"message": flipped.hex(), "key": jwk(ISSUER[issuer_alg]), "aad": ""},
        {"message": level1.hex(), "key": jwk(AUTHORITY[issuer_alg]), "aad": ""},
        {"message": level2.hex(), "key": jwk(HOLDER[holder_alg]), "aad": ""},
        {"message": level2.hex(), "key": jwk(HOLDER[holder_alg]), "aad": aad[:-1].hex() + "00"},
    ]
    assert ask(peer, verify=items)["verified"] == [None] * 4


def test_bundle_and_status_list(peer):
    items, payloads = [], []
    for alg in ALGS:
        record = IssuerRecord(ISSUER["EdDSA"].public_key, "metro")
        data = TrustBundle.of([record], denied={record.kid: [3]}).sign(AUTHORITY[alg], version=1, at=AT)
        message = cose.Sign1.decode(data)
        token = cbor2.loads(message.payload)[6][0][1]
        items += [
            {"message": data.hex(), "key": jwk(AUTHORITY[alg]), "aad": bundle.CONTEXT.hex()},
            {"message": token.hex(), "key": jwk(AUTHORITY[alg]), "aad": ""},
        ]
        payloads += [message.payload.hex(), cose.Sign1.decode(token).payload.hex()]
    assert ask(peer, verify=items)["verified"] == payloads


def test_a_status_list_library_reads_the_deny_list():
    denied = {0, 7, 8, 4095}
    token = StatusList.of(denied).token(b"kid1", AT, AUTHORITY["ES256"])
    answer = ask(STATUS_LIST, statuses=[{"token": token.hex(), "ids": list(range(4096))}])["statuses"][0]
    assert {number for number, status in enumerate(answer["statuses"]) if status} == denied
    assert answer["typ"] is True
    assert answer["subject"] == "urn:hanoi-ticket:status:6b696431"


def compact(message: str) -> tuple[bytes, bytes, bytes]:
    """The frame's three parts of a standard COSE_Sign1: its constant bytes are dropped again."""
    parts = cose.Sign1.decode(bytes.fromhex(message))
    return parts.protected, parts.payload, parts.signature


@pytest.mark.parametrize("alg", ALGS)
def test_we_take_tickets_that_they_sign(peer, alg):
    claims = Claims(9, AT - 60, AT + 60, 101, binding=Binding.NONE)
    item = {
        "alg": cose.NUMBER[alg],
        "kid": kid(ISSUER[alg].public_key).hex(),
        "payload": cwt.encode_claims(claims).hex(),
        "key": jwk(ISSUER[alg], private=True),
        "aad": "",
    }
    message = ask(peer, sign=[item])["signed"][0]
    ticket = cwt.encode_ticket(*compact(message))
    verdict = verify(presentation.encode(ticket), TRUST, AT)
    assert verdict.reason is Reason.OK, verdict.detail
    assert verdict.ticket.claims == claims


@pytest.mark.parametrize("alg", ALGS)
def test_we_take_moments_that_they_sign(alg):
    """Level 2 has an external_aad, which only python-cwt signs with."""
    ticket = signed(Claims(9, AT - 60, AT + 60, 110, binding=Binding.DEVICE, holder=HOLDER[alg].public_key))
    item = {
        "alg": cose.NUMBER[alg],
        "kid": "",
        "payload": presentation.encode_proof(Proof(AT, 4711)).hex(),
        "key": jwk(HOLDER[alg], private=True),
        "aad": presentation.proof_aad(ticket).hex(),
    }
    protected, proof, signature = compact(ask(COMMANDS["python-cwt"], sign=[item])["signed"][0])
    assert protected == presentation.holder_header(alg)
    verdict = verify(presentation.encode(ticket, proof, signature), TRUST, AT, challenge=4711)
    assert verdict.reason is Reason.OK, verdict.detail
