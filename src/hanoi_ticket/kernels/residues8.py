"""Residues modulo a 256-bit prime in eight lanes: five limbs of 52 bits in Montgomery form, by AVX-512 IFMA.

Source: S. Gueron, V. Krasnov, "Accelerating big integer arithmetic using Intel IFMA extensions" (2016).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

from hanoi_ticket.kernels.columns import COLUMNS, LIMBS, added, product_pairs, square_pairs
from hanoi_ticket.kernels.elements import Element
from hanoi_ticket.kernels.lanes import Lanes, factor, hi, lo
from hanoi_ticket.kernels.limbs52 import limbs52
from hanoi_ticket.kernels.words import MASK52

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanoi_ticket.kernels.words import Number

R8 = 1 << 260
SLACK = 1 << 17
"""More than the carries of lower limbs bring to the top one, or take."""


class Residue8(Element):
    """f0 + 2^52 f1 + 2^104 f2 + 2^156 f3 + 2^208 f4 stands for f / 2^260 modulo the prime, in each lane.

    A number that can be kept has limbs in [0, 2^52), the top one below KEPT: f < 2.5 times the prime; in a factor it
    may be up to 16 times. A loose one, a sum, has signed limbs of up to 63 bits: its carries are taken when a product
    needs them. The prime's highest limb is 2^48 - 2^16.
    """

    word, limbs = Lanes, LIMBS
    KEPT: ClassVar[int] = 5 << 47
    modulus: ClassVar[int]
    modulus_limbs: ClassVar[Sequence[int]]  # they may be negative
    minus_inverse: ClassVar[int]  # -1 / modulus mod 2^52
    top = KEPT
    loose = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if hasattr(cls, "modulus"):
            cls.minus_inverse = pow(-cls.modulus, -1, 1 << 52)

    @classmethod
    def of(cls, limbs: Iterable[Number], top: int, *, loose: bool = False) -> Self:
        f = cls(limbs)
        f.top, f.loose = top, loose
        return f

    @classmethod
    def plain(cls, number: int) -> Self:
        """An integer in every lane, not in Montgomery form: for constants."""
        return cls(limbs52(number % cls.modulus, LIMBS))

    @classmethod
    def montgomery(cls, number: int) -> Self:
        """An integer in every lane: for constants."""
        return cls.plain(number * R8)

    @cached_property
    def carried(f) -> Self:
        """The same number, with limbs in [0, 2^52)."""
        return f.with_carries(f, f.top) if f.loose else f

    @cached_property
    def tight(f) -> Self:
        """The same residue, with limbs that can be kept."""
        return f.carried if f.top <= f.KEPT else f.below_twice()

    @classmethod
    def with_carries(cls, limbs: Iterable[Number], top: int) -> Self:
        r = list(limbs)
        for k in range(LIMBS - 1):
            r[k + 1] += r[k] >> 52
            r[k] &= MASK52
        return cls.of(r, top)

    def below_twice(f) -> Self:
        """The same residue, kept, from any sum."""
        raise OverflowError(f"a sum of top limb {f.top:#x}")

    @classmethod
    def raised(cls, limbs: Iterable[Number], top: int, below: int) -> Self:
        """The number of these limbs plus a multiple of the modulus; its top limb is above -below."""
        k = -(-(below + SLACK) // cls.modulus_limbs[-1])
        total = (a + k * c for a, c in zip(limbs, cls.modulus_limbs, strict=True))
        return cls.of(total, top + (k << 48), loose=True)

    def __add__(f, g: Self) -> Self:  # type: ignore[override]
        return f.of((a + b for a, b in zip(f, g, strict=True)), f.top + g.top, loose=True)

    def __sub__(f, g: Self) -> Self:
        """f - g + k times the modulus, with a k that keeps it positive."""
        return f.raised((a - b for a, b in zip(f, g, strict=True)), f.top, g.top)

    def __neg__(f) -> Self:
        return f.raised((0 - a for a in f), 0, f.top)

    def doubled(f, times: int) -> Self:
        return f.of((a << times for a in f), f.top << times, loose=True)

    def factors(f, g: Self) -> tuple[Self, Self]:
        """f and g as the operands of a product that can be kept."""
        f, g = (h.carried if h.top < 1 << 52 else h.tight for h in (f, g))
        if product_top(f, g) > f.KEPT:
            f, g = (f.tight, g) if f.top > g.top else (f, g.tight)
        if product_top(f, g) > f.KEPT:
            f, g = f.tight, g.tight
        return f, g

    def __mul__(f, g: Self) -> Self:  # type: ignore[override]
        """f g / 2^260"""
        return f.long_product(g).reduced

    def square(f) -> Self:
        return f.long_square().reduced

    def long_product(f, g: Self) -> Columns8:
        """Each column as two sums, so that fewer multiplications wait for one another."""
        f, g = f.factors(g)
        pairs = product_pairs(f, g)
        columns = [added(lo, pairs[k]) + added(hi, pairs[k - 1]) for k in range(COLUMNS)]
        return Columns8(type(f), columns, product_top(f, g))

    def long_square(f) -> Columns8:
        f, _ = f.factors(f)
        crossed, squared = square_pairs(f)
        once = [added(lo, crossed[k]) + added(hi, crossed[k - 1]) for k in range(COLUMNS)]
        low = [added(lo, squared[k], column + column) for k, column in enumerate(once)]
        columns = [added(hi, squared[k - 1], column) for k, column in enumerate(low)]
        return Columns8(type(f), columns, product_top(f, f))


class Columns8:
    """A product, or a difference of products, before its reduction: ten columns, and the top limb after it."""

    def __init__(self, kind: type[Residue8], z: list[Number], top: int, below: int = 0) -> None:
        self.kind, self.z, self.top, self.below = kind, z, top, below

    def __sub__(self, other: Columns8) -> Columns8:
        return Columns8(self.kind, [a - b for a, b in zip(self.z, other.z, strict=True)], self.top, other.top)

    def doubled(self, times: int) -> Columns8:
        return Columns8(self.kind, [column << times for column in self.z], self.top << times)

    @property
    def reduced(self) -> Any:
        """The columns over 2^260: each step adds the multiple of the modulus that clears the lowest limb."""
        z, lowest = list(self.z), self.kind.modulus_limbs[0]
        for i in range(LIMBS):
            m = factor(z[i])
            if lowest != -1:
                m = factor(lo(0, m, self.kind.minus_inverse))
                z[i] = lo(z[i], m, lowest)
                z[i + 1] = hi(z[i + 1], m, lowest)
            for k, c in enumerate(self.kind.modulus_limbs[1:], i + 1):
                if c:
                    z[k] = lo(z[k], m, c)
                    z[k + 1] = hi(z[k + 1], m, c)
            z[i + 1] += z[i] >> 52
        high = z[LIMBS:]
        if self.below:
            return self.kind.raised(high, self.top, self.below)
        return self.kind.of(high, self.top, loose=True)


def product_top(f: Residue8, g: Residue8) -> int:
    return (f.top * g.top >> 52) + (1 << 48) + SLACK
