"""Keys and signatures: the raw doors. Everything above speaks of tickets."""

from hanoi_ticket.signing.admission import admit
from hanoi_ticket.signing.keys import PrivateKey, Signer, kid, load_public_key, public_pem, raw_signature, thumbprint
from hanoi_ticket.signing.verifier import verify_signature, verify_signatures

__all__ = [
    "PrivateKey",
    "Signer",
    "admit",
    "kid",
    "load_public_key",
    "public_pem",
    "raw_signature",
    "thumbprint",
    "verify_signature",
    "verify_signatures",
]
