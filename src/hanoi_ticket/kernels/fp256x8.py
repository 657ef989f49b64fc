"""GF(p256): five limbs of 52 bits in Montgomery form, eight elements at a time, by AVX-512 IFMA.

Source: S. Gueron, V. Krasnov, "Accelerating big integer arithmetic using Intel IFMA extensions" (2016); the reduction
needs no multiplier, as p = -1 modulo 2^52.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.columns import COLUMNS, added, product_pairs, square_pairs
from hanoi_ticket.kernels.elements import Element, products, squares
from hanoi_ticket.kernels.fp256 import P, root_chain
from hanoi_ticket.kernels.lanes import Lanes, Row, factor, hi, lo, signed, unsigned
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import MASK52

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanoi_ticket.kernels.words import Number

R8 = 1 << 260
MASK48 = (1 << 48) - 1
MODULUS = (-1, 1 << 44, 0, 1 << 36, (1 << 48) - (1 << 16))  # p, by powers of 2^52
SLACK = 1 << 17
"""More than the carries of lower limbs bring to the top one, or take."""


class Fe8(Element):
    """f0 + 2^52 f1 + 2^104 f2 + 2^156 f3 + 2^208 f4 stands for f / 2^260 modulo p, in each lane.

    Limbs are in [0, 2^52), the top one below `top`: f < 2.5 p, or up to 16 p in a factor.
    """

    word, limbs = Lanes, 5
    top = 5 << 47

    @property
    def carried(f) -> Fe8:
        """The same number, with limbs in [0, 2^52)."""
        return f

    @property
    def tight(f) -> Fe8:
        """The same residue, with limbs that can be kept."""
        return f if f.top <= Fe8.top else reduced(f)

    def __add__(f, g: Fe8) -> Sum8:  # type: ignore[override]
        return Sum8.of((a + b for a, b in zip(f, g, strict=True)), f.top + g.top)

    def __sub__(f, g: Fe8) -> Sum8:
        """f - g + k p, with a k that keeps it positive."""
        return raised((a - b for a, b in zip(f, g, strict=True)), f.top, g.top)

    def __neg__(f) -> Sum8:
        return raised((0 - a for a in f), 0, f.top)

    def doubled(f, times: int) -> Sum8:
        return Sum8.of((a << times for a in f), f.top << times)

    def factors(f, g: Fe8) -> tuple[Fe8, Fe8]:
        """f and g as the operands of a product that can be kept."""
        f, g = (h.carried if h.top < 1 << 52 else h.tight for h in (f, g))
        if product_top(f, g) > Fe8.top:
            f, g = (f.tight, g) if f.top > g.top else (f, g.tight)
        if product_top(f, g) > Fe8.top:
            f, g = f.tight, g.tight
        return f, g

    @classmethod
    def side_by_side(cls, elements: Sequence[Fe8]) -> Fe8:
        return with_top(map(Row, zip(*elements, strict=True)), max(f.top for f in elements))

    @classmethod
    def apart(cls, rows: Fe8) -> tuple[Fe8, ...]:
        sums = [Sum8.of(limbs, rows.top) for limbs in zip(*rows, strict=True)]
        for one, limbs in zip(sums, zip(*rows.carried, strict=True), strict=True):
            one.carried = with_top(limbs, rows.top)  # in step, and left out where nothing needs it
        return tuple(sums)

    def __mul__(f, g: Fe8) -> Fe8:  # type: ignore[override]
        """f g / 2^260"""
        return f.long_product(g).reduced

    def square(f) -> Fe8:
        return f.long_square().reduced

    def long_product(f, g: Fe8) -> Columns8:
        """Each column as two sums, so that fewer multiplications wait for one another."""
        f, g = f.factors(g)
        pairs = product_pairs(f, g)
        return Columns8([added(lo, pairs[k]) + added(hi, pairs[k - 1]) for k in range(COLUMNS)], product_top(f, g))

    def long_square(f) -> Columns8:
        f, _ = f.factors(f)
        crossed, squared = square_pairs(f)
        once = [added(lo, crossed[k]) + added(hi, crossed[k - 1]) for k in range(COLUMNS)]
        low = [added(lo, squared[k], column + column) for k, column in enumerate(once)]
        return Columns8([added(hi, squared[k - 1], column) for k, column in enumerate(low)], product_top(f, f))


class Sum8(Fe8):
    """A number whose limbs are signed and of up to 63 bits: its carries are taken when a product needs them."""

    numba_type = Fe8.numba_type

    @classmethod
    def of(cls, limbs: Iterable[Number], top: int) -> Sum8:
        total = cls(limbs)
        total.top = top
        return total

    @cached_property
    def carried(f) -> Fe8:
        return carried(f, f.top)

    @cached_property
    def tight(f) -> Fe8:
        return f.carried if f.top <= Fe8.top else reduced(f)


class Columns8:
    """A product, or a difference of products, before its reduction: ten columns, and the top limb after it."""

    def __init__(self, z: list[Number], top: int, below: int = 0) -> None:
        self.z, self.top, self.below = z, top, below

    def __sub__(self, other: Columns8) -> Columns8:
        return Columns8([a - b for a, b in zip(self.z, other.z, strict=True)], self.top, other.top)

    def doubled(self, times: int) -> Columns8:
        return Columns8([column << times for column in self.z], self.top << times)

    @property
    def reduced(self) -> Sum8:
        """The columns over 2^260: each step adds the multiple of p that clears the lowest limb."""
        z = list(self.z)
        for i in range(5):
            m = factor(z[i])
            for k in (1, 3, 4):
                z[i + k] = lo(z[i + k], m, MODULUS[k])
                z[i + k + 1] = hi(z[i + k + 1], m, MODULUS[k])
            z[i + 1] += z[i] >> 52
        return raised(z[5:], self.top, self.below) if self.below else Sum8.of(z[5:], self.top)


def with_top(limbs: Iterable[Number], top: int) -> Fe8:
    f = Fe8(limbs)
    f.top = top
    return f


def product_top(f: Fe8, g: Fe8) -> int:
    return (f.top * g.top >> 52) + (1 << 48) + SLACK


def raised(limbs: Iterable[Number], top: int, below: int) -> Sum8:
    """The number of these limbs plus k p; its top limb is above -below."""
    k = -(-(below + SLACK) // MODULUS[4])
    return Sum8.of((a + k * c for a, c in zip(limbs, MODULUS, strict=True)), top + (k << 48))


def carried(limbs: Iterable[Number], top: int) -> Fe8:
    r = list(limbs)
    for k in range(4):
        r[k + 1] += r[k] >> 52
        r[k] &= MASK52
    return with_top(r, top)


def reduced(f: Fe8) -> Fe8:
    """f - q p, where q = f / 2^256 rounded down, or one less."""
    f0, f1, f2, f3, f4 = f
    above = f4 - SLACK
    q = above >> 48
    top = (above & MASK48) + SLACK + (q << 16)
    return carried((f0 + q, f1 - (q << 44), f2, f3 - (q << 36), top), (1 << 48) + (1 << 22))


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
    f0, f1, f2, f3, f4 = f = (f * one).carried  # at most p
    g0, g1, g2, g3, g4 = (a ^ (P >> 52 * i & MASK52) for i, a in enumerate(f))
    return ((f0 | f1 | f2 | f3 | f4) == 0) | ((g0 | g1 | g2 | g3 | g4) == 0)


@formula
def parity8(f: Fe8) -> Number:
    """The lowest bit of the numbers that stand for f, out of Montgomery form; f is not 0."""
    return (f * plain8(1))[0] & 1


@formula
def times8(f: Fe8, g: Fe8) -> Fe8:
    return f * g


@formula
def times_pairs8(f: tuple[Fe8, Fe8], g: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return products(*zip(f, g, strict=True))


@formula
def square_pair8(f: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return squares(*f)


@kernel
def squared_pair8(f: Any, count: int) -> Any:
    for _ in range(count):
        f = square_pair8(f)
    return f


square_roots8 = root_chain(squared_pair8, times_pairs8)
"""Of two: side by side they take hardly longer than one, whose steps wait for each other."""


@formula
def choose8(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    """f where the condition holds, else g."""
    return f.choose(condition, g)
