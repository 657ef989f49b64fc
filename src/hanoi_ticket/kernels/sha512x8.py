"""SHA-512 of eight messages side by side."""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels.lanes import Row, unsigned
from hanoi_ticket.kernels.memory import (
    as_words,
    at,
    lanes,
    line_lanes,
    put_byte,
    put_lanes,
    put_word,
    swapped_lanes,
)
from hanoi_ticket.kernels.sha2 import SHA512, copy, put_bit_length
from hanoi_ticket.kernels.tracing import kernel, subroutine
from hanoi_ticket.kernels.words import choose

BLOCK = 128


@subroutine
def start8(states: Any) -> None:
    for i, h in enumerate(SHA512.initial):
        for lane in range(8):
            put_word(states, 8 * i + lane, h)


@subroutine
def compress8(states: Any, blocks: Any, left: Any) -> None:
    """states: eight times eight words; blocks: eight of 128 bytes; lanes whose `left` is not above zero keep their
    state.
    """
    message = [unsigned(swapped_lanes(w)) for w in line_lanes(as_words(blocks), Row(range(0, 128, 16)), 2)]
    before = [unsigned(lanes(states, 8 * i)) for i in range(8)]
    live = 0 - lanes(left, 0) < 0
    for i, (old, new) in enumerate(zip(before, SHA512.compressed(before, message), strict=True)):
        put_lanes(states, 8 * i, choose(live, new, old))


@kernel
def put_block(block: Any, number: int, prefix: Any, message: Any, n: int) -> None:
    """Block `number` of the padded message: the 64 bytes of prefix, then n of message, then 0x80, zeros and the
    length.
    """
    start = BLOCK * number - 64  # in the message
    fill = 0
    if number == 0:
        copy(block, prefix, 64)
        start = 0
        fill = 64
    taken = min(max(n - start, 0), BLOCK - fill)
    copy(at(block, fill), at(message, start), taken)
    fill += taken
    if fill < BLOCK:
        zero_from(block, fill)
        if start + taken == n:
            put_byte(block, fill, 0x80)
        if number + 1 == blocks_of(n):
            put_bit_length(block, BLOCK - 8, n + 64)


@kernel
def zero_from(block: Any, fill: int) -> None:
    while fill & 7:
        put_byte(block, fill, 0)
        fill += 1
    while fill < BLOCK:
        put_word(block, fill, 0)
        fill += 8


@kernel
def blocks_of(n: int) -> int:
    """How many blocks 64 + n bytes take, with 0x80 and 16 bytes of length."""
    return (64 + n + 17 + BLOCK - 1) // BLOCK
