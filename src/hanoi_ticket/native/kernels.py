"""The compiled entries behind typed doors: what the backends "native" and "jit" have in common.

Buffers belong to cffi, which checks types; no address passes through Python as a number. Lengths are checked here or
above: an entry checks none.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from hanoi_ticket.claims import Alg
from hanoi_ticket.kernels import field, row
from hanoi_ticket.native.lanes import Lanes

ED25519_BASE: Final = bytes.fromhex("58" + 31 * "66")  # RFC 8032 section 5.1
P256_BASE: Final = bytes.fromhex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")  # SP 800-186
BASE_WIDTH: Final = 8
COMB_BYTES: Final = 1 << 26
"""Memory that the combs of the issuers' keys may take together. At width 8 one is 491,520 bytes, or 270,336 for P-256;
where they would take more they get narrower, down to 4 (60 KiB, 33 KiB), and then there are none."""
_WIDTHS: Final = (8, 7, 6, 5, 4)
_KIND: Final = {"EdDSA": field.OKP, "ES256": field.EC2}
_SCALAR_BITS: Final = {"EdDSA": 254, "ES256": 257}
_ROW_LIMBS: Final = {"EdDSA": 15, "ES256": 8}
_PRESENTATION: Final = 252  # the most bytes a text decodes to

Entries = Mapping[str, Callable[..., int]]


class IssuerKey(NamedTuple):
    kid: bytes
    alg: Alg
    raw: bytes


class Reading(NamedTuple):
    """What `authenticate` found: a reason's number, and when it is OK the fields (kernels.field) and the bytes."""

    reason: int
    fields: Sequence[int]
    data: bytes


class Kernels:
    """One set of compiled entries and the tables they share. Any number of threads may call it."""

    def __init__(self, name: str, ffi: Any, entries: Entries, *, lanes: bool = False) -> None:  # noqa: ANN401  cffi has none
        """`lanes` says that the entries include those of eight lanes, and that the processor has them."""
        self.name, self.has_lanes = name, lanes
        self._ffi, self._entries = ffi, entries
        self._ed25519_base = self._words(table_words("EdDSA", BASE_WIDTH))
        self._p256_base = self._words(table_words("ES256", BASE_WIDTH))
        statuses = (
            entries["ed25519_build_base_table"](ED25519_BASE, self._ed25519_base),
            entries["ecdsa_p256_build_key_table"](P256_BASE, len(P256_BASE), BASE_WIDTH, self._p256_base),
        )
        assert statuses == (0, 0)  # noqa: S101  the base points are on their curves
        self._ed25519_verify, self._p256_verify = entries["ed25519_verify"], entries["ecdsa_p256_verify"]
        self._authenticate = entries["authenticate"]

    def _words(self, count: int) -> Any:  # noqa: ANN401
        return self._ffi.new("uint64_t[]", count)

    def verify(self, alg: Alg, key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is right. `key` is 32 bytes (EdDSA), 33 or 65 (ES256); `signature` is 64."""
        if alg == "EdDSA":
            return self._ed25519_verify(key, signature, message, len(message), self._ed25519_base) == 0
        return self._p256_verify(key, len(key), signature, message, len(message), self._p256_base) == 0

    def verify_many(
        self, alg: Alg, keys: Sequence[bytes], messages: Sequence[bytes], signatures: Sequence[bytes]
    ) -> list[bool]:
        """The answers of `verify`, eight at a time where the processor can."""
        if self.has_lanes and self._lanes is not None:
            return self._lanes.verify(alg, keys, messages, signatures)
        return [self.verify(alg, *one) for one in zip(keys, messages, signatures, strict=True)]

    @cached_property
    def _lanes(self) -> Lanes | None:
        """Made and tested with the first batch, so that no gate waits for them; None where they answer wrongly."""
        lanes = Lanes(self._ffi, self._entries, {"EdDSA": self._ed25519_base, "ES256": self._p256_base})
        return lanes if lanes.answer_rightly() else None

    def trust(self, issuers: Sequence[IssuerKey], comb_bytes: int = COMB_BYTES) -> "Trust":
        """The issuers as one block, their combs built: under 5 ms a key. The keys are admitted ones."""
        return Trust(self, issuers, comb_bytes)

    def authenticate(self, code: bytes, trust: "Trust") -> Reading:
        """A code's format and both its signatures, in one call."""
        data, fields = self._ffi.new("uint8_t[]", _PRESENTATION), self._words(field.COUNT)
        verdict = self._authenticate(code, len(code), data, fields, trust.block, self._ed25519_base, self._p256_base)
        numbers = self._ffi.unpack(self._ffi.cast("int64_t *", fields), field.COUNT)
        return Reading(verdict, numbers, bytes(self._ffi.buffer(data)))

    def _build(self, issuer: IssuerKey, width: int, table: Any) -> None:  # noqa: ANN401
        if issuer.alg == "EdDSA":
            status = self._entries["ed25519_build_key_table"](issuer.raw, width, table)
        else:
            status = self._entries["ecdsa_p256_build_key_table"](issuer.raw, len(issuer.raw), width, table)
        if status:
            raise ValueError(f"the key {issuer.kid.hex()} is not one that was admitted")


class Trust:
    """The issuers that a reader believes, as the kernels read them (kernels.row)."""

    def __init__(self, kernels: Kernels, issuers: Sequence[IssuerKey], comb_bytes: int) -> None:
        self.width = _width(issuers, comb_bytes)
        """Of the combs; 0 when there are none."""
        table = row.FIRST + row.WORDS * len(issuers)
        count = table + sum(table_words(issuer.alg, self.width) for issuer in issuers)
        self.block = kernels._words(count)  # noqa: SLF001  the other half of one thing
        self.block[0] = len(issuers)
        for i, issuer in enumerate(issuers):
            first = row.FIRST + row.WORDS * i
            values = {row.KID: int.from_bytes(issuer.kid, "big"), row.KIND: _KIND[issuer.alg]}
            values |= {row.WIDTH: self.width, row.TABLE: table}
            for name, value in values.items():
                self.block[first + name] = value
            kernels._ffi.memmove(self.block + first + row.KEY, issuer.raw, len(issuer.raw))  # noqa: SLF001
            if self.width:
                kernels._build(issuer, self.width, self.block + table)  # noqa: SLF001
            table += table_words(issuer.alg, self.width)


def table_words(alg: Alg, width: int) -> int:
    """The 64-bit words of a comb: a row for each digit 1 .. 2^(width-1) of each window."""
    return -(-_SCALAR_BITS[alg] // width) * (1 << width - 1) * _ROW_LIMBS[alg] if width else 0


def _width(issuers: Sequence[IssuerKey], comb_bytes: int) -> int:
    """The widest combs that fit."""
    for width in _WIDTHS:
        if 8 * sum(table_words(issuer.alg, width) for issuer in issuers) <= comb_bytes:
            return width
    return 0
