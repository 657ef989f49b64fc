"""How a key is named."""

import hashlib

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.signing.admission import p256_y
from hanoi_ticket.standards import KEY_CRV, KEY_KTY, KEY_X, KEY_Y, KID_BYTES
from hanoi_ticket.wire import cbor, cose


def thumbprint(key: PublicKey) -> bytes:
    """The key's RFC 9679 thumbprint: SHA-256 of its required parameters, a point uncompressed (section 4.2)."""
    value = {name: part for name, part in cose.key_value(key).items() if name in (KEY_KTY, KEY_CRV, KEY_X)}
    if key.alg == "ES256":
        y = p256_y(key.raw)
        if y is None:
            raise KeyRejected("not a point of P-256")
        value[KEY_Y] = y.to_bytes(32, "big")
    return hashlib.sha256(cbor.encode(value)).digest()


def kid(key: PublicKey) -> bytes:
    """The name by which a ticket hints at its issuer's key. It proves nothing."""
    return thumbprint(key)[:KID_BYTES]
