"""Whole codes by the kernels as Python: one at a time, in a row, and in eight lanes. The same answers from all three.

The compiled ones are tested through the native library (tests/native/test_rules.py).
"""

import os

import numpy as np
import pytest

from hanoi_ticket.kernels import (
    comb25519,
    comb25519x8,
    ecdsa_p256,
    ecdsa_p256_one8,
    ed25519,
    ed25519x8,
    field,
    p256_comb,
    p256x8,
    phone_set,
    reason,
    room,
    row,
    verify_code,
    verify_code8,
    verify_codes8,
)
from hanoi_ticket.kernels.authenticate import Tables
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.kernels.edwards25519 import BASE
from hanoi_ticket.kernels.p256 import GENERATOR
from hanoi_ticket.kernels.verify_code8 import Tables8
from hanoi_ticket.kernels.verify_codes8 import Bases, Known
from tests.city import START
from tests.native import rulebook
from tests.native.rulebook import Seen, by_rules

pytestmark = pytest.mark.skipif(
    os.environ.get("NUMBA_DISABLE_JIT") != "1", reason="test_as_python.py runs it without the compiler"
)
WIDTH = 8


def words(count):
    return np.zeros(count, np.uint64)


def comb_of(key, okp):
    comb = words((comb25519 if okp else p256_comb).table_words(WIDTH))
    raw = np.frombuffer(key, np.uint8)
    if okp:
        assert ed25519.vartime_build_key_table(raw, WIDTH, comb) == 0
    else:
        assert ecdsa_p256.vartime_build_key_table(raw, len(raw), WIDTH, comb) == 0
    return comb


def widened(comb, okp):
    table = words(comb25519x8.TABLE_WORDS if okp else p256x8.COMB_WORDS)
    (ed25519x8.vartime_build_table8 if okp else p256x8.build_table8)(table, comb)
    return table


class Desk:
    """The block, the tables and the room, as `hanoi_ticket.native` lays them out."""

    def __init__(self, bundle) -> None:
        self.okp_base = words(comb25519.table_words(WIDTH))
        ed25519.vartime_build_base_table(np.frombuffer(BASE, np.uint8), self.okp_base)
        self.ec2_base = comb_of(GENERATOR, okp=False)
        self.combs = Tables(self.okp_base, self.ec2_base)
        self.lanes = widened(self.okp_base, okp=True), self.ec2_base, widened(self.ec2_base, okp=False)
        kinds = [(record, record.alg == "EdDSA") for record in bundle.issuers]
        self.issuers = [(record, okp, comb_of(record.key.raw, okp)) for record, okp in kinds]
        self.data, self.fields = np.zeros(MAX_BYTES, np.uint8), words(field.COUNT)
        self.block = self.laid_out(bundle)
        self.phones = words(phone_set.SET_WORDS)
        self.known = []
        for kind, size in (True, 32), (False, room.KEY_BYTES):
            held = [(record.key.raw, comb) for record, okp, comb in self.issuers if okp == kind]
            keys = b"".join(raw.ljust(size, b"\0") for raw, _ in held)
            self.known.append(np.frombuffer(keys, np.uint8))
            if not kind:
                self.known.append(np.array([len(raw) for raw, _ in held], np.uint64))
            self.known.append(np.concatenate([widened(comb, kind) for _, comb in held]))

    def laid_out(self, bundle):
        """The deny lists lie side by side, whole words each, and then the combs."""
        numbers = {True: 0, False: 0}
        lists = [bundle.denied[one.kid].bits if one.kid in bundle.denied else b"" for one, *_ in self.issuers]
        head = words(row.FIRST + row.WORDS * len(self.issuers))
        head[row.COUNT], head[row.CLOSES] = len(self.issuers), bundle.issued_at + bundle.closed_age
        denied, table = len(head), len(head) + len(b"".join(lists)) // 8
        for i, (record, okp, comb) in enumerate(self.issuers):
            first = head[row.FIRST + row.WORDS * i :]
            first[row.KID], first[row.KIND] = int.from_bytes(record.kid, "big"), field.OKP if okp else field.EC2
            first[row.VALID_FROM], first[row.VALID_UNTIL] = record.valid_from, record.valid_until
            first[row.WIDTH], first[row.TABLE], first[row.NUMBER] = WIDTH, table, numbers[okp]
            first[row.KEY : row.KEY + 5].view(np.uint8)[: len(record.key.raw)] = list(record.key.raw)
            first[row.DENIED], first[row.DENIED_BYTES] = denied, len(lists[i])
            denied, table = denied + len(lists[i]) // 8, table + len(comb)
            numbers[okp] += 1
        bits = np.frombuffer(b"".join(lists), np.uint64)
        return np.concatenate([head, bits, *(comb for *_, comb in self.issuers)])

    def alone(self, text, at):
        rules = self.block, at, 15, 45, field.NO_CHALLENGE
        return verify_code.vartime_verify_code(text, len(text), self.data, self.fields, *rules, self.combs)

    def alone_over_lanes(self, text, at):
        rules = self.block, at, 15, 45, field.NO_CHALLENGE
        tables = Tables8(self.ec2_base, self.lanes[0], self.lanes[2], self.known[1], self.known[4], self.phones, 1)
        return verify_code8.vartime_verify_code8(text, len(text), self.data, self.fields, *rules, tables)

    def in_a_row(self, texts, moments):
        results = words(room.RESULT_WORDS * len(moments))
        window = self.block, 15, 45, self.data, self.fields, results
        accepted = verify_code.vartime_verify_codes(len(moments), *texts, moments, *window, self.combs)
        return accepted, results

    def side_by_side(self, texts, moments, *, has_tables):
        results, work = words(room.RESULT_WORDS * len(moments)), words(room.WORDS)
        window = self.block, 15, 45, work, results
        accepted = verify_codes8.vartime_verify_codes8(
            len(moments), *texts, moments, *window, Bases(*self.lanes), Known(int(has_tables), *self.known)
        )
        return accepted, results


