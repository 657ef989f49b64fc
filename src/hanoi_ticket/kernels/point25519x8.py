"""Points in eight lanes that are not known ahead: decoding, a table of multiples, and one multiple of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519x8 import neutral8
from hanoi_ticket.kernels.edwards25519 import (
    SQRT_MINUS_ONE,
    Cached,
    D,
    Point,
    add,
    cached,
    double,
    doubled,
    extended,
    projective,
    sum_of,
)
from hanoi_ticket.kernels.fe25519x8 import (
    Fe8,
    element8,
    from_words8,
    is_zero8,
    limbs8,
    load8,
    parity8,
    powers_2_252_minus_3,
    store8,
)
from hanoi_ticket.kernels.lanes import Row, signed, unsigned
from hanoi_ticket.kernels.memory import (
    WORDS,
    at,
    lanes,
    line_lanes,
    put_line_lanes,
    stack,
)
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_int, as_word, choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

NIBBLES = 64
MULTIPLES = 9  # 0 to 8 times the point
ROW_WORDS = 24  # a Cached point is 20 words; three cache lines
LANE_WORDS = MULTIPLES * ROW_WORDS  # each lane has a table of its own
table_memory, candidate_memory = stack(WORDS, 8 * LANE_WORDS), stack(WORDS, 5 * limbs8)
other_memory = stack(WORDS, 5 * limbs8)


def candidate(y: Fe8) -> tuple[Fe8, Fe8, Fe8, Fe8]:
    """u, v, u v^3 and u v^7, where x^2 = u/v: RFC 8032, section 5.1.3."""
    yy = y.square()
    u, v = (yy - element8(1)) * element8(1), yy * element8(D) + element8(1)
    v3 = v.square() * v
    uv3 = u * v3
    return u, v, uv3, uv3 * (v3 * v)


def negative_x(u: Fe8, v: Fe8, x: Fe8, sign: Number) -> tuple[Fe8, Number]:
    """-x of the points, from u v^3 (u v^7)^((p - 5) / 8) as x, and the condition that there is one."""
    vxx = v * x.square()
    exact, opposite = is_zero8(u - vxx), is_zero8(u + vxx)
    x = choose_element(exact, x, x * element8(SQRT_MINUS_ONE))
    good = (exact | opposite) & ((is_zero8(x) & (sign == 1)) ^ True)
    return choose_element(parity8(x) == sign, element8(0) - x, x), good


@subroutine
def put_candidate(memory: Any, encoded: Any) -> None:
    """y and its candidate, of the words of encodings in lanes."""
    y = from_words8(*(lanes(encoded, 8 * i) for i in range(4)))
    for i, f in enumerate((y, *candidate(y))):
        store8(memory, i, f)


@subroutine
def negative_point(memory: Any, power: Fe8, encoded: Any) -> tuple[Point, Number]:
    """The negatives of the points, and a bit a lane: whether there is one.

    Where there is none the point is neutral: off the curve a z could become zero, and the batch's one inversion with
    it.
    """
    y, u, v, uv3 = (load8(memory, i) for i in range(4))
    x, good = negative_x(u, v, uv3 * power, signed(unsigned(lanes(encoded, 24)) >> 63))
    x, y = choose_element(good, x, element8(0)), choose_element(good, y, element8(1))
    return Point(x, y, element8(1), x * y), as_int(as_word(good))


def choose_element(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    return Fe8(choose(condition, a, b) for a, b in zip(f.tight, g.tight, strict=True))


@kernel
def vartime_decode_negative8(encoded: Any, other: Any) -> Any:
    """The negatives of sixteen points: eight from the words of each operand. Each eight with their bits."""
    one, two = candidate_memory(), other_memory()
    put_candidate(one, encoded)
    put_candidate(two, other)
    powers = powers_2_252_minus_3(load8(one, 4), load8(two, 4))
    return negative_point(one, powers[0], encoded), negative_point(two, powers[1], other)


@subroutine
def put_multiple(table: Any, number: Number, p: Point) -> None:
    """Row `number` of every lane's own table."""
    q = cached(p, element8(2 * D))
    columns = [limb for f in q for limb in f.tight]
    padding = [columns[0]] * (ROW_WORDS - len(columns))
    first = Row(lane * LANE_WORDS for lane in range(8))
    put_line_lanes(at(table, number * ROW_WORDS), first, columns + padding)


@subroutine
def add_first(p: Point, first: Point) -> Point:
    return extended(sum_of(p, cached(first, element8(2 * D))))


@formula
def add_multiple(p: Point, table: Any, nibbles: Number, shift: Number) -> Point:
    """p plus the row of each lane's digit: four bits from `shift` on, less 8."""
    digit = signed(unsigned(nibbles) >> shift & 15) - 8
    rows = choose(digit < 0, 0 - digit, digit) * ROW_WORDS + Row(lane * LANE_WORDS for lane in range(8))
    columns = line_lanes(table, rows, 3)
    return add(p, Cached(*(Fe8(columns[5 * i : 5 * i + 5]) for i in range(4))), digit < 0)


@formula
def double_without_t(p: Point) -> Point:
    return Point(*projective(doubled(p)), p.t)


@kernel
def vartime_multiple8(p: Point, nibbles: Any) -> Point:
    """k p in each lane; nibbles: four times eight words, the digits of k, each plus 8."""
    table = table_memory()
    total = neutral8()
    for number in range(MULTIPLES):
        put_multiple(table, number, total)
        total = add_first(total, p)
    total = neutral8()
    for i in range(NIBBLES - 1, -1, -1):
        for _ in range(3):
            total = double_without_t(total)
        total = add_multiple(double(total), table, lanes(nibbles, 8 * (i >> 4)), 4 * (i & 15))
    return total
