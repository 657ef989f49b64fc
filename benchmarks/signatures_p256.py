"""What does one ECDSA P-256 check cost, against `cryptography` in the same run?

    hanoi-ticket warmup && python -m benchmarks.signatures_p256 [--rounds 21] [--json]

The method is that of signatures.py. `cryptography` has its key object made beforehand; two more rows make it from the
33 or 65 bytes that our kernels start from.
"""

from __future__ import annotations

import os
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from benchmarks.signatures import MESSAGE_BYTES, Row, run
from hanoi_ticket.bench.native_doors import BATCHES, Doors, kernels, settled
from hanoi_ticket.kernels.phone_set import SET_WORDS, WAYS
from hanoi_ticket.native.phones import PHONE_BYTES, WORD, Phones
from hanoi_ticket.signing import PrivateKey, raw_signature, verify_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

KEYS = 3
ALGORITHM = ec.ECDSA(hashes.SHA256())
FORMS = {33: PublicFormat.CompressedPoint, 65: PublicFormat.UncompressedPoint}


class Signed:
    """Keys, and messages that they signed in turn."""

    def __init__(self, count: int) -> None:
        self.private = [ec.generate_private_key(ec.SECP256R1()) for _ in range(KEYS)]
        self.keys = [private.public_key().public_bytes(Encoding.X962, FORMS[33]) for private in self.private]
        self.messages = [os.urandom(MESSAGE_BYTES) for _ in range(count)]
        self.encoded = [self.private[i % KEYS].sign(message, ALGORITHM) for i, message in enumerate(self.messages)]
        self.signatures = [raw_signature(encoded) for encoded in self.encoded]

    def first_key(self) -> Iterator[tuple[int, bytes]]:
        """Its encodings and their lengths."""
        for length, form in FORMS.items():
            yield length, self.private[0].public_key().public_bytes(Encoding.X962, form)


def single_rows(signed: Signed, doors: Doors) -> Iterator[Row]:
    public, encoded = signed.private[0].public_key(), signed.encoded[0]
    message, signature = signed.messages[0], signed.signatures[0]
    yield Row("cryptography", partial(public.verify, encoded, message, ALGORITHM))
    load, curve = ec.EllipticCurvePublicKey.from_encoded_point, ec.SECP256R1()
    for length, key in signed.first_key():
        yield Row(
            f"cryptography from {length} bytes",
            lambda key=key: load(curve, key).verify(encoded, message, ALGORITHM),
        )
        ours = partial(verify_signature, "ES256", key, message, signature, backend="native")
        yield Row(f"verify_signature(...), {length} bytes", settled(ours), target=1.5 if doors.lanes else 1.2)
        yield Row(f"any key, {length} bytes", doors.any_key(key, message, signature), target=1.2)
    yield Row("known key", doors.known_key(message, signature), target=4)
    yield Row("build a known key's table", doors.build_table())


def lane_rows(signed: Signed, doors: Doors) -> Iterator[Row]:
    message, signature = signed.messages[0], signed.signatures[0]
    for length, key in signed.first_key():
        yield Row(f"any key in lanes, {length} bytes", doors.any_key8(key, message, signature), target=1.5)
    yield from phone_rows(doors)
    yield Row("known key in lanes", doors.known_key8(message, signature))
    for count in BATCHES:
        many = signed.messages[:count], signed.signatures[:count]
        yield Row(f"known keys, batch of {count}", doors.known_keys(*many), count, 25)
        yield Row(f"any keys, batch of {count}", doors.any_keys(*many), count, 8)


def phone_rows(doors: Doors) -> Iterator[Row]:
    """The first of phones that drive one another out, and one that stays."""
    few, signers = Phones(kernels().ffi, SET_WORDS * WORD), [PrivateKey.generate("ES256") for _ in range(WAYS + 1)]
    message = os.urandom(MESSAGE_BYTES)
    paths = [doors.phone8(one.public_key.raw, message, one.sign(message), few) for one in signers]
    calls = (path() for path in cycle(paths))
    yield Row("a phone's first visit in lanes", partial(next, calls))
    enough, first = Phones(kernels().ffi, PHONE_BYTES), signers[0]
    yield Row(
        "a phone that comes back, in lanes", doors.phone8(first.public_key.raw, message, first.sign(message), enough)
    )


def rows() -> list[Row]:
    signed = Signed(max(BATCHES))
    doors = Doors("ES256", signed.keys)
    return [*single_rows(signed, doors), *(lane_rows(signed, doors) if doors.lanes else ())]


if __name__ == "__main__":
    run(rows, "ecdsa-p256")
