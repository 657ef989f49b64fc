"""The holder's half: a ticket and a moment become a code, new each rotation period."""

import os
from collections.abc import Iterator

from hanoi_ticket import clock, rotation
from hanoi_ticket.claims import Alg, Proof, PublicKey
from hanoi_ticket.signing import PrivateKey, Signer
from hanoi_ticket.wire import cose, cwt, presentation


class Holder:
    """Signs moments with the key that tickets are bound to: the phone's, or a server's for wallet passes."""

    def __init__(self, signer: Signer) -> None:
        """`signer` may be a phone's hardware key."""
        self._signer = signer

    @classmethod
    def generate(cls, alg: Alg = "ES256") -> "Holder":
        return cls(PrivateKey.generate(alg))

    @classmethod
    def load(cls, path: str | os.PathLike[str], password: bytes | None = None) -> "Holder":
        return cls(PrivateKey.load(path, password))

    @property
    def public_key(self) -> PublicKey:
        return self._signer.public_key

    def present(
        self, ticket: bytes, at: int | None = None, *, challenge: int | None = None, clock_quality: int = 0
    ) -> str:
        """The code for the rotation period that `at` (UTC seconds; default: now) falls in.

        `challenge` is the number that a reader or an inspector shows. Raises `ValueError` for a ticket that is not
        bound to this holder's key, `Refusal` for bytes that are no ticket.
        """
        if cwt.decode_ticket(ticket).claims.holder != self.public_key:
            raise ValueError("the ticket is not bound to this holder's key")
        moment = rotation.moment(clock.now() if at is None else at)
        proof = presentation.encode_proof(Proof(moment, challenge, clock_quality))
        alg = self.public_key.alg
        message = cose.to_be_signed(presentation.holder_header(alg), proof, presentation.proof_aad(ticket))
        return presentation.encode(ticket, proof, self._signer.sign(message))

    def present_ahead(self, ticket: bytes, start: int, count: int) -> Iterator[tuple[int, str]]:
        """`count` (moment, code) pairs from `start` on: what a server uploads to a wallet (class server)."""
        first = rotation.moment(start)
        for moment in range(first, first + count * rotation.PERIOD, rotation.PERIOD):
            yield moment, self.present(ticket, moment)


def printed(ticket: bytes) -> str:
    """The one code of a printed ticket (class none). Raises `ValueError` for a ticket that needs its holder's proof."""
    if cwt.decode_ticket(ticket).claims.holder is not None:
        raise ValueError("the ticket is bound to a key; its holder presents it")
    return presentation.encode(ticket)
