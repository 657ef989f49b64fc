"""A whole verification of one code on a processor with lanes: each signature spreads over them.

A phone's P-256 key is remembered once both signatures of a code hold.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels import ecdsa_p256_one8, ed25519x4, ed25519x8, field, reason, row
from hanoi_ticket.kernels.arrays import as_bytes
from hanoi_ticket.kernels.authenticate import authenticator
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.memory import at
from hanoi_ticket.kernels.signed_bytes import POINT_BYTES
from hanoi_ticket.kernels.tracing import kernel
from hanoi_ticket.kernels.verify_code import judge


class Tables8(NamedTuple):
    """The comb of G, the tables of B and of G for lanes, those of the issuers' keys, OKP and EC2, and the phones that
    came before.
    """

    p256: Any
    ed25519_lanes: Any
    p256_lanes: Any
    okp_tables: Any
    ec2_tables: Any
    phones: Any
    sets: int


@kernel
def issuer_signed8(rows: Any, issuer: int, trust: Any, signature: Any, message: Any, n: int, tables: Any) -> bool:
    key, table = as_bytes(at(trust, row.FIRST + issuer + row.KEY)), TABLE_WORDS * rows[issuer + row.NUMBER]
    if rows[issuer + row.KIND] == field.OKP:
        known = at(tables.okp_tables, table)
        return ed25519x8.vartime_verify_known8(key, known, signature, message, n, tables.ed25519_lanes) == 0
    verify, known = ecdsa_p256_one8.vartime_verify_known8, at(tables.ec2_tables, table)
    return verify(key, POINT_BYTES, known, tables.p256, signature, message, n, tables.p256_lanes) == 0


@kernel
def holder_signed8(kind: int, key: Any, size: int, signature: Any, message: Any, n: int, tables: Any) -> bool:  # noqa: ARG001
    """Under any key; after `issuer_signed8`."""
    if kind == field.OKP:
        return ed25519x4.vartime_verify8(key, signature, message, n, tables.ed25519_lanes) == 0
    verify = ecdsa_p256_one8.vartime_verify_phone8
    return verify(key, tables.phones, tables.sets, tables.p256, signature, message, n, tables.p256_lanes) == 0


vartime_authenticate8 = authenticator(issuer_signed8, holder_signed8)


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
    p256_base: Any,
    ed25519_lanes: Any,
    p256_lanes: Any,
    okp_tables: Any,
    ec2_tables: Any,
    phones: Any,
    sets: int,
) -> int:
    """The answers of `verify_code.vartime_verify_code`."""
    tables = Tables8(p256_base, ed25519_lanes, p256_lanes, okp_tables, ec2_tables, phones, sets)
    verdict = vartime_authenticate8(text, n, data, fields, trust, tables)
    if verdict != reason.OK:
        return verdict
    return judge(fields, trust, now, early, late, challenge)
