"""Ed25519 verification of one signature under any key, in lanes: the same answers as ed25519.vartime_verify."""

from __future__ import annotations

from hanoi_ticket.kernels.comb25519x8 import put_spread_rows, vartime_spread_base_comb8
from hanoi_ticket.kernels.digits import put_byte_digits
from hanoi_ticket.kernels.ed25519 import (
    challenge,
    check_signature,
    compare,
    decode_admissible,
    point_memory,
    scalar_memory,
)
from hanoi_ticket.kernels.ed25519x8 import lane_point, spread_memory
from hanoi_ticket.kernels.fe25519x8 import limbs8, load8, store8
from hanoi_ticket.kernels.memory import WORDS, BytePlace, WordPlace, at, stack
from hanoi_ticket.kernels.point25519 import add, put_cached, store_point
from hanoi_ticket.kernels.point25519x4 import gathered, negated4, spread, vartime_multiple4
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import kernel

digits_memory, lanes_memory = stack(WORDS, 4), stack(WORDS, limbs8)


@kernel
def vartime_verify8(key: BytePlace, signature: BytePlace, message: BytePlace, n: int, base_table: WordPlace) -> int:
    """Any key: 32 bytes; signature: 64 bytes; message: n bytes; base_table: that of B for lanes. A status."""
    status = check_signature(signature)
    if status != OK:
        return status
    digits, rows, signs = digits_memory(), spread_memory(), spread_memory()
    put_byte_digits(digits, 0, 1, at(signature, 32))
    put_spread_rows(rows, signs, 0, digits, base_table)
    a, status = decode_admissible(key)
    if status != OK:
        return status
    k, p, q, lanes = scalar_memory(), point_memory(), point_memory(), lanes_memory()
    challenge(k, signature, key, message, n)
    spread(lanes, a)
    store8(lanes, 0, vartime_multiple4(negated4(load8(lanes, 0)), k))
    store_point(p, 0, gathered(lanes))
    store_point(q, 0, lane_point(vartime_spread_base_comb8(rows, signs, base_table)))
    put_cached(q, 0, q)
    add(p, q, 0, False)
    return compare(p, signature)
