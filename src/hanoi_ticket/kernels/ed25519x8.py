"""Ed25519 verification for known issuers in eight lanes: the same answers as ed25519.py, one signature or many at a
time.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels.batch25519x8 import (
    CHUNK,
    GROUPS,
    POINT8_WORDS,
    compare8,
    hash8,
    prepare8,
    put_result,
    states_memory,
)
from hanoi_ticket.kernels.comb25519x8 import (
    TABLE_WORDS,
    put_spread_rows,
    vartime_comb8,
    vartime_spread_comb8,
    widen_comb,
)
from hanoi_ticket.kernels.digits import put_byte_digits
from hanoi_ticket.kernels.ed25519 import challenge, check_signature, compare, join, point_memory, scalar_memory
from hanoi_ticket.kernels.edwards25519 import Point
from hanoi_ticket.kernels.fe25519x8 import first_lane, one8
from hanoi_ticket.kernels.memory import BYTES, WORDS, BytePlace, WordPlace, at, integer, put_integer, stack
from hanoi_ticket.kernels.point25519 import store_point
from hanoi_ticket.kernels.scalar25519x8 import put_byte_remainders8
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import formula, kernel

digits_memory, spread_memory, key_starts_memory = stack(WORDS, 64), stack(WORDS, 64), stack(WORDS, 8)
prefixes_memory, r_memory = stack(BYTES, 8 * 64), stack(WORDS, 32 * GROUPS)
results_memory = stack(WORDS, POINT8_WORDS * GROUPS)


@formula
def lane_point(p: Point) -> Point:
    """Lane 0, one element at a time."""
    return Point(*map(first_lane, p))


@kernel
def vartime_verify_known8(
    key: BytePlace, key_table: WordPlace, signature: BytePlace, message: BytePlace, n: int, base_table: WordPlace
) -> int:
    """One signature; the tables are those for lanes. A status."""
    status = check_signature(signature)
    if status != OK:
        return status
    k, digits, p = scalar_memory(), digits_memory(), point_memory()
    rows, signs = spread_memory(), spread_memory()
    put_byte_digits(digits, 0, 1, at(signature, 32))
    put_spread_rows(rows, signs, 0, digits, base_table)
    challenge(k, signature, key, message, n)
    put_byte_digits(digits, 4, 1, k)
    put_spread_rows(rows, signs, 4, digits, key_table)
    store_point(p, 0, lane_point(vartime_spread_comb8(rows, signs, base_table, key_table)))
    return compare(p, signature)


@kernel
def vartime_verify_chunk8(
    first: int,
    count: int,
    key_numbers: Any,
    keys: Any,
    key_tables: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> None:
    """Signatures from number `first` on, at most CHUNK of them."""
    digits, prefixes, r, key_starts = digits_memory(), prefixes_memory(), r_memory(), key_starts_memory()
    states, results = states_memory(), results_memory()
    last = first + count - 1
    product = one8()
    for group in range((count + 7) >> 3):
        start = first + 8 * group
        prepare8(start, last, signatures, digits, at(r, 32 * group), statuses)
        for lane in range(8):
            i = min(start + lane, last)
            key = integer(key_numbers, i)
            put_integer(key_starts, lane, key * TABLE_WORDS)
            join(at(prefixes, 64 * lane), at(signatures, 64 * i), at(keys, 32 * key))
        hash8(states, prefixes, messages, starts, start, last)
        put_byte_remainders8(at(digits, 32), states)
        p = vartime_comb8(digits, base_table, key_tables, key_starts)
        product = put_result(results, group, p, product)
    compare8(results, product, r, first, count, statuses)


@kernel
def vartime_verify_known_batch8(
    count: int,
    key_numbers: WordPlace,
    keys: BytePlace,
    key_tables: WordPlace,
    signatures: BytePlace,
    messages: BytePlace,
    starts: WordPlace,
    base_table: WordPlace,
    statuses: BytePlace,
) -> int:
    """`count` signatures by known issuers, a status each in `statuses`.

    key_numbers: for each signature, which of `keys` (32 bytes each) and of `key_tables` (TABLE_WORDS each) is its
    issuer's; signatures: 64 bytes each; message i is the bytes from starts[i] to starts[i + 1] of messages.
    """
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        vartime_verify_chunk8(
            first, size, key_numbers, keys, key_tables, signatures, messages, starts, base_table, statuses
        )
    return OK


@kernel
def vartime_build_table8(table: WordPlace, comb_table: WordPlace) -> int:
    """The table for lanes of B or of a key, from its comb of width 8. Always OK."""
    widen_comb(table, comb_table)
    return OK
