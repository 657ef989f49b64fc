"""Ed25519 verification for known issuers in eight lanes: the same answers as ed25519.py, one signature or many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519x8 import (
    TABLE_WORDS,
    neutral8,
    put_digits,
    put_spread_rows,
    vartime_comb8,
    vartime_spread_comb8,
    widen_comb,
)
from hanoi_ticket.kernels.ed25519 import (
    challenge,
    check_signature,
    compare,
    join,
    point_memory,
    scalar_memory,
)
from hanoi_ticket.kernels.edwards25519 import Point
from hanoi_ticket.kernels.fe25519 import from_words
from hanoi_ticket.kernels.fe25519x8 import (
    first_lane,
    from_words8,
    inverse8,
    limbs8,
    load8,
    one8,
    parity8,
    same8,
    store8,
    times8,
)
from hanoi_ticket.kernels.memory import (
    BYTES,
    WORDS,
    at,
    byte,
    integer,
    lanes,
    put_byte,
    put_word,
    stack,
    word,
)
from hanoi_ticket.kernels.point25519 import store_point
from hanoi_ticket.kernels.scalar25519 import reduce_digest
from hanoi_ticket.kernels.sha512x8 import BLOCK, blocks_of, compress8, put_block, put_digest, start8
from hanoi_ticket.kernels.status import MISMATCH, OK
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import as_bits, as_int, as_word, signed, unsigned

if TYPE_CHECKING:
    from hanoi_ticket.kernels.fe25519x8 import Fe8
    from hanoi_ticket.kernels.words import Number

GROUPS = 32  # of eight signatures that share one inversion
CHUNK = 8 * GROUPS

digits_memory, spread_memory = stack(WORDS, 64), stack(WORDS, 64)
states_memory, blocks_memory, left_memory = stack(WORDS, 64), stack(BYTES, 8 * BLOCK), stack(WORDS, 8)
prefixes_memory, digest_memory = stack(BYTES, 8 * 64), stack(BYTES, 64)
r_memory, key_starts_memory = stack(WORDS, 32 * GROUPS), stack(WORDS, 8)
x_memory, y_memory, z_memory, product_memory = (stack(WORDS, limbs8 * GROUPS) for _ in range(4))


@formula
def lane_point(p: Point) -> Point:
    """Lane 0, one element at a time."""
    return Point(*(from_words(*first_lane(f)) for f in p))


@formula
def put_integer(memory: Any, index: Number, value: Number) -> None:
    put_word(memory, index, as_bits(value))


@formula
def put_r(r: Any, lane: Number, signature: Any) -> None:
    """The words of R, each of all lanes."""
    for i in range(4):
        put_word(r, 8 * i + lane, word(signature, 8 * i))


@formula
def encodes_to(x: Fe8, y: Fe8, r: Any, index: Number) -> Number:
    """A bit a lane: whether (x, y) encodes to R."""
    words = [lanes(r, index + 8 * i) for i in range(4)]
    sign = signed(unsigned(words[3]) >> 63)
    same = same8(y, from_words8(*words)) & (parity8(x) == sign)
    return as_int(as_word(same))


@kernel
def vartime_verify_known8(
    key: Any, key_table: Any, signature: Any, message: Any, n: int, base_table: Any
) -> int:
    """One signature; the tables are those for lanes. A status."""
    status = check_signature(signature)
    if status != OK:
        return status
    k, digits, p = scalar_memory(), digits_memory(), point_memory()
    rows, signs = spread_memory(), spread_memory()
    put_digits(digits, 0, 1, at(signature, 32))
    put_spread_rows(rows, signs, 0, digits, base_table)
    challenge(k, signature, key, message, n)
    put_digits(digits, 4, 1, k)
    put_spread_rows(rows, signs, 4, digits, key_table)
    store_point(p, 0, lane_point(vartime_spread_comb8(neutral8(), rows, signs, base_table, key_table)))
    return compare(p, signature)


@kernel
def challenges8(digits: Any, prefixes: Any, messages: Any, starts: Any, first: int, last: int) -> None:
    """k of each lane's signature, as digits: signature number first + lane, or the last one again."""
    states, blocks, left, digest, k = states_memory(), blocks_memory(), left_memory(), digest_memory(), scalar_memory()
    most = 0
    for lane in range(8):
        i = min(first + lane, last)
        count = blocks_of(integer(starts, i + 1) - integer(starts, i))
        put_integer(left, lane, count)
        most = max(most, count)
    start8(states)
    for number in range(most):
        for lane in range(8):
            i = min(first + lane, last)
            start = integer(starts, i)
            n = integer(starts, i + 1) - start
            put_block(at(blocks, BLOCK * lane), number, at(prefixes, 64 * lane), at(messages, start), n)
        compress8(states, blocks, left)
        for lane in range(8):
            put_integer(left, lane, integer(left, lane) - 1)
    for lane in range(8):
        put_digest(digest, states, lane)
        reduce_digest(k, digest)
        put_digits(digits, 32 + lane, 8, k)


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
    xs, ys, zs, products = x_memory(), y_memory(), z_memory(), product_memory()
    groups, last = (count + 7) >> 3, first + count - 1
    product = one8()
    for group in range(groups):
        for lane in range(8):
            i = min(first + 8 * group + lane, last)
            key, signature = integer(key_numbers, i), at(signatures, 64 * i)
            put_byte(statuses, i, check_signature(signature))
            put_integer(key_starts, lane, key * TABLE_WORDS)
            join(at(prefixes, 64 * lane), signature, at(keys, 32 * key))
            put_r(at(r, 32 * group), lane, signature)
            put_digits(digits, lane, 8, at(signature, 32))
        challenges8(digits, prefixes, messages, starts, first + 8 * group, last)
        p = vartime_comb8(neutral8(), digits, base_table, key_tables, key_starts)
        store8(xs, group, p.x)
        store8(ys, group, p.y)
        store8(zs, group, p.z)
        store8(products, group, product)
        product = times8(product, p.z)
    inverse = inverse8(product)
    for group in range(groups - 1, -1, -1):
        z = times8(inverse, load8(products, group))
        inverse = times8(inverse, load8(zs, group))
        same = encodes_to(times8(load8(xs, group), z), times8(load8(ys, group), z), r, 32 * group)
        for lane in range(min(8, count - 8 * group)):
            i = first + 8 * group + lane
            if byte(statuses, i) == OK and same >> lane & 1 == 0:
                put_byte(statuses, i, MISMATCH)


@kernel
def vartime_verify_known_batch8(
    count: int,
    key_numbers: Any,
    keys: Any,
    key_tables: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    """`count` signatures by known issuers, a status each in `statuses`.

    key_numbers: for each signature, which of `keys` (32 bytes each) and of `key_tables` (TABLE_WORDS each) is its issuer's;
    signatures: 64 bytes each; message i is the bytes from starts[i] to starts[i + 1] of messages.
    """
    for first in range(0, count, CHUNK):
        size = min(CHUNK, count - first)
        vartime_verify_chunk8(
            first, size, key_numbers, keys, key_tables, signatures, messages, starts, base_table, statuses
        )
    return OK


@kernel
def build_table8(table: Any, comb_table: Any) -> int:
    """A table for lanes from a comb of width 8. Always OK."""
    widen_comb(table, comb_table)
    return OK
