"""The kernel and the codec of `hanoi_ticket.wire`, written apart, say the same of every code: status and fields."""

import random

import numpy as np

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import base45, field, grammar
from hanoi_ticket.wire import cose, presentation
from hanoi_ticket.wire.presentation import Presentation
from tests.kernels.codes import WHOLE, code, mutated


def by_kernel(text: bytes) -> tuple[int, dict[str, object]]:
    data, f = np.zeros(base45.MAX_BYTES, np.uint8), np.zeros(field.COUNT, np.int64)
    verdict = grammar.parse(np.frombuffer(text, np.uint8), data, f)
    return verdict, {} if verdict else read(data.tobytes(), [int(number) for number in f])


def read(data: bytes, f: list[int]) -> dict[str, object]:
    def part(name: int, size: int) -> bytes:
        return data[f[name] : f[name] + size]

    holder = None
    if f[field.CNF_KEY] == field.EC2:
        holder = PublicKey("ES256", bytes([2 + f[field.CNF_Y]]) + part(field.CNF_X, 32))
    elif f[field.CNF_KEY] == field.OKP:
        holder = PublicKey("EdDSA", part(field.CNF_X, 32))
    bound = f[field.PROOF_SIZE] > 0
    return {
        "ticket": part(field.TICKET, f[field.TICKET_SIZE]),
        "protected": part(field.PROTECTED, f[field.PROTECTED_SIZE]),
        "claims": part(field.CLAIMS, f[field.CLAIMS_SIZE]),
        "signature": part(field.ISSUER_SIGNATURE, 64),
        "alg": cose.ALGORITHM[f[field.ALG]],
        "kid": f[field.KID].to_bytes(4, "big"),
        "validity": (f[field.NBF], f[field.EXP]),
        "id": f[field.TICKET_ID],
        "holder": holder,
        "fare": (f[field.PRODUCT], f[field.RIDER], f[field.AREA], f[field.BINDING]),
        "proof": part(field.PROOF, f[field.PROOF_SIZE]),
        "holder signature": part(field.HOLDER_SIGNATURE, 64) if bound else b"",
        "moment": f[field.MOMENT] if bound else None,
        "challenge": f[field.CHALLENGE] if bound and f[field.CHALLENGE] != field.NO_CHALLENGE else None,
        "clock": f[field.CLOCK],
    }


def by_codec(text: bytes) -> tuple[int, dict[str, object]]:
    try:
        return 0, values(presentation.decode(text))
    except Refusal as refusal:
        return int(refusal.reason), {}


def values(received: Presentation) -> dict[str, object]:
    ticket, proof = received.ticket, received.proof
    claims = ticket.claims
    return {
        "ticket": ticket.raw,
        "protected": ticket.protected,
        "claims": ticket.payload,
        "signature": ticket.signature,
        "alg": ticket.alg,
        "kid": ticket.kid,
        "validity": (claims.valid_from, claims.valid_until),
        "id": claims.ticket_id,
        "holder": claims.holder,
        "fare": (claims.product, claims.rider, claims.area, int(claims.binding)),
        "proof": received.payload,
        "holder signature": received.signature,
        "moment": proof.moment if proof else None,
        "challenge": proof.challenge if proof else None,
        "clock": proof.clock if proof else 0,
    }


def test_whole_codes():
    for data in WHOLE:
        assert by_kernel(code(data)) == by_codec(code(data))
        assert by_codec(code(data))[0] == 0


def test_broken_codes(cases):
    chance = random.Random(11)
    seen = set()
    for _ in range(cases(8_000)):
        text = mutated(chance)
        verdict, found = by_codec(text)
        assert by_kernel(text) == (verdict, found), text
        seen.add(verdict)
    assert len(seen) >= 18


def test_random_texts_behind_the_prefix(cases):
    chance = random.Random(12)
    for _ in range(cases(2_000)):
        text = b"VT1:" + bytes(chance.choices(base45.ALPHABET, k=chance.randrange(20)))
        assert by_kernel(text)[0] == by_codec(text)[0], text


def test_texts_near_the_prefix(cases):
    chance = random.Random(13)
    for _ in range(cases(2_000)):
        text = bytes(chance.choices(b"VT0123:: \n\xb2", k=chance.randrange(8)))
        assert by_kernel(text)[0] == by_codec(text)[0], text
