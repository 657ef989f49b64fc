"""Five limbs of 51 bits: how lanes hold an element modulo 2^255 - 19 (fe25519x8.py), and words as limbs and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels import fe25519
from hanoi_ticket.kernels.fe25519 import Fe, P
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanoi_ticket.kernels.words import Number

MASK51 = (1 << 51) - 1
TWO_P = (2 * (MASK51 - 18), 2 * MASK51, 2 * MASK51, 2 * MASK51, 2 * MASK51)


def limbs_of(number: int) -> tuple[int, ...]:
    """An integer modulo p: for constants."""
    return tuple(number % P >> 51 * i & MASK51 for i in range(5))


def from_element(f: Fe) -> tuple[Number, ...]:
    return from_words(*fe25519.to_words(f))


def to_element(f: Sequence[Number]) -> Fe:
    """Limbs below 2^54 as an element."""
    return Fe(to_words(f))


def from_words(w0: Number, w1: Number, w2: Number, w3: Number) -> tuple[Number, ...]:
    """The low 255 bits of a 256-bit number."""
    return (
        w0 & MASK51,
        (w0 >> 51 | w1 << 13) & MASK51,
        (w1 >> 38 | w2 << 26) & MASK51,
        (w2 >> 25 | w3 << 39) & MASK51,
        w3 >> 12 & MASK51,
    )


def to_words(f: Sequence[Number]) -> tuple[Number, Number, Number, Number]:
    """The one representative in [0, p). The limbs of f are below 2^54."""
    g0, g1, g2, g3, g4 = canonical_limbs(f)
    return (
        g0 | (g1 << 51) & MASK64,
        g1 >> 13 | (g2 << 38) & MASK64,
        g2 >> 26 | (g3 << 25) & MASK64,
        g3 >> 39 | (g4 << 12) & MASK64,
    )


def canonical_limbs(f: Sequence[Number]) -> tuple[Number, ...]:
    """The limbs of the representative in [0, p); those of f are below 2^54."""
    f0, f1, f2, f3, f4 = propagated(propagated(f))  # now f < 2^255 + 2^10 < 2p
    q = f0 + 19 >> 51  # q = 1 where f >= p: the carry of f + 19 out of bit 255
    for limb in f1, f2, f3, f4:
        q = limb + q >> 51
    f1 += f0 + 19 * q >> 51
    f2 += f1 >> 51
    f3 += f2 >> 51
    f4 += f3 >> 51
    return tuple(limb & MASK51 for limb in (f0 + 19 * q, f1, f2, f3, f4))


def propagated(f: Sequence[Number]) -> tuple[Number, ...]:
    """The same number with one round of carries: limbs below 2^51, the first a little above."""
    f0, f1, f2, f3, f4 = f
    f1 += f0 >> 51
    f2 += f1 >> 51
    f3 += f2 >> 51
    f4 += f3 >> 51
    return (f0 & MASK51) + 19 * (f4 >> 51), f1 & MASK51, f2 & MASK51, f3 & MASK51, f4 & MASK51
