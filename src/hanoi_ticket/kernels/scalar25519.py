"""Scalars modulo L, the order of the base point: four 64-bit words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.memory import put_word, word
from hanoi_ticket.kernels.naturals import is_below, natural, reduced_once, words_of
from hanoi_ticket.kernels.residues import R, Residue
from hanoi_ticket.kernels.tracing import subroutine
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from typing import Any

    from hanoi_ticket.kernels.words import Number

L = 2**252 + 27742317777372353535851937790883648493
ORDER = words_of(L, R)


class Scalar(Residue):
    """Four words of 64 bits in Montgomery form, always below L."""

    __slots__ = ()
    modulus = L


@subroutine
def is_scalar(encoded: Any) -> Number:
    """The condition that 32 bytes, little-endian, are below L: RFC 8032, section 5.1.7, step 1."""
    return is_below(natural([word(encoded, 8 * i) for i in range(4)], R - 1), L)


def remainder(x: list[Number]) -> list[Number]:
    """Eight words modulo L: low + high R is (low R + high R^2) / R, as two Montgomery products in step."""
    t: Number = 0
    for low, high in zip(x[:4], x[4:], strict=True):
        t = Scalar.without_low_word(natural([low], MASK64) * (R % L) + natural([high], MASK64) * (R * R % L) + t)
    return words_of(reduced_once(reduced_once(t, 2 * L), L), L)


@subroutine
def reduce_digest(scalar: Any, digest: Any) -> None:
    """scalar = the 64 bytes of digest, little-endian, modulo L, as 32 bytes."""
    for i, w in enumerate(remainder([word(digest, 8 * i) for i in range(8)])):
        put_word(scalar, 8 * i, w)
