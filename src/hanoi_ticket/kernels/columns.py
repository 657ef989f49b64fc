"""The columns of a product of five limbs in lanes: low halves of products i + j = k, high ones of i + j = k - 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanoi_ticket.kernels.words import Number

    Pairs = list[list[tuple[Number, Number]]]

LIMBS = 5
COLUMNS = 2 * LIMBS


def product_pairs(f: Sequence[Number], g: Sequence[Number]) -> Pairs:
    """For each k the limbs f[i], g[k - i]. The last list is empty, so that k - 1 finds none for k = 0."""
    return [[(f[i], g[k - i]) for i in range(LIMBS) if 0 <= k - i < LIMBS] for k in range(COLUMNS)]


def square_pairs(f: Sequence[Number]) -> tuple[Pairs, Pairs]:
    """The same for f^2: what counts twice, and the squares of limbs."""
    crossed = [[(f[i], f[k - i]) for i in range(LIMBS) if i < k - i < LIMBS] for k in range(COLUMNS)]
    return crossed, [[(f[k // 2], f[k // 2])] if k % 2 == 0 else [] for k in range(COLUMNS)]


def added(half: Callable[..., Number], pairs: list[tuple[Number, Number]], total: Number = 0) -> Number:
    """total + one half of each product of the pairs."""
    for a, b in pairs:
        total = half(total, a, b)
    return total
