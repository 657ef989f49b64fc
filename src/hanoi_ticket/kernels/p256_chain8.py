"""Doublings of one P-256 point, one after another: the formula's eight products side by side in eight lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import p256_doubling as doubling
from hanoi_ticket.kernels.coordinates_p256 import LANES, Coordinate
from hanoi_ticket.kernels.fp256 import load
from hanoi_ticket.kernels.fp256x8 import Fe8, limbs8, load8, store8
from hanoi_ticket.kernels.limbs52 import split52
from hanoi_ticket.kernels.memory import WORDS, put_word, stack
from hanoi_ticket.kernels.p256 import B
from hanoi_ticket.kernels.p256_doubling import Factors, Point
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

_lanes_memory = stack(WORDS, limbs8)


def coordinates(p: Factors) -> Factors:
    lanes = Coordinate.of(*p)
    return Factors(lanes[:LANES], lanes[LANES:])


def placed(p: Point) -> Factors:
    return Factors(*(Coordinate.side_by_side(column).tight for column in doubling.factors(p)))


@formula
def double1(p: Factors) -> Factors:
    return placed(doubling.doubled(coordinates(p)))


@formula
def lifted1(p: Fe8) -> Factors:
    """From x, y, z and b z in four lanes."""
    return placed(Point(*Coordinate.of(p)[:4]))


@formula
def store_coordinates(memory: Any, index: Number, p: Factors) -> None:
    """X, Y and Z, in the first three lanes."""
    x, y, z, _ = doubling.point(coordinates(p))
    store8(memory, index, Coordinate.side_by_side((x, y, z)).tight)


@subroutine
def spread(memory: Any, q: Any) -> None:
    """An Affine in memory, for `lifted1`."""
    x, y = (load(q, i).doubled(4) for i in range(2))  # 2^260 in place of 2^256
    numbers = [split52(x), split52(y), Fe8.montgomery(1), Fe8.montgomery(B)]
    for i in range(Fe8.limbs):
        for lane in range(8):
            put_word(memory, 8 * i + lane, numbers[lane][i] if lane < len(numbers) else 0)


@kernel
def put_chain(chain: Any, q: Any, count: int, step: int) -> None:
    """The points 2^(step k) Q for k < count, from an Affine. No sum is infinite: Q has an odd order."""
    plain = _lanes_memory()
    spread(plain, q)
    p = lifted1(load8(plain, 0))
    store_coordinates(chain, 0, p)
    for k in range(1, count):
        for _ in range(step):
            p = double1(p)
        store_coordinates(chain, k, p)
