"""Multiples of known P-256 points for one signature, their windows spread over eight lanes; the tables are those of
p256x8.

Lane l takes the windows l, l + 8, l + 16 and l + 24. The eight sums are then added in three steps. Each starts at the
fixed point S; where a sum is infinite or two are equal the total has Z = 0, and the caller takes the single path.
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
def vartime_put_spread_comb8(p: Any, rows: Any, digits: Any, steps: int, base_table: Any, key_table: Any) -> None:
    """The scalar Point p = u G, or u G + v Q where there are twice as many steps; Z = 0 if it could not be told.

    rows, digits: by `put_spread_scalar`, of u and then of v.
    """
    total = start8()
    for step in range(steps):
        table = key_table if step >= STEPS else base_table
        total = add_digit(total, table, rows, digits, step)
    turn = 4
    while turn > 0:
        total = add_turned(total, turned(lane_numbers(), turn))
        turn >>= 1
    put_first_lane(p, add_plain(total, minus_starts8()))


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
