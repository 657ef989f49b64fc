"""A signed file of ours: a COSE_Sign1 whose external_aad says what kind it is, so that none can stand for another."""

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import Refusal, SignatureRejected
from hanoi_ticket.signing.names import kid
from hanoi_ticket.signing.signer import Signer
from hanoi_ticket.signing.verifier import verify_signature
from hanoi_ticket.standards import HEADER_ALG, HEADER_KID
from hanoi_ticket.wire import cose


def sign_message(payload: bytes, signer: Signer, context: bytes) -> bytes:
    protected = cose.protected_header(signer.public_key.alg, kid(signer.public_key))
    signature = signer.sign(cose.to_be_signed(protected, payload, context))
    return cose.Sign1(protected, payload, signature).encode()


def open_message(data: bytes, key: PublicKey, context: bytes) -> bytes:
    """The payload that `key` signed as `context`; raises `SignatureRejected` for anything else."""
    try:
        message = cose.Sign1.decode(data)
        header = message.header()
    except Refusal as refusal:
        raise SignatureRejected(str(refusal)) from None
    if cose.ALGORITHM[header[HEADER_ALG]] != key.alg or header.get(HEADER_KID) != kid(key):
        raise SignatureRejected("signed by another key")
    if not verify_signature(key.alg, key.raw, message.to_be_signed(context), message.signature):
        raise SignatureRejected("the signature is wrong")
    return message.payload
