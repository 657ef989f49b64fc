"""Multiples of a P-256 point that is known ahead: no doublings, one table row a digit.

The table of width w holds, for each window i of w bits, the rows 1, 2 ... 2^(w-1) times 2^(w i) times the point.
Source: E. Brickell, D. Gordon, K. McCurley, D. Wilson, "Fast exponentiation with precomputation" (1992), with signed
digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import bits
from hanoi_ticket.kernels.fp256 import Fe, load, store, times, vartime_reciprocal
from hanoi_ticket.kernels.memory import WORDS, at, stack
from hanoi_ticket.kernels.p256 import Affine, Point
from hanoi_ticket.kernels.p256_points import (
    AFFINE,
    ONE,
    POINT,
    put_affine,
    put_double,
    put_signed,
    read,
    vartime_add_mixed,
    write,
)
from hanoi_ticket.kernels.tracing import constant, kernel, subroutine

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

SCALAR_BITS = 257  # a scalar below 2^256, and the sign of its top digit
WIDTHS = range(4, 9)
MOST_ROWS = 1 << max(WIDTHS) - 1


def table_words(width: int) -> int:
    """The size of a table in 64-bit words: 270,336 bytes at width 8, 33,280 at width 4."""
    return -(-SCALAR_BITS // width) * (1 << width - 1) * AFFINE


_one = constant(ONE)
_multiples_memory, _prefixes_memory = stack(WORDS, (MOST_ROWS + 1) * POINT), stack(WORDS, (MOST_ROWS + 1) * Fe.limbs)
_base_memory = stack(WORDS, AFFINE)


@kernel
def vartime_comb(p: Any, scalar: Any, width: int, table: Any) -> None:
    """p += scalar * the table's point."""
    rows = 1 << width - 1
    carry = 0
    for window in range((SCALAR_BITS + width - 1) // width):
        digit = bits(scalar, window * width, width) + carry
        carry = int(digit > rows)
        digit -= carry << width
        if digit != 0:
            vartime_add_mixed(p, at(table, (window * rows + abs(digit) - 1) * AFFINE), digit < 0)


@kernel
def vartime_build_comb(q: Any, width: int, table: Any) -> None:
    """The table of an Affine."""
    rows = 1 << width - 1
    multiples, base = _multiples_memory(), _base_memory()
    copy_affine(base, q)
    for window in range((SCALAR_BITS + width - 1) // width):
        put_affine(multiples, base, False)
        for j in range(1, rows):
            this = at(multiples, POINT * j)
            put_signed(this, at(multiples, POINT * (j - 1)), False)
            vartime_add_mixed(this, base, False)
        put_double(at(multiples, POINT * rows), at(multiples, POINT * (rows - 1)))
        vartime_put_rows(at(table, window * rows * AFFINE), multiples, rows, base)


@kernel
def vartime_put_rows(table: Any, multiples: Any, count: int, following: Any) -> None:
    """`count` points as rows, and the one after them as an Affine: one inversion for all (P. Montgomery, 1987)."""
    prefixes = _prefixes_memory()
    product = _one()
    for j in range(count + 1):
        store(prefixes, j, product)
        product = times(product, load(multiples, 3 * j + 2))
    inverse = vartime_reciprocal(product)
    put_normalised(following, at(multiples, POINT * count), times(inverse, load(prefixes, count)))
    for j in range(count - 1, -1, -1):
        inverse = times(inverse, load(multiples, 3 * j + 5))
        put_normalised(at(table, AFFINE * j), at(multiples, POINT * j), times(inverse, load(prefixes, j)))


@subroutine
def put_normalised(q: Any, p: Any, inverse: Number) -> None:
    """The Affine of a Point whose 1/z is given."""
    x, y, _ = read(Point, p)
    square = inverse * inverse
    write(q, (x * square, y * (square * inverse)))


@subroutine
def copy_affine(q: Any, p: Any) -> None:
    write(q, read(Affine, p))
