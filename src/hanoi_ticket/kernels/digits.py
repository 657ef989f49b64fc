"""Scalars as signed digits. A scalar is 40 bytes, little-endian, below 2^256; the last eight are zero and only read
over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.memory import byte, put_byte, put_word, word
from hanoi_ticket.kernels.naturals import words_of
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64, as_int, widen

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

SCALAR_BYTES, SCALAR_BITS = 40, 256
NAF_LENGTH = 264  # digits 0 .. 256, in whole words


@formula
def bits(scalar: Any, position: Number, width: Number) -> Number:
    """`width` bits (at most 56) from bit `position` on."""
    return as_int(word(scalar, position >> 3) >> (position & 7)) & (1 << width) - 1


@formula
def copy_scalar(target: Any, source: Any) -> None:
    """32 bytes into the 40 that `bits` reads."""
    for i in range(4):
        put_word(target, 8 * i, word(source, 8 * i))
    put_word(target, 32, 0)


@formula
def digit(naf: Any, index: Number) -> Number:
    """Digit number `index` of a recoded scalar: one signed byte."""
    value = byte(naf, index)
    return (value ^ 128) - 128


@kernel
def vartime_wnaf(naf: Any, scalar: Any, width: int) -> int:
    """The width-w non-adjacent form: of any w digits side by side at most one is not zero, and that one is odd.

    The result tells how many digits there are before the zeros at the top.

    Digits are in (-2^(w-1), 2^(w-1)). Source: Handbook of Elliptic and Hyperelliptic Curve Cryptography, algorithm
    9.20.
    """
    for i in range(NAF_LENGTH // 8):
        put_word(naf, 8 * i, 0)
    position = carry = used = 0
    while position <= SCALAR_BITS:
        if bits(scalar, position, 1) == carry:
            position += 1
            continue
        value = bits(scalar, position, width) + carry
        carry = value >> width - 1
        put_byte(naf, position, value - (carry << width))
        used = position + 1
        position += width
    return used


def half_digits(width: int) -> int:
    """What makes the signed digits of `width` bits (a divisor of 8) of a scalar, each plus 2^(width - 1), the plain
    digits of a sum: it has the digit 2^(width - 1) everywhere, and no carry goes between them.
    """
    return sum(1 << width - 1 << i for i in range(0, 256, width))


@subroutine
def put_byte_digits(digits: Any, index: Number, stride: Number, scalar: Any) -> None:
    """The signed bytes of a scalar of 32 bytes, each plus 128: four words, `stride` apart."""
    carry: Number = 0
    for i, addend in enumerate(words_of(half_digits(8), 1 << 256)):
        total = widen(word(scalar, 8 * i)) + addend + carry
        put_word(digits, index + stride * i, total & MASK64)
        carry = total >> 64
