"""The comb of known points in eight lanes: eight signatures side by side, or one signature's windows spread over the
lanes.

A table has 32 windows of 129 rows; row d of window i is d 2^(8 i) times the point, row 0 the neutral one, so that no
lane branches. A row is 16 words: (y - x)/2, (y + x)/2 and d x y in limbs of 51 bits, and one word that pads it to
two cache lines. Digits are the bytes of scalar + 0x80...80, so digit = byte - 128 and there are no carries between
them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.edwards25519 import D, Niels, Point, add_niels, affine, cached, extended, sum_of
from hanoi_ticket.kernels.fe25519 import P, load
from hanoi_ticket.kernels.fe25519x8 import Fe8, element8
from hanoi_ticket.kernels.lanes import Row, permuted, signed, unsigned
from hanoi_ticket.kernels.memory import (
    WORDS,
    at,
    byte_lanes,
    lanes,
    line_lanes,
    prefetch_lines,
    put_lanes,
    put_word,
    stack,
)
from hanoi_ticket.kernels.point25519 import NIELS_LIMBS
from hanoi_ticket.kernels.radix51 import from_element
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

WINDOWS, ROWS, ROW_WORDS = 32, 129, 16
WINDOW_WORDS = ROWS * ROW_WORDS
TABLE_WORDS = WINDOWS * WINDOW_WORDS
"""528,384 bytes a key."""
SPREAD_STEPS = WINDOWS // 8  # of one scalar over eight lanes
AHEAD = 4  # steps between the wish for a row and its use; even, so that both are of one table
HALF = (P + 1) // 2
NEUTRAL_ROW = [limb for number in (HALF, HALF, 0) for limb in element8(number)]

rows_memory, signs_memory = stack(WORDS, 8 * 2 * WINDOWS), stack(WORDS, 8 * 2 * WINDOWS)


@subroutine
def put_row(table: Any, index: Number, comb_table: Any, comb_row: Number) -> None:
    """Row number `index` from one of the scalar comb's."""
    row = [limb for i in range(NIELS_LIMBS) for limb in from_element(load(comb_table, comb_row * NIELS_LIMBS + i))]
    for i, limb in enumerate((*row, 0)):
        put_word(table, index * ROW_WORDS + i, limb)


@subroutine
def put_neutral_row(table: Any, index: Number) -> None:
    for i, limb in enumerate((*NEUTRAL_ROW, 0)):
        put_word(table, index * ROW_WORDS + i, limb)


@kernel
def widen_comb(table: Any, comb_table: Any) -> None:
    """The table for lanes, from the scalar comb of width 8."""
    for window in range(WINDOWS):
        put_neutral_row(table, window * ROWS)
        for i in range(ROWS - 1):
            put_row(table, window * ROWS + i + 1, comb_table, window * (ROWS - 1) + i)


@formula
def rows_and_signs(digits: Number, first: Number) -> tuple[Number, Number]:
    """Digits, plus 128, to the words where their rows start and to lanes that are negative where they are."""
    digit = digits - 128
    return (choose(digit < 0, 0 - digit, digit) << 4) + first, digit


@formula
def digit_lanes(words: Number, k: Number) -> Number:
    """Byte k of each lane."""
    return signed(unsigned(words) >> 8 * k & 0xFF)


@formula
def next_window(first: Number, count: Number) -> Number:
    return first + count * WINDOW_WORDS


def row_at(table: Any, rows: Number) -> Niels:
    columns = line_lanes(table, rows)
    return Niels(*(Fe8(columns[5 * i : 5 * i + 5]) for i in range(NIELS_LIMBS)))


@formula
def first_row(table: Any, rows: Number, signs: Number) -> Point:
    """In each lane its row, or the negative of it."""
    return affine(row_at(table, rows), element8(1), signs < 0)


@formula
def add_row(p: Point, table: Any, rows: Number, signs: Number) -> Point:
    """p plus, in each lane, its row, or minus it."""
    return add_niels(p, row_at(table, rows), signs < 0)


