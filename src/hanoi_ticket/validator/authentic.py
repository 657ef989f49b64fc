"""Is a code genuine, and is it good now? One compiled call where there is one, else step by step.

The two ways give the same answer for every code; a test holds them together.
"""

import threading
from typing import Final, NamedTuple, NoReturn

from hanoi_ticket.claims import Binding, Claims, Proof, PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import field, row
from hanoi_ticket.native.choice import comb_bytes, kernels
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.kernels import MAX_TEXT, Kernels, Moment, Reading
from hanoi_ticket.native.trust import Trust
from hanoi_ticket.reasons import Reason
from hanoi_ticket.rotation import Freshness
from hanoi_ticket.trust import IssuerRecord, StatusList, TrustBundle

OF_GENUINE: Final = frozenset(
    {
        Reason.OK,
        Reason.ISSUER_KEY_EXPIRED,
        Reason.NOT_YET_VALID,
        Reason.EXPIRED,
        Reason.CODE_TOO_OLD,
        Reason.CODE_FROM_FUTURE,
        Reason.CHALLENGE,
        Reason.DENIED,
    }
)
"""What can come of a code whose two signatures hold."""
_NO_CODE_CARRIES: Final = 1_000_000
_TEXTS: Final = (str, bytes, bytearray)


class Authentic(NamedTuple):
    """What a genuine code says."""

    issuer: IssuerRecord
    claims: Claims
    proof: Proof | None
    settled: bool = False
    """It is good now, by the compiled rules: nothing is left to ask."""


def examine(
    code: str | bytes, trust: TrustBundle, now: int, freshness: Freshness, challenge: int | None = None
) -> Authentic:
    """What the code says, both signatures checked; raises `Refusal`, whatever comes in.

    Where it is not settled, the Python rules have yet to decide: they know waivers, and say how late.
    """
    need_text(code)
    compiled = kernels()
    if compiled is None:
        return _step_by_step(code, trust)
    return _in_one_call(compiled, code, trust, Moment(now, freshness.early, freshness.late, _asked(challenge)))


def need_text(code: object) -> None:
    """Raises `TypeError` for what is no text at all: that is misuse, not a bad code."""
    if not isinstance(code, _TEXTS):
        raise TypeError(f"a code is str or bytes, not {type(code).__name__}")


def recall(code: str | bytes, trust: TrustBundle, reason: Reason) -> Authentic:
    """What `examine` gave for a code of a batch that came to `reason`: no signature is checked again."""
    compiled = kernels()
    if compiled is None:
        return _step_by_step(code, trust)
    reading = compiled.read_code(_text(code), prepared(compiled, trust))
    return _said(reading._replace(reason=reason), code, trust)


def _step_by_step(code: str | bytes, trust: TrustBundle) -> Authentic:
    from hanoi_ticket.validator import stepwise  # noqa: PLC0415  a process that has the kernels does without

    return Authentic(*stepwise.authenticate(code, trust))


def _in_one_call(compiled: Kernels, code: str | bytes, trust: TrustBundle, moment: Moment) -> Authentic:
    return _said(compiled.verify_code(_text(code), prepared(compiled, trust), moment), code, trust)


def _text(code: str | bytes) -> bytes:
    """The bytes that a kernel reads; raises `Refusal` for more of them than any code has."""
    if len(code) > MAX_TEXT:
        raise Refusal(Reason.TOO_LONG, f"{len(code)} characters")
    return code.encode("ascii", "replace") if isinstance(code, str) else bytes(code)


def _asked(challenge: int | None) -> int:
    if challenge is None:
        return field.NO_CHALLENGE
    return challenge if 0 <= challenge < _NO_CODE_CARRIES else _NO_CODE_CARRIES


def _said(reading: Reading, code: str | bytes, trust: TrustBundle) -> Authentic:
    if reading.reason not in OF_GENUINE:
        _refuse(reading, code, trust)
    f = reading.fields
    claims = Claims(
        f[field.TICKET_ID],
        f[field.NBF],
        f[field.EXP],
        f[field.PRODUCT],
        f[field.RIDER],
        f[field.AREA],
        Binding(f[field.BINDING]),
        _holder_key(reading),
    )
    proof = None
    if f[field.PROOF_SIZE]:
        challenge = f[field.CHALLENGE]
        proof = Proof(f[field.MOMENT], None if challenge == field.NO_CHALLENGE else challenge, f[field.CLOCK])
    return Authentic(_issuer_of(reading, trust), claims, proof, reading.reason == Reason.OK)


def _refuse(reading: Reading, code: str | bytes, trust: TrustBundle) -> NoReturn:
    """With the detail that the fields give. Where the format breaks, the codec reads again, to say where."""
    from hanoi_ticket.wire import cose, presentation  # noqa: PLC0415  a process whose codes are good does without

    f, reason = reading.fields, Reason(reading.reason)
    match reason:
        case Reason.UNKNOWN_ISSUER:
            raise Refusal(reason, f"kid {f[field.KID]:08x}")
        case Reason.ALGORITHM_MISMATCH:
            named = cose.ALGORITHM[f[field.ALG]]
            raise Refusal(reason, f"{named} under a key for {_issuer_of(reading, trust).alg}")
        case Reason.HOLDER_KEY:
            raise Refusal(reason, "an issuer's key")
        case _ if reason < Reason.UNKNOWN_ISSUER:
            presentation.decode(code)
    raise Refusal(reason)


def _issuer_of(reading: Reading, trust: TrustBundle) -> IssuerRecord:
    return trust.issuers[reading.fields[field.ISSUER] // row.WORDS]


def _holder_key(reading: Reading) -> PublicKey | None:
    f = reading.fields
    if f[field.CNF_KEY] == field.NO_KEY:
        return None
    x = reading.data[f[field.CNF_X] : f[field.CNF_X] + 32]
    return (
        PublicKey("EdDSA", x) if f[field.CNF_KEY] == field.OKP else PublicKey("ES256", bytes([2 + f[field.CNF_Y]]) + x)
    )


_KEPT: Final = 2  # the bundle in use, and the one that a tap under way began with
_blocks: dict[int, tuple[TrustBundle, Trust]] = {}
_adding = threading.Lock()


def prepared(compiled: Kernels, trust: TrustBundle) -> Trust:
    """The bundle as the kernels read it; built when it first judges a code."""
    held = _blocks.get(id(trust))
    if held is None or held[0] is not trust:
        issuers = [_issuer_key(record, trust.denied.get(record.kid)) for record in trust.issuers]
        held = trust, compiled.trust(issuers, closes=trust.issued_at + trust.closed_age, comb_bytes=comb_bytes())
        with _adding:
            while len(_blocks) >= _KEPT:
                del _blocks[next(iter(_blocks))]
            _blocks[id(trust)] = held
    return held[1]


def _issuer_key(record: IssuerRecord, denied: StatusList | None) -> IssuerKey:
    bits = denied.bits if denied else b""
    return IssuerKey(record.kid, record.alg, record.key.raw, record.valid_from, record.valid_until, bits)
