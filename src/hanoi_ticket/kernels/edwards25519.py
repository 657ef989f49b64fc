"""The curve -x^2 + y^2 = 1 + d x^2 y^2 over any field element: RFC 8032, section 5.1, in extended coordinates.

Source: H. Hisil, K. K.-H. Wong, G. Carter, E. Dawson, "Twisted Edwards curves revisited" (2008), sections 3.1 and
3.3, a = -1. The addition is complete: it holds for every pair of points, equal ones and the neutral one among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanoi_ticket.kernels.elements import products, squares, swap_if
from hanoi_ticket.kernels.fe25519 import P
from hanoi_ticket.kernels.tracing import formula

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)
BASE_Y = 4 * pow(5, -1, P) % P
BASE = BASE_Y.to_bytes(32, "little")  # encoded: its x is even


class Point(NamedTuple):
    """(x/z, y/z), with t = x y / z."""

    x: Any
    y: Any
    z: Any
    t: Any


class Projective(NamedTuple):
    """(x/z, y/z)"""

    x: Any
    y: Any
    z: Any


class Completed(NamedTuple):
    """(e/g, h/f): a sum whose last products are not yet taken."""

    e: Any
    f: Any
    g: Any
    h: Any


class Cached(NamedTuple):
    """A point prepared as the second operand of additions."""

    y_minus_x: Any
    y_plus_x: Any
    z2: Any  # 2 z
    t2d: Any  # 2 d t


class Niels(NamedTuple):
    """An affine point prepared as the second operand, halved so that z needs no doubling: a row of a table."""

    y_minus_x: Any  # (y - x) / 2
    y_plus_x: Any  # (y + x) / 2
    dxy: Any  # d x y


def extended(c: Completed) -> Point:
    return Point(*products((c.e, c.f), (c.g, c.h), (c.f, c.g), (c.e, c.h)))


def projective(c: Completed) -> Projective:
    return Projective(*products((c.e, c.f), (c.g, c.h), (c.f, c.g)))


def cached(p: Point, d2: Any) -> Cached:
    """p as a second operand; d2 is 2 d."""
    return Cached(p.y - p.x, p.y + p.x, p.z + p.z, p.t * d2)


def affine(q: Niels, one: Any, negative: Number) -> Point:
    """q, or -q; `one` is 1."""
    minus, plus = swap_if(negative, q.y_minus_x, q.y_plus_x)
    x, y = plus - minus, plus + minus
    return Point(x, y, one, x * y)


def doubled(p: Point | Projective) -> Completed:
    """2 p"""
    a, b, c, s = squares(p.x, p.y, p.z, p.x + p.y)
    h = a + b
    g = a - b
    return Completed(h - s, c + c + g, g, h)


def sum_with(p: Point, q: Cached, negative: Number) -> Completed:
    """p + q, or p - q."""
    minus, plus = swap_if(negative, q.y_minus_x, q.y_plus_x)
    a, b, c, d = products((p.y - p.x, minus), (p.y + p.x, plus), (p.t, q.t2d), (p.z, q.z2))
    f, g = swap_if(negative, d - c, d + c)
    return Completed(b - a, f, g, b + a)


def sum_of(p: Point, q: Cached) -> Completed:
    """p + q"""
    a, b, c, d = products((p.y - p.x, q.y_minus_x), (p.y + p.x, q.y_plus_x), (p.t, q.t2d), (p.z, q.z2))
    return Completed(b - a, d - c, d + c, b + a)


def sum_with_niels(p: Point, q: Niels, negative: Number) -> Completed:
    """p + q, or p - q."""
    minus, plus = swap_if(negative, q.y_minus_x, q.y_plus_x)
    a, b, c = products((p.y - p.x, minus), (p.y + p.x, plus), (p.t, q.dxy))
    f, g = swap_if(negative, p.z - c, p.z + c)
    return Completed(b - a, f, g, b + a)


@formula
def double(p: Point | Projective) -> Point:
    return extended(doubled(p))


@formula
def add(p: Point, q: Cached, negative: Number) -> Point:
    """p + q, or p - q."""
    return extended(sum_with(p, q, negative))


@formula
def add_niels(p: Point, q: Niels, negative: Number) -> Point:
    """p + q, or p - q."""
    return extended(sum_with_niels(p, q, negative))
