"""Is a code genuine? Step by step, where no compiled call serves, and to say where a refused code broke the rule."""

from hanoi_ticket.claims import Binding, Claims, Proof
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.signing import verify_signature
from hanoi_ticket.trust import IssuerRecord, TrustBundle
from hanoi_ticket.wire import presentation
from hanoi_ticket.wire.cwt import SignedTicket
from hanoi_ticket.wire.presentation import Presentation


def authenticate(code: str | bytes, trust: TrustBundle) -> tuple[IssuerRecord, Claims, Proof | None]:
    """What the code says, both signatures checked; raises `Refusal` where a rule breaks, and says which."""
    received = presentation.decode(code)
    issuer = _issuer(received.ticket, trust)
    _need_holder(received, trust)
    return issuer, received.ticket.claims, received.proof


def _issuer(ticket: SignedTicket, trust: TrustBundle) -> IssuerRecord:
    issuer = trust.find(ticket.kid)
    if issuer is None:
        raise Refusal(Reason.UNKNOWN_ISSUER, f"kid {ticket.kid.hex()}")
    if ticket.alg != issuer.alg:
        raise Refusal(Reason.ALGORITHM_MISMATCH, f"{ticket.alg} under a key for {issuer.alg}")
    if not verify_signature(issuer.alg, issuer.key.raw, ticket.to_be_signed(), ticket.signature):
        raise Refusal(Reason.ISSUER_SIGNATURE)
    return issuer


def _need_holder(received: Presentation, trust: TrustBundle) -> None:
    """A bound ticket needs its proof, a printed one has none: there is no falling back from one to the other."""
    claims: Claims = received.ticket.claims
    if claims.binding is Binding.NONE:
        if received.proof is not None:
            raise Refusal(Reason.PROOF_UNEXPECTED)
        return
    key = claims.holder
    assert key is not None  # noqa: S101  the grammar ties cnf to the binding class
    if received.proof is None:
        raise Refusal(Reason.PROOF_MISSING)
    if trust.registers(key):
        raise Refusal(Reason.HOLDER_KEY, "an issuer's key")
    if not verify_signature(key.alg, key.raw, received.to_be_signed(key.alg), received.signature):
        raise Refusal(Reason.HOLDER_SIGNATURE)
