"""A small table of any P-256 point, and its multiples by it: a comb of two teeth, with an eighth of the scalar in each
lane.

Lane l has the rows 2^(32 l) (2^16 - 1) Q and 2^(32 l) (2^16 + 1) Q. A scalar has the digits 1 and -1 alone, so that a
column of two digits, 16 places apart, is a row or its opposite. A multiple takes 16 steps: a doubling and an addition.
Source: C. Lim, P. Lee, "More flexible exponentiation with precomputation" (1994); M. Joye, M. Tunstall, "Exponent
recoding and regular exponentiation algorithms" (2009).

Q is a point of the curve and not infinite, so its order is n. No sum of this file meets a special case: in units of
2^(32 l) Q what is added differs from what it is added to, and from the opposite of that, by an odd number below 2^33.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.arrays import as_bytes
from hanoi_ticket.kernels.digits import bits
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fn256 import N
from hanoi_ticket.kernels.fp256x8 import limbs8
from hanoi_ticket.kernels.memory import WORDS, at, lanes, put_word, stack, word
from hanoi_ticket.kernels.naturals import natural, words_of
from hanoi_ticket.kernels.p256 import Affine, Point, add, add_mixed, cached, double, with_sign
from hanoi_ticket.kernels.p256_chain8 import put_chain
from hanoi_ticket.kernels.p256x8 import load_affine8, load_point8, one8, store_point8, vartime_put_affine8
from hanoi_ticket.kernels.phone_set import TABLE_WORDS
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

WIDTH = 16  # from tooth to tooth
TEETH = 2
STRIDE = TEETH * WIDTH  # digits of a lane
ONES = (1 << 8 * STRIDE) - 1

teeth_memory, columns_memory = stack(WORDS, TABLE_WORDS), stack(WORDS, 8)
_chain_memory, _digits_memory = stack(WORDS, 8 * TEETH * limbs8), stack(WORDS, 5)
_points_memory, _low_memory, _high_memory = (stack(WORDS, count * 3 * limbs8) for count in (2, 1, 1))


# The table


@kernel
def vartime_put_teeth(table: Any, q: Any) -> None:
    """The table of an Affine: TABLE_WORDS words."""
    chain, points, low, high = _chain_memory(), _points_memory(), _low_memory(), _high_memory()
    put_chain(chain, q, 8 * TEETH, WIDTH)
    put_tooth(low, chain, 0)
    put_tooth(high, chain, 1)
    for i in range(2):
        store_point8(points, i, sum8(load_point8(high, 0), load_point8(low, 0), 2 * i - 1))
    vartime_put_affine8(table, points, 2)


@kernel
def put_tooth(tooth: Any, chain: Any, number: int) -> None:
    """2^(32 l + 16 number) Q in each lane l."""
    for lane in range(8):
        put_lane_point(tooth, lane, at(chain, limbs8 * (TEETH * lane + number)))
    store_point8(tooth, 0, jacobian8(load_point8(tooth, 0)))


@subroutine
def put_lane_point(points: Any, lane: Number, p: Any) -> None:
    """From the first three lanes of one element to one lane of three."""
    for coordinate in range(3):
        for i in range(0, limbs8, 8):
            put_word(points, lane + (limbs8 * coordinate + i), word(p, coordinate + i))


@formula
def jacobian8(p: Point) -> Point:
    """(X / Z, Y / Z) becomes (X Z / Z^2, Y Z^2 / Z^3)."""
    return Point(p.x * p.z, p.y * square(p.z), p.z)


@formula
def sum8(p: Point, q: Point, sign: Number) -> Point:
    """p + q, or p - q where the sign is negative."""
    limb = p.x.tight[0]
    return add(p, cached(q), (limb ^ limb) + sign < 0)


# The multiples


@kernel
def put_columns(columns: Any, scalar: Any) -> None:
    """The digits of a scalar below n, those of each lane in a word."""
    digits = _digits_memory()
    put_digits(digits, scalar)
    for lane in range(8):
        put_word(columns, lane, bits(as_bytes(digits), STRIDE * lane, STRIDE))


@subroutine
def put_digits(digits: Any, scalar: Any) -> None:
    """A bit for each digit: 1 for 1, 0 for -1. Their sum is twice these bits less ONES, which is odd: an even scalar
    goes without n.
    """
    words = [word(scalar, 8 * i) for i in range(4)]
    if_even = (words[0] & 1) - 1 & MASK64
    addend = [(if_even & (N >> 64 * i & MASK64)) ^ MASK64 for i in range(4)]  # ONES, or ONES - n
    total = natural(addend, ONES) + natural(words, N - 1)
    for i, w in enumerate(words_of(total >> 1, 1 << 256)):
        put_word(digits, i, w)


@kernel
def multiple_in_parts8(table: Any, columns: Any) -> Point:
    """Points, one a lane, whose sum is v Q."""
    p = first_column(table, columns)
    for column in range(WIDTH - 2, -1, -1):
        p = add_column(p, table, columns, column)
    return p


@formula
def first_column(table: Any, columns: Any) -> Point:
    row, negative = row_at(table, columns, WIDTH - 1)
    return Point(row.x, with_sign(row.y, negative), one8())


@formula
def add_column(p: Point, table: Any, columns: Any, column: Number) -> Point:
    return doubled_plus(p, *row_at(table, columns, column))


def doubled_plus(p: Point, q: Affine, negative: Number) -> Point:
    """2 p + q, or 2 p - q."""
    return add_mixed(double(p), q, negative)


def row_at(table: Any, columns: Any, column: Number) -> tuple[Affine, Number]:
    """A column's row in each lane, and whether it is taken negative."""
    low, high = (lanes(columns, 0) >> column + WIDTH * tooth & 1 for tooth in range(TEETH))
    minus, plus = (load_affine8(table, i) for i in range(2))
    row = Affine(*(f.choose(low == high, g) for f, g in zip(plus, minus, strict=True)))
    return row, high == 0
