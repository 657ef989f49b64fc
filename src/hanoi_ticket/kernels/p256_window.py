"""Multiples of any P-256 point: a sliding window over the non-adjacent form of the scalar."""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels.digits import NAF_LENGTH, digit, vartime_wnaf
from hanoi_ticket.kernels.memory import BYTES, WORDS, at, stack
from hanoi_ticket.kernels.p256_points import (
    CACHED,
    point_memory,
    put_affine,
    put_cached,
    put_double,
    put_infinity,
    vartime_add_cached,
)
from hanoi_ticket.kernels.tracing import kernel

WIDTH = 5
ROWS = 1 << WIDTH - 2  # Q, 3 Q, ... 15 Q

_naf_memory, _rows_memory = stack(BYTES, NAF_LENGTH), stack(WORDS, ROWS * CACHED)
twice_memory = stack(WORDS, CACHED)


@kernel
def vartime_put_odd_multiples(rows: Any, q: Any) -> None:
    """Cached rows from an Affine."""
    multiple, doubled, twice = point_memory(), point_memory(), twice_memory()
    put_affine(multiple, q, False)
    put_double(doubled, multiple)
    put_cached(twice, doubled)
    put_cached(rows, multiple)
    for j in range(1, ROWS):
        vartime_add_cached(multiple, twice, False)
        put_cached(at(rows, CACHED * j), multiple)


@kernel
def vartime_put_multiple(p: Any, q: Any, scalar: Any) -> None:
    """p = u Q, for an Affine Q."""
    rows, naf = _rows_memory(), _naf_memory()
    vartime_put_odd_multiples(rows, q)
    length = vartime_wnaf(naf, scalar, WIDTH)
    put_infinity(p)
    for i in range(length - 1, -1, -1):
        put_double(p, p)
        d = digit(naf, i)
        if d != 0:
            vartime_add_cached(p, at(rows, CACHED * (abs(d) >> 1)), d < 0)
