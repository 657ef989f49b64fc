"""The compiled rules and the Python ones, written apart, say the same of every code at every moment: reason and detail.

On every path: alone and in batches, by the scalar kernels and by the lanes, with the issuers' tables and without.
"""

import itertools
import random
from functools import partial

import numpy as np
import pytest

from hanoi_ticket import Reason, verify, verify_batch
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import room
from hanoi_ticket.native import choice, lanes
from hanoi_ticket.native import kernels as kernels_module
from hanoi_ticket.native.kernels import Kernels, Moment, Texts
from hanoi_ticket.rotation import BUS, METRO, Freshness
from hanoi_ticket.validator import authentic, batch
from hanoi_ticket.validator.engine import BEGUN_IN_TIME, WAIVED
from hanoi_ticket.validator.verify import Case
from hanoi_ticket.wire.presentation import frame_bytes
from tests.city import START
from tests.kernels.codes import mutated
from tests.kernels.guarded import Guarded
from tests.native import rulebook
from tests.native.rulebook import Seen, by_rules

FAULTS = {Reason.ISSUER_SIGNATURE, Reason.HOLDER_SIGNATURE, Reason.TOO_LONG, Reason.TRUNCATED}
PATHS = ("scalar", "lanes", "lanes without tables")


@pytest.fixture(scope="module")
def bundle():
    return rulebook.trust()


@pytest.fixture(scope="module")
def sights(bundle):
    """Every code at every edge, with the verdict of the Python rules."""
    seen = [Seen(code, at) for code in rulebook.every_code() for at in rulebook.EDGES]
    return {one: by_rules(one, bundle) for one in seen}


@pytest.fixture(params=PATHS)
def kernels(request, native, bundle, monkeypatch) -> Kernels:
    """The native kernels, on one path."""
    prepared = authentic.prepared(native, bundle)
    if request.param == "scalar":
        prepared.adopt(None, known=False)
    elif native.lanes is None:
        pytest.skip("this processor has no lanes")
    else:
        prepared.adopt(native.lanes, known=request.param == "lanes")
    for module in (authentic, batch):
        monkeypatch.setattr(module, "kernels", lambda: native)
    return native


def test_every_rule_has_its_turn(sights):
    assert {verdict.reason for verdict in sights.values()} >= rulebook.EVERY_RULE


@pytest.mark.usefixtures("kernels")
def test_one_code_at_a_time(bundle, sights):
    for seen, expected in sights.items():
        assert verify(seen.code, bundle, seen.at) == expected


def test_the_reason_is_the_kernel_s_own(kernels, bundle, sights):
    """Not only what Python makes of it: where the kernel refuses, the Python rules would decide again."""
    prepared = authentic.prepared(kernels, bundle)
    for seen, expected in sights.items():
        if expected.reason not in (Reason.TRUST_EXPIRED, Reason.TOO_LONG):
            reading = kernels.verify_code(authentic._text(seen.code), prepared, Moment(seen.at, 15, 45))
            assert reading.reason == expected.reason, seen


@pytest.mark.parametrize("freshness", [METRO, BUS, Freshness(0, 0), Freshness(15, 46), Freshness(16, 45)])
def test_windows(kernels, bundle, freshness):
    code = rulebook.honest("EdDSA", "ES256")
    for at in range(START - 35, START + 80):
        expected = by_rules(Seen(code, at), bundle, freshness)
        assert verify(code, bundle, at, freshness=freshness) == expected
        assert verify_batch([code], bundle, at, freshness=freshness)[0] == expected
        window = Moment(at, freshness.early, freshness.late)
        assert kernels.verify_code(code.encode(), authentic.prepared(kernels, bundle), window).reason == expected.reason


@pytest.mark.parametrize("challenge", [None, 0, 123_456, 999_999, 10**9, -1, -2])
@pytest.mark.usefixtures("kernels")
def test_challenges(bundle, challenge):
    for proof in ({}, {"challenge": 0}, {"challenge": 123_456}):
        for holder in ("ES256", None):
            code = rulebook.honest("EdDSA", holder, **(proof if holder else {}))
            expected = by_rules(Seen(code, START), bundle, challenge=challenge)
            assert verify(code, bundle, START, challenge=challenge) == expected
            found = authentic.examine(code, bundle, START, METRO, challenge)
            assert found.settled is (expected.reason is Reason.OK)


@pytest.mark.usefixtures("kernels")
def test_a_batch_is_equal_to_its_codes_one_by_one(bundle, sights):
    """All of them mixed, in batches of any size."""
    mixed = random.Random(5).sample(list(sights), len(sights))
    start = 0
    for size in (1, 7, 8, 9, 511, 512, 513, len(mixed)):
        part = mixed[start : start + size]
        verdicts = verify_batch([seen.code for seen in part], bundle, [seen.at for seen in part])
        expected = [sights[seen] for seen in part]
        assert list(verdicts) == expected
        assert [told(verdict, bundle) for verdict in expected] == verdicts.array.tolist()
        start = (start + size) % 100


@pytest.mark.parametrize("mildness", list(itertools.product([METRO, None], [frozenset(), BEGUN_IN_TIME, WAIVED])))
def test_what_the_compiled_rules_cannot_say_the_others_decide(native, bundle, sights, monkeypatch, mildness):
    """Exits that hold nobody back, readers that know no certain time: all is as without the kernels."""
    freshness, waived = mildness

    def judged(seen):
        case = Case(seen.at, waived)
        try:
            case.need_young(bundle)
            case.judge(seen.code, bundle, freshness, None)
        except Refusal as refusal:
            return case.verdict(refusal.reason, refusal.detail)
        return case.verdict(Reason.OK)

    some = [seen for seen, verdict in sights.items() if verdict.reason not in FAULTS]
    monkeypatch.setattr(authentic, "kernels", lambda: native)
    compiled = [judged(seen) for seen in some]
    monkeypatch.setattr(authentic, "kernels", lambda: None)
    assert compiled == [judged(seen) for seen in some]
    milder = sum(verdict.accepted for verdict in compiled) - sum(sights[seen].accepted for seen in some)
    assert milder > 0 or not (waived or freshness is None)


