"""The words that a formula is written in.

A formula is a plain Python function over numbers. Given integers it computes: that is the oracle. Given traced words
(traced.py, lanes.py) it writes itself down: each operator appends one LLVM instruction. Given intervals
(tests/kernels/intervals.py) it proves that no word overflows. So a formula keeps to what all three readers share:

    + - * & | ^ << >> < == with words and integer constants, and the functions of this file
    a sum or product fits its word, and where wrap-around is meant a mask says so: (a + b) & MASK64

| word    | bits    | numba type | arithmetic                                                           |
|---------|---------|------------|----------------------------------------------------------------------|
| Bit     | 1       | boolean    | a condition for `choose`                                             |
| Word32  | 32      | uint32     | unsigned                                                             |
| Word    | 64      | uint64     | unsigned; Word * Word is a Wide, Word * int stays a Word             |
| Wide    | 128     | none       | wide >> n and wide & mask are Words: the bounds proof shows it fits  |
| Int     | 64      | int64      | signed, >> is arithmetic; Int * Int is an IntWide                    |
| IntWide | 128     | none       | >> is arithmetic and stays wide; & mask is an Int; `narrow`          |
| Lanes   | 8 x 64  | Lanes      | eight words side by side, signed, >> is arithmetic; as Python a Row  |
| Row     | several | none       | numbers that go through one formula in step, so that they interleave |
"""

from __future__ import annotations

from typing import Any, TypeAlias

Number: TypeAlias = Any  # an int, an interval, a traced word: whatever the reader of a formula brings

MASK32, MASK52, MASK64 = (1 << 32) - 1, (1 << 52) - 1, (1 << 64) - 1


def choose(condition: Number, a: Number, b: Number) -> Number:
    """a where the condition holds, else b."""
    if isinstance(condition, int):
        return a if condition else b
    return condition.choose(a, b)


def known(number: int, like: Number) -> Number:
    """A constant as a word of the same kind as `like`, so that their product is a Wide."""
    return number if isinstance(like, int) else like.known(number)


def as_word(a: Number) -> Number:
    """A condition (1 where it holds, else 0; of lanes, a bit each) or a Word32 as a Word."""
    return int(a) if isinstance(a, int) else a.as_word()


def low_half(a: Number) -> Number:
    """The low 32 bits of a Word, as a Word32."""
    return a & MASK32 if isinstance(a, int) else a.low_half()


def widen(a: Number) -> Number:
    """A Word as a Wide (an Int as an IntWide), for a sum or a product by a constant that does not fit it."""
    return a if isinstance(a, int) else a.widen()


def as_int(a: Number) -> Number:
    """The 64 bits of a Word as a signed integer."""
    return a - (a >> 63 << 64) if isinstance(a, int) else a.as_int()


def as_bits(a: Number) -> Number:
    """The 64 bits of an Int as a Word."""
    return a & MASK64 if isinstance(a, int) else a.as_bits()


def trailing_zeros(a: Number) -> Number:
    """How many of the lowest bits of a Word are zero; a is not zero."""
    return (a & -a).bit_length() - 1 if isinstance(a, int) else a.trailing_zeros()


def narrow(a: Number) -> Number:
    """An IntWide as an Int that it fits."""
    return a if isinstance(a, int) else a.narrow()


def rotate_right(a: Number, n: int, bits: int) -> Number:
    """A word of `bits` bits, turned by n places."""
    return (a >> n | a << bits - n) & (1 << bits) - 1
