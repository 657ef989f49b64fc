"""What a reader believes: one signed, versioned file. A reader takes it whole or keeps the one it has."""

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final

from hanoi_ticket.claims import Alg, PublicKey
from hanoi_ticket.errors import Refusal, SignatureRejected, TrustRejected
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.value import from_value, to_value
from hanoi_ticket.files import read_capped
from hanoi_ticket.signing import Signer, admit, kid, open_message, sign_message, thumbprint
from hanoi_ticket.standards import MAX_SECONDS
from hanoi_ticket.trust.status_list import StatusList
from hanoi_ticket.wire import cbor, cose

MAX_BYTES: Final = 1 << 24
CONTEXT: Final = b"VT1/bundle"
"""The external_aad: a ticket's signature can never stand for a bundle's."""
DAY: Final = 86_400
_VERSION, _ISSUED, _SOFT, _CLOSED, _ISSUERS, _DENIED, _PRODUCTS = range(1, 8)


def _sample() -> Catalogue:
    from hanoi_ticket.fares.sample import hanoi_sample  # noqa: PLC0415  a reader with a signed bundle reads no feed

    return hanoi_sample()


@dataclass(frozen=True, slots=True)
class IssuerRecord:
    """An issuer's public key and the UTC seconds in which its tickets are taken, [valid_from, valid_until).

    The end lies after the last ticket's own: the issuer refuses to sign a ticket that would outlive its key, so a
    roll-over never voids an honest one.
    """

    key: PublicKey
    name: str = ""
    valid_from: int = 0
    valid_until: int = MAX_SECONDS
    kid: bytes = field(init=False)
    identity: bytes = field(init=False)
    """The first 8 bytes of the key's thumbprint: the issuer's half of a replay key."""

    def __post_init__(self) -> None:
        admit(self.key)
        object.__setattr__(self, "kid", kid(self.key))
        object.__setattr__(self, "identity", thumbprint(self.key)[:8])

    @property
    def alg(self) -> Alg:
        return self.key.alg


class TrustAge(Enum):
    FRESH = "fresh"
    STALE = "stale"
    """Past the soft limit: the reader works, and says that it wants a new bundle."""
    CLOSED = "closed"
    """Past the hard limit: the deny list and the keys are too old to open a gate by."""


