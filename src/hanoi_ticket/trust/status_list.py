"""The deny list: a Token Status List, one bit a ticket, in its signed CWT form (draft-ietf-oauth-status-list)."""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import TrustRejected
from hanoi_ticket.signing import Signer, kid, verify_signature
from hanoi_ticket.standards import (
    CLAIM_IAT,
    CLAIM_STATUS_LIST,
    CLAIM_SUB,
    HEADER_ALG,
    HEADER_KID,
    HEADER_TYP,
)
from hanoi_ticket.wire import cbor, cose

TYP: Final = "application/statuslist+cwt"
MAX_BYTES: Final = 1 << 24
"""Of the bit array: 134 million tickets under one issuer key. A compressed list is never inflated past this."""


@dataclass(frozen=True, slots=True)
class StatusList:
    """Bit `i` is set when ticket `i` of the issuer is denied. Tickets past the end were issued after the list."""

    bits: bytes = b""

    @classmethod
    def of(cls, denied: Iterable[int]) -> "StatusList":
        bits = bytearray()
        for ticket_id in denied:
            byte, bit = divmod(ticket_id, 8)
            if byte >= MAX_BYTES:
                raise ValueError(f"a status list holds ticket ids below {MAX_BYTES * 8}")
            if byte >= len(bits):
                bits.extend(bytes(byte + 1 - len(bits)))
            bits[byte] |= 1 << bit
        return cls(bytes(bits))

    def denies(self, ticket_id: int) -> bool:
        byte, bit = divmod(ticket_id, 8)  # the first ticket is the least significant bit of the first byte
        return byte < len(self.bits) and bool(self.bits[byte] >> bit & 1)

    def token(self, issuer_kid: bytes, at: int, signer: Signer) -> bytes:
        """The Status List Token for the tickets of one issuer, signed by the authority of the bundle."""
        key = signer.public_key
        protected = cbor.encode({HEADER_ALG: cose.NUMBER[key.alg], HEADER_KID: kid(key), HEADER_TYP: TYP})
        payload = cbor.encode(
            {
                CLAIM_SUB: _subject(issuer_kid),
                CLAIM_IAT: at,
                CLAIM_STATUS_LIST: {"bits": 1, "lst": zlib.compress(self.bits, 9)},
            }
        )
        signature = signer.sign(cose.to_be_signed(protected, payload))
        return cose.Sign1(protected, payload, signature).encode()

    @classmethod
    def from_token(cls, token: bytes, issuer_kid: bytes, authority: PublicKey) -> "StatusList":
        """Reads a token that `authority` signed for this issuer; raises `TrustRejected` or `Refusal`."""
        message = cose.Sign1.decode(token)
        header = message.header()
        if header.get(HEADER_TYP) != TYP or cose.ALGORITHM[header[HEADER_ALG]] != authority.alg:
            raise TrustRejected("not a status list token of the bundle's signer")
        if not verify_signature(authority.alg, authority.raw, message.to_be_signed(), message.signature):
            raise TrustRejected("the signature of a status list is wrong")
        match cbor.decode(message.payload):
            case {2: subject, 65533: {"bits": 1, "lst": bytes(compressed)}} if subject == _subject(issuer_kid):
                return cls(_inflated(compressed))
        raise TrustRejected("not a status list of one bit a ticket for this issuer")


def _subject(issuer_kid: bytes) -> str:
    return f"urn:hanoi-ticket:status:{issuer_kid.hex()}"


def _inflated(compressed: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        bits = inflater.decompress(compressed, MAX_BYTES + 1)
    except zlib.error as error:
        raise TrustRejected(f"a status list is damaged: {error}") from None
    if not inflater.eof or inflater.unused_data or len(bits) > MAX_BYTES:
        raise TrustRejected("a status list is cut short, too long or followed by other bytes")
    return bits
