"""Doublings of a P-256 point, two products deep, over any numbers.

(X : Y : Z) is the point (X / Z, Y / Z), and Z = 0 is infinity. Source: J. Renes, C. Costello, L. Batina, "Complete
addition formulas for prime order elliptic curves" (2016), algorithm 6, which is right for every point; it is two
products deep where b Z is kept beside Z.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels.elements import products


class Point(NamedTuple):
    x: Any
    y: Any
    z: Any
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
