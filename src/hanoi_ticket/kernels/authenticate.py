"""Is a code genuine? From its text to both signatures in one call: format, issuer, issuer's signature, holder's.

What the reader believes comes as one block of words: the number of issuers, a row for each, then their combs.
The rows are as `hanoi_ticket.native.trust` writes them.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels import ecdsa_p256, ed25519, field, reason
from hanoi_ticket.kernels.arrays import as_bytes, bytes_at, numbers_at
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.kernels.grammar import ED25519, EDDSA, ES256, ESP256, parse
from hanoi_ticket.kernels.memory import BYTES, at, byte, put_byte, stack
from hanoi_ticket.kernels.sha2 import copy, sha256
from hanoi_ticket.kernels.tracing import kernel

ROW_WORDS = 10
KID, KIND, WIDTH, TABLE, KEY = range(5)  # KIND: field.OKP or EC2; TABLE: its word in the block; KEY: 5 words
POINT_BYTES = 33

_TO_BE_SIGNED = 512
_message, _point, _digest = stack(BYTES, _TO_BE_SIGNED), stack(BYTES, POINT_BYTES), stack(BYTES, 32)
_context = stack(BYTES, 16)
SIGNATURE_1, PROOF_CONTEXT = b"\x84\x6aSignature1", b"VT1/proof"
HEADER = b"\xa1\x01"  # {1: alg}, one byte to follow


@kernel
def vartime_authenticate(
    text: Any, n: int, data: Any, fields: Any, trust: Any, ed25519_base: Any, p256_base: Any
) -> int:
    """OK, or the reason (reason.py); the fields are those of `field`, the issuer's row among them."""
    f = numbers_at(fields, field.COUNT)
    verdict = parse(bytes_at(text, n), bytes_at(data, MAX_BYTES), f)
    if verdict != reason.OK:
        return verdict
    rows = numbers_at(at(trust, 1), numbers_at(trust, 1)[0] * ROW_WORDS)
    f[field.ISSUER] = row = find(rows, f[field.KID])
    if row < 0:
        return reason.UNKNOWN_ISSUER
    if rows[row + KIND] != key_kind(f[field.ALG]):
        return reason.ALGORITHM_MISMATCH
    if not issuer_signed(f, data, rows, row, trust, ed25519_base, p256_base):
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
    for row in range(0, len(rows), ROW_WORDS):
        if rows[row + KID] == kid:
            return row
    return -1


@kernel
def key_kind(alg: int) -> int:
    return field.OKP if alg in (EDDSA, ED25519) else field.EC2


@kernel
def issuer_signed(f: Any, data: Any, rows: Any, row: int, trust: Any, ed25519_base: Any, p256_base: Any) -> bool:
    """By the comb of the issuer's key where it has one (its width is not 0)."""
    message = _message()
    n = put_header(message, at(data, f[field.PROTECTED]), f[field.PROTECTED_SIZE])
    n = put_bytes(message, n, data, 0)  # no external_aad
    n = put_bytes(message, n, at(data, f[field.CLAIMS]), f[field.CLAIMS_SIZE])
    signature, key = at(data, f[field.ISSUER_SIGNATURE]), as_bytes(at(trust, 1 + row + KEY))
    width, table = rows[row + WIDTH], at(trust, rows[row + TABLE])
    if width == 0:
        return signed(rows[row + KIND], key, signature, message, n, ed25519_base, p256_base)
    if rows[row + KIND] == field.OKP:
        verify = ed25519.vartime_verify_known
        return verify(key, table, width, signature, message, n, ed25519_base) == 0
    return ecdsa_p256.vartime_verify_known(table, signature, message, n, p256_base) == 0


@kernel
def holder_signed(f: Any, data: Any, ed25519_base: Any, p256_base: Any) -> bool:
    """The proof, bound to the ticket's bytes as received: external_aad = SHA-256("VT1/proof" || ticket)."""
    message, key, digest, context = _message(), _point(), _digest(), _context()
    okp = f[field.CNF_KEY] == field.OKP
    if okp:
        copy(key, at(data, f[field.CNF_X]), 32)
    else:
        put_byte(key, 0, 2 + f[field.CNF_Y])
        copy(at(key, 1), at(data, f[field.CNF_X]), 32)
    for k in range(len(HEADER)):
        put_byte(context, k, HEADER[k])
    put_byte(context, 2, 0x1F - (EDDSA if okp else ES256))  # a negative integer of one byte
    n = put_header(message, context, 3)
    for k in range(len(PROOF_CONTEXT)):
        put_byte(context, k, PROOF_CONTEXT[k])
    sha256(digest, context, len(PROOF_CONTEXT), at(data, f[field.TICKET]), f[field.TICKET_SIZE])
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
    for row in range(0, len(rows), ROW_WORDS):
        key, skip = as_bytes(at(trust, 1 + row + KEY)), int(kind == field.EC2)
        if rows[row + KIND] == kind and same(at(key, skip), x, 32) and (skip == 0 or byte(key, 0) == 2 + f[field.CNF_Y]):
            return True
    return False


@kernel
def same(a: Any, b: Any, n: int) -> bool:
    for k in range(n):
        if byte(a, k) != byte(b, k):
            return False
    return True


# Sig_structure = ["Signature1", protected, external_aad, payload], RFC 9052 section 4.4


@kernel
def put_header(message: Any, protected: Any, size: int) -> int:
    for k in range(len(SIGNATURE_1)):
        put_byte(message, k, SIGNATURE_1[k])
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
