"""The points of P-256 in Jacobian coordinates, over any form of its field.

The curve is y^2 = x^3 - 3 x + b: SP 800-186, section 3.2.1.3.

(X : Y : Z) is the point (X / Z^2, Y / Z^3), and Z = 0 is infinity. Source: Hankerson, Menezes, Vanstone, Guide to
Elliptic Curve Cryptography, section 3.2.2; a product stands as far as it can from the one that it waits for.
An addition is right unless its result has Z = 0: then an operand was infinite, or the two were equal or opposite.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanoi_ticket.kernels.elements import products, square, squares
from hanoi_ticket.kernels.tracing import formula

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
GENERATOR = b"".join([b"\x04", *(coordinate.to_bytes(32, "big") for coordinate in G)])


class Point(NamedTuple):
    x: Any
    y: Any
    z: Any


class Affine(NamedTuple):
    """Z = 1."""

    x: Any
    y: Any


class Cached(NamedTuple):
    """A point that is added many times."""

    x: Any
    y: Any
    z: Any
    zz: Any  # z^2
    zzz: Any


@formula
def double(p: Point) -> Point:
    """4 products, 4 squares."""
    zz, z, yy = square(p.z), (p.y + p.y) * p.z, square(p.y)
    t, b = (p.x - zz) * (p.x + zz), p.x * yy
    m, v = t + t + t, b.doubled(2)
    x = square(m) - (v + v)
    y = m.long_product(v - x) - yy.long_square().doubled(3)
    return Point(x, y.reduced, z)


@formula
def add_mixed(p: Point, q: Affine, negative: Number) -> Point:
    """p + q, or p - q. 8 products, 3 squares."""
    zz = square(p.z)
    (yz,) = products((with_sign(q.y, negative), p.z))
    u, s = products((q.x, zz), (yz, zz))
    return _sum(p.x, p.y, u - p.x, s - p.y, p.z)


@formula
def add(p: Point, q: Cached, negative: Number) -> Point:
    """p + q, or p - q. 12 products, 3 squares."""
    zz = square(p.z)
    x, y, u, zzz, z = products((p.x, q.zz), (p.y, q.zzz), (q.x, zz), (p.z, zz), (p.z, q.z))
    (s,) = products((with_sign(q.y, negative), zzz))
    return _sum(x, y, u - x, s - y, z)


@formula
def double_co_z(q: Affine, one: Any) -> tuple[Affine, Affine, Any]:
    """2 q and q over one z, and that z. 3 products, 3 squares."""
    yy, z = square(q.y), q.y + q.y
    t, v = (q.x - one) * (q.x + one), (q.x * yy).doubled(2)
    m, yyyy = t + t + t, square(yy).doubled(3)
    x = square(m) - (v + v)
    return Affine(x, m * (v - x) - yyyy), Affine(v, yyyy), z


@formula
def add_co_z(p: Affine, q: Affine) -> tuple[Affine, Affine, Any]:
    """p and p + q over one z, and its ratio to the z that p and q are over. 4 products, 2 squares.

    Source: N. Meloni, "New point addition formulae for ECC applications" (2007).
    """
    h, r = p.x - q.x, p.y - q.y
    hh = square(h)
    w, v = p.x * hh, q.x * hh
    y = p.y * (w - v)
    x = square(r) - w - v
    return Affine(w, y), Affine(x, r * (w - x) - y), h


def _sum(x: Any, y: Any, h: Any, r: Any, z: Any) -> Point:
    """(x, y) + (x + h, y + r) where both stand over the same z."""
    hh, rr = squares(h, r)
    v, hhh, z = products((x, hh), (h, hh), (z, h))
    x = rr - hhh - (v + v)
    y = r.long_product(v - x) - y.long_product(hhh)
    return Point(x, y.reduced, z)


@formula
def with_sign(y: Any, negative: Number) -> Any:
    return (-y).choose(negative, y)


@formula
def cached(p: Point) -> Cached:
    zz = square(p.z)
    return Cached(p.x, p.y, p.z, zz, zz * p.z)


@formula
def curve(x: Any, b: Any) -> Any:
    """x^3 - 3 x + b: what y^2 is."""
    return square(x) * x - (x + x + x) + b
