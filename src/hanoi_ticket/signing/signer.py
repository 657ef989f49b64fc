"""Whoever signs."""

from typing import Protocol

from hanoi_ticket.claims import PublicKey


class Signer(Protocol):
    """What can sign: a key in memory, a phone's hardware key, an HSM. `sign` gives 64 raw bytes, r||s for ES256."""

    @property
    def public_key(self) -> PublicKey: ...
    def sign(self, message: bytes) -> bytes: ...
