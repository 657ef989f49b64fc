"""SHA-256 of eight messages side by side, a 32-bit word in each 64-bit lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.lanes import Row, unsigned
from hanoi_ticket.kernels.memory import (
    BYTES,
    WORDS,
    as_words,
    at,
    lanes,
    line_lanes,
    put_big_endian_word32,
    put_byte,
    put_lanes,
    put_word,
    stack,
    swapped_lanes,
    word,
)
from hanoi_ticket.kernels.sha2 import SHA256, copy, put_bit_length
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK32, as_bits, as_int, choose, low_half

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

BLOCK = 64

_states_memory, _blocks_memory, _left_memory = stack(WORDS, 64), stack(BYTES, 8 * BLOCK), stack(WORDS, 8)


@subroutine
def start8(states: Any) -> None:
    for i, h in enumerate(SHA256.initial):
        for lane in range(8):
            put_word(states, 8 * i + lane, h)


@subroutine
def compress8(states: Any, blocks: Any, left: Any) -> None:
    """states: eight times eight words; blocks: eight of 64 bytes; a lane with nothing `left` keeps its state."""
    pairs = [unsigned(swapped_lanes(w)) for w in line_lanes(as_words(blocks), Row(range(0, 64, 8)), 1)]
    message = [half for pair in pairs for half in (pair >> 32, pair & MASK32)]
    before = [unsigned(lanes(states, 8 * i)) for i in range(8)]
    live = 0 - lanes(left, 0) < 0
    for i, (old, new) in enumerate(zip(before, SHA256.compressed(before, message), strict=True)):
        put_lanes(states, 8 * i, choose(live, new, old))


@subroutine
def put_digest(digest: Any, states: Any, lane: Number) -> None:
    for i in range(8):
        put_big_endian_word32(digest, 4 * i, low_half(word(states, 8 * i + lane)))


@formula
def integer(memory: Any, index: Number) -> Number:
    return as_int(word(memory, index))


@formula
def put_integer(memory: Any, index: Number, value: Number) -> None:
    put_word(memory, index, as_bits(value))


@kernel
def put_block(block: Any, number: int, message: Any, n: int) -> None:
    """Block `number` of the padded message: its n bytes, then 0x80, zeros and the length in bits."""
    start = BLOCK * number
    taken = min(max(n - start, 0), BLOCK)
    if taken < BLOCK:
        for i in range(0, BLOCK, 8):
            put_word(at(block, i), 0, 0)
        if start + taken == n:
            put_byte(block, taken, 0x80)
        if number + 1 == blocks_of(n):
            put_bit_length(block, BLOCK - 8, n)
    copy(block, at(message, min(start, n)), taken)


@kernel
def blocks_of(n: int) -> int:
    """How many blocks n bytes take, with 0x80 and 8 bytes of length."""
    return (n + 9 + BLOCK - 1) // BLOCK


@kernel
def hash8(digests: Any, messages: Any, starts: Any, first: int, last: int) -> None:
    """Eight digests of 32 bytes: of messages number first + lane, or of the last one again."""
    states, blocks, left = _states_memory(), _blocks_memory(), _left_memory()
    most = 0
    for lane in range(8):
        i = min(first + lane, last)
        count = blocks_of(integer(starts, i + 1) - integer(starts, i))
        put_integer(left, lane, count)
        most = max(most, count)
    start8(states)
    for number in range(most):
        for lane in range(8):
            i = min(first + lane, last)
            start = integer(starts, i)
            put_block(at(blocks, BLOCK * lane), number, at(messages, start), integer(starts, i + 1) - start)
        compress8(states, blocks, left)
        for lane in range(8):
            put_integer(left, lane, integer(left, lane) - 1)
    for lane in range(8):
        put_digest(at(digests, 32 * lane), states, lane)
