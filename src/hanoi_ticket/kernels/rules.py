"""Is a genuine code good now? Validity, freshness, challenge, deny list, in the order of docs/validation.md.

`hanoi_ticket.validator.verify.Case` says the same in Python, with waivers and details; a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels import field, reason, row
from hanoi_ticket.kernels.arrays import as_bytes, numbers_at
from hanoi_ticket.kernels.memory import at, byte
from hanoi_ticket.kernels.tracing import kernel


@kernel
def closed(trust: Any, now: int) -> bool:
    """Whether the bundle is too old to open a gate by."""
    return now >= numbers_at(trust, row.FIRST)[row.CLOSES]


@kernel
def judged(  # noqa: PLR0911  one a reason
    f: Any, rows: Any, trust: Any, now: int, early: int, late: int, challenge: int
) -> int:
    """OK, or the reason. `now` is UTC seconds, `early` and `late` how far a proof's moment may lie from it.

    `challenge` is NO_CHALLENGE at a reader that shows none.
    """
    issuer = f[field.ISSUER]
    if now < rows[issuer + row.VALID_FROM] or now >= rows[issuer + row.VALID_UNTIL]:
        return reason.ISSUER_KEY_EXPIRED
    if now < f[field.NBF]:
        return reason.NOT_YET_VALID
    if now >= f[field.EXP]:
        return reason.EXPIRED
    if f[field.PROOF_SIZE] > 0:
        if now - f[field.MOMENT] > late:
            return reason.CODE_TOO_OLD
        if f[field.MOMENT] - now > early:
            return reason.CODE_FROM_FUTURE
    if challenge not in (field.NO_CHALLENGE, f[field.CHALLENGE]):
        return reason.CHALLENGE
    if denied(rows, issuer, trust, f[field.TICKET_ID]):
        return reason.DENIED
    return reason.OK


@kernel
def denied(rows: Any, issuer: int, trust: Any, ticket: int) -> bool:
    """The ticket's bit in the status list; a ticket past the end was issued after the list."""
    if ticket >> 3 >= rows[issuer + row.DENIED_BYTES]:
        return False
    bits = as_bytes(at(trust, rows[issuer + row.DENIED]))
    return (byte(bits, ticket >> 3) >> (ticket & 7)) & 1 == 1
