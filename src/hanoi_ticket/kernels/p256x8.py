"""Multiples of known P-256 points in eight lanes: a comb of bytes.

No lane branches: a sum starts at a fixed point S, so that it is hardly ever infinite, a digit 0 keeps the old sum,
and a lane that meets an equal, opposite or infinite point ends with Z = 0 and is left to the scalar path.
Scalars are below 2^255 and kept with 128 added to each byte: their digits have no carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519x8 import AHEAD, ROW_WORDS, put_rows
from hanoi_ticket.kernels.comb25519x8 import ROWS as COMB_ROWS
from hanoi_ticket.kernels.comb25519x8 import WINDOWS as COMB_WINDOWS
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fp256 import P, load
from hanoi_ticket.kernels.fp256x8 import Fe8, limbs8, load8, store8, times8, vartime_invert8
from hanoi_ticket.kernels.limbs52 import split52
from hanoi_ticket.kernels.memory import WORDS, WordPlace, lanes, line_lanes, prefetch_lines, put_word, stack
from hanoi_ticket.kernels.p256 import Affine, G, Point, add_mixed
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

COMB_WORDS = COMB_WINDOWS * COMB_ROWS * ROW_WORDS
"""528,384 bytes a key."""


def affine_sum(p: tuple[int, int], q: tuple[int, int]) -> tuple[int, int]:
    """The group law over integers, for constants: p and q are neither opposite nor infinite."""
    rise, run = (3 * p[0] ** 2 - 3, 2 * p[1]) if p == q else (q[1] - p[1], q[0] - p[0])
    slope = rise * pow(run, -1, P)
    x = (slope**2 - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def doubled(p: tuple[int, int], times: int) -> tuple[int, int]:
    for _ in range(times):
        p = affine_sum(p, p)
    return p


def in_lanes(p: tuple[int, int]) -> Affine:
    return Affine(*map(Fe8.montgomery, p))


START = affine_sum(doubled(G, 200), doubled(G, 100))

start8 = constant(Point(*in_lanes(START), Fe8.montgomery(1)))
minus_start8 = constant(in_lanes((START[0], P - START[1])))
one8 = constant(Fe8.montgomery(1))
POINTS = 2  # that go over z = 1 together
_prefixes_memory, _inverse_memory = stack(WORDS, POINTS * limbs8), stack(WORDS, limbs8)
_rows_memory, _digits_memory = stack(WORDS, 8 * COMB_WINDOWS), stack(WORDS, 8 * COMB_WINDOWS)


@formula
def load_affine8(memory: Any, index: Number) -> Affine:
    return Affine(load8(memory, 2 * index), load8(memory, 2 * index + 1))


@formula
def store_affine8(memory: Any, index: Number, q: Affine) -> None:
    for i, f in enumerate(q):
        store8(memory, 2 * index + i, f)


@formula
def load_point8(memory: Any, index: Number) -> Point:
    return Point(*(load8(memory, 3 * index + i) for i in range(3)))


@formula
def store_point8(memory: Any, index: Number, p: Point) -> None:
    for i, f in enumerate(p):
        store8(memory, 3 * index + i, f)


@formula
def lift8(q: Affine, one: Fe8) -> Point:
    return Point(q.x, q.y, one)


@formula
def over_one8(q: Affine, inverse: Fe8) -> Affine:
    """The point (x : y : z), from 1 / z."""
    zz = square(inverse)
    return Affine(q.x * zz, q.y * (zz * inverse))


@kernel
def vartime_put_affine8(table: Any, points: Any, count: int) -> None:
    """Up to POINTS points as Affine rows, with one inversion for all (P. Montgomery, 1987); none is infinite."""
    prefixes, inverse = _prefixes_memory(), _inverse_memory()
    product = one8()
    for k in range(count):
        store8(prefixes, k, product)
        product = times8(product, load8(points, 3 * k + 2))
    store8(inverse, 0, product)
    vartime_invert8(inverse)
    rest = load8(inverse, 0)
    for k in range(count - 1, -1, -1):
        p = load_point8(points, k)
        store_affine8(table, k, over_one8(Affine(p.x, p.y), times8(rest, load8(prefixes, k))))
        rest = times8(rest, p.z)


@formula
def add_chosen(p: Point, q: Affine, digit: Number, flip: Number) -> Point:
    """p + q, p - q where digit < 0, the other way where flip is 1; p where the digit is 0."""
    total = add_mixed(p, q, (digit < 0) ^ (flip == 1))
    nothing = digit == 0
    return Point(*(before.choose(nothing, after) for before, after in zip(p, total, strict=True)))


@formula
def add_plain(p: Point, q: Affine) -> Point:
    return add_mixed(p, q, p.x.tight[0] < 0)


@formula
def no_flip(digit: Number) -> Number:
    return digit ^ digit


@kernel
def without_start8(p: Point) -> Point:
    """p - S"""
    return add_plain(p, minus_start8())


def row_at(tables: Any, rows: Number) -> Affine:
    """In each lane the row that starts at a word of its own."""
    row = line_lanes(tables, rows, 2)
    return Affine(Fe8(row[:5]), Fe8(row[5:10]))


@formula
def add_comb_row(p: Point, tables: Any, row: Number, digit: Number, flip: Number) -> Point:
    return add_chosen(p, row_at(tables, row), digit, flip)


@kernel
def comb8(p: Point, tables: Any, first: Any, scalar: Any, flip: Any) -> Point:
    """p + u Q for biased bytes u, or p - u Q where flip is 1; first: where each lane's table starts.

    All rows are known before the first step, and each is fetched some steps before it is added.
    """
    rows, digits = _rows_memory(), _digits_memory()
    put_rows(rows, digits, 0, 1, scalar, lanes(first, 0))
    for window in range(COMB_WINDOWS):
        prefetch_lines(tables, lanes(rows, 8 * min(window + AHEAD, COMB_WINDOWS - 1)))
        p = add_comb_row(p, tables, lanes(rows, 8 * window), lanes(digits, 8 * window), lanes(flip, 0))
    return p


@subroutine
def put_comb_row(table: Any, index: Number, rows: Any, row: Number) -> None:
    """Row number `index` from one of the scalar comb's: 2^260 in place of 2^256."""
    for k in range(2):
        f = load(rows, 2 * row + k)
        for _ in range(4):
            f = f + f
        for i, limb in enumerate(split52(f)):
            put_word(table, index * ROW_WORDS + 5 * k + i, limb)
    for i in range(10, ROW_WORDS):
        put_word(table, index * ROW_WORDS + i, 0)


@kernel
def build_table8(table: WordPlace, comb_table: WordPlace) -> int:
    """The table for lanes, from the scalar comb of width 8. Row 0 of a window is read and never used."""
    for window in range(COMB_WINDOWS):
        put_comb_row(table, window * COMB_ROWS, comb_table, 0)
        for i in range(COMB_ROWS - 1):
            put_comb_row(table, window * COMB_ROWS + i + 1, comb_table, window * (COMB_ROWS - 1) + i)
    return OK
