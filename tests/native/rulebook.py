"""Codes for which every rule has its turn, the moments at which rules turn over, and what the Python rules say."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pytest

from hanoi_ticket import Holder, Reason, TrustBundle, Verdict
from hanoi_ticket.claims import Binding, Claims
from hanoi_ticket.errors import Refusal
from hanoi_ticket.rotation import METRO, Freshness
from hanoi_ticket.signing import verify_signature
from hanoi_ticket.ticket import printed
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.trust.status_list import StatusList
from hanoi_ticket.validator import authentic, stepwise
from hanoi_ticket.validator.verify import Case
from hanoi_ticket.wire import cbor, cose, presentation
from tests.city import START
from tests.kernels.codes import base45
from tests.samples import ALGS, HOLDER, ISSUER, fixed_key, signed

KEY = START - 400, START + 400
TICKET = START - 500, START + 500
SHORT = START - 200, START + 200
DENIED = (0, 7, 8, 41, 63)
PAST_THE_LIST = 64  # where, in the block, the next issuer's list begins
CLOSES = START + 600
EDGES = sorted(
    {
        *(second + after for second in (*KEY, *SHORT, CLOSES) for after in (-1, 0)),
        *(START + after for after in (-16, -15, 0, 45, 46)),
    }
)
EVERY_RULE = {
    Reason.OK,
    Reason.TRUST_EXPIRED,
    Reason.UNKNOWN_ISSUER,
    Reason.ALGORITHM_MISMATCH,
    Reason.ISSUER_SIGNATURE,
    Reason.PROOF_MISSING,
    Reason.PROOF_UNEXPECTED,
    Reason.HOLDER_KEY,
    Reason.HOLDER_SIGNATURE,
    Reason.ISSUER_KEY_EXPIRED,
    Reason.NOT_YET_VALID,
    Reason.EXPIRED,
    Reason.CODE_TOO_OLD,
    Reason.CODE_FROM_FUTURE,
    Reason.DENIED,
    Reason.WRONG_PREFIX,
    Reason.TOO_LONG,
    Reason.TRUNCATED,
}


@dataclass(frozen=True)
class Seen:
    """A code, and when a reader sees it."""

    code: str | bytes
    at: int


def trust() -> TrustBundle:
    """Two issuers whose keys end, a third that holds nobody back, a deny list, an age."""
    records = [IssuerRecord(ISSUER[alg].public_key, valid_from=KEY[0], valid_until=KEY[1]) for alg in ALGS]
    records.insert(1, IssuerRecord(fixed_key("EdDSA", 9).public_key))
    denied = {records[0].kid: StatusList.of(DENIED), records[2].kid: StatusList.of(DENIED)}
    return TrustBundle(tuple(records), denied, issued_at=START - 1000, soft_age=1300, closed_age=1600)


def claims(number: int, holder: Holder | None, period: tuple[int, int]) -> Claims:
    key, binding = (holder.public_key, Binding.DEVICE) if holder else (None, Binding.NONE)
    return Claims(number, *period, 1, binding=binding, holder=key)


def honest(issuer: str, holder: str | None, number: int = 40, period: tuple[int, int] = TICKET, **proof: int) -> str:
    phone = Holder(HOLDER[holder]) if holder else None
    ticket = signed(claims(number, phone, period), issuer)
    return phone.present(ticket, START, **proof) if phone else printed(ticket)


def taken_apart(code: str) -> list[bytes]:
    return list(cbor.decode(presentation.base45.decode(code[4:].encode())))


def put_together(frame: list[bytes]) -> str:
    return "VT1:" + base45(cbor.encode(frame)).decode()


def every_code() -> Iterator[str | bytes]:
    yield from honest_codes()
    for issuer in ALGS:
        for holder in ALGS:
            yield honest(issuer, holder, challenge=123_456).encode()
            yield from forged(issuer, holder)
    yield from ["", b"VT1:", "VT1:" + "0" * 400, honest("ES256", "ES256")[:-3], "VT2:00", "é" * 380]


def honest_codes() -> Iterator[str]:
    for issuer in ALGS:
        for holder in (*ALGS, None):
            for number in (*DENIED, 1, 40, 42, PAST_THE_LIST, 2**32 - 1):
                yield honest(issuer, holder, number)
            yield honest(issuer, holder, period=SHORT)


def forged(issuer: str, holder: str) -> Iterator[str]:
    ticket, proof, signature = taken_apart(honest(issuer, holder))
    paper, *_ = taken_apart(honest(issuer, None))
    flipped = bytes([signature[0], signature[1] ^ 1]) + signature[2:]
    yield put_together([ticket])
    yield put_together([ticket, proof, flipped])
    yield put_together([ticket[:-1] + bytes([ticket[-1] ^ 1]), proof, signature])
    yield put_together([paper, proof, signature])
    other = {"EdDSA": "ES256", "ES256": "EdDSA"}[issuer]
    names = {alg: cose.protected_header(alg, b"\0" * 4)[:3] for alg in ALGS}
    yield put_together([ticket.replace(names[issuer], names[other], 1), proof, signature])
    kid = IssuerRecord(ISSUER[issuer].public_key).kid
    yield put_together([ticket.replace(kid, b"\0\1\2\3", 1), proof, signature])
    insider = Holder(ISSUER[holder])
    yield insider.present(signed(claims(40, insider, TICKET), issuer), START)


def by_rules(seen: Seen, bundle: TrustBundle, freshness: Freshness = METRO, challenge: int | None = None) -> Verdict:
    """The verdict by the Python codec, OpenSSL and the Python rules."""
    case = Case(seen.at)
    try:
        case.need_young(bundle)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(stepwise, "verify_signature", partial(verify_signature, backend="openssl"))
            ticket = case._know(authentic._step_by_step(seen.code, bundle), bundle)
        case.need_current(ticket, freshness, challenge)
        case.need_allowed(ticket, bundle)
    except Refusal as refusal:
        return case.verdict(refusal.reason, refusal.detail)
    return case.verdict(Reason.OK)
