"""GF(2^255 - 19): five limbs of 51 bits, one element at a time.

Source: D. J. Bernstein, N. Duif, T. Lange, P. Schwabe, B.-Y. Yang, "High-speed high-security signatures" (2011),
section 3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.elements import Element, square
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.power25519 import power_chain
from hanoi_ticket.kernels.traced import Word
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanoi_ticket.kernels.words import Number

P = 2**255 - 19
MASK51 = (1 << 51) - 1
TWO_P = (2 * (MASK51 - 18), 2 * MASK51, 2 * MASK51, 2 * MASK51, 2 * MASK51)


class Fe(Element):
    """f0 + 2^51 f1 + 2^102 f2 + 2^153 f3 + 2^204 f4, modulo p.

    Products have limbs below 2^51 + 2^13 ("reduced"). Factors may have limbs below 2^54: sums of a few products.
    """

    __slots__ = ()
    word, limbs = Word, 5

    def __add__(f, g: Fe) -> Fe:  # type: ignore[override]
        return Fe(a + b for a, b in zip(f, g, strict=True))

    def __sub__(f, g: Fe) -> Fe:
        """f - g + 2p; g is reduced."""
        return Fe(a + c - b for a, b, c in zip(f, g, TWO_P, strict=True))

    def __mul__(f, g: Fe) -> Fe:  # type: ignore[override]
        f0, f1, f2, f3, f4 = f
        g0, g1, g2, g3, g4 = g
        h1, h2, h3, h4 = 19 * g1, 19 * g2, 19 * g3, 19 * g4  # 2^255 = 19
        return carried(
            f0 * g0 + f1 * h4 + f2 * h3 + f3 * h2 + f4 * h1,
            f0 * g1 + f1 * g0 + f2 * h4 + f3 * h3 + f4 * h2,
            f0 * g2 + f1 * g1 + f2 * g0 + f3 * h4 + f4 * h3,
            f0 * g3 + f1 * g2 + f2 * g1 + f3 * g0 + f4 * h4,
            f0 * g4 + f1 * g3 + f2 * g2 + f3 * g1 + f4 * g0,
        )

    def square(f) -> Fe:
        f0, f1, f2, f3, f4 = f
        d0, d1, d2, d3 = 2 * f0, 2 * f1, 2 * f2, 2 * f3
        h3, h4 = 19 * f3, 19 * f4
        return carried(
            f0 * f0 + d1 * h4 + d2 * h3,
            d0 * f1 + d2 * h4 + f3 * h3,
            d0 * f2 + f1 * f1 + d3 * h4,
            d0 * f3 + d1 * f2 + f4 * h4,
            d0 * f4 + d1 * f3 + f2 * f2,
        )


def carried(r0: Number, r1: Number, r2: Number, r3: Number, r4: Number) -> Fe:
    """Wide columns below 2^115 to a reduced element."""
    r1 += r0 >> 51
    r2 += r1 >> 51
    r3 += r2 >> 51
    r4 += r3 >> 51
    low = (r0 & MASK51) + 19 * (r4 >> 51)
    return Fe((low & MASK51, (r1 & MASK51) + (low >> 51), r2 & MASK51, r3 & MASK51, r4 & MASK51))


def element(number: int) -> Fe:
    """An integer modulo p as an element: for constants."""
    return Fe(number % P >> 51 * i & MASK51 for i in range(5))


limbs = Fe.limbs
load, store = loader(Fe), storer(Fe)
zero, one = constant(element(0)), constant(element(1))


@formula
def from_words(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe:
    """The low 255 bits of a 256-bit number."""
    return Fe(
        (
            w0 & MASK51,
            (w0 >> 51 | w1 << 13) & MASK51,
            (w1 >> 38 | w2 << 26) & MASK51,
            (w2 >> 25 | w3 << 39) & MASK51,
            w3 >> 12 & MASK51,
        )
    )


@formula
def to_words(f: Fe) -> tuple[Number, Number, Number, Number]:
    """The one representative in [0, p), as 64-bit words. f has limbs below 2^54."""
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


@subroutine
def is_zero(f: Fe) -> Number:
    w0, w1, w2, w3 = to_words(f)
    return (w0 | w1 | w2 | w3) == 0


@subroutine
def is_odd(f: Fe) -> Number:
    """The sign of RFC 8032, section 5.1.2: the lowest bit of the representative in [0, p)."""
    return (to_words(f)[0] & 1) == 1


@kernel
def squared_times(f: Fe, n: int) -> Fe:
    """f^(2^n)"""
    for _ in range(n):
        f = square(f)
    return f


@subroutine
def times(f: Fe, g: Fe) -> Fe:
    return f * g


chain = power_chain(squared_times, times)


@kernel
def power_2_252_minus_3(f: Fe) -> Fe:
    """f^(2^252 - 3) = f^((p - 5) / 8)"""
    ones250, _ = chain(f)
    return times(squared_times(ones250, 2), f)
