"""The native library's entries, path by path, over operands that are laid out once: what is timed is the call alone."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate
from typing import Any, Final, TypeVar

from hanoi_ticket.claims import Alg
from hanoi_ticket.native import choice
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.kernels import BASE_WIDTH, Kernels
from hanoi_ticket.native.phones import Phones
from hanoi_ticket.native.trust import PAYS_AFTER

BATCHES: Final = (8, 64, 1024)
NO_LANES: Final = "this processor has no AVX-512 IFMA, or HANOI_TICKET_LANES is off"
_NAMES: Final[dict[Alg, str]] = {"EdDSA": "ed25519", "ES256": "ecdsa_p256"}
_KEY_BYTES: Final[dict[Alg, int]] = {"EdDSA": 32, "ES256": 65}
_Answer = TypeVar("_Answer")


def kernels() -> Kernels:
    """Those of the library; raises `NativeRefused` where there is none (`hanoi-ticket warmup` comes first)."""
    found = choice.kernels("native")
    assert found is not None  # noqa: S101  for the type checker
    return found


def settled(call: Callable[[], _Answer]) -> Callable[[], _Answer]:
    """The call, past the first ones, after which the lanes take over."""
    for _ in range(PAYS_AFTER):
        call()
    return call


def with_phones(call: Callable[[], _Answer], phone_bytes: int) -> Callable[[], _Answer]:
    """The settled call on a reader that remembers phones in so many bytes; with 0 every phone is new to it."""
    serving, _ = choice.automatic()
    lanes = serving.lanes if serving else None
    if serving is None or lanes is None:
        return settled(call)
    phones = Phones(serving.ffi, phone_bytes)

    def asked() -> _Answer:
        usual, lanes.phones = lanes.phones, phones
        answer = call()
        lanes.phones = usual
        return answer

    return settled(asked)


class Path(partial[int]):
    """A call with its operands. Those of right signatures alone are made: this is known before anything is timed."""

    memory: object
    """What some operands point into."""


class Doors:
    """The paths of one algorithm. Its known keys are `keys`, in the form that an issuer's has: 32 bytes, or 33."""

    def __init__(self, alg: Alg, keys: Sequence[bytes]) -> None:
        serving = kernels()
        self.alg, self.keys, self.lanes, self._ffi = alg, keys, serving.lanes, serving.ffi
        self._entries, self._base = serving.entries, serving.combs[alg]
        self._trust = serving.trust([IssuerKey(bytes(8), alg, key) for key in keys])
        self._base_comb = () if alg == "EdDSA" else (self._base,)
        if self.lanes:
            self._base8, self._tables8 = self.lanes.tables[alg], self.lanes.widened(alg, self._trust.combs)

    def any_key(self, key: bytes, message: bytes, signature: bytes) -> Path:
        return self._right("verify", *self._sized(key), signature, message, len(message), self._base)

    def known_key(self, message: bytes, signature: bytes) -> Path:
        """By the first key, as are all that know one."""
        key = self.keys[:1] if self.alg == "EdDSA" else ()
        signed = signature, message, len(message), self._base
        return self._right("verify_known", *key, self._trust.combs[0], BASE_WIDTH, *signed)

    def build_table(self) -> Path:
        return self._right("build_key_table", *self._sized(self.keys[0]), BASE_WIDTH, self._trust.combs[0])

    def any_key8(self, key: bytes, message: bytes, signature: bytes) -> Path:
        """One signature over the lanes."""
        signed = signature, message, len(message), self._base8.words
        return self._right("verify8", *self._sized(key), *self._base_comb, *signed)

    def phone8(self, key: bytes, message: bytes, signature: bytes, phones: Phones) -> Path:
        """One P-256 signature over the lanes; its key, 33 bytes, is among these phones from then on."""
        signed = signature, message, len(message), self._base8.words
        return self._right("verify_phone8", key, phones.words, phones.sets, *self._base_comb, *signed)

    def known_key8(self, message: bytes, signature: bytes) -> Path:
        """One signature over the lanes."""
        signed = signature, message, len(message), self._base8.words
        table = self._tables8.words
        return self._right("verify_known8", *self._sized(self.keys[0]), table, *self._base_comb, *signed)

    def any_keys(self, messages: Sequence[bytes], signatures: Sequence[bytes]) -> Path:
        """A batch; signature i is by key i mod len(keys)."""
        keys = [self.keys[i % len(self.keys)] for i in range(len(messages))]
        return self._batch("verify_batch8", (), keys, (), messages, signatures)

    def known_keys(self, messages: Sequence[bytes], signatures: Sequence[bytes]) -> Path:
        """A batch; signature i is by key i mod len(keys)."""
        numbers = self._ffi.new("uint64_t[]", [i % len(self.keys) for i in range(len(messages))])
        tables = (self._tables8.words,)
        return self._batch("verify_known_batch8", (numbers,), self.keys, tables, messages, signatures)

    def _batch(  # noqa: PLR0917  the entry's own operands
        self,
        name: str,
        numbers: tuple[Any, ...],
        keys: Sequence[bytes],
        tables: tuple[Any, ...],
        messages: Sequence[bytes],
        signatures: Sequence[bytes],
    ) -> Path:
        count, words = len(messages), partial(self._ffi.new, "uint64_t[]")
        lengths = () if self.alg == "EdDSA" else (words([len(key) for key in keys]),)
        packed = self._bytes(key.ljust(_KEY_BYTES[self.alg], b"\0") for key in keys), *lengths
        signed = self._bytes(signatures), self._bytes(messages), words([0, *accumulate(map(len, messages))])
        statuses = self._ffi.new("uint8_t[]", b"\xff" * count)
        told = *signed, self._base8.words, statuses
        path = self._path(name, count, *numbers, *packed, *tables, *self._base_comb, *told)
        path()
        if any(bytes(self._ffi.buffer(statuses))):
            raise AssertionError(f"{name} refuses a right signature")
        return path

    def _bytes(self, parts: Any) -> Any:  # noqa: ANN401  cffi has no types
        return self._ffi.from_buffer("uint8_t[]", b"".join(parts))

    def _sized(self, key: bytes) -> tuple[Any, ...]:
        return (key,) if self.alg == "EdDSA" else (key, len(key))

    def _right(self, name: str, *operands: Any) -> Path:  # noqa: ANN401
        path = self._path(name, *operands)
        if path():
            raise AssertionError(f"{name} refuses a right signature")
        return path

    def _path(self, name: str, *operands: Any) -> Path:  # noqa: ANN401
        path = Path(self._entries[f"{_NAMES[self.alg]}_{name}"], *operands)
        path.memory = self
        return path
