"""Multiples of P-256 points in eight lanes: a window of four bits for any point, a comb of bytes for known ones.

No lane branches: a sum starts at a fixed point S, so that it is hardly ever infinite, a digit 0 keeps the old sum,
and a lane that meets an equal, opposite or infinite point ends with Z = 0 and is left to the scalar path.
Scalars are below 2^255 and kept with 8 added to each nibble but the top one or 128 to each byte: their digits have no
carries.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519x8 import AHEAD, ROW_WORDS, put_rows
from hanoi_ticket.kernels.comb25519x8 import ROWS as COMB_ROWS
from hanoi_ticket.kernels.comb25519x8 import WINDOWS as COMB_WINDOWS
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fp256 import Fe, P, load, times, vartime_reciprocal
from hanoi_ticket.kernels.fp256x8 import (
    R8,
    Fe8,
    element8,
    load8,
    plain8,
    store8,
    times8,
)
from hanoi_ticket.kernels.lanes import signed, unsigned
from hanoi_ticket.kernels.memory import WORDS, lanes, line_lanes, prefetch_lines, put_word, stack, word
from hanoi_ticket.kernels.p256 import Affine, G, Point, add_mixed, double
from hanoi_ticket.kernels.p256_points import ONE
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK52, MASK64, choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

WINDOWS = 64  # of four bits
MULTIPLES = 8
COMB_WORDS = COMB_WINDOWS * COMB_ROWS * ROW_WORDS
"""528,384 bytes a key."""
NIBBLE_BIAS = int("0" + 63 * "8", 16)
BYTE_BIAS = int(32 * "80", 16)


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
    return Affine(*map(element8, p))


START = affine_sum(doubled(G, 200), doubled(G, 100))
START_DOUBLED = doubled(START, 4 * (WINDOWS - 1))

start8 = constant(Point(*in_lanes(START), element8(1)))
minus_start8 = constant(in_lanes((START[0], P - START[1])))
minus_start_doubled8 = constant(in_lanes((START_DOUBLED[0], P - START_DOUBLED[1])))
one8 = constant(element8(1))
_one = constant(ONE)

TABLE_WORDS = MULTIPLES * 80
_multiples_memory = stack(WORDS, MULTIPLES * 3 * 40)
_prefixes_memory = stack(WORDS, MULTIPLES * 40)
_inverse_memory = stack(WORDS, 40)
_words_memory = stack(WORDS, 8 * 4)
_lane_prefixes_memory = stack(WORDS, 8 * 4)
_rows_memory, _digits_memory = stack(WORDS, 8 * COMB_WINDOWS), stack(WORDS, 8 * COMB_WINDOWS)


@formula
def load_point8(memory: Any, index: Number) -> Point:
    return Point(*(load8(memory, 3 * index + i) for i in range(3)))


@formula
def store_point8(memory: Any, index: Number, p: Point) -> None:
    for i, f in enumerate(p):
        store8(memory, 3 * index + i, f)


@formula
def load_affine8(memory: Any, index: Number) -> Affine:
    return Affine(load8(memory, 2 * index), load8(memory, 2 * index + 1))


@formula
def lift8(q: Affine, one: Fe8) -> Point:
    return Point(q.x, q.y, one)


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
def digit_of(scalar: Any, position: Number, mask: Number, bias: Number) -> Number:
    """In each lane the digit that starts at a bit; scalars are four rows of eight words."""
    chunk = unsigned(lanes(scalar, (position >> 6) * 8)) >> (position & 63)
    return signed(chunk & mask) - bias


@formula
def chosen_multiple(table: Any, digit: Number) -> Affine:
    """|digit| Q in each lane, by comparing: the whole table is read, which beats eight gathers."""
    size = choose(digit < 0, 0 - digit, digit)
    limbs = [lanes(table, 8 * i) for i in range(10)]
    for k in range(2, MULTIPLES + 1):
        wanted = size == k
        limbs = [choose(wanted, lanes(table, 80 * (k - 1) + 8 * i), limb) for i, limb in enumerate(limbs)]
    return Affine(Fe8(limbs[:5]), Fe8(limbs[5:]))


@kernel
def vartime_put_multiples8(table: Any) -> None:
    """Q, 2 Q ... 8 Q as Affine rows of lanes; Q stands in the first. No lane may be infinite or off the curve."""
    multiples = _multiples_memory()
    q = load_affine8(table, 0)
    p = double(lift8(q, one8()))
    store_point8(multiples, 1, p)
    for k in range(2, MULTIPLES):
        p = add_plain(p, q)
        store_point8(multiples, k, p)
    vartime_put_affine8(table, multiples, 1, MULTIPLES)


@kernel
def vartime_put_affine8(table: Any, points: Any, first: int, end: int) -> None:
    """Points number `first` to `end` as Affine rows, with one inversion for all of them (P. Montgomery, 1987)."""
    prefixes, inverse = _prefixes_memory(), _inverse_memory()
    product = one8()
    for k in range(first, end):
        store8(prefixes, k, product)
        product = times8(product, load8(points, 3 * k + 2))
    store8(inverse, 0, product)
    vartime_invert_lanes(inverse)
    rest = load8(inverse, 0)
    for k in range(end - 1, first - 1, -1):
        p = load_point8(points, k)
        z = times8(rest, load8(prefixes, k))
        rest = times8(rest, p.z)
        zz = square(z)
        store8(table, 2 * k, times8(p.x, zz))
        store8(table, 2 * k + 1, times8(p.y, times8(zz, z)))


@kernel
def vartime_invert_lanes(f: Any) -> None:
    """An element in memory becomes its inverse, with one scalar inversion for the eight lanes."""
    words, prefixes = _words_memory(), _lane_prefixes_memory()
    store8(f, 0, out_of_form(load8(f, 0)))
    product = _one()
    for i in range(8):
        put_lane_words(words, f, i)
        store_prefix(prefixes, i, product)
        product = times(product, load(words, i))
    inverse = vartime_reciprocal(product)
    for i in range(7, -1, -1):
        put_lane_limbs(f, i, times(inverse, load(prefixes, i)))
        inverse = times(inverse, load(words, i))
    store8(f, 0, back_in_form(load8(f, 0)))


@formula
def store_prefix(memory: Any, index: Number, f: Fe) -> None:
    for i, w in enumerate(f):
        put_word(memory, 4 * index + i, w)


@formula
def out_of_form(f: Fe8) -> Fe8:
    return f * plain8(1)


@formula
def back_in_form(f: Fe8) -> Fe8:
    """The scalar inverses are R^2 / f."""
    return f * element8(R8 * pow(R, -2, P))


@subroutine
def put_lane_words(words: Any, f: Any, lane: Number) -> None:
    """Words number `lane` from the limbs of that lane."""
    limbs = [word(f, lane + 8 * i) for i in range(5)]
    put_word(words, 4 * lane, limbs[0] | limbs[1] << 52 & MASK64)
    put_word(words, 4 * lane + 1, limbs[1] >> 12 | limbs[2] << 40 & MASK64)
    put_word(words, 4 * lane + 2, limbs[2] >> 24 | limbs[3] << 28 & MASK64)
    put_word(words, 4 * lane + 3, limbs[3] >> 36 | limbs[4] << 16 & MASK64)


def limbs_of(f: Any) -> list[Number]:
    w0, w1, w2, w3 = f
    limbs = w0, w0 >> 52 | w1 << 12 & MASK64, w1 >> 40 | w2 << 24 & MASK64, w2 >> 28 | w3 << 36 & MASK64, w3 >> 16
    return [limb & MASK52 for limb in limbs]


@subroutine
def put_lane_limbs(f: Any, lane: Number, number: Fe) -> None:
    for i, limb in enumerate(limbs_of(number)):
        put_word(f, lane + 8 * i, limb)


@kernel
def multiple8(table: Any, scalar: Any) -> Point:
    """v Q for biased nibbles v, where the table is of Q."""
    digit = digit_of(scalar, 4 * (WINDOWS - 1), 15, 0)
    p = add_chosen(start8(), chosen_multiple(table, digit), digit, no_flip(digit))
    for window in range(WINDOWS - 2, -1, -1):
        for _ in range(4):
            p = double(p)
        digit = digit_of(scalar, 4 * window, 15, 8)
        p = add_chosen(p, chosen_multiple(table, digit), digit, no_flip(digit))
    return add_plain(p, minus_start_doubled8())


@formula
def no_flip(digit: Number) -> Number:
    return digit ^ digit


@kernel
def without_start8(p: Point) -> Point:
    """p - S"""
    return add_plain(p, minus_start8())


@formula
def row_at(tables: Any, rows: Number) -> Affine:
    """In each lane the row that starts at a word of its own."""
    row = line_lanes(tables, rows, 2)
    return Affine(Fe8(row[:5]), Fe8(row[5:10]))


@kernel
def comb8(p: Point, tables: Any, first: Any, scalar: Any, flip: Any) -> Point:
    """p + u Q for biased bytes u, or p - u Q where flip is 1; first: where each lane's table starts.

    All rows are known before the first step, and each is fetched some steps before it is added.
    """
    rows, digits = _rows_memory(), _digits_memory()
    put_rows(rows, digits, 0, 1, scalar, lanes(first, 0))
    for window in range(COMB_WINDOWS):
        prefetch_lines(tables, lanes(rows, 8 * min(window + AHEAD, COMB_WINDOWS - 1)))
        row = row_at(tables, lanes(rows, 8 * window))
        p = add_chosen(p, row, lanes(digits, 8 * window), lanes(flip, 0))
    return p


@subroutine
def put_comb_row(table: Any, index: Number, rows: Any, row: Number) -> None:
    """Row number `index` from one of the scalar comb's: 2^260 in place of 2^256."""
    for k in range(2):
        f = load(rows, 2 * row + k)
        for _ in range(4):
            f = f + f
        for i, limb in enumerate(limbs_of(f)):
            put_word(table, index * ROW_WORDS + 5 * k + i, limb)
    for i in range(10, ROW_WORDS):
        put_word(table, index * ROW_WORDS + i, 0)


@kernel
def build_table8(table: Any, comb_table: Any) -> int:
    """The table for lanes, from the scalar comb of width 8. Row 0 of a window is read and never used."""
    for window in range(COMB_WINDOWS):
        put_comb_row(table, window * COMB_ROWS, comb_table, 0)
        for i in range(COMB_ROWS - 1):
            put_comb_row(table, window * COMB_ROWS + i + 1, comb_table, window * (COMB_ROWS - 1) + i)
    return OK
