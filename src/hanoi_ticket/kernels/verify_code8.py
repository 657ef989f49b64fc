"""A whole verification of one code on a processor with lanes: an Ed25519 signature spreads over them."""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels import ed25519x4, ed25519x8, field, reason, row
from hanoi_ticket.kernels.arrays import as_bytes
from hanoi_ticket.kernels.authenticate import authenticator, issuer_signed, signed
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.memory import at
from hanoi_ticket.kernels.tracing import kernel
from hanoi_ticket.kernels.verify_code import judge


class Tables8(NamedTuple):
    """The combs of the base points, B's table for lanes, and those of the issuers' Ed25519 keys."""

    ed25519: Any
    p256: Any
    ed25519_lanes: Any
    okp_tables: Any


@kernel
def issuer_signed8(rows: Any, issuer: int, trust: Any, signature: Any, message: Any, n: int, tables: Any) -> bool:
    if rows[issuer + row.KIND] != field.OKP:
        return issuer_signed(rows, issuer, trust, signature, message, n, tables)
    key, table = as_bytes(at(trust, row.FIRST + issuer + row.KEY)), TABLE_WORDS * rows[issuer + row.NUMBER]
    known = at(tables.okp_tables, table)
    return ed25519x8.vartime_verify_known8(key, known, signature, message, n, tables.ed25519_lanes) == 0


@kernel
def signed8(kind: int, key: Any, size: int, signature: Any, message: Any, n: int, tables: Any) -> bool:
    """Under any key."""
    if kind != field.OKP:
        return signed(kind, key, size, signature, message, n, tables)
    return ed25519x4.vartime_verify8(key, signature, message, n, tables.ed25519_lanes) == 0


vartime_authenticate8 = authenticator(issuer_signed8, signed8)


@kernel
def vartime_verify_code8(
    text: Any,
    n: int,
    data: Any,
    fields: Any,
    trust: Any,
    now: int,
    early: int,
    late: int,
    challenge: int,
    ed25519_base: Any,
    p256_base: Any,
    ed25519_lanes: Any,
    okp_tables: Any,
) -> int:
    """The answers of `verify_code.vartime_verify_code`."""
    tables = Tables8(ed25519_base, p256_base, ed25519_lanes, okp_tables)
    verdict = vartime_authenticate8(text, n, data, fields, trust, tables)
    if verdict != reason.OK:
        return verdict
    return judge(fields, trust, now, early, late, challenge)
