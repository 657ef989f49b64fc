"""A whole verification of one code on a processor with lanes: each signature spreads over them.

A phone's P-256 key is remembered once both signatures of a code hold.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels import ecdsa_p256_one8, ed25519x4, ed25519x8, field, row
from hanoi_ticket.kernels.authenticate import authenticator
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.issuers import key_of
from hanoi_ticket.kernels.memory import WordPlace, at
from hanoi_ticket.kernels.signed_bytes import POINT_BYTES
from hanoi_ticket.kernels.tracing import kernel
from hanoi_ticket.kernels.verify_code import verifier


class Tables8(NamedTuple):
    """The comb of G, the tables of B and of G for lanes, those of the issuers' keys, OKP and EC2, and the phones that
    came before.
    """

    p256: WordPlace
    ed25519_lanes: WordPlace
    p256_lanes: WordPlace
    okp_tables: WordPlace
    ec2_tables: WordPlace
    phones: WordPlace
    sets: int


@kernel
def issuer_signed8(rows: Any, issuer: int, trust: Any, signature: Any, message: Any, n: int, tables: Any) -> bool:
    key, table = key_of(trust, issuer), TABLE_WORDS * rows[issuer + row.NUMBER]
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


vartime_verify_code8 = verifier(authenticator(issuer_signed8, holder_signed8))
