"""SHA-256 and SHA-512 of eight messages side by side, one text for both: a word in each 64-bit lane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.lanes import Row, unsigned
from hanoi_ticket.kernels.memory import (
    BYTES,
    WORDS,
    as_words,
    at,
    integer,
    lanes,
    line_lanes,
    put_byte,
    put_integer,
    put_lanes,
    put_word,
    stack,
    swapped_lanes,
)
from hanoi_ticket.kernels.sha2 import copy, put_bit_length
from hanoi_ticket.kernels.tracing import kernel, subroutine
from hanoi_ticket.kernels.words import MASK32, choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanoi_ticket.kernels.sha2 import Sha2
    from hanoi_ticket.kernels.words import Number

LINE = 8  # words of a cache line


def message_words(blocks: Any, bits: int) -> list[Number]:
    """The sixteen words of each lane's block."""
    lines = bits // 32
    pairs = line_lanes(as_words(blocks), Row(range(0, 8 * LINE * lines, LINE * lines)), lines)
    words = [unsigned(swapped_lanes(w)) for w in pairs]
    return words if bits == 64 else [half for pair in words for half in (pair >> 32, pair & MASK32)]


def block_compressor(sha2: Sha2) -> Callable[..., None]:
    @subroutine
    def compress8(states: Any, blocks: Any, left: Any) -> None:
        """Eight times eight words, by eight blocks; lanes whose `left` is not above zero keep their state."""
        before = [unsigned(lanes(states, 8 * i)) for i in range(8)]
        live = 0 - lanes(left, 0) < 0
        after = sha2.compressed(before, message_words(blocks, sha2.bits))
        for i, (old, new) in enumerate(zip(before, after, strict=True)):
            put_lanes(states, 8 * i, choose(live, new, old))

    return compress8


def block_writer(block_bytes: int, prefix_bytes: int) -> tuple[Callable[..., None], Callable[[int], int]]:
    """Of `prefix_bytes` bytes and a message after them: a kernel that writes one block, and how many there are."""

    @kernel
    def blocks_of(n: int) -> int:
        """For n bytes, with 0x80 and the length, which takes two words."""
        return (prefix_bytes + n + 1 + block_bytes // 8 + block_bytes - 1) // block_bytes

    @kernel
    def put_block(block: Any, number: int, prefix: Any, message: Any, n: int) -> None:
        start = block_bytes * number - prefix_bytes  # in the message
        fill = 0
        if prefix_bytes > 0 and number == 0:
            copy(block, prefix, prefix_bytes)
            start = 0
            fill = prefix_bytes
        taken = min(max(n - start, 0), block_bytes - fill)
        if fill + taken < block_bytes:
            for i in range(fill, block_bytes, 8):
                put_word(block, i, 0)
            if start + taken == n:
                put_byte(block, fill + taken, 0x80)
            if number + 1 == blocks_of(n):
                put_bit_length(block, block_bytes - 8, prefix_bytes + n)
        copy(at(block, fill), at(message, min(start, n)), taken)

    return put_block, blocks_of


def hasher8(sha2: Sha2, prefix_bytes: int) -> Callable[..., None]:
    """A kernel: the states, word by word in lanes, of eight messages, each behind a prefix of its own.

    Message i is messages[starts[i]:starts[i + 1]]; a lane has number first + lane, or the last one again.
    """
    block_bytes = 2 * sha2.bits
    compress8 = block_compressor(sha2)
    put_block, blocks_of = block_writer(block_bytes, prefix_bytes)
    blocks_memory, left_memory = stack(BYTES, 8 * block_bytes), stack(WORDS, 8)

    @subroutine
    def start8(states: Any) -> None:
        for i, h in enumerate(sha2.initial):
            for lane in range(8):
                put_word(states, 8 * i + lane, h)

    @kernel
    def hash8(states: Any, prefixes: Any, messages: Any, starts: Any, first: int, last: int) -> None:
        blocks, left = blocks_memory(), left_memory()
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
                prefix, n = at(prefixes, prefix_bytes * lane), integer(starts, i + 1) - start
                put_block(at(blocks, block_bytes * lane), number, prefix, at(messages, start), n)
            compress8(states, blocks, left)
            for lane in range(8):
                put_integer(left, lane, integer(left, lane) - 1)

    return hash8
