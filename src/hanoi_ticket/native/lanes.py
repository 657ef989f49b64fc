"""Eight signatures side by side, on processors with AVX-512 IFMA. Each has its own answer, that of the single check."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

from hanoi_ticket.claims import Alg
from hanoi_ticket.native.answers import SIGNED
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.phones import Phones

TABLE_WORDS: Final = 32 * 129 * 16
_LINE_WORDS: Final = 8
_KEY_BYTES: Final[dict[Alg, int]] = {"EdDSA": 32, "ES256": 65}
_ALGS: Final[tuple[Alg, Alg]] = ("EdDSA", "ES256")
_BUILD: Final = {"EdDSA": "ed25519_build_table8", "ES256": "ecdsa_p256_build_table8"}


class Lanes:
    """The entries for eight lanes, the tables of the base points, a megabyte, and the phones that came before."""

    def __init__(self, ffi: Any, entries: Any, combs: dict[Alg, Any], phones: Phones) -> None:  # noqa: ANN401  cffi has no types
        self.ffi, self._entries, self._combs, self.phones = ffi, entries, combs, phones
        self.tables = {alg: self.widened(alg, [combs[alg]]) for alg in _ALGS}
        self._ed25519_verify, self._p256_verify = entries["ed25519_verify8"], entries["ecdsa_p256_verify8"]
        self._phone_verify = entries["ecdsa_p256_verify_phone8"]

    def widened(self, alg: Alg, combs: Sequence[Any]) -> "_Aligned":
        """One table for each comb of width 8, side by side."""
        tables = _Aligned(self.ffi, TABLE_WORDS * len(combs))
        for i, comb in enumerate(combs):
            self._entries[_BUILD[alg]](tables.words + TABLE_WORDS * i, comb)
        return tables

    def verify_one(self, alg: Alg, key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether a signature alone is right; the lanes share its work."""
        signed, base = (signature, message, len(message)), self.tables[alg].words
        if alg == "EdDSA":
            status: int = self._ed25519_verify(key, *signed, base)
        else:
            status = self._p256_verify(key, len(key), self._combs[alg], *signed, base)
        return status == 0

    def verify_phone(self, key: bytes, message: bytes, signature: bytes) -> bool:
        """`verify_one` for a P-256 key of 33 bytes, which is remembered if the signature is right."""
        phones, signed = (self.phones.words, self.phones.sets), (signature, message, len(message))
        status: int = self._phone_verify(key, *phones, self._combs["ES256"], *signed, self.tables["ES256"].words)
        return status == 0

    def verify(
        self, alg: Alg, keys: Sequence[bytes], messages: Sequence[bytes], signatures: Sequence[bytes]
    ) -> list[bool]:
        """Whether each signature is right; the lengths of keys and signatures are."""
        count, ffi = len(keys), self.ffi
        statuses = ffi.new("uint8_t[]", count)
        starts = ffi.new("uint64_t[]", [0, *accumulate(map(len, messages))])
        common = (b"".join(signatures), b"".join(messages), starts, self.tables[alg].words, statuses)
        if alg == "EdDSA":
            self._entries["ed25519_verify_batch8"](count, _joined(alg, keys), *common)
        else:
            lengths = ffi.new("uint64_t[]", list(map(len, keys)))
            self._entries["ecdsa_p256_verify_batch8"](count, _joined(alg, keys), lengths, self._combs[alg], *common)
        return [status == 0 for status in bytes(ffi.buffer(statuses))]

    def verify_code(self, operands: Sequence[Any], issuers: "IssuerTables") -> int:
        """One code, each signature spread over the lanes; `operands` as far as the scalar entry shares them."""
        bases = self._combs["ES256"], *(self.tables[alg].words for alg in _ALGS)
        tables = (issuers.tables[alg].words for alg in _ALGS)
        verdict: int = self._entries["verify_code8"](*operands, *bases, *tables, self.phones.words, self.phones.sets)
        return verdict

    def verify_codes(self, operands: Sequence[Any], work: Any, results: Any, issuers: "IssuerTables") -> None:  # noqa: ANN401
        """Many codes, side by side; `operands` as far as the scalar entry shares them."""
        bases = self.tables["EdDSA"].words, self._combs["ES256"], self.tables["ES256"].words
        okp, ec2 = issuers.tables["EdDSA"].words, issuers.tables["ES256"].words
        keys, lengths = issuers.keys, issuers.lengths
        known = issuers.known, keys["EdDSA"], okp, keys["ES256"], lengths, ec2
        self._entries["verify_codes8"](*operands, work, results, *bases, *known)

    def answer_rightly(self) -> bool:
        """Whether they tell a right signature from a wrong one, wherever it stands."""
        for alg, (key, message, signature) in SIGNED.items():
            wrong = signature[:-1] + bytes([signature[-1] ^ 1])
            expected = [number % 3 != 1 for number in range(11)]
            signatures = [signature if right else wrong for right in expected]
            alone = [self.verify_one(alg, key, message, one) for one in signatures]
            if not alone == expected == self.verify(alg, [key] * 11, [message] * 11, signatures):
                return False
        return [self.verify_phone(key, message, one) for one in signatures] == expected


class IssuerTables:
    """The tables of the issuers' keys for lanes, and the keys, in the order of their numbers (row.NUMBER)."""

    def __init__(self, lanes: Lanes, issuers: Sequence[IssuerKey], combs: Sequence[Any], *, known: bool) -> None:
        """Without `known` there is no table: the keys are verified like any other."""
        self.lanes, self.known = lanes, known
        held = list(zip(issuers, combs, strict=True))
        self.tables = {
            alg: lanes.widened(alg, [comb for issuer, comb in held if known and issuer.alg == alg]) for alg in _ALGS
        }
        raws = {alg: [issuer.raw for issuer in issuers if issuer.alg == alg] for alg in _ALGS}
        self.keys = {alg: lanes.ffi.new("uint8_t[]", _joined(alg, raws[alg]) + b"\0") for alg in _ALGS}
        self.lengths = lanes.ffi.new("uint64_t[]", [len(raw) for raw in raws["ES256"]] + [0])


class _Aligned:
    """Words from the start of a cache line on."""

    def __init__(self, ffi: Any, count: int) -> None:  # noqa: ANN401
        self._cells = ffi.new("uint64_t[]", count + _LINE_WORDS)
        self.words = self._cells + -(int(ffi.cast("uintptr_t", self._cells)) // 8) % _LINE_WORDS


def _joined(alg: Alg, keys: Sequence[bytes]) -> bytes:
    return b"".join(key.ljust(_KEY_BYTES[alg], b"\0") for key in keys)
