"""Level 2, the presentation: a ticket and the holder's signature over the moment, framed as the text of a code."""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from hanoi_ticket.claims import Alg, Proof
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.standards import HEADER_ALG, MAX_SECONDS, SIGNATURE_BYTES
from hanoi_ticket.wire import base45, cbor, cose
from hanoi_ticket.wire.cwt import SignedTicket, decode_ticket

PREFIX: Final = "VT1:"
MAX_BYTES: Final = 252
"""The longest presentation that docs/ticket.cddl allows is 251; this is the next whole group of Base45."""
MAX_CHARACTERS: Final = len(PREFIX) + MAX_BYTES // 2 * 3


@dataclass(frozen=True, slots=True)
class Presentation:
    """A code as received. Without a proof it is a printed ticket, or one whose proof was stripped."""

    ticket: SignedTicket
    proof: Proof | None = None
    payload: bytes = b""
    signature: bytes = b""

    def to_be_signed(self, alg: Alg) -> bytes:
        return cose.to_be_signed(holder_header(alg), self.payload, proof_aad(self.ticket.raw))

    def expanded(self, alg: Alg) -> bytes:
        """The proof as a standard COSE_Sign1; its external_aad is `proof_aad(ticket)`."""
        return cose.Sign1(holder_header(alg), self.payload, self.signature).encode()


def holder_header(alg: Alg) -> bytes:
    """The protected header of level 2, constant for the holder's algorithm: the frame leaves it out."""
    return cbor.encode({HEADER_ALG: cose.NUMBER[alg]})


def proof_aad(ticket: bytes) -> bytes:
    """Binds a proof to the ticket's bytes as received, and to its use: 32 bytes."""
    return hashlib.sha256(b"VT1/proof" + ticket).digest()


def encode_proof(proof: Proof) -> bytes:
    value: list[Any] = [proof.moment, proof.challenge, proof.clock]
    length = 3 if proof.clock else 2 if proof.challenge is not None else 1
    return cbor.encode(value[:length])


def decode_proof(data: bytes) -> Proof:
    reader = cbor.Reader(data)
    length = reader.array((1, 2, 3))
    moment = reader.uint(MAX_SECONDS)
    challenge, clock = None, 0
    if length == 2 or (length == 3 and not reader.skip_null()):
        challenge = reader.uint(999_999)
    if length == 3:
        clock = reader.uint(3, low=1)
    reader.finish()
    return Proof(moment, challenge, clock)


def encode(ticket: bytes, proof: bytes | None = None, signature: bytes | None = None) -> str:
    """The text of a code."""
    frame = [ticket] if proof is None else [ticket, proof, signature]
    return PREFIX + base45.encode(cbor.encode(frame))


def decode(code: str | bytes) -> Presentation:
    """The presentation that a code's text is, its signatures not yet checked; raises `Refusal`, whatever comes in."""
    return _decode_frame(frame_bytes(code))


def frame_bytes(code: str | bytes) -> bytes:
    """The CBOR bytes that a code's text stands for."""
    if len(code) > MAX_CHARACTERS:
        raise Refusal(Reason.TOO_LONG, f"{len(code)} characters")
    text = code.encode("ascii", "replace") if isinstance(code, str) else bytes(code)
    return base45.decode(_without_prefix(text))


def _without_prefix(text: bytes) -> bytes:
    if text.startswith(PREFIX.encode()):
        return text[len(PREFIX) :]
    version, colon, _ = text.removeprefix(b"VT").partition(b":")
    if text.startswith(b"VT") and colon and version.isdigit() and not version.startswith(b"0"):
        raise Refusal(Reason.UNSUPPORTED_VERSION, f"VT{version.decode()}")
    raise Refusal(Reason.WRONG_PREFIX, "a code begins with VT1:")


def _decode_frame(data: bytes) -> Presentation:
    reader = cbor.Reader(data)
    length = reader.array((1, 3))
    ticket = decode_ticket(reader.bstr())
    if length == 1:
        reader.finish()
        return Presentation(ticket)
    payload = reader.bstr()
    proof = decode_proof(payload)
    signature = reader.bstr((SIGNATURE_BYTES,))
    reader.finish()
    return Presentation(ticket, proof, payload, signature)