@dataclass(frozen=True, slots=True)
class TrustBundle:
    """Issuer keys, denied tickets, products and policy, as one unchangeable value."""

    issuers: tuple[IssuerRecord, ...]
    denied: Mapping[bytes, StatusList] = field(default_factory=dict)
    """By issuer kid."""
    catalogue: Catalogue = field(default_factory=_sample)
    version: int = 0
    issued_at: int = 0
    soft_age: int = MAX_SECONDS
    """Seconds after which a reader asks for a newer bundle."""
    closed_age: int = MAX_SECONDS
    """Seconds after which a reader stops."""
    digest: bytes = b""
    """SHA-256 of the signed file; empty for a bundle that was made in memory."""
    _by_kid: Mapping[bytes, IssuerRecord] = field(init=False, repr=False, compare=False)
    _keys: frozenset[PublicKey] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_kid = {record.kid: record for record in self.issuers}
        if len(by_kid) != len(self.issuers):
            raise TrustRejected("two issuer keys share a kid; roll one of them over")
        object.__setattr__(self, "_by_kid", by_kid)
        object.__setattr__(self, "_keys", frozenset(record.key for record in self.issuers))

    @classmethod
    def of(
        cls,
        issuers: Iterable[IssuerRecord],
        *,
        denied: Mapping[bytes, Iterable[int]] | None = None,
        catalogue: Catalogue | None = None,
    ) -> "TrustBundle":
        """A bundle in memory that does not age; `denied` gives ticket ids by issuer kid."""
        lists = {name: StatusList.of(ids) for name, ids in (denied or {}).items()}
        return cls(tuple(issuers), lists, catalogue or _sample())

    def find(self, name: bytes) -> IssuerRecord | None:
        """The issuer that a kid hints at."""
        return self._by_kid.get(name)

    def registers(self, key: PublicKey) -> bool:
        """Whether `key` is an issuer's: it must not stand for a holder then."""
        return key in self._keys

    def denies(self, issuer: IssuerRecord, ticket_id: int) -> bool:
        listed = self.denied.get(issuer.kid)
        return listed is not None and listed.denies(ticket_id)

    def age(self, at: int) -> TrustAge:
        seconds = at - self.issued_at
        if seconds >= self.closed_age:
            return TrustAge.CLOSED
        return TrustAge.STALE if seconds >= self.soft_age else TrustAge.FRESH

    def sign(self, signer: Signer, *, version: int, at: int, soft_age: int = DAY, closed_age: int = 7 * DAY) -> bytes:
        """The signed file. `version` rises with every bundle; ages are seconds."""
        if self.registers(signer.public_key):
            raise ValueError("the bundle's key must not be an issuer's too")
        payload = {
            _VERSION: version,
            _ISSUED: at,
            _SOFT: soft_age,
            _CLOSED: closed_age,
            _ISSUERS: [[cose.key_value(r.key), r.name, r.valid_from, r.valid_until] for r in self.issuers],
            _DENIED: [[name, listed.token(name, at, signer)] for name, listed in sorted(self.denied.items())],
            _PRODUCTS: to_value(self.catalogue),
        }
        return sign_message(cbor.encode(payload), signer, CONTEXT)

    @classmethod
    def load(
        cls, path: str | os.PathLike[str], signer: PublicKey, *, newer_than: "TrustBundle | None" = None
    ) -> "TrustBundle":
        """Reads a signed file. `signer` is the authority's key, which a reader is installed with.

        Raises `TrustRejected` when the file is not to be believed, `OSError` when it cannot be read.
        """
        data = read_capped(path, MAX_BYTES)
        if data is None:
            raise TrustRejected(f"{path} is larger than {MAX_BYTES} bytes")
        return cls.decode(data, signer, newer_than=newer_than)

    @classmethod
    def decode(cls, data: bytes, signer: PublicKey, *, newer_than: "TrustBundle | None" = None) -> "TrustBundle":
        """The bundle in `data`; raises `TrustRejected` for a wrong signer, a roll-back, a cut or a foreign shape."""
        if len(data) > MAX_BYTES:
            raise TrustRejected(f"a bundle of more than {MAX_BYTES} bytes")
        try:
            payload = open_message(data, signer, CONTEXT)
            bundle = cls._of_value(cbor.decode(payload), signer, hashlib.sha256(data).digest())
        except (Refusal, SignatureRejected) as error:
            raise TrustRejected(f"not a trust bundle of this reader's authority: {error}") from None
        if newer_than is not None:
            bundle.must_follow(newer_than.version, newer_than.digest)
        return bundle

    def must_follow(self, version: int, digest: bytes) -> None:
        """Raises `TrustRejected` unless this bundle is newer than that version, or the same file."""
        if self.version < version or (self.version == version and self.digest != digest):
            raise TrustRejected(f"rolled back: version {self.version} after version {version}")

    @classmethod
    def _of_value(cls, value: Any, signer: PublicKey, digest: bytes) -> "TrustBundle":  # noqa: ANN401  decoded CBOR
        """The shape of docs/bundle.cddl, held by hand: the signer is believed, a mistake of his is not."""
        try:
            if set(value) != set(range(_VERSION, _PRODUCTS + 1)):
                raise TrustRejected("not the seven members of a bundle")
            issuers = tuple(_record(*row) for row in _rows(value[_ISSUERS]))
            if any(record.key == signer for record in issuers):
                raise TrustRejected("the bundle's own key is among the issuers'")
            denied = {name: StatusList.from_token(token, name, signer) for name, token in _rows(value[_DENIED])}
            if len(denied) != len(value[_DENIED]):
                raise TrustRejected("two status lists for one issuer")
            version, issued_at, soft, closed = (_whole(value[name]) for name in (_VERSION, _ISSUED, _SOFT, _CLOSED))
            return cls(issuers, denied, from_value(value[_PRODUCTS]), version, issued_at, soft, closed, digest)
        except (TypeError, ValueError, AttributeError) as error:
            raise TrustRejected(f"not a trust bundle: {error}") from None


def _rows(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TrustRejected("issuers and denied tickets come as lists")
    return value


def _record(key: dict[int, Any], name: object, start: object, end: object) -> IssuerRecord:
    if not isinstance(name, str):
        raise TrustRejected(f"an issuer's name is text, not {name!r}")
    return IssuerRecord(_key(key), name, _whole(start), _whole(end))


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SECONDS:
        raise TrustRejected(f"versions, times and ages are whole numbers below 2**53, not {value!r}")
    return value


def _key(value: dict[int, Any]) -> PublicKey:
    reader = cbor.Reader(cbor.encode(value))
    key = cose.read_key(reader)
    reader.finish()
    return key
