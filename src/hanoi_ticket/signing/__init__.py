"""Keys and signatures: the raw doors. Everything above speaks of tickets."""

from hanoi_ticket.signing.admission import admit
from hanoi_ticket.signing.keys import PrivateKey, Signer, kid, load_public_key, public_pem, raw_signature, thumbprint
from hanoi_ticket.signing.message import open_message, sign_message
from hanoi_ticket.signing.verifier import verify_signature, verify_signatures

__all__ = [
    "PrivateKey",
    "Signer",
    "admit",
    "kid",
    "load_public_key",
    "open_message",
    "public_pem",
    "raw_signature",
    "sign_message",
    "thumbprint",
    "verify_signature",
    "verify_signatures",
]
