"""One ECDSA P-256 signature with the help of eight lanes: the same answers as ecdsa_p256.py."""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.ecdsa_p256 import (
    BASE_WIDTH,
    compare,
    decode,
    vartime_put_multipliers,
    vartime_verify,
)
from hanoi_ticket.kernels.memory import BYTES, WORDS, stack
from hanoi_ticket.kernels.p256_comb import vartime_comb
from hanoi_ticket.kernels.p256_points import AFFINE, is_infinite, point_memory, put_cached, vartime_add_cached
from hanoi_ticket.kernels.p256_spread8 import STEPS, put_spread_scalar, spread_memory, vartime_put_spread_comb8
from hanoi_ticket.kernels.p256_window import twice_memory
from hanoi_ticket.kernels.point_p256x8 import vartime_put_multiple8
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import kernel

_affine_memory, _scalar_memory = stack(WORDS, AFFINE), stack(BYTES, SCALAR_BYTES)


@kernel
def vartime_add_base_multiple(p: Any, u: Any, base_comb: Any, base_table: Any) -> None:
    """p += u G"""
    rows, digits, total, row = spread_memory(), spread_memory(), point_memory(), twice_memory()
    put_spread_scalar(rows, digits, 0, u, base_table)
    vartime_put_spread_comb8(total, rows, digits, STEPS, base_table, base_table)
    if is_infinite(total):
        vartime_comb(p, u, BASE_WIDTH, base_comb)
    else:
        put_cached(row, total)
        vartime_add_cached(p, row, False)


@kernel
def vartime_verify8(
    key: Any, length: int, base_comb: Any, signature: Any, message: Any, n: int, base_table: Any
) -> int:
    """Any key: 33 or 65 bytes; signature: 64 bytes; message: n bytes; base_comb: the comb of G; base_table: its table
    for lanes. A status.
    """
    q, u, v, p = _affine_memory(), _scalar_memory(), _scalar_memory(), point_memory()
    status = decode(q, key, length)
    if status == OK:
        status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    vartime_put_multiple8(p, q, v)
    vartime_add_base_multiple(p, u, base_comb, base_table)
    return compare(p, signature)


@kernel
def vartime_verify_known8(
    key: Any,
    length: int,
    key_table: Any,
    base_comb: Any,
    signature: Any,
    message: Any,
    n: int,
    base_table: Any,
) -> int:
    """A key whose table for lanes is given; the key itself is for the rare sums that lanes cannot tell."""
    u, v, p, rows, digits = _scalar_memory(), _scalar_memory(), point_memory(), spread_memory(), spread_memory()
    status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    put_spread_scalar(rows, digits, 0, u, base_table)
    put_spread_scalar(rows, digits, STEPS, v, key_table)
    vartime_put_spread_comb8(p, rows, digits, 2 * STEPS, base_table, key_table)
    if is_infinite(p):
        return vartime_verify(key, length, signature, message, n, base_comb)
    return compare(p, signature)
