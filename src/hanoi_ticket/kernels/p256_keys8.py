"""The keys of eight P-256 signatures as points in lanes: SEC 1, section 2.3.4."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.ecdsa_p256 import read_256
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.fp256x8 import (
    Fe8,
    from_words8,
    is_zero8,
    limbs8,
    load8,
    parity8,
    square_root8,
    square_roots8,
    store8,
)
from hanoi_ticket.kernels.lanes import lane_bits
from hanoi_ticket.kernels.memory import WORDS, at, byte, integer, lanes, put_word, stack
from hanoi_ticket.kernels.naturals import is_below
from hanoi_ticket.kernels.p256 import B, G, curve
from hanoi_ticket.kernels.p256_scalars8 import GROUPS, NUMBERS, put_lane
from hanoi_ticket.kernels.p256_window8 import TABLE_WORDS, vartime_put_tables8
from hanoi_ticket.kernels.p256x8 import in_lanes
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_word

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

KEY_BYTES = 65  # from one key to the next; a compressed one takes the first 33

_b8, _g8 = constant(Fe8.montgomery(B)), constant(in_lanes(G))
_numbers, _flags, _roots = stack(WORDS, GROUPS * NUMBERS), stack(WORDS, GROUPS * 8), stack(WORDS, GROUPS * limbs8)


@subroutine
def put_key(xs: Any, ys: Any, compressed: Any, odd: Any, lane: Number, key: Any, length: Number) -> Number:
    """The coordinates of a key in their lane; whether its form is right and they are below p."""
    head = byte(key, 0)
    short = length == 33
    form = short & ((head == 2) | (head == 3)) | (length == 65) & (head == 4)
    x, y = read_256(key, 1), read_256(key, 33)
    put_lane(xs, lane, x)
    put_lane(ys, lane, y)
    put_word(compressed, lane, as_word(short))
    put_word(odd, lane, head & 1)
    return form & is_below(x, P) & (short | is_below(y, P))


@formula
def element_at(words: Any) -> Fe8:
    return from_words8(*(lanes(words, 8 * i) for i in range(4)))


@formula
def y_squared8(x: Fe8, b: Fe8) -> Fe8:
    return curve(x, b)


@formula
def with_parity(y: Fe8, odd: Any) -> Fe8:
    return y.choose(parity8(y) == lanes(odd, 0), -y)


@formula
def either(flags: Any, f: Fe8, g: Fe8) -> Fe8:
    """f where the flag is 1, else g."""
    return f.choose(lanes(flags, 0) == 1, g)


@formula
def keep_good(q: Any, f: Fe8, error: Fe8) -> Fe8:
    return f.choose(is_zero8(error), q)


@formula
def opposite(y: Fe8) -> Fe8:
    return -y


@formula
def holds(condition: Number) -> Number:
    """A bit for each lane."""
    return lane_bits(condition)


@formula
def any_lane(flags: Any) -> Number:
    return lane_bits(lanes(flags, 0) == 1)


@kernel
def put_keys(xs: Any, ys: Any, compressed: Any, odd: Any, keys: Any, lengths: Any, first: int, last: int) -> int:
    """The keys from number `first` on in their lanes; a bit for each whose form is right."""
    formed = 0
    for lane in range(8):
        i = min(first + lane, last)
        formed |= int(put_key(xs, ys, compressed, odd, lane, at(keys, KEY_BYTES * i), integer(lengths, i))) << lane
    return formed


@kernel
def put_roots(roots: Any, xs: Any, compressed: Any, groups: int) -> None:
    """The y that each x has, or its opposite, for groups of eight keys where one is compressed; two at a time."""
    for group in range(0, groups - 1, 2):
        if any_lane(at(compressed, 8 * group)) | any_lane(at(compressed, 8 * group + 8)):
            x, other = at(xs, NUMBERS * group), at(xs, NUMBERS * (group + 1))
            even, odd = square_roots8((y_squared8(element_at(x), _b8()), y_squared8(element_at(other), _b8())))
            store8(roots, group, even)
            store8(roots, group + 1, odd)
    if groups & 1 and any_lane(at(compressed, 8 * (groups - 1))):
        x = at(xs, NUMBERS * (groups - 1))
        store8(roots, groups - 1, square_root8(y_squared8(element_at(x), _b8())))


@kernel
def put_points(table: Any, xs: Any, ys: Any, roots: Any, compressed: Any, odd: Any, flips: Any) -> int:
    """The keys' points, or their opposites, as the first row of a table; a bit for each lane that has one.

    A lane that has none goes on with G.
    """
    x, g = element_at(xs), _g8()
    y = either(compressed, with_parity(load8(roots, 0), odd), element_at(ys))
    error = square(y) - y_squared8(x, _b8())
    store8(table, 0, keep_good(g.x, x, error))
    y = keep_good(g.y, y, error)
    store8(table, 1, either(flips, opposite(y), y))
    return holds(is_zero8(error))


@kernel
def put_key_tables(tables: Any, keys: Any, lengths: Any, flips: Any, first: int, last: int) -> int:
    """The tables of the keys number `first` to `last`, or of their opposites where the flip is 1, group by group of
    eight; a bit for each that is a key.
    """
    xs, ys, compressed, odd, roots = _numbers(), _numbers(), _flags(), _flags(), _roots()
    formed, on_curve, groups = 0, 0, (last - first >> 3) + 1
    for group in range(groups):
        x, y, short, parities = (
            at(xs, NUMBERS * group),
            at(ys, NUMBERS * group),
            at(compressed, 8 * group),
            at(odd, 8 * group),
        )
        formed |= put_keys(x, y, short, parities, keys, lengths, first + 8 * group, last) << 8 * group
    put_roots(roots, xs, compressed, groups)
    for group in range(groups):
        x, y, short, parities = (
            at(xs, NUMBERS * group),
            at(ys, NUMBERS * group),
            at(compressed, 8 * group),
            at(odd, 8 * group),
        )
        table, root = at(tables, TABLE_WORDS * group), at(roots, limbs8 * group)
        on_curve |= put_points(table, x, y, root, short, parities, at(flips, 8 * group)) << 8 * group
    vartime_put_tables8(tables, groups)
    return formed & on_curve
