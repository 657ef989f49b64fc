"""Whom and what a reader believes."""

from hanoi_ticket.trust.bundle import IssuerRecord, TrustAge, TrustBundle
from hanoi_ticket.trust.status_list import StatusList

__all__ = ["IssuerRecord", "StatusList", "TrustAge", "TrustBundle"]
