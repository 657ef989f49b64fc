"""SHA-256 digests of eight messages side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.memory import WORDS, at, put_big_endian_word32, stack, word
from hanoi_ticket.kernels.sha2 import SHA256
from hanoi_ticket.kernels.sha2x8 import hasher8
from hanoi_ticket.kernels.tracing import kernel, subroutine
from hanoi_ticket.kernels.words import low_half

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

_states_memory = stack(WORDS, 64)
_put_states = hasher8(SHA256, 0)


@subroutine
def put_digest(digest: Any, states: Any, lane: Number) -> None:
    for i in range(8):
        put_big_endian_word32(digest, 4 * i, low_half(word(states, 8 * i + lane)))


@kernel
def hash8(digests: Any, messages: Any, starts: Any, first: int, last: int) -> None:
    """Eight digests of 32 bytes: of messages number first + lane, or of the last one again."""
    states = _states_memory()
    _put_states(states, messages, messages, starts, first, last)
    for lane in range(8):
        put_digest(at(digests, 32 * lane), states, lane)
