"""GF(2^255 - 19): five limbs of 52 bits, eight elements at a time, by AVX-512 IFMA.

The instruction multiplies 52-bit limbs and adds one half of the product, so the radix is 2^52 and nothing is shifted:
source: S. Gueron, V. Krasnov, "Accelerating big integer arithmetic using Intel IFMA extensions" (2016).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.elements import Element, products, square, squares
from hanoi_ticket.kernels.fe25519 import P
from hanoi_ticket.kernels.lanes import Lanes, factor, hi, lane, lo, signed, unsigned
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.power25519 import power_chain
from hanoi_ticket.kernels.tracing import constant, formula, kernel
from hanoi_ticket.kernels.words import MASK52, MASK64

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanoi_ticket.kernels.words import Number

MASK47 = (1 << 47) - 1


class Fe8(Element):
    """f0 + 2^52 f1 + 2^104 f2 + 2^156 f3 + 2^208 f4, modulo p, in each lane.

    Limbs are in [0, 2^52), the top one below 2^47 + 2^10 after a product ("reduced") and below 2^51 in a factor.
    """

    word, limbs, interleaves = Lanes, 5, True

    def __add__(f, g: Fe8) -> Sum8:  # type: ignore[override]
        return Sum8(a + b for a, b in zip(f, g, strict=True))

    def __sub__(f, g: Fe8) -> Sum8:
        """f - g + 4p, and 4p = 2^257 - 76; g is reduced."""
        d0, d1, d2, d3, d4 = (a - b for a, b in zip(f, g, strict=True))
        return Sum8((d0 - 76, d1, d2, d3, d4 + (1 << 49)))

    def __mul__(f, g: Fe8) -> Fe8:  # type: ignore[override]
        f, g = f.tight, g.tight
        z: list[Number] = [0] * 10
        for i in range(5):
            for j in range(5):
                z[i + j] = lo(z[i + j], f[i], g[j])
            for j in range(5):
                z[i + j + 1] = hi(z[i + j + 1], f[i], g[j])
        return folded(z)

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
        return folded(z)


class Sum8(Fe8):
    """A sum or difference whose limbs are signed: their carries are taken once, when a product needs them."""

    numba_type = Fe8.numba_type

    @cached_property
    def tight(f) -> Fe8:
        return carried(f)


def carried(limbs: Iterable[Number]) -> Fe8:
    r = list(limbs)
    for k in range(4):
        r[k + 1] += r[k] >> 52
        r[k] &= MASK52
    return Fe8(r)


def folded(z: list[Number]) -> Fe8:
    """Ten columns to a reduced element: 2^260 = 608 and 2^255 = 19."""
    for k in range(5, 9):
        z[k + 1] += z[k] >> 52
    r = z[:5]
    for k in range(4):
        low = factor(z[k + 5])
        r[k] = lo(r[k], low, 608)
        r[k + 1] = hi(r[k + 1], low, 608)
    r[4] += lo(0, z[9], 19) << 5
    r[0] = lo(r[0], r[4] >> 47, 19)
    r[4] &= MASK47
    return carried(r)


def element8(number: int) -> Fe8:
    """An integer modulo p in every lane: for constants."""
    return Fe8(number % P >> 52 * i & MASK52 for i in range(5))


limbs8 = 8 * Fe8.limbs  # words of a stored element
load8, store8 = loader(Fe8), storer(Fe8)
one8 = constant(element8(1))


@formula
def from_words8(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe8:
    """The low 255 bits of 256-bit numbers."""
    w0, w1, w2, w3 = map(unsigned, (w0, w1, w2, w3))
    limbs = (
        w0 & MASK52,
        (w0 >> 52 | w1 << 12) & MASK52,
        (w1 >> 40 | w2 << 24) & MASK52,
        (w2 >> 28 | w3 << 36) & MASK52,
        w3 >> 16 & MASK47,
    )
    return Fe8(map(signed, limbs))


@formula
def first_lane(f: Fe8) -> tuple[Number, ...]:
    """The representative in [0, p) of lane 0, as four words."""
    f0, f1, f2, f3, f4 = (lane(limb, 0) for limb in canonical(f))
    return (
        f0 | f1 << 52 & MASK64,
        f1 >> 12 | f2 << 40 & MASK64,
        f2 >> 24 | f3 << 28 & MASK64,
        f3 >> 36 | f4 << 16 & MASK64,
    )


def canonical(f: Fe8) -> Fe8:
    """The one representative in [0, p)."""
    r = carried_top(carried_top(f.tight))  # now below 2^255 + 19
    plus19 = carried((r[0] + 19, *r[1:]))
    q = plus19[4] >> 47  # 1 where r >= p
    *low, top = carried((r[0] + 19 * q, *r[1:]))
    return Fe8((*low, top & MASK47))


def carried_top(f: Fe8) -> Fe8:
    """The bits above 2^255 come back as 19 each."""
    f0, f1, f2, f3, f4 = f
    return carried((lo(f0, f4 >> 47, 19), f1, f2, f3, f4 & MASK47))


@formula
def same8(f: Fe8, g: Fe8) -> Number:
    """The condition, in each lane, that f = g; g is canonical."""
    f0, f1, f2, f3, f4 = (a ^ b for a, b in zip(canonical(f), g, strict=True))
    return (f0 | f1 | f2 | f3 | f4) == 0


@formula
def is_zero8(f: Fe8) -> Number:
    f0, f1, f2, f3, f4 = canonical(f)
    return (f0 | f1 | f2 | f3 | f4) == 0


@formula
def parity8(f: Fe8) -> Number:
    """The lowest bit of the representative, in each lane."""
    return canonical(f)[0] & 1


@formula
def times8(f: Fe8, g: Fe8) -> Fe8:
    return f * g


@kernel
def squared_times8(f: Fe8, n: int) -> Fe8:
    """f^(2^n)"""
    for _ in range(n):
        f = square(f)
    return f


chain8 = power_chain(squared_times8, times8)


@formula
def choose8(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    """f where the condition holds, else g."""
    return f.choose(condition, g)


@kernel
def inverse8(f: Fe8) -> Fe8:
    """f^(p - 2)"""
    ones250, f11 = chain8(f)
    return times8(squared_times8(ones250, 5), f11)


@formula
def times_pairs8(f: tuple[Fe8, Fe8], g: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return products(*zip(f, g, strict=True))


@formula
def square_pair8(f: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return squares(*f)


@kernel
def squared_times_pair8(f: Any, n: int) -> Any:
    for _ in range(n):
        f = square_pair8(f)
    return f


pair_chain8 = power_chain(squared_times_pair8, times_pairs8)


@kernel
def powers_2_252_minus_3(f: Fe8, g: Fe8) -> Any:
    """f^(2^252 - 3) and the same of g: side by side they take hardly longer than one, whose steps wait for each
    other.
    """
    pair = (f, g)
    ones250, _ = pair_chain8(pair)
    return times_pairs8(squared_times_pair8(ones250, 2), pair)
