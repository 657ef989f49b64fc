"""The kernels one by one, called from Python through numba: each path of a signature, a text or a replay key.

They compile for tens of seconds, so a quick run leaves them out.
"""

import os
from functools import partial
from typing import Any, Final

import numpy as np

from hanoi_ticket.bench.question import Question
from hanoi_ticket.bench.scene import NOW, Scene
from hanoi_ticket.bench.timing import Contender
from hanoi_ticket.kernels import comb25519, doors, field, grammar, p256_comb, replay, slot
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.kernels.p256x8 import COMB_WORDS
from hanoi_ticket.kernels.tracing import has_lanes
from hanoi_ticket.signing import PrivateKey

WIDTH: Final = 8
BATCHES: Final = (8, 64, 1024)
NO_LANES: Final = "this processor has no AVX-512 IFMA"
LIVE: Final = 1 << 20
TAPS: Final = 1 << 16


class Signed:
    """One key and `count` signed messages, as the batch kernels want them."""

    def __init__(self, private: PrivateKey, count: int) -> None:
        messages = [os.urandom(120) for _ in range(count)]
        self.count, self.key = count, private.public_key.raw
        self.message, self.signature = messages[0], private.sign(messages[0])
        signatures = [self.signature, *(private.sign(message) for message in messages[1:])]
        self.numbers, self.statuses = np.zeros(count, np.uint64), np.zeros(count, np.uint8)
        self.starts = np.arange(0, 120 * count + 1, 120, dtype=np.uint64)
        self.messages = np.frombuffer(b"".join(messages), np.uint8)
        self.signatures = np.frombuffer(b"".join(signatures), np.uint8)

    @property
    def rest(self) -> tuple[Any, Any, Any]:
        return self.signatures, self.messages, self.starts

    def keys(self, size: int) -> Any:  # noqa: ANN401  numpy's arrays
        return np.frombuffer(self.key.ljust(size, b"\0") * self.count, np.uint8)


def ed25519(asked: Question) -> None:
    """Adds the paths to the question that holds the peer."""
    private = PrivateKey.generate("EdDSA")
    one = Signed(private, 1)
    base, table = doors.ed25519_base_table(), np.zeros(comb25519.table_words(WIDTH), np.uint64)
    doors.ed25519_build_key_table(one.key, WIDTH, table)
    asked.contenders["kernel, known issuer"] = Contender(
        lambda: doors.ed25519_verify_known(one.key, table, WIDTH, one.signature, one.message, base)
    )
    if not has_lanes():
        asked.skipped["kernels in eight lanes"] = NO_LANES
        return
    base8, table8 = doors.lane_table(base), doors.lane_table(table)
    asked.contenders["kernel, known issuer, one over 8 lanes"] = Contender(
        lambda: doors.ed25519_verify_known8(one.key, table8, one.signature, one.message, base8)
    )
    for count in BATCHES:
        many = Signed(private, count)
        keys = many.keys(32)
        asked.contenders[f"kernel, known issuer, batch of {count}"] = Contender(
            partial(
                doors.ed25519_verify_known_batch8,
                many.count,
                many.numbers,
                keys[:32],
                table8,
                *many.rest,
                base8,
                many.statuses,
            ),
            count,
        )
        asked.contenders[f"kernel, any key, batch of {count}"] = Contender(
            partial(doors.ed25519_verify_batch8, many.count, keys, *many.rest, base8, many.statuses),
            count,
        )


def p256(asked: Question) -> None:
    private = PrivateKey.generate("ES256")
    one = Signed(private, 1)
    base, table = doors.ecdsa_p256_base_table(), np.zeros(p256_comb.table_words(WIDTH), np.uint64)
    doors.ecdsa_p256_build_key_table(one.key, WIDTH, table)
    asked.contenders["kernel, known key"] = Contender(
        lambda: doors.ecdsa_p256_verify_known(table, WIDTH, one.signature, one.message, base)
    )
    if not has_lanes():
        asked.skipped["kernels in eight lanes"] = NO_LANES
        return
    base8, table8 = _p256_lane_table(base), _p256_lane_table(table)
    for count in BATCHES:
        many = Signed(private, count)
        keys = many.keys(65)
        lengths = np.full(count, len(many.key), np.uint64)
        asked.contenders[f"kernel, known key, batch of {count}"] = Contender(
            partial(
                doors.ecdsa_p256_verify_known_batch8,
                many.count,
                many.numbers,
                keys[:65],
                lengths[:1],
                table8,
                base,
                *many.rest,
                base8,
                many.statuses,
            ),
            count,
        )
        asked.contenders[f"kernel, any key, batch of {count}"] = Contender(
            partial(doors.ecdsa_p256_verify_batch8, many.count, keys, lengths, base, *many.rest, base8, many.statuses),
            count,
        )


def _p256_lane_table(comb_table: Any) -> Any:  # noqa: ANN401  numpy's arrays
    cells = np.zeros(COMB_WORDS + 8, np.uint64)
    start = -(cells.ctypes.data // 8) % 8
    table = cells[start : start + COMB_WORDS]
    doors.ecdsa_p256_build_table8(table, comb_table)
    return table


def parsing(asked: Question, scene: Scene) -> None:
    text = np.frombuffer(scene.code.encode(), np.uint8)
    data, fields = np.zeros(MAX_BYTES, np.uint8), np.zeros(field.COUNT, np.int64)
    asked.contenders["kernel, strict"] = Contender(lambda: grammar.parse(text, data, fields))


def remembering(asked: Question) -> None:
    """The replay window with 2^20 live tickets, half full; every tap is accepted and recorded."""
    slots = np.zeros((2 * LIVE, slot.SLOT_WORDS), np.int64)
    shards = np.zeros(2 * LIVE // slot.SHARD * slot.SHARD_WORDS, np.int64)
    uses, answers = np.zeros((LIVE, 4), np.int64), np.zeros(LIVE, np.int64)
    uses[:, slot.ISSUER], uses[:, slot.TICKET] = 1, np.random.default_rng(1).permutation(LIVE)
    clock = iter(range(NOW, NOW + (1 << 30), 1000))

    def tap(count: int) -> None:
        at = next(clock)
        uses[:count, slot.MOMENT], uses[:count, slot.USE] = at, at << 24 | 1
        replay.check_and_record_each(slots, shards, 1 << 40, uses[:count], 600, 8, answers[:count])

    tap(LIVE)
    asked.contenders["kernel, window of 2^20"] = Contender(lambda: tap(TAPS), TAPS)
