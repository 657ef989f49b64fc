"""COSE (RFC 9052) as tickets and signed files use it: headers, keys, and the bytes that a signature covers."""

from typing import Any, Final, NamedTuple

from hanoi_ticket.claims import Alg, PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.standards import (
    ALG_ED25519,
    ALG_EDDSA,
    ALG_ES256,
    ALG_ESP256,
    CRV_ED25519,
    CRV_P256,
    HEADER_ALG,
    HEADER_KID,
    KEY_CRV,
    KEY_KTY,
    KEY_X,
    KEY_Y,
    KID_BYTES,
    KTY_EC2,
    KTY_OKP,
    SIGNATURE_BYTES,
    TAG_COSE_SIGN1,
)
from hanoi_ticket.wire import cbor

NUMBER: Final[dict[Alg, int]] = {"ES256": ALG_ES256, "EdDSA": ALG_EDDSA}
"""What we write: the numbers that every peer verifies."""
ALGORITHM: Final[dict[int, Alg]] = {
    ALG_ES256: "ES256",
    ALG_ESP256: "ES256",
    ALG_EDDSA: "EdDSA",
    ALG_ED25519: "EdDSA",
}
"""What we read: RFC 9864's fully specified numbers too."""
MAX_HEADER: Final = 128
"""Bytes of a protected header: it is decoded before any signature is checked."""


def to_be_signed(protected: bytes, payload: bytes, external_aad: bytes = b"") -> bytes:
    """The Sig_structure of a COSE_Sign1, RFC 9052 section 4.4."""
    return cbor.encode(["Signature1", protected, external_aad, payload])


def protected_header(alg: Alg, kid: bytes) -> bytes:
    return cbor.encode({HEADER_ALG: NUMBER[alg], HEADER_KID: kid})


def read_protected_header(reader: cbor.Reader) -> tuple[Alg, bytes]:
    """Algorithm and key id, exactly these two."""

    def algorithm() -> Alg:
        number = reader.integer()
        if number not in ALGORITHM:
            raise Refusal(Reason.UNSUPPORTED_ALGORITHM, f"alg {number}")
        return ALGORITHM[number]

    entries = {HEADER_ALG: algorithm, HEADER_KID: lambda: reader.bstr((KID_BYTES,))}
    header = reader.map(entries, required=entries)
    reader.finish()
    return header[HEADER_ALG], header[HEADER_KID]


def key_value(key: PublicKey) -> dict[int, Any]:
    """The COSE_Key of `key`; a P-256 point is compressed, its y a sign bit (RFC 9053 section 7.1.1)."""
    if key.alg == "EdDSA":
        return {KEY_KTY: KTY_OKP, KEY_CRV: CRV_ED25519, KEY_X: key.raw}
    return {KEY_KTY: KTY_EC2, KEY_CRV: CRV_P256, KEY_X: key.raw[1:], KEY_Y: key.raw[0] == 3}


def read_key(reader: cbor.Reader) -> PublicKey:
    """A COSE_Key in that form and no other."""
    curve = {KTY_OKP: CRV_ED25519, KTY_EC2: CRV_P256}
    required = [KEY_KTY, KEY_CRV, KEY_X]

    def kty() -> int:
        number = _known(reader, curve)
        if number == KTY_EC2:
            entries[KEY_Y] = lambda: reader.simple(cbor.FALSE, cbor.TRUE)
            required.append(KEY_Y)
        entries[KEY_CRV] = lambda: _known(reader, (curve[number],))
        entries[KEY_X] = lambda: reader.bstr((32,))
        return number

    entries: dict[int, Any] = {KEY_KTY: kty}
    key = reader.map(entries, required)
    if key[KEY_KTY] == KTY_OKP:
        return PublicKey("EdDSA", key[KEY_X])
    return PublicKey("ES256", bytes([2 + (key[KEY_Y] == cbor.TRUE)]) + key[KEY_X])


def _known(reader: cbor.Reader, numbers: Any) -> int:  # noqa: ANN401  a container of integers
    number = reader.integer()
    if number not in numbers:
        raise Refusal(Reason.UNSUPPORTED_ALGORITHM, f"key type or curve {number}")
    return number


class Sign1(NamedTuple):
    """A whole COSE_Sign1 (RFC 9052 section 4.2), tagged, with nothing unprotected."""

    protected: bytes
    payload: bytes
    signature: bytes

    def encode(self) -> bytes:
        return bytes([0xC0 + TAG_COSE_SIGN1]) + cbor.encode([self.protected, {}, self.payload, self.signature])

    @classmethod
    def decode(cls, data: bytes) -> "Sign1":
        """Refuses anything but one tagged array of four, encoded deterministically. Looks into no part of it."""
        if data[:1] != bytes([0xC0 + TAG_COSE_SIGN1]):
            raise Refusal(Reason.TAG, "a COSE_Sign1 begins with tag 18")
        reader = cbor.Reader(data)
        reader.at = 1
        reader.array((4,))
        protected = reader.bstr(range(1, MAX_HEADER + 1))
        reader.map({}, required=())  # nothing unprotected
        payload = reader.bstr()
        signature = reader.bstr((SIGNATURE_BYTES,))
        reader.finish()
        return cls(protected, payload, signature)

    def header(self) -> dict[Any, Any]:
        """The protected header; its `alg` is one of `ALGORITHM`."""
        match cbor.decode(self.protected):
            case {1: int(number), **rest} if number in ALGORITHM:
                return {HEADER_ALG: number, **rest}
        raise Refusal(Reason.UNSUPPORTED_ALGORITHM, "no algorithm that is known in the protected header")

    def to_be_signed(self, external_aad: bytes = b"") -> bytes:
        return to_be_signed(self.protected, self.payload, external_aad)
