"""Is a code genuine? From its text to both signatures: format, issuer, issuer's signature, binding, holder's signature.

What the reader believes comes as one block of words, laid out in `row`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanoi_ticket.kernels import ecdsa_p256, ed25519, field, reason, row
from hanoi_ticket.kernels.arrays import bytes_at, numbers_at
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.kernels.grammar import parse
from hanoi_ticket.kernels.issuers import find, is_issuer_key, key_kind, key_of
from hanoi_ticket.kernels.memory import BytePlace, WordPlace, at
from hanoi_ticket.kernels.room import MESSAGE_BYTES
from hanoi_ticket.kernels.signed_bytes import POINT_BYTES, put_holder_key, put_issued, put_proven
from hanoi_ticket.kernels.tracing import kernel, stack
from hanoi_ticket.kernels.values import BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

_message, _key = stack(BYTES, MESSAGE_BYTES), stack(BYTES, POINT_BYTES)


class Tables(NamedTuple):
    """The combs of the base points."""

    ed25519: WordPlace
    p256: WordPlace


@kernel
def read(text: BytePlace, n: int, data: BytePlace, fields: WordPlace, trust: WordPlace) -> int:
    """A code's fields (kernels.field), the issuer's row among them: OK, or the reason."""
    f = numbers_at(fields, field.COUNT)
    verdict = parse(bytes_at(text, n), bytes_at(data, MAX_BYTES), f)
    if verdict != reason.OK:
        return verdict
    rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[row.COUNT] * row.WORDS)
    f[field.ISSUER] = issuer = find(rows, f[field.KID])
    if issuer < 0:
        return reason.UNKNOWN_ISSUER
    if rows[issuer + row.KIND] != key_kind(f[field.ALG]):
        return reason.ALGORITHM_MISMATCH
    return reason.OK


@kernel
def bound(f: Any, data: Any, rows: Any, trust: Any) -> int:
    """A bound ticket needs its proof, under a key that is no issuer's; a printed one has none. OK, or the reason."""
    if f[field.BINDING] == 0:
        return reason.OK if f[field.PROOF_SIZE] == 0 else reason.PROOF_UNEXPECTED
    if f[field.PROOF_SIZE] == 0:
        return reason.PROOF_MISSING
    return reason.HOLDER_KEY if is_issuer_key(f, data, rows, trust) else reason.OK


def authenticator(issuer_signed: Callable[..., bool], holder_signed: Callable[..., bool]) -> Callable[..., int]:
    """The whole way of one code, by what checks a known issuer's signature and, after it, a holder's under any key."""

    @kernel
    def vartime_authenticate(text: Any, n: int, data: Any, fields: Any, trust: Any, tables: Any) -> int:
        verdict = read(text, n, data, fields, trust)
        if verdict != reason.OK:
            return verdict
        f = numbers_at(fields, field.COUNT)
        rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[row.COUNT] * row.WORDS)
        message, key = _message(), _key()
        signature = at(data, f[field.ISSUER_SIGNATURE])
        if not issuer_signed(rows, f[field.ISSUER], trust, signature, message, put_issued(message, f, data), tables):
            return reason.ISSUER_SIGNATURE
        verdict = bound(f, data, rows, trust)
        if verdict != reason.OK or f[field.BINDING] == 0:
            return verdict
        size, signature = put_holder_key(key, f, data), at(data, f[field.HOLDER_SIGNATURE])
        if not holder_signed(f[field.CNF_KEY], key, size, signature, message, put_proven(message, f, data), tables):
            return reason.HOLDER_SIGNATURE
        return reason.OK

    return vartime_authenticate


@kernel
def issuer_signed(rows: Any, issuer: int, trust: Any, signature: Any, message: Any, n: int, tables: Any) -> bool:
    """By the comb of the issuer's key where it has one (its width is not 0)."""
    key, kind = key_of(trust, issuer), rows[issuer + row.KIND]
    width, table = rows[issuer + row.WIDTH], at(trust, rows[issuer + row.TABLE])
    if width == 0:
        return signed(kind, key, POINT_BYTES, signature, message, n, tables)
    if kind == field.OKP:
        return ed25519.vartime_verify_known(key, table, width, signature, message, n, tables.ed25519) == 0
    return ecdsa_p256.vartime_verify_known(table, width, signature, message, n, tables.p256) == 0


@kernel
def signed(kind: int, key: Any, size: int, signature: Any, message: Any, n: int, tables: Any) -> bool:
    """Under any key."""
    if kind == field.OKP:
        return ed25519.vartime_verify(key, signature, message, n, tables.ed25519) == 0
    return ecdsa_p256.vartime_verify(key, size, signature, message, n, tables.p256) == 0


vartime_authenticate = authenticator(issuer_signed, signed)
