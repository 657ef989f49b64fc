"""Numbers in limbs of 52 bits, the least significant first, and in words of 64; of any reader of a formula."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.words import MASK52, MASK64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanoi_ticket.kernels.words import Number


def limbs52(number: int, count: int) -> list[int]:
    return [number >> 52 * i & MASK52 for i in range(count)]


def carried52(columns: Sequence[Number]) -> list[Number]:
    """The same number with limbs below 2^52, but for the last."""
    limbs, carry = [], 0
    for column in columns[:-1]:
        total = column + carry
        limbs.append(total & MASK52)
        carry = total >> 52
    return [*limbs, columns[-1] + carry]


def split52(words: Sequence[Number]) -> list[Number]:
    """Words of 64 bits as limbs of 52."""
    limbs = []
    for i in range(-(-64 * len(words) // 52)):
        first, shift = divmod(52 * i, 64)
        limb = words[first] >> shift
        if shift > 64 - 52 and first + 1 < len(words):
            limb = limb | words[first + 1] << 64 - shift & MASK64
        limbs.append(limb & MASK52)
    return limbs


def joined52(limbs: Sequence[Number]) -> list[Number]:
    """Five limbs, a number below 2^256, as four words."""
    return [limbs[i] >> 12 * i | limbs[i + 1] << 52 - 12 * i & MASK64 for i in range(4)]
