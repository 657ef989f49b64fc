"""Private keys and key files. `cryptography` holds the secrets and signs."""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from hanoi_ticket.claims import Alg, PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.files import write_atomically


class PrivateKey:
    """A key in this process's memory."""

    def __init__(self, key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> None:
        """Raises `KeyRejected` for an EC key that is not on P-256."""
        self._key = key
        self.public_key = public_key_of(key.public_key())

    @classmethod
    def generate(cls, alg: Alg) -> "PrivateKey":
        if alg == "EdDSA":
            return cls(ed25519.Ed25519PrivateKey.generate())
        if alg == "ES256":
            return cls(ec.generate_private_key(ec.SECP256R1()))
        raise ValueError(f'alg is "EdDSA" or "ES256", not {alg!r}')

    @classmethod
    def load(cls, path: str | os.PathLike[str], password: bytes | None = None) -> "PrivateKey":
        """Reads a PKCS#8 PEM file; raises `KeyRejected` when it holds no usable key or the password is wrong."""
        try:
            key = serialization.load_pem_private_key(Path(path).read_bytes(), password)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyRejected(f"{path}: {error}") from None
        if not isinstance(key, ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey):
            raise KeyRejected(f"{path}: neither an Ed25519 nor a P-256 key")
        return cls(key)

    def save(self, path: str | os.PathLike[str], password: bytes | None = None) -> None:
        """Writes PKCS#8 PEM that only its owner can read."""
        encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
        pem = self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)
        write_atomically(Path(path), pem, mode=0o600)

    def sign(self, message: bytes) -> bytes:
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(message)
        return raw_signature(self._key.sign(message, ec.ECDSA(hashes.SHA256())))


def raw_signature(der: bytes) -> bytes:
    """r||s of a DER signature, as a phone's key store gives it; raises `ValueError` when it is none."""
    r, s = utils.decode_dss_signature(der)
    if r.bit_length() > 256 or s.bit_length() > 256:
        raise ValueError("r and s of a P-256 signature have 32 bytes each")
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def public_key_of(key: object) -> PublicKey:
    """The `PublicKey` of one of cryptography's."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        return PublicKey("EdDSA", key.public_bytes_raw())
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        point = key.public_numbers()
        return PublicKey("ES256", bytes([2 + point.y % 2]) + point.x.to_bytes(32, "big"))
    raise KeyRejected("neither an Ed25519 nor a P-256 public key")


def public_pem(key: PublicKey) -> bytes:
    """SubjectPublicKeyInfo in PEM, the form in which keys are handed over."""
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return _openssl_key(key).public_bytes(serialization.Encoding.PEM, spki)


def load_public_key(path: str | os.PathLike[str]) -> PublicKey:
    try:
        return public_key_of(serialization.load_pem_public_key(Path(path).read_bytes()))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise KeyRejected(f"{path}: {error}") from None


def _openssl_key(key: PublicKey) -> ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey:
    try:
        if key.alg == "EdDSA":
            return ed25519.Ed25519PublicKey.from_public_bytes(key.raw)
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.raw)
    except ValueError:
        raise KeyRejected("not a point of the curve") from None
