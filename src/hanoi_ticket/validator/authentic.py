"""Is a code genuine? Its format and both its signatures: one compiled call where there is one, else step by step.

The two ways give the same answer for every code; a test holds them together.
"""

import threading
from typing import Final

from hanoi_ticket.claims import Binding, Claims, Proof, PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import field, row
from hanoi_ticket.native.choice import kernels
from hanoi_ticket.native.kernels import MAX_TEXT, IssuerKey, Kernels, Reading, Trust
from hanoi_ticket.reasons import Reason
from hanoi_ticket.trust import IssuerRecord, TrustBundle

Said = tuple[IssuerRecord, Claims, Proof | None]
"""What a genuine code says, and who issued it."""


def authenticate(code: str | bytes, trust: TrustBundle) -> Said:
    """What the code says, both signatures checked; raises `Refusal`, whatever comes in."""
    compiled = kernels()
    return _in_one_call(compiled, code, trust) if compiled else _step_by_step(code, trust)


def _step_by_step(code: str | bytes, trust: TrustBundle) -> Said:
    from hanoi_ticket.validator import stepwise  # noqa: PLC0415  a process that has the kernels does without

    return stepwise.authenticate(code, trust)


def _in_one_call(compiled: Kernels, code: str | bytes, trust: TrustBundle) -> Said:
    if len(code) > MAX_TEXT:
        return _step_by_step(code, trust)
    text = code.encode("ascii", "replace") if isinstance(code, str) else bytes(code)
    reading = compiled.authenticate(text, _prepared(compiled, trust))
    if reading.reason != Reason.OK:
        _step_by_step(code, trust)  # refuses too, and says where the rule broke
        raise Refusal(Reason(reading.reason))
    return _said(reading, trust)


def _said(reading: Reading, trust: TrustBundle) -> Said:
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
    return trust.issuers[f[field.ISSUER] // row.WORDS], claims, proof


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


def _prepared(compiled: Kernels, trust: TrustBundle) -> Trust:
    """The bundle's issuers as the kernels read them; built when the bundle first judges a code."""
    held = _blocks.get(id(trust))
    if held is None or held[0] is not trust:
        issuers = [IssuerKey(record.kid, record.alg, record.key.raw) for record in trust.issuers]
        held = trust, compiled.trust(issuers)
        with _adding:
            while len(_blocks) >= _KEPT:
                del _blocks[next(iter(_blocks))]
            _blocks[id(trust)] = held
    return held[1]
