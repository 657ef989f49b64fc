"""Multiples of any P-256 points in eight lanes: a window of four bits whose digits are odd.

An odd v below 2^256 is the sum of 16^i (2 b - 15) over the nibbles b of (v - 1) / 2 + 2^255: the digits are 1, 3 ... 15
and their opposites, so that no lane branches or has nothing to add. Of v and n - v one is odd.
A sum starts at a row. It is infinite or meets its own row only for a v above n - 32; Z = 0 tells, as for any addition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.fp256x8 import Fe8, limbs8, load8, store8, times8, vartime_invert8
from hanoi_ticket.kernels.lanes import signed, unsigned
from hanoi_ticket.kernels.memory import WORDS, at, lanes, stack
from hanoi_ticket.kernels.p256 import Affine, Point, add_co_z, add_mixed, double, double_co_z
from hanoi_ticket.kernels.p256x8 import lift8, load_affine8, one8, over_one8, store_affine8
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

WINDOWS = 64  # of four bits
ROWS = 8
GROUPS = 8
ROW_WORDS = 2 * limbs8
TABLE_WORDS = ROWS * ROW_WORDS

_ratios_memory = stack(WORDS, GROUPS * ROWS * limbs8)
_prefixes_memory = stack(WORDS, GROUPS * limbs8)
_inverse_memory = stack(WORDS, limbs8)


@formula
def doubled8(q: Affine, one: Fe8) -> tuple[Affine, Affine, Fe8]:
    return double_co_z(q, one)


@formula
def added8(p: Affine, q: Affine) -> tuple[Affine, Affine, Fe8]:
    return add_co_z(p, q)


@kernel
def put_odd_multiples8(table: Any, ratios: Any) -> Fe8:
    """Q, 3 Q ... 15 Q; Q stands in the first row. Each but Q is over a z of its own; the last one's is the result.

    ratios: in place k, what the z of row k is to that of the row before. No lane may be infinite or off the curve.
    """
    twice, total, z = doubled8(load_affine8(table, 0), one8())
    for k in range(1, ROWS):
        twice, total, ratio = added8(twice, total)
        store_affine8(table, k, total)
        store8(ratios, k, ratio)
        z = times8(z, ratio)
    return z


@kernel
def put_over_one8(table: Any, ratios: Any, inverse: Fe8) -> None:
    """The rows become those of z = 1, from the inverse of the last one's z."""
    for k in range(ROWS - 1, 0, -1):
        store_affine8(table, k, over_one8(load_affine8(table, k), inverse))
        inverse = times8(inverse, load8(ratios, k))


@kernel
def vartime_put_tables8(tables: Any, groups: int) -> None:
    """Q, 3 Q ... 15 Q for up to GROUPS groups of eight points, which stand in the first rows; one inversion for all."""
    ratios, prefixes, inverse = _ratios_memory(), _prefixes_memory(), _inverse_memory()
    product = one8()
    for group in range(groups):
        of_group = at(ratios, ROWS * limbs8 * group)
        store8(prefixes, group, product)
        z = put_odd_multiples8(at(tables, TABLE_WORDS * group), of_group)
        store8(of_group, 0, z)
        product = times8(product, z)
    store8(inverse, 0, product)
    vartime_invert8(inverse)
    rest = load8(inverse, 0)
    for group in range(groups - 1, -1, -1):
        of_group = at(ratios, ROWS * limbs8 * group)
        put_over_one8(at(tables, TABLE_WORDS * group), of_group, times8(rest, load8(prefixes, group)))
        rest = times8(rest, load8(of_group, 0))


@formula
def digit_at(nibbles: Any, window: Number) -> Number:
    """In each lane a nibble, less 8: -8 ... 7 stand for -15, -13 ... 15."""
    chunk = unsigned(lanes(nibbles, (window >> 4) * 8)) >> (window * 4 & 63)
    return signed(chunk & 15) - 8


def row_of(table: Any, digit: Number) -> Affine:
    """In each lane the row of its digit, whatever the sign: all are read, which beats eight gathers."""
    row = digit ^ (digit >> 63)
    limbs = [lanes(table, 8 * i) for i in range(2 * Fe8.limbs)]
    for k in range(1, ROWS):
        wanted = row == k
        limbs = [choose(wanted, lanes(table, ROW_WORDS * k + 8 * i), limb) for i, limb in enumerate(limbs)]
    return Affine(Fe8(limbs[: Fe8.limbs]), Fe8(limbs[Fe8.limbs :]))


@formula
def first_row(table: Any, digit: Number, one: Fe8) -> Point:
    """The digit of the highest window is positive."""
    return lift8(row_of(table, digit), one)


@formula
def add_row(p: Point, table: Any, digit: Number) -> Point:
    return add_mixed(p, row_of(table, digit), digit < 0)


@kernel
def multiple8(table: Any, nibbles: Any) -> Point:
    """v Q for the nibbles of (v - 1) / 2 + 2^255, four rows of eight words, where the table is of Q."""
    p = first_row(table, digit_at(nibbles, WINDOWS - 1), one8())
    for window in range(WINDOWS - 2, -1, -1):
        for _ in range(4):
            p = double(p)
        p = add_row(p, table, digit_at(nibbles, window))
    return p
