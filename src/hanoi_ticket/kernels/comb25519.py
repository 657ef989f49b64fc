"""Multiples of a point that is known ahead: no doublings, one table row a digit.

The table of width w holds, for each window i of w bits, the rows 1, 2 ... 2^(w-1) times 2^(w i) times the point.
Source: E. Brickell, D. Gordon, K. McCurley, D. Wilson, "Fast exponentiation with precomputation" (1992), with signed
digits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import bits, digit
from hanoi_ticket.kernels.fe25519 import limbs, load, one, store, times, to_words
from hanoi_ticket.kernels.memory import BYTES, WORDS, put_byte, stack
from hanoi_ticket.kernels.point25519 import (
    NIELS_LIMBS,
    POINT_LIMBS,
    add_niels_to_point,
    add_to_point,
    double_to_point,
    from_inverse,
    load_point,
    niels_row,
    put_cached,
    store_point,
    vartime_inverse,
)
from hanoi_ticket.kernels.prefetch import prefetch_to_read
from hanoi_ticket.kernels.tracing import formula, kernel

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

SCALAR_BITS = 254  # a scalar below L < 2^253, and the sign of its top digit
WIDTHS = range(4, 9)
MOST_ROWS = 1 << max(WIDTHS) - 1


def table_words(width: int) -> int:
    """The size of a table in 64-bit words: 393,216 bytes at width 8, 48 KiB at width 4."""
    return -(-SCALAR_BITS // width) * (1 << width - 1) * NIELS_LIMBS * limbs


multiples_memory, first_memory = stack(WORDS, MOST_ROWS * POINT_LIMBS * limbs), stack(WORDS, POINT_LIMBS * limbs)
prefixes_memory, comb_digits_memory = stack(WORDS, MOST_ROWS * limbs), stack(BYTES, -(-SCALAR_BITS // min(WIDTHS)))


@formula
def prefetch_row(table: Any, row: Number) -> None:
    """Its 96 bytes lie in up to three cache lines."""
    for cell in 0, 8, NIELS_LIMBS * limbs - 1:
        prefetch_to_read(table, row * (NIELS_LIMBS * limbs) + cell)


@kernel
def put_comb_digits(digits: Any, scalar: Any, width: int, table: Any) -> None:
    """A scalar's digits in [-2^(w-1), 2^(w-1)), a byte each; their rows are on their way from memory."""
    rows = 1 << width - 1
    carry = 0
    for window in range((SCALAR_BITS + width - 1) // width):
        value = bits(scalar, window * width, width) + carry
        carry = int(value >= rows)
        value -= carry << width
        put_byte(digits, window, value)
        prefetch_row(table, window * rows + abs(value) - int(value != 0))


@kernel
def vartime_comb(p: Any, digits: Any, width: int, table: Any) -> None:
    """p += scalar * the table's point; digits: by `put_comb_digits`."""
    rows = 1 << width - 1
    for window in range((SCALAR_BITS + width - 1) // width):
        value = digit(digits, window)
        if value != 0:
            add_niels_to_point(p, table, window * rows + abs(value) - 1, value < 0)


@kernel
def vartime_build_comb(p: Any, width: int, table: Any) -> None:
    """The table of p; p is used up."""
    rows = 1 << width - 1
    multiples, first = multiples_memory(), first_memory()
    for window in range((SCALAR_BITS + width - 1) // width):
        put_cached(first, 0, p)
        for i in range(rows):
            store_point(multiples, i, load_point(p, 0))
            add_to_point(p, first, 0, False)
        put_affine_rows(table, window * rows, multiples, rows)
        store_point(p, 0, load_point(multiples, rows - 1))
        double_to_point(p)


@kernel
def put_affine_rows(table: Any, index: int, multiples: Any, count: int) -> None:
    """Rows from `index` on, of the points in `multiples`: one inversion for all (P. Montgomery, 1987)."""
    prefixes = prefixes_memory()
    product = one()
    for i in range(count):
        store(prefixes, i, product)
        product = times(product, load_point(multiples, i).z)
    inverse = from_inverse(vartime_inverse(to_words(product)))
    for i in range(count - 1, -1, -1):
        p = load_point(multiples, i)
        z = times(inverse, load(prefixes, i))
        inverse = times(inverse, p.z)
        niels_row(times(p.x, z), times(p.y, z), table, index + i)
