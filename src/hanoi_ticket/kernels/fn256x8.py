"""Scalars of P-256 in eight lanes: residues modulo n, and how the combs and the window take them."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.fn256 import N
from hanoi_ticket.kernels.lanes import signed, unsigned
from hanoi_ticket.kernels.limbs52 import carried52, joined52, limbs52, split52
from hanoi_ticket.kernels.memory import lanes, put_lanes
from hanoi_ticket.kernels.residues8 import Residue8
from hanoi_ticket.kernels.words import choose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hanoi_ticket.kernels.words import Number

LIMBS = Residue8.limbs
BYTE_BIAS = int(32 * "80", 16)


class Scalar8(Residue8):
    """A residue in each lane."""

    modulus = N
    modulus_limbs = limbs52(N, LIMBS)

    @classmethod
    def at(cls, words: Any) -> Scalar8:
        """256-bit numbers from four rows of words, as they are."""
        return cls(map(signed, split52([unsigned(lanes(words, 8 * i)) for i in range(4)])))

    @property
    def remainder(f) -> list[Number]:
        """The limbs of f modulo n, for a product: that is below 2 n."""
        less = carried52([a - b for a, b in zip(f.carried, limbs52(N, LIMBS), strict=True)])
        return [choose(less[-1] < 0, a, b) for a, b in zip(f.carried, less, strict=True)]


def is_below8(limbs: Iterable[Number], bound: int) -> Number:
    """The condition, in each lane, that a number of carried limbs is below the bound."""
    return carried52([a - b for a, b in zip(limbs, limbs52(bound, LIMBS), strict=True)])[-1] < 0


def less(number: int, limbs: Iterable[Number]) -> list[Number]:
    """A number less one of these limbs, which is not above it."""
    return carried52([b - a for a, b in zip(limbs, limbs52(number, LIMBS), strict=True)])


def put_words(place: Any, limbs: Sequence[Number]) -> None:
    for i, w in enumerate(joined52([unsigned(limb) for limb in limbs])):
        put_lanes(place, 8 * i, w)


def odd_nibbles(f: Scalar8) -> tuple[list[Number], Number]:
    """(v - 1) / 2 + 2^255 for the odd one v of f and n - f, and the condition that it is n - f."""
    limbs = f.remainder
    turned = (limbs[0] & 1) == 0
    odd = [choose(turned, a, b) for a, b in zip(less(N, limbs), limbs, strict=True)]
    halves = [a >> 1 | (b & 1) << 51 for a, b in pairwise(odd)]
    return [*halves, odd[-1] >> 1 | 1 << 47], turned


def minus_bytes(f: Scalar8) -> tuple[list[Number], Number]:
    """0x80...80 less the smaller one of f and n - f, and the condition that it is f.

    Its bytes less 128 are the digits of minus that: so they have no carry out.
    """
    limbs = f.remainder
    small = is_below8(limbs, (N + 1) // 2)
    size = [choose(small, a, b) for a, b in zip(limbs, less(N, limbs), strict=True)]
    return less(BYTE_BIAS, size), small