@kernel
def put_rows(rows: Any, signs: Any, slot: int, stride: int, digits: Any, first: Any) -> None:
    """Where each window's row is, in slots `stride` apart.

    digits: four times eight words, the words of a scalar, each of all lanes; first: where each lane's table starts.
    All addresses come before the first step: then its loads do not wait for digits.
    """
    for window in range(WINDOWS):
        row, sign = rows_and_signs(digit_lanes(lanes(digits, 8 * (window >> 3)), window & 7), first)
        put_lanes(rows, 8 * slot, row)
        put_lanes(signs, 8 * slot, sign)
        first = next_window(first, 1)
        slot += stride


@kernel
def add_rows8(p: Point, rows: Any, signs: Any, first: int, steps: int, even_table: Any, odd_table: Any) -> Point:
    """p plus the rows from slot `first` on, from the two tables in turn; each is fetched some steps before it is
    added.
    """
    for step in range(first, steps):
        table = odd_table if step & 1 else even_table
        prefetch_lines(table, lanes(rows, 8 * min(step + AHEAD, steps - 2 + (step & 1))))
        p = add_row(p, table, lanes(rows, 8 * step), lanes(signs, 8 * step))
    return p


@kernel
def vartime_comb8(digits: Any, base_table: Any, key_tables: Any, key_starts: Any) -> Point:
    """s B + k A in each lane; digits: of s, then of k; key_starts: where each lane's table starts."""
    rows, signs = rows_memory(), signs_memory()
    put_rows(rows, signs, 0, 2, digits, no_offset())
    put_rows(rows, signs, 1, 2, at(digits, 32), lanes(key_starts, 0))
    p = first_row(base_table, lanes(rows, 0), lanes(signs, 0))
    return add_rows8(p, rows, signs, 1, 2 * WINDOWS, base_table, key_tables)


@kernel
def vartime_base_comb8(p: Point, digits: Any, base_table: Any) -> Point:
    """p + s B in each lane."""
    rows, signs = rows_memory(), signs_memory()
    put_rows(rows, signs, 0, 1, digits, no_offset())
    return add_rows8(p, rows, signs, 0, WINDOWS, base_table, base_table)


@formula
def turned(places: Number, turn: Number) -> Number:
    return places + turn & 7


@formula
def add_turned(p: Point, places: Number) -> Point:
    """p plus, in lane l, its lane places[l]."""
    q = Point(*(Fe8(permuted(limb, places) for limb in f.tight) for f in p))
    return extended(sum_of(p, cached(q, element8(2 * D))))


@kernel
def put_spread_rows(rows: Any, signs: Any, first_step: int, digits: Any, table: Any) -> None:
    """The four steps of one scalar: lane l takes its windows l, l + 8, l + 16 and l + 24. Their rows are fetched
    meanwhile.
    """
    for step in range(SPREAD_STEPS):
        row, sign = rows_and_signs(byte_lanes(digits, first_step + step), next_window(lane_windows(), 8 * step))
        put_lanes(rows, 8 * (first_step + step), row)
        put_lanes(signs, 8 * (first_step + step), sign)
        prefetch_lines(table, row)


@kernel
def vartime_spread_comb8(rows: Any, signs: Any, base_table: Any, key_table: Any) -> Point:
    """s B + k A, summed over all lanes; every lane of the result is the sum.

    rows, signs: by `put_spread_rows`, of s and then of k.
    """
    p = first_row(base_table, lanes(rows, 0), lanes(signs, 0))
    for step in range(1, 2 * SPREAD_STEPS):
        table = key_table if step >= SPREAD_STEPS else base_table
        p = add_row(p, table, lanes(rows, 8 * step), lanes(signs, 8 * step))
    return total8(p)


@kernel
def vartime_spread_base_comb8(rows: Any, signs: Any, base_table: Any) -> Point:
    """s B, summed over all lanes."""
    p = first_row(base_table, lanes(rows, 0), lanes(signs, 0))
    for step in range(1, SPREAD_STEPS):
        p = add_row(p, base_table, lanes(rows, 8 * step), lanes(signs, 8 * step))
    return total8(p)


@kernel
def total8(p: Point) -> Point:
    """The sum of all lanes, in every lane."""
    turn = 4
    while turn > 0:
        p = add_turned(p, turned(lane_numbers(), turn))
        turn >>= 1
    return p


no_offset, lane_numbers = constant(Row([0] * 8)), constant(Row(range(8)))
lane_windows = constant(Row(WINDOW_WORDS * lane for lane in range(8)))
neutral8 = constant(Point(element8(0), element8(1), element8(1), element8(0)))
