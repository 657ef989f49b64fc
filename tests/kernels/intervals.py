"""The third reader of a formula: intervals. Every value of every run fits its word, whatever the inputs within their
bounds.

A test builds an Element of `unsigned(low, high)` or `signed(low, high)`, runs the formula's own source on it, and
reads the bounds of the result off. A value that may leave its word raises `Overflow` when it is used, unless by the
mask that says that wrap-around is meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hanoi_ticket.kernels.naturals import most_folded

MASK52 = (1 << 52) - 1


class Overflow(AssertionError):  # noqa: N818  what is found
    pass


@dataclass(frozen=True, eq=False)
class Interval:  # noqa: PLW1641  comparing gives a condition
    """All integers from low to high, in a word that holds those from bottom to top."""

    low: int
    high: int
    bottom: int
    top: int

    @property
    def fits(self) -> bool:
        return self.bottom <= self.low <= self.high <= self.top

    @property
    def is_signed(self) -> bool:
        return self.bottom < 0

    def _checked(self) -> Interval:
        if not self.fits:
            raise Overflow(f"{self.low:#x} .. {self.high:#x} leaves {self.bottom:#x} .. {self.top:#x}")
        return self

    def of(self, low: int, high: int) -> Interval:
        self._checked()
        return Interval(low, high, self.bottom, self.top)

    def known(self, number: int) -> Interval:
        return self.of(number, number)

    def lift(self, other: Any) -> Interval:
        return self.known(other) if isinstance(other, int) else other._checked()

    def _sum(self, other: Any, low: int, high: int) -> Interval:
        """In the wider of the two words."""
        self._checked()
        return (other if other.top > self.top else self).of(low, high)

    def __add__(self, other: Any) -> Interval:
        other = self.lift(other)
        return self._sum(other, self.low + other.low, self.high + other.high)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Interval:
        other = self.lift(other)
        return self._sum(other, self.low - other.high, self.high - other.low)

    def __rsub__(self, other: int) -> Interval:
        return self.of(other - self.high, other - self.low)

    def __mul__(self, other: Any) -> Interval:
        if isinstance(other, int):
            return self.of(*sorted((self.low * other, self.high * other)))
        corners = [a * b for a in (self.low, self.high) for b in (other._checked().low, other.high)]
        return self._checked().widen().of(min(corners), max(corners))

    __rmul__ = __mul__

    def __and__(self, other: Any) -> Interval:
        if isinstance(other, Interval):
            other._checked()
            if other.is_signed:  # the sign's own mask: 0 or all ones
                return self.of(min(self.low, 0), max(self.high, 0))
            return self.of(0, min(self.high, other.high))
        fits = self.low >= 0 and self.high <= other
        return self._narrow(self.low, self.high) if fits else self._narrow(0, other)

    def __or__(self, other: Any) -> Interval:
        other = other if isinstance(other, Interval) else self.known(other)
        high = (1 << max(self.high.bit_length(), other.high.bit_length())) - 1
        return Interval(max(self.low, other.low), high, self.bottom, self.top)

    __ror__ = __or__

    def __xor__(self, other: Any) -> Interval:
        return self.of(0, (self | other).high)

    def __rshift__(self, n: int) -> Interval:
        self._checked()
        low, high = self.low >> n, self.high >> n
        return self.of(low, high) if self.is_signed else self._narrow(low, high)

    def __lshift__(self, n: int) -> Interval:
        return self.of(self.low << n, self.high << n)

    def _narrow(self, low: int, high: int) -> Interval:
        return signed(low, high) if self.is_signed else unsigned(low, high)

    def narrow(self) -> Interval:
        return self._checked()._narrow(self.low, self.high)

    def widen(self) -> Interval:
        bits = 128
        if self.is_signed:
            return Interval(self.low, self.high, -1 << bits - 1, (1 << bits - 1) - 1)
        return Interval(self.low, self.high, 0, (1 << bits) - 1)

    def as_int(self) -> Interval:
        return signed(self.low, self.high)

    def as_bits(self) -> Interval:
        return unsigned(self.low, self.high) if self.low >= 0 else unsigned(0, (1 << 64) - 1)

    def __lt__(self, other: Any) -> Unknown:
        return Unknown()

    def __eq__(self, other: object) -> Unknown:  # type: ignore[override]
        return Unknown()

    def natural(self, words: list[Interval], most: int) -> NaturalInterval:
        """The number of several words, known to be at most `most`."""
        for word in words:
            unsigned(word.low, word.high)._checked()
        return NaturalInterval(most)

    def multiply_add(self, half: str, z: Any, b: Any) -> Interval:
        """IFMA reads 52 bits of each factor and drops the rest: the proof is that there is no rest."""
        z, b = self.lift(z), self.lift(b)
        for factor in self, b:
            if not 0 <= factor.low <= factor.high <= MASK52:
                raise Overflow(f"a factor of {factor.low:#x} .. {factor.high:#x}")
        product = self.high * b.high
        return self.of(z.low, z.high + (min(product, MASK52) if half == "l" else product >> 52))._checked()


@dataclass(frozen=True)
class NaturalInterval:
    """All integers from 0 to `most`, in as many words as that takes (kernels/naturals.py)."""

    most: int

    def __add__(self, other: Any) -> NaturalInterval:
        return NaturalInterval(self.most + (other if isinstance(other, int) else other.most))

    __radd__ = __add__

    def __mul__(self, factor: Any) -> NaturalInterval:
        return NaturalInterval(self.most * (factor if isinstance(factor, int) else factor.high))

    def __lshift__(self, n: int) -> NaturalInterval:
        return NaturalInterval(self.most << n)

    def __rshift__(self, n: int) -> NaturalInterval:
        return NaturalInterval(self.most >> n)

    def low(self) -> Interval:
        return unsigned(0, min(self.most, (1 << 64) - 1))

    def words_of(self, count: int) -> list[Interval]:
        return [unsigned(0, min(self.most >> 64 * i, (1 << 64) - 1)) for i in range(count)]

    def known(self, number: int) -> NaturalInterval:
        return NaturalInterval(number)

    def is_below(self, _: int) -> Unknown:
        return Unknown()

    def reduced_once(self, modulus: int) -> NaturalInterval:
        if self.most >= 2 * modulus:
            raise Overflow(f"{self.most:#x} is not reduced by one subtraction of {modulus:#x}")
        return NaturalInterval(min(self.most, modulus - 1))

    def difference(self, other: NaturalInterval, modulus: int) -> NaturalInterval:
        if other.most > modulus:
            raise Overflow(f"a difference modulo {modulus:#x}")
        return NaturalInterval(max(self.most, modulus - 1))

    def folded(self, n: int, c: int) -> NaturalInterval:
        return NaturalInterval(most_folded(self.most, n, c))


class Unknown:
    """A condition about which nothing is known."""

    def choose(self, a: Any, b: Any) -> Interval:
        kind = b if isinstance(a, int) else a
        a, b = kind.lift(a), kind.lift(b)
        return kind.of(min(a.low, b.low), max(a.high, b.high))

    def as_word(self) -> Interval:
        return unsigned(0, 1)

    def __and__(self, other: Any) -> Unknown:
        return self

    __or__ = __xor__ = __and__


def unsigned(low: int, high: int) -> Interval:
    return Interval(low, high, 0, (1 << 64) - 1)


def signed(low: int, high: int) -> Interval:
    return Interval(low, high, -(1 << 63), (1 << 63) - 1)


def wide(low: int, high: int) -> Interval:
    return unsigned(0, 0).widen().of(low, high)
