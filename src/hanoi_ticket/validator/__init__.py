"""The reader's half: code -> verdict, statelessly or with a gate's memory."""

from typing import TYPE_CHECKING

from hanoi_ticket.lazy import fetcher
from hanoi_ticket.validator.verdict import Ticket, Verdict
from hanoi_ticket.validator.verify import verify

if TYPE_CHECKING:
    from hanoi_ticket.validator.batch import Verdicts, verify_batch, verify_stream
    from hanoi_ticket.validator.engine import Validator
    from hanoi_ticket.validator.profile import Direction, Doubt, Profile, ProfileRejected
    from hanoi_ticket.validator.replay import Use
    from hanoi_ticket.validator.scan import Lines
    from hanoi_ticket.validator.store import Store

__all__ = [
    "Direction",
    "Doubt",
    "Lines",
    "Profile",
    "ProfileRejected",
    "Store",
    "Ticket",
    "Use",
    "Validator",
    "Verdict",
    "Verdicts",
    "verify",
    "verify_batch",
    "verify_stream",
]

__getattr__ = fetcher(
    __name__,
    {
        "Direction": "profile",
        "Doubt": "profile",
        "Lines": "scan",
        "Profile": "profile",
        "ProfileRejected": "profile",
        "Store": "store",
        "Use": "replay",
        "Validator": "engine",
        "Verdicts": "batch",
        "verify_batch": "batch",
        "verify_stream": "batch",
    },
)
