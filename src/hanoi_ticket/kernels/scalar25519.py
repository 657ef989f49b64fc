"""Scalars modulo L, the order of the base point: four 64-bit words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.memory import put_word, word
from hanoi_ticket.kernels.multiword import difference, less_than, product, reduced_once, shifted_right, words_of
from hanoi_ticket.kernels.tracing import subroutine

if TYPE_CHECKING:
    from typing import Any

    from hanoi_ticket.kernels.words import Number

L = 2**252 + 27742317777372353535851937790883648493
ORDER = words_of(L, 4)
RECIPROCAL = words_of(2**512 // L, 5)  # 260 bits


@subroutine
def is_scalar(encoded: Any) -> Number:
    """The condition that 32 bytes, little-endian, are below L: RFC 8032, section 5.1.7, step 1."""
    return less_than([word(encoded, 8 * i) for i in range(4)], ORDER)


def remainder(x: list[Number]) -> list[Number]:
    """Eight words modulo L: Barrett, Handbook of Applied Cryptography, 14.42, in bits.

    The quotient q = (x >> 248) * (2^512 // L) >> 264 is at most 2 too small, so two subtractions at the most remain.
    """
    q = shifted_right(product(shifted_right(x, 248, 5), RECIPROCAL), 264, 5)
    r, _ = difference(x[:5], product(q, ORDER)[:5])
    for _ in range(2):
        r = reduced_once(r, [*ORDER, 0])
    return r[:4]


@subroutine
def reduce_digest(scalar: Any, digest: Any) -> None:
    """scalar = the 64 bytes of digest, little-endian, modulo L, as 32 bytes."""
    for i, w in enumerate(remainder([word(digest, 8 * i) for i in range(8)])):
        put_word(scalar, 8 * i, w)
