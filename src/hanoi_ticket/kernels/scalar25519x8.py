"""Scalars modulo L in eight lanes: from a hash to the digits of its remainder, in limbs of 52 bits.

What is above 2^260 is folded: 2^260 = -256 c, where L = 2^252 + c. A multiple of L is added to each difference, such
that no column is negative; so the result is exactly the remainder, as in scalar25519.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import half_digits
from hanoi_ticket.kernels.lanes import hi, lo, signed, unsigned
from hanoi_ticket.kernels.limbs52 import carried52, joined52, limbs52, split52
from hanoi_ticket.kernels.memory import lanes, put_lanes, swapped_lanes
from hanoi_ticket.kernels.scalar25519 import L
from hanoi_ticket.kernels.tracing import subroutine
from hanoi_ticket.kernels.words import MASK52

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanoi_ticket.kernels.words import Number

C = L - 2**252
TOP_BITS = 252 - 4 * 52  # of a remainder, in its last limb


def product_columns(high: Sequence[Number], constant: Sequence[int]) -> list[Number]:
    """The columns of high * constant, not yet carried."""
    columns: list[Number] = [0] * (len(high) + len(constant))
    for i, limb in enumerate(high):
        for j, known in enumerate(constant):
            columns[i + j] = lo(columns[i + j], limb, known)
            columns[i + j + 1] = hi(columns[i + j + 1], limb, known)
    return columns


def cover(most: Sequence[int]) -> list[int]:
    """A multiple of L in columns that are nowhere below `most`."""
    total = sum(column << 52 * i for i, column in enumerate(most))
    return [a + b for a, b in zip(most, limbs52(-total % L, len(most)), strict=True)]


def most_columns(most: Sequence[int], constant: Sequence[int]) -> list[int]:
    """What the columns of a product are at most."""
    columns = [0] * (len(most) + len(constant))
    for i, limb in enumerate(most):
        for j, known in enumerate(constant):
            columns[i + j] += min(limb * known, MASK52)
            columns[i + j + 1] += limb * known >> 52
    return columns


FOLD = limbs52(C << 8, 3)
MOST_HASH = [MASK52] * 4 + [(1 << 512 - 9 * 52) - 1]  # of what is above 2^260
FIRST = cover(most_columns(MOST_HASH, FOLD))
MOST_FIRST = [MASK52] * 2 + [(FIRST[7] + 1)]
SECOND = cover(most_columns(MOST_FIRST, FOLD))


def folded52(x: Sequence[Number], multiple: Sequence[int]) -> list[Number]:
    """x modulo L, with fewer limbs: low - 256 c high + a multiple of L."""
    low = [*x[:5], *[0] * (len(multiple) - 5)]
    columns = product_columns(x[5:], FOLD)
    return carried52([a + b - c for a, b, c in zip(multiple, low, columns, strict=True)])


def remainder8(x: Sequence[Number]) -> list[Number]:
    """Ten limbs, a number below 2^512, to the five of x mod L."""
    *low, last, over = folded52(folded52(x, FIRST), SECOND)
    quotient = (last >> TOP_BITS) + (over << 52 - TOP_BITS)
    low += [last & (1 << TOP_BITS) - 1]  # low + quotient 2^252 = low - quotient c, which is above -L
    columns = product_columns([quotient], limbs52(C, 3))
    difference = carried52([a - b for a, b in zip(low, [*columns, 0], strict=True)])
    negative = difference[-1] >> 63
    return [a + (negative & b) for a, b in zip(difference, limbs52(L, 5), strict=True)]


def digits8(width: int) -> Callable[..., None]:
    """The subroutine that writes the remainders' signed digits of `width` bits, each plus 2^(width - 1)."""
    half = limbs52(half_digits(width), 5)

    @subroutine
    def put_remainders8(digits: Any, states: Any) -> None:
        """Four words, each of all lanes; states: of SHA-512, whose digests are taken modulo L."""
        words = [unsigned(swapped_lanes(lanes(states, 8 * i))) for i in range(8)]
        remainder = remainder8([signed(limb) for limb in split52(words)])
        limbs = carried52([a + b for a, b in zip(remainder, half, strict=True)])
        for i, w in enumerate(joined52([unsigned(limb) for limb in limbs])):
            put_lanes(digits, 8 * i, w)

    return put_remainders8


put_byte_remainders8, put_nibble_remainders8 = digits8(8), digits8(4)