def told(verdict, bundle):
    ticket = verdict.ticket
    if ticket is None:
        return verdict.reason, -1, 0, -1
    moment = -1 if verdict.moment is None else verdict.moment
    return verdict.reason, bundle.issuers.index(ticket.issuer), ticket.claims.ticket_id, moment


def test_without_kernels_a_batch_says_the_same(bundle, sights, monkeypatch):
    for module in (authentic, batch):
        monkeypatch.setattr(module, "kernels", lambda: None)
    some = random.Random(6).sample(list(sights), 100)
    verdicts = verify_batch([seen.code for seen in some], bundle, [seen.at for seen in some])
    assert list(verdicts) == [sights[seen] for seen in some]
    assert verdicts.array.tolist() == [told(sights[seen], bundle) for seen in some]


@pytest.mark.usefixtures("kernels")
def test_mutated_codes(bundle, cases):
    """Honest codes with faults in their bytes: most of them break a signature, many the format."""
    chance, whole = random.Random(8), [frame_bytes(code) for code in rulebook.honest_codes()]
    seen = [Seen(mutated(chance, whole), START) for _ in range(cases(600))]
    expected = [by_rules(one, bundle) for one in seen]
    assert list(verify_batch([one.code for one in seen], bundle, START)) == expected
    assert [verify(one.code, bundle, START) for one in seen] == expected
    assert len({verdict.reason for verdict in expected}) > 12


def test_no_batch_reads_beyond_its_texts(kernels, bundle, cases):
    """Hostile batches that end where unreadable memory begins."""
    chance, whole = random.Random(9), [frame_bytes(code) for code in rulebook.honest_codes()]
    prepared, window = authentic.prepared(kernels, bundle), Guarded(64 * 400)
    total = 0
    while total < cases(4_000):
        texts = [mutated(chance, whole) for _ in range(chance.randrange(1, 64))]
        lengths = [len(text) for text in texts]
        at_the_end = window.bytes[window.bytes.size - sum(lengths) :]
        at_the_end[:] = np.frombuffer(b"".join(texts), np.uint8)
        starts, moments = np.cumsum([0, *lengths], dtype=np.uint64), np.full(len(texts), START, np.int64)
        results = np.zeros(len(texts), batch.RESULT)
        place = kernels.ffi.from_buffer("uint8_t[]", at_the_end)
        kernels.verify_codes(Texts(place, starts, moments), prepared, (15, 45), results)
        alone = kernels.verify_code(texts[-1], prepared, Moment(START, 15, 45)).reason
        assert results["status"][-1] == alone
        total += len(texts)


def test_a_call_takes_as_many_codes_as_there_is_room_for(native, bundle):
    more = np.zeros(room.CODES + 1, np.int64)
    texts = Texts(b"", np.zeros(len(more) + 1, np.uint64), more)
    with pytest.raises(ValueError, match="at most 512 codes"):
        native.verify_codes(texts, authentic.prepared(native, bundle), (15, 45), np.zeros(len(more), batch.RESULT))


def test_the_lanes_can_be_turned_off(place, monkeypatch):
    monkeypatch.setenv("HANOI_TICKET_LANES", "off")
    loaded = choice.library.load(place)
    assert loaded.lanes is None
    assert loaded.paths == {"single": "scalar", "batch": "scalar", "phones": "none is remembered"}
    assert "ifma" not in loaded.name


def test_the_tables_for_lanes_are_built_once_they_pay(native, bundle):
    if native.lanes is None:
        pytest.skip("this processor has no lanes")
    prepared = native.trust([authentic._issuer_key(record, None) for record in bundle.issuers])
    assert prepared.tables(255) is None
    assert prepared.tables(1).known
    narrow = native.trust(prepared.issuers, comb_bytes=1 << 20)
    assert not narrow.tables(256).known
    plain = Kernels("plain", native.ffi, native.entries)
    assert plain.trust(prepared.issuers).tables(10_000) is None
    fresh = native.trust(prepared.issuers)
    taken = partial(native.verify_code, rulebook.honest("EdDSA", "ES256").encode(), fresh, Moment(START, 15, 45))
    assert [taken().reason for _ in range(300)] == [0] * 300
    assert fresh._tables.known


def test_the_sizes_are_the_kernels_own():
    """What Python lays out, and what the kernels count with."""
    pytest.importorskip("numba")
    from hanoi_ticket.kernels import base45, comb25519x8, p256_keys8, p256x8, signed_bytes

    assert room.KEY_BYTES == p256_keys8.KEY_BYTES
    assert lanes.TABLE_WORDS == comb25519x8.TABLE_WORDS == p256x8.COMB_WORDS
    assert kernels_module.PRESENTATION == base45.MAX_BYTES <= 8 * room.DATA_WORDS
    assert kernels_module.MAX_TEXT == base45.MAX_TEXT
    heads, context = 3 * 2 + 1, len(signed_bytes.SIGNATURE_1)
    assert context + heads + base45.MAX_BYTES <= room.MESSAGE_BYTES
    assert batch.RESULT.itemsize == 8 * room.RESULT_WORDS
