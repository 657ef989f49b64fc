"""Dynamic QR transit tickets: issue, rotate, draw, and validate offline."""

from typing import TYPE_CHECKING

from hanoi_ticket.lazy import fetcher
from hanoi_ticket.reasons import Reason

if TYPE_CHECKING:
    from hanoi_ticket.ticket import Holder, Issuer
    from hanoi_ticket.trust import TrustBundle
    from hanoi_ticket.validator import Validator, Verdict
    from hanoi_ticket.validator.batch import verify_batch, verify_stream
    from hanoi_ticket.validator.verify import verify

__all__ = [
    "Holder",
    "Issuer",
    "Reason",
    "TrustBundle",
    "Validator",
    "Verdict",
    "verify",
    "verify_batch",
    "verify_stream",
]

# A reader that only verifies imports no issuer, no store and no drawing.
__getattr__ = fetcher(
    __name__,
    {
        "Holder": "ticket.present",
        "Issuer": "ticket.issue",
        "TrustBundle": "trust.bundle",
        "Validator": "validator.engine",
        "Verdict": "validator.verdict",
        "verify": "validator.verify",
        "verify_batch": "validator.batch",
        "verify_stream": "validator.batch",
    },
)
