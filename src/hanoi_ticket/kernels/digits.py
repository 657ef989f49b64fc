"""Scalars as signed digits. A scalar is 40 bytes, little-endian, below 2^256; the last eight are zero and only read over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.memory import byte, put_byte, put_word, word
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import as_int

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

    Digits are in (-2^(w-1), 2^(w-1)). Source: Handbook of Elliptic and Hyperelliptic Curve Cryptography, algorithm 9.20.
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
