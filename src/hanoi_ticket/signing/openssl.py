"""The backend "openssl", by way of `cryptography`, held to the same policy as the kernels."""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from hanoi_ticket.claims import Alg
from hanoi_ticket.signing.admission import weak_encoding

_ES256: Final = ec.ECDSA(hashes.SHA256())


def verify(alg: Alg, public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is right; the lengths are."""
    return _ed25519(public_key, message, signature) if alg == "EdDSA" else _es256(public_key, message, signature)


def _ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    # OpenSSL checks S < L and compares the encoding of R; it lets weak keys and weak R pass.
    if weak_encoding(public_key) or weak_encoding(signature[:32]):
        return False
    try:
        _ed25519_key(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _es256(public_key: bytes, message: bytes, signature: bytes) -> bool:
    der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        _es256_key(public_key).verify(der, message, _ES256)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=256)
def _ed25519_key(raw: bytes) -> ed25519.Ed25519PublicKey:
    return ed25519.Ed25519PublicKey.from_public_bytes(raw)


@lru_cache(maxsize=256)
def _es256_key(raw: bytes) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
