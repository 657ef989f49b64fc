"""Natural numbers of several words, with carries.

    t = natural(words, most)       the number of these words, the least significant first, known to be at most `most`
    t + u, t * word, t << n, t >> n    exact: the bounds tell how many words the result takes and where a carry can be
    low(t), words_of(t, 2^256)     its first word; its words, given what it is below

Read over integers they are integers. Traced, they are chains of 64-bit additions with carry, which the compiler turns
into one instruction a word, and the bounds are checked while the formula is written down: a number that could outgrow
the words that the next step keeps of it stops the compilation.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from hanoi_ticket.kernels.traced import Bit, Word
from hanoi_ticket.kernels.words import MASK64, as_word, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanoi_ticket.kernels.words import Number


def natural(words: Iterable[Number], most: int) -> Number:
    """The number of these words, at most `most`."""
    words = list(words)
    if isinstance(words[0], int):
        return sum(word << 64 * i for i, word in enumerate(words))
    return Natural(words, most) if isinstance(words[0], Word) else words[0].natural(words, most)


def words_of(t: Number, below: int) -> list[Number]:
    """The words of a number below `below`: as many as the greatest of them takes."""
    if (t if isinstance(t, int) else t.most) >= below:
        raise OverflowError(f"a number that is not known to be below {below:#x}")
    return [t >> 64 * i & MASK64 for i in range(size(below - 1))] if isinstance(t, int) else t.words_of(size(below - 1))


def size(most: int) -> int:
    """How many words a number up to `most` takes."""
    return -(-most.bit_length() // 64)


def low(t: Number) -> Number:
    """The number modulo 2^64: a word."""
    return t & MASK64 if isinstance(t, int) else t.low()


def is_below(t: Number, bound: int) -> Number:
    """The condition that t < bound."""
    return t < bound if isinstance(t, int) else t.is_below(bound)


def reduced_once(t: Number, modulus: int) -> Number:
    """t mod modulus, where t < 2 modulus."""
    return t % modulus if isinstance(t, int) else t.reduced_once(modulus)


def difference(t: Number, u: Number, modulus: int) -> Number:
    """t - u, and the modulus more where that is negative; u is at most the modulus."""
    if isinstance(t, int):
        return t - u + modulus * (t < u) if isinstance(u, int) else u.known(t).difference(u, modulus)
    return t.difference(t.known(u) if isinstance(u, int) else u, modulus)


def folded(t: Number, n: int, c: int) -> Number:
    """t mod 2^n + c (t >> n): the same modulo 2^n - c."""
    return (t & (1 << n) - 1) + c * (t >> n) if isinstance(t, int) else t.folded(n, c)


def most_folded(most: int, n: int, c: int) -> int:
    """The greatest of `folded` over all numbers up to `most`."""
    top, rest = divmod(most, 1 << n)
    return max((1 << n) - 1 + c * (top - 1), rest + c * top) if top else most


class Natural:
    """Traced words (or integers, where a word is known), as many as the bound takes."""

    __slots__ = ("most", "words")

    def __init__(self, words: list[Number], most: int) -> None:
        self.words, self.most = words[: size(most)], most

    @classmethod
    def known(cls, number: int) -> Natural:
        return cls(words_of(number, number + 1), number)

    def __add__(self, other: Number) -> Natural:
        other = self.known(other) if isinstance(other, int) else other
        most = self.most + other.most
        words, carry = _in_chain(_add, self.words, other.words)
        return Natural([*words, as_word(carry)], most)

    __radd__ = __add__

    def __mul__(self, factor: Number) -> Natural:
        """Times one word; or one word times an integer."""
        if isinstance(factor, int) and factor > MASK64:
            (word,) = self.words
            return Natural((self.known(factor) * word).words, self.most * factor)
        wide = [_wide_product(word, factor) for word in self.words]
        words, _ = _in_chain(_add, [*(w & MASK64 for w in wide), 0], [0, *(w >> 64 for w in wide)])
        return Natural(words, self.most * (factor if isinstance(factor, int) else MASK64))

    def __lshift__(self, n: int) -> Natural:
        places, n = divmod(n, 64)
        words = self.words
        if n:
            words = [_or(a << n & MASK64, b >> 64 - n) for a, b in zip([*words, 0], [0, *words], strict=True)]
        return Natural([0] * places + words, self.most << 64 * places + n)

    def __rshift__(self, n: int) -> Natural:
        places, n = divmod(n, 64)
        words = self.words[places:]
        if n:
            words = [_or(a >> n, b << 64 - n & MASK64) for a, b in zip(words, [*words[1:], 0], strict=True)]
        return Natural(words, self.most >> 64 * places + n)

    def low(self) -> Number:
        return self.words[0]

    def words_of(self, count: int) -> list[Number]:
        return self.words + [0] * (count - len(self.words))

    def is_below(self, bound: int) -> Bit:
        return _in_chain(_subtract, self.words, self.known(bound).words)[1]

    def reduced_once(self, modulus: int) -> Natural:
        if self.most >= 2 * modulus:
            raise OverflowError(f"{self.most:#x} is not reduced by one subtraction of {modulus:#x}")
        less, borrow = _in_chain(_subtract, self.words, self.known(modulus).words)
        return Natural([choose(borrow, a, b) for a, b in zip(self.words, less, strict=True)], modulus - 1)

    def difference(self, other: Natural, modulus: int) -> Natural:
        if other.most > modulus:
            raise OverflowError(f"a difference modulo {modulus:#x}")
        words, borrow = _in_chain(_subtract, self.words, other.words)
        less = [choose(borrow, words[0].known(c), 0) for c in self.known((1 << 64 * len(words)) - modulus).words]
        return Natural(_in_chain(_subtract, words, less)[0], max(self.most, modulus - 1))

    def folded(self, n: int, c: int) -> Natural:
        top, most = self >> n, most_folded(self.most, n, c)
        if top.most == 0:
            return self
        whole, bits = divmod(n, 64)
        rest = self.words[:whole] + [word & (1 << bits) - 1 for word in self.words[whole : whole + 1] if bits]
        if top.most > 1:
            return Natural((top * c + Natural(rest, (1 << n) - 1)).words, most)
        (carry,) = top.words
        more = choose(carry == 1, carry.known(c), 0)
        if (self.most & (1 << n) - 1) + c <= MASK64:  # where there is a carry, little is left
            return Natural([rest[0] + more, *rest[1:]], most)
        return Natural((Natural(rest, (1 << n) - 1) + Natural([more], c)).words, most)


def _or(a: Number, b: Number) -> Number:
    return b if isinstance(a, int) and a == 0 else a if isinstance(b, int) and b == 0 else a | b


def _as_traced(number: Number, like: Any) -> Word:
    return Word(like.builder, Word.constant(number)) if isinstance(number, int) else number


def _wide_product(a: Number, b: Number) -> Number:
    return _as_traced(a, b) * _as_traced(b, a)


def _in_chain(step: Callable[..., Any], a: list[Number], b: list[Number]) -> tuple[list[Number], Number]:
    """a + b or a - b word by word, and the carry or borrow that is left."""
    words, carry = [], 0
    for x, y in zip_longest(a, b, fillvalue=0):
        total, carry = step(x, y, carry)
        words.append(total)
    return words, carry


def _add(a: Number, b: Number, carry: Number) -> tuple[Number, Number]:
    """a + b + carry as a word and a carry; what is known to be zero costs nothing."""
    if isinstance(a, int):
        a, b = b, a
    if isinstance(a, int):
        return as_word(carry), 0  # of two numbers that both ended
    total, over = _overflowing(ir.IRBuilder.uadd_with_overflow, a, b)
    if isinstance(carry, int):
        return total, over
    total, again = _overflowing(ir.IRBuilder.uadd_with_overflow, total, as_word(carry))
    return total, again if isinstance(over, int) else over ^ again


def _subtract(a: Number, b: Number, borrow: Number) -> tuple[Number, Number]:
    """a - b - borrow as a word and a borrow."""
    a = _as_traced(a, b if isinstance(borrow, int) else borrow)
    total, under = _overflowing(ir.IRBuilder.usub_with_overflow, a, b)
    if isinstance(borrow, int):
        return total, under
    total, again = _overflowing(ir.IRBuilder.usub_with_overflow, total, as_word(borrow))
    return total, again if isinstance(under, int) else under ^ again


def _overflowing(operation: Callable[..., Any], a: Word, b: Number) -> tuple[Word, Number]:
    if isinstance(b, int) and b == 0:
        return a, 0
    pair = operation(a.builder, a.value, _as_traced(b, a).value)
    return Word(a.builder, a.builder.extract_value(pair, 0)), Bit(a.builder, a.builder.extract_value(pair, 1))
