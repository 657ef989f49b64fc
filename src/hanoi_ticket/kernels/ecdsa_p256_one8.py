"""One ECDSA P-256 signature over eight lanes: the same answers as ecdsa_p256.py.

Where the lanes meet a special case they cannot tell the sum, and the single path decides.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.ecdsa_p256 import compare, decode, vartime_put_multipliers, vartime_verify
from hanoi_ticket.kernels.memory import BYTES, WORDS, BytePlace, WordPlace, stack
from hanoi_ticket.kernels.p256_points import AFFINE, is_infinite, point_memory
from hanoi_ticket.kernels.p256_spread8 import (
    STEPS,
    put_spread_scalar,
    spread_memory,
    vartime_put_spread_combs8,
    vartime_put_sum8,
)
from hanoi_ticket.kernels.p256_teeth8 import (
    columns_memory,
    multiple_in_parts8,
    put_columns,
    teeth_memory,
    vartime_put_teeth,
)
from hanoi_ticket.kernels.phones import recalled, remember
from hanoi_ticket.kernels.signed_bytes import POINT_BYTES
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import kernel

_affine_memory, _scalar_memory = stack(WORDS, AFFINE), stack(BYTES, SCALAR_BYTES)


@kernel
def vartime_verify8(
    key: BytePlace,
    length: int,
    base_comb: WordPlace,
    signature: BytePlace,
    message: BytePlace,
    n: int,
    base_table: WordPlace,
) -> int:
    """Any key: 33 or 65 bytes; signature: 64 bytes; message: n bytes; base_comb: the comb of G; base_table: its table
    for lanes. A status.
    """
    teeth = teeth_memory()
    status = vartime_put_key_teeth(teeth, key, length)
    if status != OK:
        return status
    return vartime_verify_teeth8(key, length, teeth, base_comb, signature, message, n, base_table)


@kernel
def vartime_verify_phone8(
    key: BytePlace,
    phones: WordPlace,
    sets: int,
    base_comb: WordPlace,
    signature: BytePlace,
    message: BytePlace,
    n: int,
    base_table: WordPlace,
) -> int:
    """A key of 33 bytes that may come back: it is remembered among the phones once it has signed what it is asked."""
    teeth = teeth_memory()
    known = recalled(teeth, phones, sets, key)
    if not known:
        status = vartime_put_key_teeth(teeth, key, POINT_BYTES)
        if status != OK:
            return status
    status = vartime_verify_teeth8(key, POINT_BYTES, teeth, base_comb, signature, message, n, base_table)
    if status == OK and not known:
        remember(phones, sets, key, teeth)
    return status


@kernel
def vartime_put_key_teeth(teeth: Any, key: Any, length: int) -> int:
    """The table of a key. A status; the table is written when it is OK."""
    q = _affine_memory()
    status = decode(q, key, length)
    if status == OK:
        vartime_put_teeth(teeth, q)
    return status


@kernel
def vartime_verify_teeth8(
    key: Any,
    length: int,
    teeth: Any,
    base_comb: Any,
    signature: Any,
    message: Any,
    n: int,
    base_table: Any,
) -> int:
    """A key whose table `vartime_put_key_teeth` wrote; the key itself is for the single path."""
    u, v, p, rows, digits = _scalar_memory(), _scalar_memory(), point_memory(), spread_memory(), spread_memory()
    columns = columns_memory()
    status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    put_spread_scalar(rows, digits, 0, u, base_table)
    put_columns(columns, v)
    vartime_put_sum8(p, multiple_in_parts8(teeth, columns), rows, digits, base_table)
    if is_infinite(p):
        return vartime_verify(key, length, signature, message, n, base_comb)
    return compare(p, signature)


@kernel
def vartime_verify_known8(
    key: BytePlace,
    length: int,
    key_table: WordPlace,
    base_comb: WordPlace,
    signature: BytePlace,
    message: BytePlace,
    n: int,
    base_table: WordPlace,
) -> int:
    """A key whose table for lanes is given; the key itself is for the single path."""
    u, v, p, rows, digits = _scalar_memory(), _scalar_memory(), point_memory(), spread_memory(), spread_memory()
    status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    put_spread_scalar(rows, digits, 0, u, base_table)
    put_spread_scalar(rows, digits, STEPS, v, key_table)
    vartime_put_spread_combs8(p, rows, digits, base_table, key_table)
    if is_infinite(p):
        return vartime_verify(key, length, signature, message, n, base_comb)
    return compare(p, signature)
