"""The compiled entries behind typed doors: what the backends "native" and "jit" have in common.

Buffers belong to cffi, which checks types; no address passes through Python as a number. Lengths are checked here or
above: an entry checks none.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from hanoi_ticket.claims import Alg
from hanoi_ticket.kernels import field, reason, room
from hanoi_ticket.native.answers import AT, CHANGED, CODE, ISSUER_KEY, ISSUER_KID
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.lanes import Lanes
from hanoi_ticket.native.phones import PHONE_BYTES, Phones
from hanoi_ticket.native.trust import COMB_BYTES, PAYS_AFTER, Trust, table_words
from hanoi_ticket.native.window import WindowTable
from hanoi_ticket.standards import MAX_SECONDS

ED25519_BASE: Final = bytes.fromhex("58" + 31 * "66")  # RFC 8032 section 5.1
P256_BASE: Final = bytes.fromhex("036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296")  # SP 800-186
BASE_WIDTH: Final = 8
MAX_TEXT: Final = 382
PRESENTATION: Final = 252  # the most bytes a text decodes to

Entries = Mapping[str, Callable[..., int]]


class Moment(NamedTuple):
    """What a genuine code is judged by: UTC seconds, how far a proof may lie from them, and what the reader shows."""

    now: int
    early: int
    late: int
    challenge: int = field.NO_CHALLENGE


class Reading(NamedTuple):
    """What came of a code: a reason's number, and where it is genuine the fields (kernels.field) and the bytes."""

    reason: int
    fields: Sequence[int]
    data: bytes


class Texts(NamedTuple):
    """Code i is joined[starts[i]:starts[i + 1]], judged at moments[i] (UTC seconds): buffers of 64-bit integers."""

    joined: bytes
    starts: Any
    moments: Any


