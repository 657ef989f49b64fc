"""Level 1, the ticket: CWT claims (RFC 8392) that the issuer signs."""

from dataclasses import dataclass
from typing import Any

from hanoi_ticket.claims import Alg, Binding, Claims, PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.standards import (
    CLAIM_CNF,
    CLAIM_CTI,
    CLAIM_EXP,
    CLAIM_FARE,
    CLAIM_NBF,
    CNF_COSE_KEY,
    MAX_SECONDS,
    SIGNATURE_BYTES,
)
from hanoi_ticket.wire import cbor, cose


@dataclass(frozen=True, slots=True)
class SignedTicket:
    """A ticket as received: its bytes, the parts that the signature covers, and what they say."""

    raw: bytes
    protected: bytes
    payload: bytes
    signature: bytes
    alg: Alg
    kid: bytes
    claims: Claims

    def to_be_signed(self) -> bytes:
        return cose.to_be_signed(self.protected, self.payload)

    def expanded(self) -> bytes:
        """The same ticket as a standard COSE_Sign1: the constant bytes that the frame drops come back."""
        return cose.Sign1(self.protected, self.payload, self.signature).encode()


def encode_claims(claims: Claims) -> bytes:
    number = claims.ticket_id
    value: dict[int, Any] = {
        CLAIM_EXP: claims.valid_until,
        CLAIM_NBF: claims.valid_from,
        CLAIM_CTI: number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big"),
        CLAIM_FARE: [claims.product, claims.rider, claims.area, int(claims.binding)],
    }
    if claims.holder is not None:
        value[CLAIM_CNF] = {CNF_COSE_KEY: cose.key_value(claims.holder)}
    return cbor.encode(value)


def decode_claims(reader: cbor.Reader) -> Claims:
    entries = {
        CLAIM_EXP: lambda: reader.uint(MAX_SECONDS),
        CLAIM_NBF: lambda: reader.uint(MAX_SECONDS),
        CLAIM_CTI: lambda: _ticket_id(reader),
        CLAIM_CNF: lambda: _confirmation(reader),
        CLAIM_FARE: lambda: _fare(reader),
    }
    found = reader.map(entries, required=(CLAIM_EXP, CLAIM_NBF, CLAIM_CTI, CLAIM_FARE))
    reader.finish()
    product, rider, area, binding = found[CLAIM_FARE]
    holder = found.get(CLAIM_CNF)
    if found[CLAIM_EXP] <= found[CLAIM_NBF]:
        raise Refusal(Reason.BAD_VALUE, "exp is not after nbf")
    if (holder is None) != (binding == Binding.NONE):
        raise Refusal(Reason.BAD_VALUE, "cnf does not go with the binding class")
    return Claims(found[CLAIM_CTI], found[CLAIM_NBF], found[CLAIM_EXP], product, rider, area, Binding(binding), holder)


def _ticket_id(reader: cbor.Reader) -> int:
    number = reader.bstr(range(1, 5))
    if number[0] == 0 and len(number) > 1:
        raise reader.refusal(Reason.NON_SHORTEST)
    return int.from_bytes(number, "big")


def _confirmation(reader: cbor.Reader) -> PublicKey:
    key: PublicKey = reader.map({CNF_COSE_KEY: lambda: cose.read_key(reader)}, required=(CNF_COSE_KEY,))[CNF_COSE_KEY]
    return key


def _fare(reader: cbor.Reader) -> tuple[int, int, int, int]:
    reader.array((4,))
    return reader.uint(0xFFFF), reader.uint(23), reader.uint(0xFFFF), reader.uint(2)


def encode_ticket(protected: bytes, payload: bytes, signature: bytes) -> bytes:
    return cbor.encode([protected, payload, signature])


def decode_ticket(data: bytes) -> SignedTicket:
    """The ticket that `data` is, its signature not yet checked; raises `Refusal`."""
    reader = cbor.Reader(data)
    reader.array((3,))
    protected = reader.bstr()
    alg, kid = cose.read_protected_header(cbor.Reader(protected))
    payload = reader.bstr()
    claims = decode_claims(cbor.Reader(payload))
    signature = reader.bstr((SIGNATURE_BYTES,))
    reader.finish()
    return SignedTicket(data, protected, payload, signature, alg, kid, claims)
