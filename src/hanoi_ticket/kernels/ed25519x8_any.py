"""Ed25519 verification for any keys in eight lanes: the same answers as ed25519.vartime_verify, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.batch25519x8 import (
    CHUNK,
    GROUPS,
    POINT8_WORDS,
    compare8,
    hash8,
    prepare8,
    put_r,
    put_result,
    states_memory,
)
from hanoi_ticket.kernels.comb25519x8 import vartime_base_comb8
from hanoi_ticket.kernels.ed25519 import join
from hanoi_ticket.kernels.fe25519x8 import one8
from hanoi_ticket.kernels.memory import BYTES, WORDS, BytePlace, WordPlace, at, byte, put_byte, stack
from hanoi_ticket.kernels.point25519 import has_small_order, is_canonical
from hanoi_ticket.kernels.point25519x8 import vartime_decode_negative8, vartime_multiple8
from hanoi_ticket.kernels.scalar25519x8 import put_nibble_remainders8
from hanoi_ticket.kernels.status import BAD_KEY, OK, WEAK_KEY
from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from hanoi_ticket.kernels.edwards25519 import Point

digits_memory, nibbles_memory, keys_memory = stack(WORDS, 32), stack(WORDS, 32), stack(WORDS, 64)
prefixes_memory, r_memory = stack(BYTES, 8 * 64), stack(WORDS, 32 * GROUPS)
results_memory = stack(WORDS, POINT8_WORDS * GROUPS)


@kernel
def check_keys8(first: int, last: int, keys: Any, decoded: int, statuses: Any) -> None:
    """The statuses that keys decide; `decoded` has a bit a lane."""
    for lane in range(min(8, last + 1 - first)):
        key = at(keys, 32 * (first + lane))
        if byte(statuses, first + lane) == OK:
            if decoded >> lane & 1 == 0 or not is_canonical(key):
                put_byte(statuses, first + lane, BAD_KEY)
            elif has_small_order(key):
                put_byte(statuses, first + lane, WEAK_KEY)


@kernel
def vartime_double_multiple8(
    minus_a: Point,
    first: int,
    last: int,
    keys: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    digits: Any,
    base_table: Any,
) -> Point:
    """[S]B - [k]A for the signatures from `first` on."""
    states, nibbles, prefixes = states_memory(), nibbles_memory(), prefixes_memory()
    for lane in range(8):
        i = min(first + lane, last)
        join(at(prefixes, 64 * lane), at(signatures, 64 * i), at(keys, 32 * i))
    hash8(states, prefixes, messages, starts, first, last)
    put_nibble_remainders8(nibbles, states)
    return vartime_base_comb8(vartime_multiple8(minus_a, nibbles), digits, base_table)


@kernel
def vartime_verify_chunk8(
    first: int, count: int, keys: Any, signatures: Any, messages: Any, starts: Any, base_table: Any, statuses: Any
) -> None:
    """Signatures from number `first` on, at most CHUNK of them; two groups at a time, for the sake of the decoding."""
    digits, encoded, r, results = digits_memory(), keys_memory(), r_memory(), results_memory()
    last = first + count - 1
    groups = (count + 7) >> 3
    product = one8()
    for pair in range(0, groups, 2):
        for lane in range(16):
            put_r(at(encoded, 32 * (lane >> 3)), lane & 7, at(keys, 32 * min(first + 8 * pair + lane, last)))
        even, odd = vartime_decode_negative8(encoded, at(encoded, 32))
        for half in range(min(2, groups - pair)):
            group = pair + half
            start = first + 8 * group
            minus_a, decoded = odd if half else even
            prepare8(start, last, signatures, digits, at(r, 32 * group), statuses)
            check_keys8(start, last, keys, decoded, statuses)
            p = vartime_double_multiple8(minus_a, start, last, keys, signatures, messages, starts, digits, base_table)
            product = put_result(results, group, p, product)
    compare8(results, product, r, first, count, statuses)


@kernel
def vartime_verify_batch8(
    count: int,
    keys: BytePlace,
    signatures: BytePlace,
    messages: BytePlace,
    starts: WordPlace,
    base_table: WordPlace,
    statuses: BytePlace,
) -> int:
    """`count` signatures under any keys, a status each in `statuses`.

    keys: 32 bytes each; signatures: 64 bytes each; message i is the bytes from starts[i] to starts[i + 1] of messages.
    """
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        vartime_verify_chunk8(first, size, keys, signatures, messages, starts, base_table, statuses)
    return OK