class Kernels:
    """One set of compiled entries and the tables they share. Any number of threads may call it."""

    def __init__(
        self,
        name: str,
        ffi: Any,  # noqa: ANN401  cffi has no types
        entries: Entries,
        *,
        lanes: bool = False,
        phone_bytes: int = PHONE_BYTES,
    ) -> None:
        """`lanes` says that the entries include those of eight lanes, and that the processor has them; the tables of
        phones that come back take `phone_bytes` at most, and there alone.
        """
        self.name, self.has_lanes, self.ffi, self.entries, self._phone_bytes = name, lanes, ffi, entries, phone_bytes
        self._calls = 0
        self._ed25519_base = self._words(table_words("EdDSA", BASE_WIDTH))
        self._p256_base = self._words(table_words("ES256", BASE_WIDTH))
        statuses = (
            entries["ed25519_build_base_table"](ED25519_BASE, self._ed25519_base),
            entries["ecdsa_p256_build_key_table"](P256_BASE, len(P256_BASE), BASE_WIDTH, self._p256_base),
        )
        assert statuses == (0, 0)  # noqa: S101  the base points are on their curves
        self.combs: dict[Alg, Any] = {"EdDSA": self._ed25519_base, "ES256": self._p256_base}
        self._ed25519_verify, self._p256_verify = entries["ed25519_verify"], entries["ecdsa_p256_verify"]

    def _words(self, count: int) -> Any:  # noqa: ANN401
        return self.ffi.new("uint64_t[]", count)

    def verify(self, alg: Alg, key: bytes, message: bytes, signature: bytes) -> bool:
        """Whether the signature is right. `key` is 32 bytes (EdDSA), 33 or 65 (ES256); `signature` is 64.

        The lanes are made and take over once as many calls came as pay for them.
        """
        if self._calls < PAYS_AFTER:
            self._calls += 1
        elif self.lanes is not None:
            return self.lanes.verify_one(alg, key, message, signature)
        if alg == "EdDSA":
            return self._ed25519_verify(key, signature, message, len(message), self._ed25519_base) == 0
        return self._p256_verify(key, len(key), signature, message, len(message), self._p256_base) == 0

    def has_prime_order(self, key: bytes) -> bool:
        """Whether 32 bytes are a canonical Ed25519 key whose point, times L, is neutral."""
        return self.entries["ed25519_admit"](key, self._ed25519_base) == 0

    def verify_many(
        self, alg: Alg, keys: Sequence[bytes], messages: Sequence[bytes], signatures: Sequence[bytes]
    ) -> list[bool]:
        """The answers of `verify`, eight at a time where the processor can."""
        if self.lanes is not None:
            return self.lanes.verify(alg, keys, messages, signatures)
        return [self.verify(alg, *one) for one in zip(keys, messages, signatures, strict=True)]

    @cached_property
    def lanes(self) -> Lanes | None:
        """Made and tested when first asked for, so that no gate waits for them; None where they answer wrongly."""
        if not self.has_lanes:
            return None
        lanes = Lanes(self.ffi, self.entries, self.combs, Phones(self.ffi, PHONE_BYTES))
        rightly = lanes.answer_rightly() and all(self._codes_answered(lanes, known) for known in (True, False))
        lanes.phones = Phones(self.ffi, self._phone_bytes)  # those of the self-test are forgotten
        return lanes if rightly else None

    def _codes_answered(self, lanes: Lanes, known: bool) -> bool:
        """Whether the lanes tell a right code from a wrong one, wherever it stands."""
        trust = self.trust([IssuerKey(ISSUER_KID, "EdDSA", ISSUER_KEY)])
        trust.adopt(lanes, known=known)
        codes = [CHANGED if number % 3 == 1 else CODE for number in range(11)]
        starts, moments = array("Q", range(0, len(CODE) * 12, len(CODE))), array("q", [AT] * 11)
        results = array("Q", bytes(8 * room.RESULT_WORDS * 11))
        self.verify_codes(Texts(b"".join(codes), starts, moments), trust, (0, 0), results)
        together = [first & 0xFF for first in results[:: room.RESULT_WORDS]]
        wanted = [reason.ISSUER_SIGNATURE if code == CHANGED else reason.OK for code in codes]
        return together == wanted == [self.verify_code(code, trust, Moment(AT, 0, 0)).reason for code in codes]

    def trust(self, issuers: Sequence[IssuerKey], *, closes: int = MAX_SECONDS, comb_bytes: int = COMB_BYTES) -> Trust:
        """What a reader believes as one block, the keys' combs built: under 5 ms a key. The keys are admitted ones.

        `closes` is the UTC second from which the whole bundle is too old.
        """
        return Trust(self.ffi, self.entries, issuers, closes, comb_bytes, lambda: self.lanes)

    def window(self, capacity: int, span: int) -> WindowTable:
        """Memory of the last use of each of `capacity` tickets, for `span` seconds."""
        return WindowTable(self.ffi, self.entries, capacity, span)

    def read_code(self, code: bytes, trust: Trust) -> Reading:
        """A code's format, and whether its issuer is known; no signature is looked at."""
        data, fields = self.ffi.new("uint8_t[]", PRESENTATION), self._words(field.COUNT)
        verdict = self.entries["read_code"](code, len(code), data, fields, trust.block)
        return self._reading(verdict, fields, data)

    def verify_code(self, code: bytes, trust: Trust, moment: Moment) -> Reading:
        """A code's format, both its signatures and the rules of the moment, in one call."""
        data, fields = self.ffi.new("uint8_t[]", PRESENTATION), self._words(field.COUNT)
        operands = code, len(code), data, fields, trust.block, *moment
        tables = trust.tables(1)
        if tables is not None and tables.known:
            verdict = tables.lanes.verify_code(operands, tables)
        else:
            verdict = self.entries["verify_code"](*operands, self._ed25519_base, self._p256_base)
        return self._reading(verdict, fields, data)

    def verify_codes(self, texts: "Texts", trust: Trust, window: tuple[int, int], results: Any) -> None:  # noqa: ANN401
        """`verify_code` for at most room.CODES, with `window` for how early and how late. Other threads run meanwhile.

        `results` is a buffer that takes room.RESULT_WORDS 64-bit words for each code.
        """
        count = len(texts.moments)
        if count > room.CODES:
            raise ValueError(f"at most {room.CODES} codes at a time")
        starts, moments, told = (self.ffi.from_buffer("uint64_t[]", one) for one in (*texts[1:], results))
        operands = count, texts.joined, starts, moments, trust.block, *window
        tables = trust.tables(count)
        if tables is None:
            data, fields = self.ffi.new("uint8_t[]", PRESENTATION), self._words(field.COUNT)
            bases = self._ed25519_base, self._p256_base
            self.entries["verify_codes"](*operands, data, fields, told, *bases)
        else:
            tables.lanes.verify_codes(operands, self._words(room.WORDS), told, tables)

    def _reading(self, verdict: int, fields: Any, data: Any) -> Reading:  # noqa: ANN401
        numbers = self.ffi.unpack(self.ffi.cast("int64_t *", fields), field.COUNT)
        return Reading(verdict, numbers, bytes(self.ffi.buffer(data)))

    @property
    def paths(self) -> dict[str, str]:
        """How single codes and signatures, and batches of them, are verified here, and which phones are known again, in
        words.
        """
        if self.lanes is None:
            return {"single": "scalar", "batch": "scalar", "phones": "none is remembered"}
        phones = f"{self.lanes.phones.remembered} of at most {self.lanes.phones.capacity} remembered"
        return {"single": f"lanes, after the first {PAYS_AFTER}", "batch": "lanes", "phones": phones}
