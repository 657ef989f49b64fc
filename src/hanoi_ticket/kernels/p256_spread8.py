"""Multiples of known P-256 points for one signature, their windows spread over eight lanes; the tables are those of
p256x8.

Lane l takes the windows l, l + 8, l + 16 and l + 24. The eight sums are then added in three steps. Each starts at the
fixed point S or at a point that is part of the sum; where one is infinite or two are equal the total has Z = 0, and the
caller takes the single path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519x8 import WINDOWS, lane_numbers, put_spread_rows, turned
from hanoi_ticket.kernels.ecdsa_p256 import ANY
from hanoi_ticket.kernels.fn256 import N, Scalar
from hanoi_ticket.kernels.fn256x8 import BYTE_BIAS
from hanoi_ticket.kernels.fp256 import Fe, P, load, store
from hanoi_ticket.kernels.fp256x8 import Fe8, limbs8, out_of_form8, store8
from hanoi_ticket.kernels.inverse8 import put_lane_words
from hanoi_ticket.kernels.lanes import permuted
from hanoi_ticket.kernels.memory import WORDS, at, lanes, put_lanes, put_word, stack, word
from hanoi_ticket.kernels.naturals import difference, is_below, natural, words_of
from hanoi_ticket.kernels.p256 import Point, add, cached
from hanoi_ticket.kernels.p256x8 import (
    START,
    add_chosen,
    add_plain,
    doubled,
    in_lanes,
    no_flip,
    row_at,
    start8,
)
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_int, as_word

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

STEPS = WINDOWS // 8  # of one scalar
START_EIGHTFOLD = doubled(START, 3)

minus_starts8 = constant(in_lanes((START_EIGHTFOLD[0], P - START_EIGHTFOLD[1])))
spread_memory = stack(WORDS, 2 * STEPS * 8)
_minus_memory, _lane_memory, _words_memory = stack(WORDS, 2 * STEPS), stack(WORDS, 3 * limbs8), stack(WORDS, Fe.limbs)


@subroutine
def put_minus_bytes(digits: Any, index: Number, scalar: Any) -> Number:
    """0x80...80 - u, or 0x80...80 - (n - u) where that is smaller, in four words; 1 if it is the first, else 0."""
    u = Scalar(word(scalar, 8 * i) for i in range(4))
    above = is_below(u.number, (N + 1) // 2) ^ 1
    size = natural((-u).choose(above, u), N // 2)
    for i, w in enumerate(words_of(difference(BYTE_BIAS, size, ANY), 1 << 256)):
        put_word(digits, index + i, w)
    return as_int(as_word(above ^ 1))


@formula
def negate_lanes(memory: Any, index: Number, negative: Number) -> None:
    """Lanes become their opposites where `negative` is 1, and stay where it is 0."""
    put_lanes(memory, index, (lanes(memory, index) ^ (0 - negative)) + negative)


@kernel
def put_spread_scalar(rows: Any, digits: Any, first_step: int, scalar: Any, table: Any) -> None:
    """The rows and digits of a scalar's four steps, from step number `first_step` on."""
    minus = _minus_memory()
    negative = put_minus_bytes(minus, first_step, scalar)
    put_spread_rows(rows, digits, first_step, minus, table)
    for step in range(first_step, first_step + STEPS):
        negate_lanes(digits, 8 * step, negative)


@formula
def add_turned(p: Point, places: Number) -> Point:
    """p plus, in lane l, its lane places[l]."""
    q = Point(*(Fe8(permuted(limb, places) for limb in f.tight) for f in p))
    return add(p, cached(q), p.x.tight[0] < 0)


@formula
def add_digit(p: Point, table: Any, rows: Any, digits: Any, step: Number) -> Point:
    digit = lanes(digits, 8 * step)
    return add_chosen(p, row_at(table, lanes(rows, 8 * step)), digit, no_flip(digit))


@kernel
def add_multiple8(p: Point, table: Any, rows: Any, digits: Any, first_step: int) -> Point:
    """p plus, in each lane, a part of u Q: the rows and digits of a scalar, from its first step on."""
    for step in range(first_step, first_step + STEPS):
        p = add_digit(p, table, rows, digits, step)
    return p


@kernel
def vartime_put_spread_combs8(p: Any, rows: Any, digits: Any, base_table: Any, key_table: Any) -> None:
    """The scalar Point p = u G + v Q; Z = 0 if it could not be told. rows, digits: of u and then of v."""
    total = add_multiple8(start8(), base_table, rows, digits, 0)
    total = add_multiple8(total, key_table, rows, digits, STEPS)
    put_first_lane(p, add_plain(total8(total), minus_starts8()))


@kernel
def vartime_put_sum8(p: Any, parts: Point, rows: Any, digits: Any, base_table: Any) -> None:
    """The scalar Point p = the sum of some parts, one a lane, and u G; Z = 0 if it could not be told."""
    put_first_lane(p, total8(add_multiple8(parts, base_table, rows, digits, 0)))


@kernel
def total8(p: Point) -> Point:
    """The sum of all lanes, in every lane."""
    turn = 4
    while turn > 0:
        p = add_turned(p, turned(lane_numbers(), turn))
        turn >>= 1
    return p


@formula
def store_plain(memory: Any, p: Point) -> None:
    for i, f in enumerate(p):
        store8(memory, i, out_of_form8(f))


@kernel
def put_first_lane(p: Any, q: Point) -> None:
    """p = lane 0 of q, as a scalar Point."""
    plain, words = _lane_memory(), _words_memory()
    store_plain(plain, q)
    for k in range(3):
        put_lane_words(words, at(plain, k * limbs8), 0)
        put_in_form(p, k, words)


@subroutine
def put_in_form(p: Any, index: Number, words: Any) -> None:
    store(p, index, load(words, 0) * Fe.montgomery(R))
