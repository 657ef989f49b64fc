"""Numbers of several 64-bit words, the least significant first: the schoolbook, for the few places outside the
fields.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hanoi_ticket.kernels.words import MASK64, choose, widen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hanoi_ticket.kernels.words import Number


def words_of(number: int, count: int) -> list[int]:
    return [number >> 64 * i & MASK64 for i in range(count)]


def product(x: Sequence[Number], y: Sequence[Number]) -> list[Number]:
    """x * y, in as many words as the two have together."""
    z: list[Number] = [0] * (len(x) + len(y))
    for i, a in enumerate(x):
        carry: Number = 0
        for j, b in enumerate(y):
            t = widen(a) * widen(b) + z[i + j] + carry
            z[i + j], carry = t & MASK64, t >> 64
        z[i + len(y)] = carry
    return z


def difference(x: Sequence[Number], y: Sequence[Number]) -> tuple[list[Number], Number]:
    """x - y modulo 2^(64 n), and the condition that x < y. Both have n words."""
    z, carry = [], 1  # x + (2^(64 n) - 1 - y) + 1
    for a, b in zip(x, y, strict=True):
        t = widen(a) + (b ^ MASK64) + carry
        z.append(t & MASK64)
        carry = t >> 64
    return z, carry == 0


def less_than(x: Sequence[Number], y: Sequence[Number]) -> Number:
    """The condition that x < y."""
    return difference(x, y)[1]


def reduced_once(x: Sequence[Number], modulus: Sequence[Number]) -> list[Number]:
    """x - modulus if that is not negative, else x."""
    z, below = difference(x, modulus)
    return [choose(below, a, b) for a, b in zip(x, z, strict=True)]


def shifted_right(x: Sequence[Number], n: int, count: int) -> list[Number]:
    """The low `count` words of x >> n."""
    skip, bits = divmod(n, 64)
    x = [*x[skip:], 0]
    if not bits:
        return list(x[:count])
    return [x[i] >> bits | (x[i + 1] << 64 - bits) & MASK64 for i in range(count)]
