"""Is a code genuine? From its text to both signatures in one call: format, issuer, issuer's signature, holder's.

What the reader believes comes as one block of words, laid out in `row`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hanoi_ticket.kernels import ecdsa_p256, ed25519, field, reason, row
from hanoi_ticket.kernels.arrays import as_bytes, bytes_at, numbers_at
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.kernels.grammar import ED25519, EDDSA, parse
from hanoi_ticket.kernels.memory import at, byte, put_byte
from hanoi_ticket.kernels.sha2 import copy, sha256
from hanoi_ticket.kernels.tracing import kernel, place, stack
from hanoi_ticket.kernels.values import BYTES

POINT_BYTES = 33

_TO_BE_SIGNED = 512
_message, _point, _digest = stack(BYTES, _TO_BE_SIGNED), stack(BYTES, POINT_BYTES), stack(BYTES, 32)
SIGNATURE_1 = np.frombuffer(b"\x84\x6aSignature1", np.uint8)
PROOF_CONTEXT = np.frombuffer(b"VT1/proof", np.uint8)
HEADER_ES256, HEADER_EDDSA = np.frombuffer(b"\xa1\x01\x26", np.uint8), np.frombuffer(b"\xa1\x01\x27", np.uint8)


@kernel
def vartime_authenticate(  # noqa: PLR0911  one a reason
    text: Any, n: int, data: Any, fields: Any, trust: Any, ed25519_base: Any, p256_base: Any
) -> int:
    """OK, or the reason (reason.py); the fields are those of `field`, the issuer's row among them."""
    f = numbers_at(fields, field.COUNT)
    verdict = parse(bytes_at(text, n), bytes_at(data, MAX_BYTES), f)
    if verdict != reason.OK:
        return verdict
    rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[0] * row.WORDS)
    f[field.ISSUER] = issuer = find(rows, f[field.KID])
    if issuer < 0:
        return reason.UNKNOWN_ISSUER
    if rows[issuer + row.KIND] != key_kind(f[field.ALG]):
        return reason.ALGORITHM_MISMATCH
    if not issuer_signed(f, data, rows, issuer, trust, ed25519_base, p256_base):
        return reason.ISSUER_SIGNATURE
    if f[field.BINDING] == 0:
        return reason.OK if f[field.PROOF_SIZE] == 0 else reason.PROOF_UNEXPECTED
    if f[field.PROOF_SIZE] == 0:
        return reason.PROOF_MISSING
    if is_issuer_key(f, data, rows, trust):
        return reason.HOLDER_KEY
    if not holder_signed(f, data, ed25519_base, p256_base):
        return reason.HOLDER_SIGNATURE
    return reason.OK


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
def issuer_signed(f: Any, data: Any, rows: Any, issuer: int, trust: Any, ed25519_base: Any, p256_base: Any) -> bool:
    """By the comb of the issuer's key where it has one (its width is not 0)."""
    message = _message()
    n = put_header(message, at(data, f[field.PROTECTED]), f[field.PROTECTED_SIZE])
    n = put_bytes(message, n, data, 0)  # no external_aad
    n = put_bytes(message, n, at(data, f[field.CLAIMS]), f[field.CLAIMS_SIZE])
    signature, key = at(data, f[field.ISSUER_SIGNATURE]), as_bytes(at(trust, row.FIRST + issuer + row.KEY))
    width, table = rows[issuer + row.WIDTH], at(trust, rows[issuer + row.TABLE])
    if width == 0:
        return signed(rows[issuer + row.KIND], key, signature, message, n, ed25519_base, p256_base)
    if rows[issuer + row.KIND] == field.OKP:
        verify = ed25519.vartime_verify_known
        return verify(key, table, width, signature, message, n, ed25519_base) == 0
    return ecdsa_p256.vartime_verify_known(table, width, signature, message, n, p256_base) == 0


@kernel
def holder_signed(f: Any, data: Any, ed25519_base: Any, p256_base: Any) -> bool:
    """The proof, bound to the ticket's bytes as received: external_aad = SHA-256("VT1/proof" || ticket)."""
    message, key, digest = _message(), _point(), _digest()
    okp = f[field.CNF_KEY] == field.OKP
    if okp:
        copy(key, at(data, f[field.CNF_X]), 32)
    else:
        put_byte(key, 0, 2 + f[field.CNF_Y])
        copy(at(key, 1), at(data, f[field.CNF_X]), 32)
    n = put_header(message, place(HEADER_EDDSA if okp else HEADER_ES256), 3)
    sha256(digest, place(PROOF_CONTEXT), len(PROOF_CONTEXT), at(data, f[field.TICKET]), f[field.TICKET_SIZE])
    n = put_bytes(message, n, digest, 32)
    n = put_bytes(message, n, at(data, f[field.PROOF]), f[field.PROOF_SIZE])
    return signed(f[field.CNF_KEY], key, at(data, f[field.HOLDER_SIGNATURE]), message, n, ed25519_base, p256_base)


@kernel
def signed(kind: int, key: Any, signature: Any, message: Any, n: int, ed25519_base: Any, p256_base: Any) -> bool:
    if kind == field.OKP:
        return ed25519.vartime_verify(key, signature, message, n, ed25519_base) == 0
    return ecdsa_p256.vartime_verify(key, POINT_BYTES, signature, message, n, p256_base) == 0


@kernel
def is_issuer_key(f: Any, data: Any, rows: Any, trust: Any) -> bool:
    """Whether the holder's key is an issuer's: key uses are separate."""
    kind, x = f[field.CNF_KEY], at(data, f[field.CNF_X])
    for issuer in range(0, len(rows), row.WORDS):
        key, skip = as_bytes(at(trust, row.FIRST + issuer + row.KEY)), int(kind == field.EC2)
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


# Sig_structure = ["Signature1", protected, external_aad, payload], RFC 9052 section 4.4


@kernel
def put_header(message: Any, protected: Any, size: int) -> int:
    copy(message, place(SIGNATURE_1), len(SIGNATURE_1))
    return put_bytes(message, len(SIGNATURE_1), protected, size)


@kernel
def put_bytes(message: Any, n: int, source: Any, size: int) -> int:
    """A CBOR byte string of less than 256 bytes at n; where it ends."""
    if size < 24:
        put_byte(message, n, 0x40 + size)
        n += 1
    else:
        put_byte(message, n, 0x58)
        put_byte(message, n + 1, size)
        n += 2
    copy(at(message, n), source, size)
    return n + size
