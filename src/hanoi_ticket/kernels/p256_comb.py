"""Multiples of a P-256 point that is known ahead: no doublings, one table row for each signed byte of the scalar.

Row 128 k + j - 1 of a table is j 256^k Q, j = 1 .. 128, as an Affine; the last row is 256^32 Q.
Source: E. Brickell, D. Gordon, K. McCurley, D. Wilson, "Fast exponentiation with precomputation" (1992), with signed digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import bits
from hanoi_ticket.kernels.fp256 import load, store, times, vartime_reciprocal
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

WINDOWS, ROWS = 32, 128
TABLE_WORDS = (WINDOWS * ROWS + 1) * AFFINE

_one = constant(ONE)
_multiples_memory = stack(WORDS, (ROWS + 1) * POINT)
_products_memory = stack(WORDS, (ROWS + 1) * 4)
_base_memory = stack(WORDS, AFFINE)


@kernel
def vartime_add_comb(p: Any, table: Any, scalar: Any) -> None:
    """p += u Q, where the table is of Q."""
    carry = 0
    for k in range(WINDOWS + 1):
        digit = bits(scalar, 8 * k, 8) + carry
        carry = int(digit > ROWS)
        digit -= carry << 8
        if digit != 0:
            vartime_add_mixed(p, at(table, (ROWS * k + abs(digit) - 1) * AFFINE), digit < 0)


@kernel
def vartime_put_comb(table: Any, q: Any) -> None:
    """The table of an Affine: 262,208 bytes."""
    multiples, base = _multiples_memory(), _base_memory()
    copy_affine(base, q)
    for k in range(WINDOWS):
        put_affine(multiples, base, False)
        for j in range(1, ROWS):
            this = at(multiples, POINT * j)
            put_signed(this, at(multiples, POINT * (j - 1)), False)
            vartime_add_mixed(this, base, False)
        put_double(at(multiples, POINT * ROWS), at(multiples, POINT * (ROWS - 1)))
        vartime_put_all_affine(at(table, ROWS * AFFINE * k), base, multiples)
    copy_affine(at(table, ROWS * AFFINE * WINDOWS), base)


@kernel
def vartime_put_all_affine(rows: Any, base: Any, multiples: Any) -> None:
    """ROWS + 1 points, the last one to `base`, with one inversion: Montgomery's trick."""
    products = _products_memory()
    product = _one()
    for j in range(ROWS + 1):
        store(products, j, product)
        product = times(product, load(multiples, 3 * j + 2))
    inverse = vartime_reciprocal(product)
    put_normalised(base, at(multiples, POINT * ROWS), times(inverse, load(products, ROWS)))
    for j in range(ROWS, 0, -1):
        inverse = times(inverse, load(multiples, 3 * j + 2))
        row = at(multiples, POINT * (j - 1))
        put_normalised(at(rows, AFFINE * (j - 1)), row, times(inverse, load(products, j - 1)))


@subroutine
def put_normalised(q: Any, p: Any, inverse: Number) -> None:
    """The Affine of a Point whose 1/z is given."""
    x, y, _ = read(Point, p)
    square = inverse * inverse
    write(q, (x * square, y * (square * inverse)))


@subroutine
def copy_affine(q: Any, p: Any) -> None:
    write(q, read(Affine, p))
