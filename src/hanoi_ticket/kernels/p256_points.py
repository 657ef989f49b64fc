"""Points of P-256 in memory, one at a time, with sums that are right for every pair of points.

A place holds a Point in 12 words, an Affine in 8 or a Cached in 20: kernels pass places, since limbs that are carried
round a loop cost LLVM seconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.fp256 import Fe, load, store
from hanoi_ticket.kernels.memory import WORDS, stack
from hanoi_ticket.kernels.p256 import Affine, Cached, Point, add, add_mixed, cached, double, with_sign
from hanoi_ticket.kernels.tracing import kernel, subroutine

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

POINT, AFFINE, CACHED = (len(kind._fields) * Fe.limbs for kind in (Point, Affine, Cached))
ONE, ZERO = Fe.montgomery(1), Fe.montgomery(0)

point_memory = stack(WORDS, POINT)


def read(kind: Any, place: Any) -> Any:
    return kind(*(load(place, i) for i in range(len(kind._fields))))


def write(place: Any, point: Any) -> None:
    for i, coordinate in enumerate(point):
        store(place, i, coordinate)


def write_unless_special(p: Any, total: Point) -> Number:
    """p = total if that can be trusted; the condition that it cannot."""
    special = total.z.is_zero()
    write(p, [before.choose(special, after) for before, after in zip(read(Point, p), total, strict=True)])
    return special


@subroutine
def put_double(s: Any, p: Any) -> None:
    """s = 2 p, for every p."""
    write(s, double(read(Point, p)))


@subroutine
def add_mixed_unless_special(p: Any, q: Any, negative: Number) -> Number:
    return write_unless_special(p, add_mixed(read(Point, p), read(Affine, q), negative))


@subroutine
def add_cached_unless_special(p: Any, q: Any, negative: Number) -> Number:
    return write_unless_special(p, add(read(Point, p), read(Cached, q), negative))


@subroutine
def put_infinity(p: Any) -> None:
    write(p, (ONE, ONE, ZERO))


@subroutine
def put_affine(p: Any, q: Any, negative: Number) -> None:
    """p = q or -q, from an Affine."""
    x, y = read(Affine, q)
    write(p, (x, with_sign(y, negative), ONE))


@subroutine
def put_signed(p: Any, q: Any, negative: Number) -> None:
    """p = q or -q, from a Point or a Cached."""
    x, y, z = read(Point, q)
    write(p, (x, with_sign(y, negative), z))


@subroutine
def put_cached(s: Any, p: Any) -> None:
    write(s, cached(read(Point, p)))


@subroutine
def is_infinite(p: Any) -> Number:
    return load(p, 2).is_zero()


@subroutine
def is_same(p: Any, q: Any) -> Number:
    """Whether two points that have the same x, or opposite ones, have the same y."""
    p, q = read(Point, p), read(Point, q)
    return (p.y * q.z * q.z * q.z - q.y * p.z * p.z * p.z).is_zero()


@kernel
def vartime_add_special(p: Any, q: Any) -> None:
    """p += q where the sum has Z = 0."""
    if is_infinite(p):
        put_signed(p, q, False)
    elif not is_infinite(q):
        if is_same(p, q):
            put_double(p, p)
        else:
            put_infinity(p)


@kernel
def vartime_add_mixed(p: Any, q: Any, negative: bool) -> None:
    """p += q, or p -= q, for an Affine q."""
    if add_mixed_unless_special(p, q, negative):
        signed = point_memory()
        put_affine(signed, q, negative)
        vartime_add_special(p, signed)


@kernel
def vartime_add_cached(p: Any, q: Any, negative: bool) -> None:
    """p += q, or p -= q, for a Cached q."""
    if add_cached_unless_special(p, q, negative):
        signed = point_memory()
        put_signed(signed, q, negative)
        vartime_add_special(p, signed)
