"""The answer to a tap."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from hanoi_ticket.claims import Claims
from hanoi_ticket.fares.model import Product
from hanoi_ticket.reasons import Reason, Signal
from hanoi_ticket.trust import IssuerRecord


class Ticket(NamedTuple):
    """A ticket whose signatures hold. `product` is None when the bundle does not know it."""

    issuer: IssuerRecord
    claims: Claims
    product: Product | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, and why. Only `Reason.OK` opens a gate."""

    reason: Reason
    at: int
    """UTC seconds by which it was decided."""
    ticket: Ticket | None = None
    """Known once both signatures hold."""
    moment: int | None = None
    """The moment that the holder signed; None for a printed ticket."""
    flags: frozenset[str] = frozenset()
    """What staff should see, such as "repeated", "no-exit", "clock" (in doubt): docs/validation.md has all."""
    amount: int = 0
    """Charged for this tap, or still to pay for it to be accepted, in whole units of the catalogue's currency."""
    detail: str = ""
    """Where the rule broke, for engineers."""

    @property
    def accepted(self) -> bool:
        return self.reason is Reason.OK

    @property
    def signal(self) -> Signal:
        return self.reason.signal

    def text(self, language: str = "vi") -> str:
        """What the rider reads, in "vi" or "en"."""
        return self.reason.text(language)

    def as_dict(self) -> dict[str, Any]:
        """The verdict as plain values for JSON; it carries no more of the rider than the ticket's number."""
        ticket = self.ticket
        return {
            "accepted": self.accepted,
            "reason": self.reason.name,
            "number": int(self.reason),
            "signal": self.signal.name,
            "vi": self.text("vi"),
            "en": self.text("en"),
            "at": self.at,
            "moment": self.moment,
            "issuer": ticket and ticket.issuer.kid.hex(),
            "ticket": ticket and ticket.claims.ticket_id,
            "product": ticket and (ticket.product.id if ticket.product else ticket.claims.product),
            "amount": self.amount,
            "flags": sorted(self.flags),
            "detail": self.detail,
        }
