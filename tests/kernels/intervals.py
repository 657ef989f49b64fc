"""The third reader of a formula: intervals. Every value of every run fits its word, whatever the inputs within their bounds.

A test builds an Element of `unsigned(low, high)`, `signed` or `lane` intervals, runs the formula's own source on it, and
reads the bounds of the result off. A value that may leave its word raises `Overflow`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

MASK52 = (1 << 52) - 1


class Overflow(AssertionError):
    pass


@dataclass(frozen=True)
class Interval:
    """All integers from low to high, in a word that holds those from bottom to top."""

    low: int
    high: int
    bottom: int
    top: int

    def __post_init__(self) -> None:
        if not self.bottom <= self.low <= self.high <= self.top:
            raise Overflow(f"{self.low:#x} .. {self.high:#x} leaves {self.bottom:#x} .. {self.top:#x}")

    def _of(self, low: int, high: int) -> Interval:
        return Interval(low, high, self.bottom, self.top)

    def _lift(self, other: Any) -> Any:
        return other if isinstance(other, Interval) else self._of(other, other)

    def _wider(self, other: Any) -> Any:
        """The word of a sum: the wider of the two."""
        return other if isinstance(other, Interval) and other.top > self.top else self

    def __add__(self, other: Any) -> Interval:
        bounds = (other, other) if isinstance(other, int) else (other.low, other.high)
        return self._wider(other)._of(self.low + bounds[0], self.high + bounds[1])

    __radd__ = __add__

    def __sub__(self, other: Any) -> Interval:
        bounds = (other, other) if isinstance(other, int) else (other.low, other.high)
        return self._wider(other)._of(self.low - bounds[1], self.high - bounds[0])

    def __rsub__(self, other: int) -> Interval:
        return self._of(other - self.high, other - self.low)

    def __mul__(self, other: Any) -> Interval:
        if isinstance(other, int):
            return self._of(*sorted((self.low * other, self.high * other)))
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return wide(min(corners), max(corners), signed=self.bottom < 0)

    __rmul__ = __mul__

    def __and__(self, mask: int) -> Interval:
        if isinstance(mask, Interval):
            return self._of(0, min(self.high, mask.high))
        high = min(self.high, mask) if self.low >= 0 else mask
        return self._narrow(0, high)

    def __or__(self, other: Any) -> Interval:
        other = self._lift(other)
        return self._of(max(self.low, other.low), (1 << max(self.high.bit_length(), other.high.bit_length())) - 1)

    __xor__ = lambda self, other: self._of(0, (self | other).high)  # noqa: E731

    def __rshift__(self, n: int) -> Interval:
        low, high = self.low >> n, self.high >> n
        return self._of(low, high) if self.bottom < 0 else self._narrow(low, high)

    def __lshift__(self, n: int) -> Interval:
        return self._of(self.low << n, self.high << n)

    def _narrow(self, low: int, high: int) -> Interval:
        if self.bottom < 0:
            return signed(low, high)
        return unsigned(low, high) if self.top >= 1 << 64 else self._of(low, high)

    def narrow(self) -> Interval:
        return signed(self.low, self.high)

    def __lt__(self, other: Any) -> Unknown:
        return Unknown()

    def natural(self, words: list[Interval], most: int) -> NaturalInterval:
        """The number of several words, known to be at most `most`."""
        for word in words:
            unsigned(word.low, word.high)
        return NaturalInterval(most)

    def multiply_add(self, half: str, z: Any, b: Any) -> Interval:
        """IFMA reads 52 bits of each factor and drops the rest: the proof is that there is no rest."""
        z, b = self._lift(z), self._lift(b)
        for factor in self, b:
            if not 0 <= factor.low <= factor.high <= MASK52:
                raise Overflow(f"a factor of {factor.low:#x} .. {factor.high:#x}")
        product = self.high * b.high
        return lane(z.low, z.high + (min(product, MASK52) if half == "l" else product >> 52))


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
        if max(self.most, other.most) >= modulus:
            raise Overflow(f"a difference modulo {modulus:#x}")
        return NaturalInterval(modulus - 1)

    def halved(self, modulus: int) -> NaturalInterval:
        return NaturalInterval(self.most + modulus >> 1)


class Unknown:
    """A condition about which nothing is known."""

    def choose(self, a: Any, b: Any) -> Any:
        kind = b if isinstance(a, int) else a
        a, b = kind._lift(a), kind._lift(b)
        return kind._of(min(a.low, b.low), max(a.high, b.high))

    def as_word(self) -> Interval:
        return unsigned(0, 1)


def unsigned(low: int, high: int) -> Interval:
    return Interval(low, high, 0, (1 << 64) - 1)


def signed(low: int, high: int) -> Interval:
    return Interval(low, high, -(1 << 63), (1 << 63) - 1)


def lane(low: int, high: int) -> Interval:
    return signed(low, high)


def wide(low: int, high: int, *, signed: bool = False) -> Interval:
    return Interval(low, high, -(1 << 127), (1 << 127) - 1) if signed else Interval(low, high, 0, (1 << 128) - 1)
