"""Points one at a time: the curve's formulas over `Fe`, their memory, decoding and encoding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import edwards25519 as curve
from hanoi_ticket.kernels.edwards25519 import Cached, Niels, Point, Projective
from hanoi_ticket.kernels.fe25519 import (
    P,
    element,
    from_words,
    is_odd,
    is_zero,
    load,
    one,
    power_2_252_minus_3,
    store,
    times,
    to_words,
)
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.memory import put_word, word
from hanoi_ticket.kernels.naturals import is_below, natural, words_of
from hanoi_ticket.kernels.status import BAD_KEY, OK
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64, as_word

if TYPE_CHECKING:
    from hanoi_ticket.kernels.fe25519 import Fe
    from hanoi_ticket.kernels.words import Number

POINT_LIMBS, NIELS_LIMBS = 4, 3  # elements of a stored Point or Cached, and of a Niels
MASK255 = MASK64 >> 1

d = element(curve.D)
d2 = element(2 * curve.D)
half = element(pow(2, -1, P))
root = constant(element(curve.SQRT_MINUS_ONE))
neutral = constant(Point(element(0), element(1), element(1), element(0)))
vartime_inverse = inverter(P)


def small_order_ys() -> list[int]:
    """The y of the eight points whose order divides 8: 1, -1, 0 and those of order 8.

    A point of order 8 doubles to (x, 0), so x^2 = -y^2, and the curve gives d y^4 + 2 y^2 - 1 = 0.
    """

    def square_roots(a: int) -> list[int]:
        r = pow(a, (P + 3) // 8, P)
        found = (root for root in (r, r * curve.SQRT_MINUS_ONE % P) if root * root % P == a % P)
        return [sign for root in found for sign in (root, P - root)]

    discriminant_roots = square_roots(1 + curve.D)
    return [1, P - 1, 0, *(y for root in discriminant_roots for y in square_roots((root - 1) * pow(curve.D, -1, P)))]


SMALL_ORDER_YS = [words_of(y, 1 << 256) for y in small_order_ys()]


def cached(p: Point) -> Cached:
    return curve.cached(p, d2)


@formula
def load_point(memory: Any, index: Number) -> Point:
    return Point(*(load(memory, index * POINT_LIMBS + i) for i in range(POINT_LIMBS)))


@formula
def store_point(memory: Any, index: Number, p: Point | Projective | Cached) -> None:
    for i, f in enumerate(p):
        store(memory, index * POINT_LIMBS + i, f)


@formula
def load_cached(memory: Any, index: Number) -> Cached:
    return Cached(*load_point(memory, index))


@formula
def load_niels(memory: Any, index: Number) -> Niels:
    return Niels(*(load(memory, index * NIELS_LIMBS + i) for i in range(NIELS_LIMBS)))


@formula
def load_projective(memory: Any) -> Projective:
    return Projective(*(load(memory, i) for i in range(3)))


@subroutine
def double(p: Any) -> None:
    """p = 2 p, for another doubling: p is a place, and its t is left behind."""
    store_point(p, 0, curve.projective(curve.doubled(load_projective(p))))


@subroutine
def double_to_point(p: Any) -> None:
    """p = 2 p, for an addition."""
    store_point(p, 0, curve.double(load_projective(p)))


@subroutine
def add(p: Any, table: Any, index: Number, negative: Number) -> None:
    """p += row number `index` of a table of Cached points, or p -= it, for a doubling: its t is left behind."""
    store_point(p, 0, curve.projective(curve.sum_with(load_point(p, 0), load_cached(table, index), negative)))


@subroutine
def add_to_point(p: Any, table: Any, index: Number, negative: Number) -> None:
    """The same for another addition."""
    store_point(p, 0, curve.add(load_point(p, 0), load_cached(table, index), negative))


@subroutine
def add_niels(p: Any, table: Any, index: Number, negative: Number) -> None:
    """p += row number `index` of a table of Niels points, or p -= it, for a doubling: its t is left behind."""
    store_point(p, 0, curve.projective(curve.sum_with_niels(load_point(p, 0), load_niels(table, index), negative)))


@subroutine
def add_niels_to_point(p: Any, table: Any, index: Number, negative: Number) -> None:
    """The same for another addition."""
    store_point(p, 0, curve.add_niels(load_point(p, 0), load_niels(table, index), negative))


@subroutine
def put_cached(table: Any, index: Number, p: Any) -> None:
    """Row number `index` = p."""
    store_point(table, index, cached(load_point(p, 0)))


@subroutine
def niels_row(x: Fe, y: Fe, memory: Any, index: Number) -> None:
    """Store the affine point (x, y) as a row."""
    for i, f in enumerate(((y - x) * half, (y + x) * half, x * y * d)):
        store(memory, index * NIELS_LIMBS + i, f)


def encoded_words(encoded: Any) -> list[Number]:
    """y of an encoded point; the top bit, the sign of x, is dropped."""
    w = [word(encoded, 8 * i) for i in range(4)]
    return [*w[:3], w[3] & MASK255]


@subroutine
def is_canonical(encoded: Any) -> Number:
    """The condition that y < p."""
    return is_below(natural(encoded_words(encoded), (1 << 255) - 1), P)


@subroutine
def has_small_order(encoded: Any) -> Number:
    """The condition that a canonical encoding is of one of the eight points whose order divides 8."""
    y = encoded_words(encoded)
    differences = [[a ^ b for a, b in zip(y, small, strict=True)] for small in SMALL_ORDER_YS]
    return any_of([(a | b | c | e) == 0 for a, b, c, e in differences])


def any_of(conditions: list[Number]) -> Number:
    """The condition that one of them holds."""
    found = as_word(conditions[0])
    for condition in conditions[1:]:
        found = found | as_word(condition)
    return found == 1


@formula
def decoded_y(encoded: Any) -> Fe:
    return from_words(*(word(encoded, 8 * i) for i in range(4)))


@formula
def decoded_sign(encoded: Any) -> Number:
    return word(encoded, 24) >> 63 == 1


@subroutine
def curve_ratio(y: Fe) -> tuple[Fe, Fe]:
    """u, v with x^2 = u/v."""
    yy = y * y
    return yy - element(1), yy * d + element(1)


@subroutine
def negated(f: Fe) -> Fe:
    return element(0) - f


@kernel
def vartime_decode(encoded: Any) -> Any:
    """The point of RFC 8032, section 5.1.3, and a status; strict: y < p, and x = 0 has no sign."""
    if not is_canonical(encoded):
        return neutral(), BAD_KEY
    y = decoded_y(encoded)
    u, v = curve_ratio(y)
    v3 = times(times(v, v), v)
    x = times(times(u, v3), power_2_252_minus_3(times(times(u, v3), times(v3, v))))
    vxx = times(v, times(x, x))
    if not is_zero(vxx - u):
        if not is_zero(vxx + u):
            return neutral(), BAD_KEY
        x = times(x, root())
    if is_zero(x) and decoded_sign(encoded):
        return neutral(), BAD_KEY
    if is_odd(x) != decoded_sign(encoded):
        x = negated(x)
    return Point(x, y, one(), times(x, y)), OK


@kernel
def vartime_encode(p: Point, encoded: Any) -> None:
    """RFC 8032, section 5.1.2."""
    inverse = from_inverse(vartime_inverse(to_words(p.z)))
    put_encoded(encoded, times(p.x, inverse), times(p.y, inverse))


@formula
def from_inverse(words: tuple[Number, Number, Number, Number]) -> Fe:
    return from_words(*words)


@subroutine
def put_encoded(encoded: Any, x: Fe, y: Fe) -> None:
    *low, top = to_words(y)
    for i, w in enumerate((*low, top | (to_words(x)[0] & 1) << 63)):
        put_word(encoded, 8 * i, w)
