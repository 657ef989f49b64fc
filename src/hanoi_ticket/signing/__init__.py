"""Keys and signatures: the raw doors. Everything above speaks of tickets."""

from typing import TYPE_CHECKING

from hanoi_ticket.lazy import fetcher
from hanoi_ticket.signing.admission import admit
from hanoi_ticket.signing.message import open_message, sign_message
from hanoi_ticket.signing.names import kid, thumbprint
from hanoi_ticket.signing.signer import Signer
from hanoi_ticket.signing.verifier import verify_signature, verify_signatures

if TYPE_CHECKING:
    from hanoi_ticket.signing.keys import PrivateKey, load_public_key, public_pem, raw_signature

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

# A reader that only verifies holds no private key.
__getattr__ = fetcher(__name__, dict.fromkeys(("PrivateKey", "load_public_key", "public_pem", "raw_signature"), "keys"))
