"""GF(2^255 - 19): four words of 64 bits, one element at a time.

Source: D. J. Bernstein, N. Duif, T. Lange, P. Schwabe, B.-Y. Yang, "High-speed high-security signatures" (2011), whose
radix 2^64 it is: 2^256 = 38.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from hanoi_ticket.kernels.elements import Element, square
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.naturals import difference, folded, natural, reduced_once, words_of
from hanoi_ticket.kernels.power25519 import power_chain
from hanoi_ticket.kernels.traced import Word
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64, choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

P = 2**255 - 19
MOST_DIAGONAL = sum(MASK64**2 << 128 * i for i in range(4))


class Fe(Element):
    """A number below 2^255 + 2^11 ("reduced"), modulo p: what a product is, and what stands in memory.

    Factors, and the first operand of a difference, may be sums.
    """

    __slots__ = ()
    word, limbs = Word, 4
    most = 2**255 + 2**11 - 1

    @property
    def number(self) -> Number:
        return natural(self, self.most)

    @classmethod
    def of(cls, number: Number) -> Self:
        return cls(words_of(number, cls.most + 1))

    def __add__(self, other: Fe) -> Sum:  # type: ignore[override]  # numbers, not sequences
        """The second folding has something to do only where an operand is a sum."""
        return Sum.of(folded(folded(self.number + other.number, 256, 38), 256, 38))

    def __sub__(self, other: Fe) -> Sum:
        """f - g, and 2p more where that is negative; g is reduced."""
        return Sum.of(difference(self.number, other.number, 2 * P))

    def __mul__(self, other: Fe) -> Fe:  # type: ignore[override]
        f, g = (other, self) if isinstance(self[0], int) else (self, other)  # a constant is taken word by word
        total: Number = 0
        for i, word in enumerate(g):
            total = total + (f.number * word << 64 * i)
        return reduced(total)

    def square(self) -> Fe:
        """What stands on both sides of the diagonal is computed once."""
        corner: Number = 0
        for i in range(3):
            corner = corner + (natural(self[i + 1 :], (1 << 64 * (3 - i)) - 1) * self[i] << 64 * (2 * i + 1))
        squares = [word * word for word in self]
        diagonal = natural([half for wide in squares for half in (wide & MASK64, wide >> 64)], MOST_DIAGONAL)
        return reduced(corner + corner + diagonal)

    def factors(self, other: Fe) -> tuple[Fe, Fe]:
        return self, other

    def choose(self, condition: Number, other: Fe) -> Fe:
        kind = max(type(self), type(other), key=lambda kind: kind.most)
        return kind(choose(condition, a, b) for a, b in zip(self, other, strict=True))


class Sum(Fe):
    """A number below 2^256, modulo p: a sum or a difference."""

    __slots__ = ()
    numba_type = Fe.numba_type
    most = 2**256 - 1

    @property
    def tight(self) -> Fe:
        return reduced(self.number)


def reduced(number: Number) -> Fe:
    """A number below 2^512 as an element."""
    return Fe.of(folded(folded(number, 256, 38), 255, 19))


def element(number: int) -> Fe:
    """An integer modulo p as an element: for constants."""
    return Fe.of(number % P)


limbs = Fe.limbs
load, store = loader(Fe), storer(Fe)
zero, one = constant(element(0)), constant(element(1))


@formula
def from_words(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe:
    """The low 255 bits of a 256-bit number."""
    return Fe((w0, w1, w2, w3 & MASK64 >> 1))


@formula
def to_words(f: Fe) -> tuple[Number, ...]:
    """The one representative in [0, p)."""
    return tuple(words_of(reduced_once(f.tight.number, P), P))


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
