"""What the two signatures of a code cover: Sig_structure = ["Signature1", protected, external_aad, payload].

Source: RFC 9052 section 4.4. Each part has less than 256 bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from hanoi_ticket.kernels import field
from hanoi_ticket.kernels.memory import at, put_byte
from hanoi_ticket.kernels.sha2 import copy, sha256
from hanoi_ticket.kernels.tracing import kernel, place, stack
from hanoi_ticket.kernels.values import BYTES

POINT_BYTES = 33
SIGNATURE_1 = np.frombuffer(b"\x84\x6aSignature1", np.uint8)
PROOF_CONTEXT = np.frombuffer(b"VT1/proof", np.uint8)
HEADER_ES256, HEADER_EDDSA = np.frombuffer(b"\xa1\x01\x26", np.uint8), np.frombuffer(b"\xa1\x01\x27", np.uint8)

_digest = stack(BYTES, 32)


@kernel
def put_issued(message: Any, f: Any, data: Any) -> int:
    """What the issuer signed; its size."""
    n = put_header(message, at(data, f[field.PROTECTED]), f[field.PROTECTED_SIZE])
    n = put_bytes(message, n, data, 0)  # no external_aad
    return put_bytes(message, n, at(data, f[field.CLAIMS]), f[field.CLAIMS_SIZE])


@kernel
def put_proven(message: Any, f: Any, data: Any) -> int:
    """What the holder signed, bound to the ticket's bytes as received: the aad is SHA-256("VT1/proof" || ticket)."""
    digest = _digest()
    n = put_header(message, place(HEADER_EDDSA if f[field.CNF_KEY] == field.OKP else HEADER_ES256), 3)
    sha256(digest, place(PROOF_CONTEXT), len(PROOF_CONTEXT), at(data, f[field.TICKET]), f[field.TICKET_SIZE])
    n = put_bytes(message, n, digest, 32)
    return put_bytes(message, n, at(data, f[field.PROOF]), f[field.PROOF_SIZE])


@kernel
def put_holder_key(key: Any, f: Any, data: Any) -> int:
    """The holder's raw key, a point compressed; its size."""
    if f[field.CNF_KEY] == field.OKP:
        copy(key, at(data, f[field.CNF_X]), 32)
        return 32
    put_byte(key, 0, 2 + f[field.CNF_Y])
    copy(at(key, 1), at(data, f[field.CNF_X]), 32)
    return POINT_BYTES


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
