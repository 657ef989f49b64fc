"""What does one ECDSA P-256 check cost, against `cryptography` in the same run?

    python -m benchmarks.signatures_p256 [--rounds 21] [--json]

The method is that of signatures.py. `cryptography` has its key object made beforehand; two more rows make it from the
33 or 65 bytes that our kernels start from.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.signatures import BATCHES, MESSAGE_BYTES, Row, run
from hanoi_ticket.kernels import doors
from hanoi_ticket.kernels.ecdsa_p256x8 import KEY_BYTES
from hanoi_ticket.kernels.p256_comb import table_words
from hanoi_ticket.kernels.p256x8 import COMB_WORDS
from hanoi_ticket.kernels.tracing import has_lanes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDTH = 8
KEYS = 3
ALGORITHM = ec.ECDSA(hashes.SHA256())
FORMS = {33: PublicFormat.CompressedPoint, 65: PublicFormat.UncompressedPoint}


class Signed:
    """Keys with their tables, and messages that they signed."""

    def __init__(self, count: int) -> None:
        self.private = [ec.generate_private_key(ec.SECP256R1()) for _ in range(KEYS)]
        self.keys = [private.public_key().public_bytes(Encoding.X962, FORMS[33]) for private in self.private]
        self.base = doors.ecdsa_p256_base_table()
        self.combs = [np.zeros(table_words(WIDTH), np.uint64) for _ in self.keys]
        for key, comb in zip(self.keys, self.combs, strict=True):
            assert doors.ecdsa_p256_build_key_table(key, WIDTH, comb) == 0
        self.messages = [os.urandom(MESSAGE_BYTES) for _ in range(count)]
        self.encoded = [self.private[i % KEYS].sign(message, ALGORITHM) for i, message in enumerate(self.messages)]
        self.signatures = [
            b"".join(n.to_bytes(32, "big") for n in decode_dss_signature(signature)) for signature in self.encoded
        ]


def single_rows(signed: Signed) -> Iterator[Row]:
    base, comb, message = signed.base, signed.combs[0], signed.messages[0]
    public, encoded, signature = signed.private[0].public_key(), signed.encoded[0], signed.signatures[0]
    yield Row("cryptography", lambda: public.verify(encoded, message, ALGORITHM))
    load = ec.EllipticCurvePublicKey.from_encoded_point
    for length, form in FORMS.items():
        key = public.public_bytes(Encoding.X962, form)
        yield Row(
            f"cryptography from {length} bytes",
            lambda key=key: load(ec.SECP256R1(), key).verify(encoded, message, ALGORITHM),
        )
        yield Row(
            f"any key, {length} bytes",
            lambda key=key: doors.ecdsa_p256_verify(key, signature, message, base),
            target=1.2,
        )
    known = doors.ecdsa_p256_verify_known
    yield Row("known key", lambda: known(comb, WIDTH, signature, message, base), target=4)
    yield Row("build a known key's table", lambda: doors.ecdsa_p256_build_key_table(signed.keys[0], WIDTH, comb))


def lane_rows(signed: Signed) -> Iterator[Row]:
    tables = aligned(KEYS * COMB_WORDS)
    for i, comb in enumerate(signed.combs):
        doors.ecdsa_p256_build_table8(tables[i * COMB_WORDS : (i + 1) * COMB_WORDS], comb)
    base = aligned(COMB_WORDS)
    doors.ecdsa_p256_build_table8(base, signed.base)
    comb, key, message, signature = signed.base, signed.keys[0], signed.messages[0], signed.signatures[0]
    public, one, known = signed.private[0].public_key(), doors.ecdsa_p256_verify8, doors.ecdsa_p256_verify_known8
    for length, form in FORMS.items():
        encoded = public.public_bytes(Encoding.X962, form)
        yield Row(
            f"any key in lanes, {length} bytes",
            lambda encoded=encoded: one(encoded, comb, signature, message, base),
            target=1.5,
        )
    yield Row("known key in lanes", lambda: known(key, tables, comb, signature, message, base))
    for count in BATCHES:
        yield Row(f"known keys, batch of {count}", batch(signed, count, base, tables), count, 25)
    for count in BATCHES:
        yield Row(f"any keys, batch of {count}", batch(signed, count, base, None), count, 8)


def aligned(words: int) -> np.ndarray:
    """Words that start at a cache line."""
    cells = np.zeros(words + 8, np.uint64)
    start = -(cells.ctypes.data // 8) % 8
    return cells[start : start + words]


def batch(signed: Signed, count: int, base: np.ndarray, tables: np.ndarray | None) -> Callable[[], object]:
    numbers = np.arange(count, dtype=np.uint64) % KEYS
    encodings = signed.keys if tables is not None else [signed.keys[i % KEYS] for i in range(count)]
    keys = np.frombuffer(b"".join(key.ljust(KEY_BYTES, b"\0") for key in encodings), np.uint8)
    lengths = np.full(len(encodings), 33, np.uint64)
    signatures = np.frombuffer(b"".join(signed.signatures[:count]), np.uint8)
    messages = np.frombuffer(b"".join(signed.messages[:count]), np.uint8)
    starts = np.arange(count + 1, dtype=np.uint64) * np.uint64(MESSAGE_BYTES)
    statuses, arrays = np.zeros(count, np.uint8), (signed.base, signatures, messages, starts, base)

    def call() -> None:
        if tables is None:
            doors.ecdsa_p256_verify_batch8(count, keys, lengths, *arrays, statuses)
        else:
            doors.ecdsa_p256_verify_known_batch8(count, numbers, keys, lengths, tables, *arrays, statuses)

    call()
    assert not statuses.any()
    return call


def rows() -> list[Row]:
    signed = Signed(max(BATCHES))
    return [*single_rows(signed), *(lane_rows(signed) if has_lanes() else ())]


if __name__ == "__main__":
    run(rows, "ecdsa-p256")
