"""Statements about a stretch of journal: the reader seals what it hands over, the receiver acknowledges what it has."""

from dataclasses import astuple, dataclass
from typing import Any, Final, Self

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import JournalRejected, Refusal, SignatureRejected
from hanoi_ticket.signing import Signer, open_message, sign_message
from hanoi_ticket.validator.journal import Anchor
from hanoi_ticket.wire import cbor

SEAL: Final = b"VT1/journal-segment"
ACKNOWLEDGEMENT: Final = b"VT1/journal-acknowledgement"


@dataclass(frozen=True, slots=True)
class Seal:
    """The reader's signed word: these records follow on that link, and this file holds them."""

    journal: bytes
    """The journal's own name, drawn when the store was made: after a lost store, numbers begin again under another."""
    reader: str
    first: int
    last: int
    before: bytes
    """The link that the first record follows on."""
    after: bytes
    """The link of the last."""
    digest: bytes
    """SHA-256 of the Parquet file."""

    def sign(self, signer: Signer) -> bytes:
        return sign_message(cbor.encode(list(astuple(self))), signer, SEAL)

    @classmethod
    def open(cls, data: bytes, key: PublicKey) -> Self:
        """Raises `JournalRejected` unless the reader of `key` signed it."""
        return cls(*_fields(data, key, SEAL, (bytes, str, int, int, bytes, bytes, bytes)))


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The receiver's signed word: I have this journal up to that record, and keep it."""

    journal: bytes
    number: int
    link: bytes

    @property
    def anchor(self) -> Anchor:
        return self.number, self.link

    def sign(self, signer: Signer) -> bytes:
        return sign_message(cbor.encode(list(astuple(self))), signer, ACKNOWLEDGEMENT)

    @classmethod
    def open(cls, data: bytes, key: PublicKey) -> Self:
        """Raises `JournalRejected` unless the receiver of `key` signed it."""
        return cls(*_fields(data, key, ACKNOWLEDGEMENT, (bytes, int, bytes)))


def _fields(data: bytes, key: PublicKey, context: bytes, kinds: tuple[type, ...]) -> list[Any]:
    try:
        fields = cbor.decode(open_message(data, key, context))
    except (Refusal, SignatureRejected) as error:
        raise JournalRejected(f"not signed by the party expected: {error}") from None
    if not isinstance(fields, list) or tuple(map(type, fields)) != kinds:
        raise JournalRejected("signed, but not in the shape of this version")
    return fields
