"""Dynamic QR transit tickets: issue, rotate, draw, and validate offline."""

from hanoi_ticket.reasons import Reason
from hanoi_ticket.ticket import Holder, Issuer
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator import Validator, Verdict, verify, verify_batch

__all__ = ["Holder", "Issuer", "Reason", "TrustBundle", "Validator", "Verdict", "verify", "verify_batch"]
