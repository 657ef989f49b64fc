"""GF(p256): five limbs of 52 bits in Montgomery form, eight elements at a time, by AVX-512 IFMA.

Source: S. Gueron, V. Krasnov, "Accelerating big integer arithmetic using Intel IFMA extensions" (2016); the reduction
needs no multiplier, as p = -1 modulo 2^52.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from hanoi_ticket.kernels.elements import Element, square
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.lanes import Lanes, factor, hi, lo, signed, unsigned
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import MASK52, choose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanoi_ticket.kernels.words import Number

R8 = 1 << 260
MASK48 = (1 << 48) - 1
MODULUS = (-1, 1 << 44, 0, 1 << 36, (1 << 48) - (1 << 16))  # p, by powers of 2^52


class Fe8(Element):
    """f0 + 2^52 f1 + 2^104 f2 + 2^156 f3 + 2^208 f4 stands for f / 2^260 modulo p, in each lane.

    Limbs are in [0, 2^52), the top one below 2^49 + 2^23, and hardly above 2^48 + 2^46 after a product: less than 2p.
    """

    word, limbs, interleaves = Lanes, 5, True
    terms = 1  # how many elements' size a sum can reach

    def __add__(f, g: Fe8) -> Sum8:  # type: ignore[override]
        return Sum8.of((a + b for a, b in zip(f, g, strict=True)), f.terms + g.terms)

    def __sub__(f, g: Fe8) -> Sum8:
        """f - g + k p, with a k that keeps the top limb positive."""
        k = 2 * g.terms + 1
        limbs = (a - b + k * c for a, b, c in zip(f, g, MODULUS, strict=True))
        return Sum8.of(limbs, f.terms + g.terms + 1)

    def __neg__(f) -> Sum8:
        k = 2 * f.terms + 1
        return Sum8.of((k * c - a for a, c in zip(f, MODULUS, strict=True)), f.terms + 1)

    def __mul__(f, g: Fe8) -> Fe8:  # type: ignore[override]
        """f g / 2^260"""
        f, g = f.tight, g.tight
        z: list[Number] = [0] * 10
        for i in range(5):
            for j in range(5):
                z[i + j] = lo(z[i + j], f[i], g[j])
            for j in range(5):
                z[i + j + 1] = hi(z[i + j + 1], f[i], g[j])
        return divided(z)

    def square(f) -> Fe8:
        f = f.tight
        z: list[Number] = [0] * 10
        for i in range(5):
            for j in range(i + 1, 5):
                z[i + j] = lo(z[i + j], f[i], f[j])
            for j in range(i + 1, 5):
                z[i + j + 1] = hi(z[i + j + 1], f[i], f[j])
        z = [column + column for column in z]
        for i in range(5):
            z[2 * i] = lo(z[2 * i], f[i], f[i])
            z[2 * i + 1] = hi(z[2 * i + 1], f[i], f[i])
        return divided(z)

    def half(f) -> Sum8:
        """f / 2, or (f + p) / 2 where f is odd."""
        f = f.tight
        odd = (f[0] & 1) == 1
        limbs = [choose(odd, a + c, a) for a, c in zip(f, MODULUS, strict=True)]
        return Sum8.of([(a >> 1) + ((b & 1) << 51) for a, b in pairwise(limbs)] + [limbs[4] >> 1], 1)


class Sum8(Fe8):
    """A sum or difference whose limbs are signed: their carries are taken once, when a product needs them."""

    numba_type = Fe8.numba_type
    terms: int

    @classmethod
    def of(cls, limbs: Iterable[Number], terms: int) -> Sum8:
        total = cls(limbs)
        total.terms = terms
        return total

    @cached_property
    def tight(f) -> Fe8:
        """f - (q - 1) p, where q = f / 2^256 rounded down: between p and 2p, or hardly outside."""
        f0, f1, f2, f3, f4 = f
        q = f4 >> 48
        less = 1 - q
        top = (f4 & MASK48) + (1 << 48) - (less << 16)
        return carried((f0 - less, f1 + (less << 44), f2, f3 + (less << 36), top))


def carried(limbs: Iterable[Number]) -> Fe8:
    r = list(limbs)
    for k in range(4):
        r[k + 1] += r[k] >> 52
        r[k] &= MASK52
    return Fe8(r)


def divided(z: list[Number]) -> Fe8:
    """Ten columns, over 2^260: each step adds the multiple of p that clears the lowest limb."""
    for i in range(5):
        m = factor(z[i])
        z[i + 1] += z[i] >> 52
        for k in (1, 3, 4):
            z[i + k] = lo(z[i + k], m, MODULUS[k])
            z[i + k + 1] = hi(z[i + k + 1], m, MODULUS[k])
    return carried(z[5:])


def element8(number: int) -> Fe8:
    """An integer modulo p, in Montgomery form, in every lane: for constants."""
    return plain8(number * R8)


def plain8(number: int) -> Fe8:
    return Fe8(number % P >> 52 * i & MASK52 for i in range(5))


limbs8 = 8 * Fe8.limbs  # words of a stored element
load8, store8 = loader(Fe8), storer(Fe8)


@formula
def from_words8(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe8:
    """256-bit numbers as elements, in Montgomery form."""
    w0, w1, w2, w3 = map(unsigned, (w0, w1, w2, w3))
    limbs = (
        w0 & MASK52,
        (w0 >> 52 | w1 << 12) & MASK52,
        (w1 >> 40 | w2 << 24) & MASK52,
        (w2 >> 28 | w3 << 36) & MASK52,
        w3 >> 16,
    )
    f = Fe8(map(signed, limbs))
    return f * element8(R8)


@formula
def is_zero8(f: Fe8) -> Number:
    """The condition, in each lane, that f is 0 modulo p."""
    one = plain8(1)
    f0, f1, f2, f3, f4 = f = f * one  # at most p
    g0, g1, g2, g3, g4 = (a ^ (P >> 52 * i & MASK52) for i, a in enumerate(f))
    return ((f0 | f1 | f2 | f3 | f4) == 0) | ((g0 | g1 | g2 | g3 | g4) == 0)


@formula
def parity8(f: Fe8) -> Number:
    """The lowest bit of the numbers that stand for f, out of Montgomery form; f is not 0."""
    return (f * plain8(1))[0] & 1


@formula
def times8(f: Fe8, g: Fe8) -> Fe8:
    return f * g


@kernel
def squared8(f: Fe8, count: int) -> Fe8:
    """f^(2^count)"""
    for _ in range(count):
        f = square(f)
    return f


@formula
def choose8(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    """f where the condition holds, else g."""
    return f.choose(condition, g)