def sights():
    """One code of each kind, and the edges for one of them."""
    codes = [rulebook.honest(issuer, holder) for issuer in ("EdDSA", "ES256") for holder in ("EdDSA", "ES256", None)]
    codes += rulebook.forged("EdDSA", "ES256")
    codes += [rulebook.honest("EdDSA", None, number) for number in (*rulebook.DENIED, 42, rulebook.PAST_THE_LIST)]
    codes += ["", "VT1:00", rulebook.honest("ES256", "ES256")[:-3]]
    seen = [Seen(code, START) for code in codes]
    seen += [Seen(rulebook.honest("EdDSA", "EdDSA", period=rulebook.SHORT), at) for at in (START - 16, START + 46)]
    return seen + [Seen(rulebook.honest("EdDSA", None, period=rulebook.SHORT), at) for at in rulebook.EDGES]


@pytest.fixture(scope="module")
def bundle():
    return rulebook.trust()


@pytest.fixture(scope="module")
def desk(bundle):
    return Desk(bundle)


@pytest.fixture(scope="module")
def seen(bundle):
    return {one: by_rules(one, bundle) for one in sights()}


def text_of(code):
    return np.frombuffer(code.encode(), np.uint8)


def test_alone(desk, seen):
    for one, expected in seen.items():
        if expected.reason != reason.TRUST_EXPIRED:
            assert desk.alone(text_of(one.code), one.at) == expected.reason, one
            assert desk.alone_over_lanes(text_of(one.code), one.at) == expected.reason, one


def test_a_phone_that_comes_back(bundle, monkeypatch):
    """It is remembered once both signatures of a code hold, and judged all the same."""
    known, recalled = [], ecdsa_p256_one8.recalled
    monkeypatch.setattr(ecdsa_p256_one8, "recalled", lambda *asked: known.append(recalled(*asked)) or known[-1])
    desk = Desk(bundle)
    right = rulebook.honest("EdDSA", "ES256")
    ticket, proof, signature = rulebook.taken_apart(right)
    forged = rulebook.put_together([ticket, proof, signature[:-1] + bytes([signature[-1] ^ 1])])
    nobodys = rulebook.put_together([ticket[:-1] + bytes([ticket[-1] ^ 1]), proof, signature])
    verdicts = [desk.alone_over_lanes(text_of(code), START) for code in (forged, nobodys, right, right, forged)]
    forgery = reason.HOLDER_SIGNATURE
    assert verdicts == [forgery, reason.ISSUER_SIGNATURE, reason.OK, reason.OK, forgery]
    assert known == [False, False, True, True]


def test_lanes_that_cannot_tell_leave_it_to_the_single_path(desk, monkeypatch):
    text = text_of(rulebook.honest("EdDSA", "ES256"))
    monkeypatch.setattr(ecdsa_p256_one8, "vartime_put_sum8", lambda p, *_: p.fill(0))
    assert desk.alone_over_lanes(text, START) == reason.OK


def test_a_challenge(desk):
    text = text_of(rulebook.honest("EdDSA", "EdDSA", challenge=123_456))
    for asked, expected in ((123_456, reason.OK), (123_457, reason.CHALLENGE), (field.NO_CHALLENGE, reason.OK)):
        operands = text, len(text), desk.data, desk.fields, desk.block, START, 15, 45, asked
        assert verify_code.vartime_verify_code(*operands, desk.combs) == expected


def test_many(desk, seen):
    texts = (
        text_of("".join(one.code for one in seen)),
        np.cumsum([0, *(len(one.code) for one in seen)], dtype=np.uint64),
    )
    moments = np.array([one.at for one in seen], np.int64).view(np.uint64)
    expected = [verdict.reason for verdict in seen.values()]
    first = None
    for accepted, results in (
        desk.in_a_row(texts, moments),
        desk.side_by_side(texts, moments, has_tables=True),
        desk.side_by_side(texts, moments, has_tables=False),
    ):
        assert [int(word) & 0xFF for word in results[:: room.RESULT_WORDS]] == expected
        assert accepted == expected.count(reason.OK)
        first = results if first is None else first
        assert (results == first).all()
