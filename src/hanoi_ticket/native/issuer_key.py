"""An issuer as a reader believes it."""

from typing import NamedTuple

from hanoi_ticket.claims import Alg
from hanoi_ticket.standards import MAX_SECONDS


class IssuerKey(NamedTuple):
    """An issuer's key, the UTC seconds [valid_from, valid_until) in which it counts, and its deny list's bits."""

    kid: bytes
    alg: Alg
    raw: bytes
    valid_from: int = 0
    valid_until: int = MAX_SECONDS
    denied: bytes = b""
