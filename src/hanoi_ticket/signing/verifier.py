"""Is this signature right? One policy, whatever does the arithmetic.

Ed25519 is held to policy `strict`: exact lengths, S < L, canonical A and R, small-order A and R refused, cofactorless,
the encoding of R compared. ES256 takes r||s of 64 bytes, both in [1, n-1], high s included.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, get_args

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from hanoi_ticket.claims import Alg
from hanoi_ticket.native.choice import Backend, kernels
from hanoi_ticket.signing.admission import weak_encoding
from hanoi_ticket.standards import SIGNATURE_BYTES

_KEY_SIZES: Final = {"EdDSA": (32,), "ES256": (33, 65)}
_ES256: Final = ec.ECDSA(hashes.SHA256())


def verify_signature(
    alg: Alg, public_key: bytes, message: bytes, signature: bytes, *, backend: Backend = "auto"
) -> bool:
    """Whether `signature` over `message` is right under `public_key`.

    `public_key` is raw: 32 bytes for "EdDSA"; 33 (compressed) or 65 bytes for "ES256". `signature` is 64 bytes.
    Bytes of a wrong length or value are a wrong signature; another `alg` or `backend` is a `ValueError`.
    "auto" is the native library where it is present, else OpenSSL; a backend that is asked for by name and cannot serve
    raises `NativeRefused`.
    """
    if alg not in _KEY_SIZES:
        raise ValueError(f'alg is "EdDSA" or "ES256", not {alg!r}')
    if backend not in get_args(Backend):
        raise ValueError(f"backend is one of {', '.join(get_args(Backend))}, not {backend!r}")
    if len(public_key) not in _KEY_SIZES[alg] or len(signature) != SIGNATURE_BYTES:
        return False
    compiled = kernels(backend)
    if compiled is not None:
        return compiled.verify(alg, public_key, message, signature)
    return _ed25519(public_key, message, signature) if alg == "EdDSA" else _es256(public_key, message, signature)


def verify_signatures(
    alg: Alg,
    public_keys: Sequence[bytes],
    messages: Sequence[bytes],
    signatures: Sequence[bytes],
    *,
    backend: Backend = "auto",
) -> list[bool]:
    """The same answers as `verify_signature`, one for each of the three sequences' places."""
    return [
        verify_signature(alg, key, message, signature, backend=backend)
        for key, message, signature in zip(public_keys, messages, signatures, strict=True)
    ]


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
