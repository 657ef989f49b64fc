"""The issuers of a trust block, laid out in `row`: who is meant by a kid, and whose key is this?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import field, row
from hanoi_ticket.kernels.arrays import as_bytes
from hanoi_ticket.kernels.grammar import ED25519, EDDSA
from hanoi_ticket.kernels.memory import at, byte
from hanoi_ticket.kernels.tracing import formula, kernel

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number


@formula
def key_of(trust: Any, issuer: Number) -> Any:
    """Where the key of an issuer stands, whose row starts at `issuer`."""
    return as_bytes(at(trust, row.FIRST + issuer + row.KEY))


@kernel
def find(rows: Any, kid: int) -> int:
    """Where the row of a kid starts, or -1."""
    for issuer in range(0, len(rows), row.WORDS):
        if rows[issuer + row.KID] == kid:
            return issuer
    return -1


@kernel
def key_kind(alg: int) -> int:
    return field.OKP if alg in (EDDSA, ED25519) else field.EC2


@kernel
def is_issuer_key(f: Any, data: Any, rows: Any, trust: Any) -> bool:
    """Whether the holder's key is an issuer's: key uses are separate."""
    kind, x = f[field.CNF_KEY], at(data, f[field.CNF_X])
    for issuer in range(0, len(rows), row.WORDS):
        key, skip = key_of(trust, issuer), int(kind == field.EC2)
        if (
            rows[issuer + row.KIND] == kind
            and same(at(key, skip), x, 32)
            and (skip == 0 or byte(key, 0) == 2 + f[field.CNF_Y])
        ):
            return True
    return False


@kernel
def same(a: Any, b: Any, n: int) -> bool:
    differ = 0
    for k in range(n):
        differ |= byte(a, k) ^ byte(b, k)
    return differ == 0
