"""Residues modulo a 256-bit prime in Montgomery form.

Source: P. L. Montgomery, "Modular multiplication without trial division" (1985).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from hanoi_ticket.kernels.elements import Element
from hanoi_ticket.kernels.naturals import difference, low, natural, reduced_once, words_of
from hanoi_ticket.kernels.traced import Word
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

R = 1 << 256
E = TypeVar("E", bound="Residue")


class Residue(Element):
    """A residue v stands as v R modulo `modulus`: four words of 64 bits, always below it, so that equal means same.

    The same four words also hold a number below the modulus that is not in this form: f * g = f g / R tells which.
    """

    __slots__ = ()
    word, limbs = Word, 4
    modulus: ClassVar[int]
    minus_inverse: ClassVar[int]  # -1 / modulus mod 2^64

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.minus_inverse = pow(-cls.modulus, -1, 1 << 64)

    @property
    def number(self) -> Number:
        return natural(self, self.modulus - 1)

    @classmethod
    def of(cls, number: Number) -> Self:
        return cls(words_of(number, cls.modulus))

    @classmethod
    def montgomery(cls, value: int) -> Self:
        """A constant, in Montgomery form."""
        return cls.of(value * R % cls.modulus)

    def __add__(self, other: Self) -> Self:  # type: ignore[override]  # numbers, not sequences
        return self.of(reduced_once(self.number + other.number, self.modulus))

    def __sub__(self, other: Self) -> Self:
        return self.of(difference(self.number, other.number, self.modulus))

    def __neg__(self) -> Self:
        return self.of(difference(0, self.number, self.modulus))

    def __mul__(self, other: Self) -> Self:  # type: ignore[override]
        """f g / R, word by word: after each step the sum is below twice the modulus."""
        f, g = (other, self) if isinstance(self[0], int) else (self, other)  # a constant is taken word by word
        t: Number = 0
        for word in g:
            t = self.without_low_word(f.number * word + t)
        return self.of(reduced_once(t, self.modulus))

    @classmethod
    def without_low_word(cls, t: Number) -> Number:
        """t / 2^64 modulo the modulus: add the multiple m of it that clears the low word."""
        m = low(t * cls.minus_inverse)
        return natural([m], MASK64) * cls.modulus + t >> 64

    def is_zero(self) -> Number:
        a, b, c, d = self
        return a | b | c | d == 0
