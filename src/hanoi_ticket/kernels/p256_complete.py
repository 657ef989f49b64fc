"""Sums of P-256 points that are right for every pair of points, infinity and equal ones among them, over any numbers.

(X : Y : Z) is the point (X / Z, Y / Z), and Z = 0 is infinity. Source: J. Renes, C. Costello, L. Batina, "Complete
addition formulas for prime order elliptic curves" (2016), algorithms 4 and 6; both are two products deep, for which
b Z is kept beside Z.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels.elements import products


class Point(NamedTuple):
    x: Any
    y: Any
    z: Any
    bz: Any


class Cached(NamedTuple):
    """A point that is added many times."""

    x: Any
    y: Any
    z: Any
    bx: Any
    by: Any
    bz: Any


class Factors(NamedTuple):
    """A point as the first products of its doubling take it, 8 of each."""

    left: Any
    right: Any


def thrice(f: Any) -> Any:
    return f + f + f


def factors(p: Point) -> Factors:
    x, y, z, bz = p
    return Factors((y, z, x, z, x, y, y, x - z), (y, bz - x - x, bz + bz - x, z, y, z, bz, x + z))


def point(f: Factors) -> Point:
    return Point(f.left[4], f.left[0], f.left[1], f.right[6])


def doubled(f: Factors) -> Point:
    """8 products, then 6."""
    yy, w, v, zz, xy, yz, ybz, h = products(*zip(*f, strict=True))
    w, v, yy8 = thrice(w), thrice(v - thrice(zz)), yy.doubled(3)
    x1, x2, y1, y2, z, bz = products(
        (xy + xy, yy - w), (yz + yz, v), (yy + w, yy - w), (thrice(h), v), (yz, yy8), (ybz, yy8)
    )
    return Point(x1 - x2, y1 + y2, z, bz)


def sum_of(p: Point, q: Cached) -> Point:
    """16 products, then 8."""
    x, y, z, _ = p
    xx, yy, zz, bzz, xy, yx, yz, zy, xz, zx, xbz, zbx, ybz, zby, xby, ybx = products(
        (x, q.x), (y, q.y), (z, q.z), (z, q.bz), (x, q.y), (y, q.x), (y, q.z), (z, q.y),
        (x, q.z), (z, q.x), (x, q.bz), (z, q.bx), (y, q.bz), (z, q.by), (x, q.by), (y, q.bx),
    )  # fmt: skip
    w, v, m = thrice(xz + zx - bzz), thrice(xbz + zbx - thrice(zz) - xx), thrice(xx - zz)
    plus, minus, xy, yz, bxy, byz = yy + w, yy - w, xy + yx, yz + zy, xby + ybx, ybz + zby
    x1, x2, y1, y2, z1, bz1, z2, bz2 = products(
        (xy, plus), (yz, v), (plus, minus), (m, v), (yz, minus), (byz, minus), (xy, m), (bxy, m)
    )
    return Point(x1 - x2, y1 + y2, z1 + z2, bz1 + bz2)
