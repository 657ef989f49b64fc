"""What an accepted tap leaves behind: the key and the end of its use, and its line in the journal."""

from typing import Final

from hanoi_ticket.fares.model import Kind, Product
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.transaction import Key
from hanoi_ticket.validator.verdict import Ticket
from hanoi_ticket.validator.verify import Case

OVERSTAY: Final = 30 * 86_400
"""Seconds after its ticket's end for which an open parking session is still remembered."""


def key(ticket: Ticket) -> Key:
    return ticket.issuer.identity, ticket.claims.ticket_id


def kept_until(ticket: Ticket, product: Product) -> int:
    return ticket.claims.valid_until + (OVERSTAY if product.kind is Kind.SESSION else 0)


def moment(case: Case) -> int:
    """-1 for a printed ticket."""
    return case.proof.moment if case.proof else -1


def line(case: Case, ticket: Ticket, trust: TrustBundle, now: Use) -> Tap:
    claims = ticket.claims
    return Tap(
        at=case.at,
        issuer=ticket.issuer.identity,
        ticket_id=claims.ticket_id,
        product=claims.product,
        rider=claims.rider,
        area=claims.area,
        binding=int(claims.binding),
        moment=now.moment,
        direction=str(now.direction),
        place=now.place,
        reader=now.reader,
        amount=case.amount,
        flags=tuple(sorted(case.flags)),
        trust_version=trust.version,
        trip=now.trip,
    )
