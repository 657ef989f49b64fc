"""Eight signatures side by side, on processors with AVX-512 IFMA. Each has its own answer, that of the single check."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

from hanoi_ticket.claims import Alg
from hanoi_ticket.native.answers import SIGNED

TABLE_WORDS: Final = 32 * 129 * 16
_LINE_WORDS: Final = 8
_KEY_BYTES: Final = {"EdDSA": 32, "ES256": 65}


class Lanes:
    """The batch entries and their tables: a megabyte, built with the first batch."""

    def __init__(self, ffi: Any, entries: Any, combs: dict[Alg, Any]) -> None:  # noqa: ANN401  cffi has no types
        self._ffi, self._entries, self._combs = ffi, entries, combs
        self._kept: list[Any] = []
        self._tables = {"EdDSA": self._aligned(), "ES256": self._aligned()}
        entries["ed25519_build_table8"](self._tables["EdDSA"], combs["EdDSA"])
        entries["ecdsa_p256_build_table8"](self._tables["ES256"], combs["ES256"])

    def _aligned(self) -> Any:  # noqa: ANN401
        """Words for one table, from the start of a cache line on."""
        cells = self._ffi.new("uint64_t[]", TABLE_WORDS + _LINE_WORDS)
        self._kept.append(cells)
        return cells + -(int(self._ffi.cast("uintptr_t", cells)) // 8) % _LINE_WORDS

    def verify(
        self, alg: Alg, keys: Sequence[bytes], messages: Sequence[bytes], signatures: Sequence[bytes]
    ) -> list[bool]:
        """Whether each signature is right; the lengths of keys and signatures are."""
        count, ffi = len(keys), self._ffi
        statuses = ffi.new("uint8_t[]", count)
        starts = ffi.new("uint64_t[]", [0, *accumulate(map(len, messages))])
        joined = b"".join(key.ljust(_KEY_BYTES[alg], b"\0") for key in keys)
        common = (b"".join(signatures), b"".join(messages), starts, self._tables[alg], statuses)
        if alg == "EdDSA":
            self._entries["ed25519_verify_batch8"](count, joined, *common)
        else:
            lengths = ffi.new("uint64_t[]", list(map(len, keys)))
            self._entries["ecdsa_p256_verify_batch8"](count, joined, lengths, self._combs["ES256"], *common)
        return [status == 0 for status in bytes(ffi.buffer(statuses))]

    def answer_rightly(self) -> bool:
        """Whether they tell a right signature from a wrong one, wherever it stands."""
        for alg, (key, message, signature) in SIGNED.items():
            wrong = signature[:-1] + bytes([signature[-1] ^ 1])
            expected = [number % 3 != 1 for number in range(11)]
            signatures = [signature if right else wrong for right in expected]
            if self.verify(alg, [key] * 11, [message] * 11, signatures) != expected:
                return False
        return True
