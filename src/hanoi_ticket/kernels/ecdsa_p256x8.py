"""ECDSA over P-256 with SHA-256 for many signatures, eight side by side.

Each has its own answer, that of the single path. A lane that the formulas cannot decide (an infinite sum, or an r so
small that r + n is below p) goes to the single path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.ecdsa_p256 import vartime_verify
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fp256x8 import is_zero8
from hanoi_ticket.kernels.lanes import lane_bits
from hanoi_ticket.kernels.memory import WORDS, BytePlace, WordPlace, at, integer, put_byte, put_word, stack
from hanoi_ticket.kernels.p256_keys8 import KEY_BYTES, element_at, put_key_tables
from hanoi_ticket.kernels.p256_scalars8 import CHUNK, GROUPS, NUMBERS, vartime_put_multipliers8
from hanoi_ticket.kernels.p256_window8 import TABLE_WORDS, multiple8
from hanoi_ticket.kernels.p256x8 import COMB_WORDS, comb8, start8, without_start8
from hanoi_ticket.kernels.status import BAD_KEY, BAD_SIGNATURE_SCALAR, MISMATCH, OK
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import as_bits

if TYPE_CHECKING:
    from hanoi_ticket.kernels.p256 import Point
    from hanoi_ticket.kernels.words import Number

UNDECIDED = -1
_lanes_memory, _flips_memory, _key_numbers_memory = stack(WORDS, 8), stack(WORDS, CHUNK), stack(WORDS, CHUNK)
_scalars_memory, _tables_memory = stack(WORDS, GROUPS * NUMBERS), stack(WORDS, GROUPS * TABLE_WORDS)


@formula
def matches(p: Point, rs: Any) -> tuple[Number, Number]:
    """The lanes whose x is r, and those whose sum is infinite or met a special case."""
    equal = is_zero8(element_at(rs) * square(p.z) - p.x)
    return lane_bits(equal), lane_bits(is_zero8(p.z))


@formula
def number_word(number: Number) -> Number:
    return as_bits(number)


@kernel
def put_all(words: Any, number: int, step: int, count: int) -> None:
    """The number, and each next one `step` more."""
    for i in range(count):
        put_word(words, i, number_word(number + step * i))


@kernel
def lane_status(lane: int, formed: int, in_range: int, equal: int, undecided: int) -> int:
    if (formed >> lane) & 1 == 0:
        return BAD_KEY
    if (in_range >> lane) & 1 == 0:
        return BAD_SIGNATURE_SCALAR
    if (undecided >> lane) & 1 == 1:
        return UNDECIDED
    if (equal >> lane) & 1 == 1:
        return OK
    return MISMATCH


@kernel
def vartime_put_statuses(
    statuses: Any,
    first: int,
    last: int,
    formed: int,
    in_range: int,
    equal: int,
    undecided: int,
    key_numbers: Any,
    keys: Any,
    lengths: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
) -> int:
    """Signatures number `first` to `last`, at most CHUNK, by a bit of each: how many are OK.

    What the lanes could not decide is verified alone. key_numbers: those of the signatures' keys, from the first one's.
    """
    accepted = 0
    for i in range(last + 1 - first):
        status = lane_status(i, formed, in_range, equal, undecided)
        if status == UNDECIDED:
            key, start = integer(key_numbers, i), integer(starts, first + i)
            n = integer(starts, first + i + 1) - start
            signature, message = at(signatures, 64 * (first + i)), at(messages, start)
            status = vartime_verify(at(keys, KEY_BYTES * key), integer(lengths, key), signature, message, n, base_comb)
        put_byte(statuses, first + i, status)
        accepted += int(status == OK)
    return accepted


@kernel
def vartime_verify_chunk8(
    first: int,
    last: int,
    keys: Any,
    lengths: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    """Signatures number `first` to `last`, at most CHUNK of them."""
    us, vs, rs, u_flips, v_flips = (
        _scalars_memory(),
        _scalars_memory(),
        _scalars_memory(),
        _flips_memory(),
        _flips_memory(),
    )
    tables, first_word, key_numbers = _tables_memory(), _lanes_memory(), _key_numbers_memory()
    put_all(first_word, 0, 0, 8)
    put_all(key_numbers, first, 1, CHUNK)
    in_range, undecided = vartime_put_multipliers8(
        us, u_flips, vs, v_flips, rs, True, signatures, messages, starts, first, last
    )
    formed = put_key_tables(tables, keys, lengths, v_flips, first, last)
    equal = 0
    for group in range((last - first >> 3) + 1):
        p = multiple8(at(tables, TABLE_WORDS * group), at(vs, NUMBERS * group))
        p = comb8(p, base_table, first_word, at(us, NUMBERS * group), at(u_flips, 8 * group))
        found, special = matches(p, at(rs, NUMBERS * group))
        equal |= found << 8 * group
        undecided |= special << 8 * group
    return vartime_put_statuses(
        statuses,
        first,
        last,
        formed,
        in_range,
        equal,
        undecided,
        key_numbers,
        keys,
        lengths,
        base_comb,
        signatures,
        messages,
        starts,
    )


@kernel
def vartime_verify_batch8(
    count: int,
    keys: BytePlace,
    lengths: WordPlace,
    base_comb: WordPlace,
    signatures: BytePlace,
    messages: BytePlace,
    starts: WordPlace,
    base_table: WordPlace,
    statuses: BytePlace,
) -> int:
    """Any keys. Message i is messages[starts[i]:starts[i + 1]]. How many are OK.

    keys: KEY_BYTES each, with their lengths; signatures: 64 bytes each; base_comb: the comb of G; base_table: its table
    for lanes; statuses: a byte each.
    """
    accepted = 0
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count) - 1
        accepted += vartime_verify_chunk8(
            first, last, keys, lengths, base_comb, signatures, messages, starts, base_table, statuses
        )
    return accepted


@kernel
def vartime_verify_known_chunk8(
    first: int,
    last: int,
    key_numbers: Any,
    keys: Any,
    lengths: Any,
    key_tables: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    """Signatures number `first` to `last`, at most CHUNK of them."""
    us, vs, rs, u_flips, v_flips = (
        _scalars_memory(),
        _scalars_memory(),
        _scalars_memory(),
        _flips_memory(),
        _flips_memory(),
    )
    key_word, base_word = _lanes_memory(), _lanes_memory()
    put_all(base_word, 0, 0, 8)
    in_range, undecided = vartime_put_multipliers8(
        us, u_flips, vs, v_flips, rs, False, signatures, messages, starts, first, last
    )
    equal = 0
    for group in range((last - first >> 3) + 1):
        for lane in range(8):
            number = integer(key_numbers, min(first + 8 * group + lane, last))
            put_word(key_word, lane, number_word(COMB_WORDS * number))
        p = comb8(start8(), key_tables, key_word, at(vs, NUMBERS * group), at(v_flips, 8 * group))
        p = without_start8(comb8(p, base_table, base_word, at(us, NUMBERS * group), at(u_flips, 8 * group)))
        found, special = matches(p, at(rs, NUMBERS * group))
        equal |= found << 8 * group
        undecided |= special << 8 * group
    return vartime_put_statuses(
        statuses,
        first,
        last,
        -1,
        in_range,
        equal,
        undecided,
        at(key_numbers, first),
        keys,
        lengths,
        base_comb,
        signatures,
        messages,
        starts,
    )


@kernel
def vartime_verify_known_batch8(
    count: int,
    key_numbers: WordPlace,
    keys: BytePlace,
    lengths: WordPlace,
    key_tables: WordPlace,
    base_comb: WordPlace,
    signatures: BytePlace,
    messages: BytePlace,
    starts: WordPlace,
    base_table: WordPlace,
    statuses: BytePlace,
) -> int:
    """Signature i is by key number key_numbers[i]: of `key_tables`, tables for lanes, and of `keys` and `lengths`."""
    accepted = 0
    for first in range(0, count, CHUNK):
        last = min(first + CHUNK, count) - 1
        accepted += vartime_verify_known_chunk8(
            first,
            last,
            key_numbers,
            keys,
            lengths,
            key_tables,
            base_comb,
            signatures,
            messages,
            starts,
            base_table,
            statuses,
        )
    return accepted
