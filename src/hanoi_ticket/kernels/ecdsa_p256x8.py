"""ECDSA over P-256 with SHA-256 for many signatures, eight side by side.

Each has its own answer, that of the single path. A lane that the formulas cannot decide (an infinite sum, or an r so
small that r + n is below p) goes to the single path.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.ecdsa_p256 import read_256, vartime_verify
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fn256 import N
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.fp256x8 import (
    Fe8,
    element8,
    from_words8,
    is_zero8,
    limbs8,
    load8,
    parity8,
    square_roots8,
    store8,
)
from hanoi_ticket.kernels.memory import (
    WORDS,
    at,
    byte,
    lanes,
    put_byte,
    put_word,
    stack,
)
from hanoi_ticket.kernels.naturals import is_below
from hanoi_ticket.kernels.p256 import B, G, curve
from hanoi_ticket.kernels.p256_scalars8 import CHUNK, inverses_memory, put_lane, put_scalars8, vartime_put_inverses
from hanoi_ticket.kernels.p256x8 import (
    COMB_WORDS,
    TABLE_WORDS,
    comb8,
    in_lanes,
    multiple8,
    start8,
    vartime_put_multiples8,
    without_start8,
)
from hanoi_ticket.kernels.sha256x8 import integer
from hanoi_ticket.kernels.status import BAD_KEY, BAD_SIGNATURE_SCALAR, MISMATCH, OK
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_bits, as_int, as_word

if TYPE_CHECKING:
    from hanoi_ticket.kernels.p256 import Point
    from hanoi_ticket.kernels.words import Number

UNDECIDED = -1
KEY_BYTES = 65  # from one key to the next; a compressed one takes the first 33

_b8, _g8 = constant(element8(B)), constant(in_lanes(G))
_lanes_memory, _flags_memory, _scalars_memory = stack(WORDS, 8), stack(WORDS, 16), stack(WORDS, 8 * 4)
_table_memory, _roots_memory = stack(WORDS, TABLE_WORDS), stack(WORDS, 2 * limbs8)
_pair_memory = stack(WORDS, 2 * 8 * 4)

# Keys


@subroutine
def put_key(xs: Any, ys: Any, compressed: Any, odd: Any, lane: Number, key: Any, length: Number) -> Number:
    """The coordinates of a key in their lane; whether its form is right and they are below p."""
    head = byte(key, 0)
    short = length == 33
    form = short & ((head == 2) | (head == 3)) | (length == 65) & (head == 4)
    x, y = read_256(key, 1), read_256(key, 33)
    put_lane(xs, lane, x)
    put_lane(ys, lane, y)
    put_word(compressed, lane, as_word(short))
    put_word(odd, lane, head & 1)
    return form & is_below(x, P) & (short | is_below(y, P))


@formula
def element_at(words: Any) -> Fe8:
    return from_words8(*(lanes(words, 8 * i) for i in range(4)))


@formula
def y_squared8(x: Fe8, b: Fe8) -> Fe8:
    return curve(x, b)


@formula
def with_parity(y: Fe8, odd: Any) -> Fe8:
    return y.choose(parity8(y) == lanes(odd, 0), -y)


@formula
def either(flags: Any, f: Fe8, g: Fe8) -> Fe8:
    """f where the flag is 1, else g."""
    return f.choose(lanes(flags, 0) == 1, g)


@formula
def keep_good(q: Any, f: Fe8, error: Fe8) -> Fe8:
    return f.choose(is_zero8(error), q)


@formula
def opposite(y: Fe8) -> Fe8:
    return -y


@formula
def lane_bits(condition: Number) -> Number:
    return as_int(as_word(condition))


@kernel
def put_keys(xs: Any, ys: Any, compressed: Any, odd: Any, keys: Any, lengths: Any, first: int, last: int) -> int:
    """The keys from number `first` on in their lanes; a bit for each whose form is right."""
    formed = 0
    for lane in range(8):
        i = min(first + lane, last)
        formed |= int(put_key(xs, ys, compressed, odd, lane, at(keys, KEY_BYTES * i), integer(lengths, i))) << lane
    return formed


@formula
def any_lane(flags: Any) -> Number:
    return as_int(as_word((lanes(flags, 0) == 1) | (lanes(flags, 8) == 1)))


@kernel
def put_roots(roots: Any, xs: Any) -> None:
    """The y that x has, or its opposite, for sixteen keys."""
    even, odd = square_roots8((y_squared8(element_at(xs), _b8()), y_squared8(element_at(at(xs, 32)), _b8())))
    store8(roots, 0, even)
    store8(roots, 1, odd)


@kernel
def put_points(table: Any, xs: Any, ys: Any, roots: Any, compressed: Any, odd: Any, flips: Any) -> int:
    """The keys' points, or their opposites, as the first row of a table; a bit for each lane that has one.

    A lane that has none goes on with G.
    """
    x, g = element_at(xs), _g8()
    y = either(compressed, with_parity(load8(roots, 0), odd), element_at(ys))
    error = square(y) - y_squared8(x, _b8())
    store8(table, 0, keep_good(g.x, x, error))
    y = keep_good(g.y, y, error)
    store8(table, 1, either(flips, opposite(y), y))
    return lane_bits(is_zero8(error))


# The equation


@formula
def matches(p: Point, rs: Any) -> tuple[Number, Number]:
    """The lanes whose x is r, and those whose sum is infinite or met a special case."""
    equal = is_zero8(element_at(rs) * square(p.z) - p.x)
    return as_int(as_word(equal)), as_int(as_word(is_zero8(p.z)))


@subroutine
def put_r(rs: Any, lane: Number, signature: Any) -> Number:
    """r in its lane; whether r + n may be an x as well."""
    r = read_256(signature, 0)
    put_lane(rs, lane, r)
    return is_below(r, P - N)


@kernel
def put_rs(rs: Any, signatures: Any, first: int, last: int) -> int:
    two = 0
    for lane in range(8):
        two |= int(put_r(rs, lane, at(signatures, 64 * min(first + lane, last)))) << lane
    return two


@kernel
def vartime_verify_chunk8(
    chunk: int,
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
    """Signatures number `chunk` to `last`, at most CHUNK of them; two groups of eight at a time, for the sake of the
    square roots.
    """
    us, vs, rs, first_word, inverses = (
        _scalars_memory(),
        _scalars_memory(),
        _scalars_memory(),
        _lanes_memory(),
        inverses_memory(),
    )
    u_flips, v_flips, compressed, odd = _lanes_memory(), _lanes_memory(), _flags_memory(), _flags_memory()
    xs, ys, roots, table = _pair_memory(), _pair_memory(), _roots_memory(), _table_memory()
    put_zeros(first_word)
    accepted = 0
    in_range = vartime_put_inverses(inverses, signatures, chunk, last)
    for pair in range(chunk, last + 1, 16):
        even = put_keys(xs, ys, compressed, odd, keys, lengths, pair, last)
        uneven = put_keys(at(xs, 32), at(ys, 32), at(compressed, 8), at(odd, 8), keys, lengths, pair + 8, last)
        if any_lane(compressed) != 0:
            put_roots(roots, xs)
        for first in range(pair, min(pair + 16, last + 1), 8):
            half, done = (first - pair) >> 3, first - chunk
            w = at(inverses, 4 * done)
            put_scalars8(us, u_flips, vs, v_flips, True, w, signatures, messages, starts, first, last)
            two = put_rs(rs, signatures, first, last)
            x, y, flags, parities = at(xs, 32 * half), at(ys, 32 * half), at(compressed, 8 * half), at(odd, 8 * half)
            formed = uneven if half == 1 else even
            formed &= put_points(table, x, y, at(roots, limbs8 * half), flags, parities, v_flips)
            vartime_put_multiples8(table)
            equal, special = matches(comb8(multiple8(table, vs), base_table, first_word, us, u_flips), rs)
            for i in range(first, min(first + 8, last + 1)):
                status = lane_status(i - first, formed, in_range >> done, equal, special | two)
                if status == UNDECIDED:
                    start, key = integer(starts, i), at(keys, KEY_BYTES * i)
                    n = integer(starts, i + 1) - start
                    signature, message = at(signatures, 64 * i), at(messages, start)
                    status = vartime_verify(key, integer(lengths, i), signature, message, n, base_comb)
                put_byte(statuses, i, status)
                accepted += int(status == OK)
    return accepted


@kernel
def vartime_verify_batch8(
    count: int,
    keys: Any,
    lengths: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    """Any keys. Message i is messages[starts[i]:starts[i + 1]]. How many are OK.

    keys: KEY_BYTES each, with their lengths; signatures: 64 bytes each; base_comb: the comb of G; base_table: its table
    for lanes; statuses: a byte each.
    """
    accepted = 0
    for chunk in range(0, count, CHUNK):
        last = min(chunk + CHUNK, count) - 1
        accepted += vartime_verify_chunk8(
            chunk, last, keys, lengths, base_comb, signatures, messages, starts, base_table, statuses
        )
    return accepted


@kernel
def put_zeros(eight: Any) -> None:
    for lane in range(8):
        put_word(eight, lane, 0)


@formula
def status_word(status: Number) -> Number:
    return as_bits(status)


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
def vartime_verify_known_chunk8(
    chunk: int,
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
    """Signatures number `chunk` to `last`, at most CHUNK of them."""
    us, vs, rs, inverses = _scalars_memory(), _scalars_memory(), _scalars_memory(), inverses_memory()
    u_flips, v_flips, first_word, base_word = _lanes_memory(), _lanes_memory(), _lanes_memory(), _lanes_memory()
    put_zeros(base_word)
    accepted = 0
    in_range = vartime_put_inverses(inverses, signatures, chunk, last)
    for first in range(chunk, last + 1, 8):
        for lane in range(8):
            put_word(first_word, lane, status_word(COMB_WORDS * integer(key_numbers, min(first + lane, last))))
        w = at(inverses, 4 * (first - chunk))
        put_scalars8(us, u_flips, vs, v_flips, False, w, signatures, messages, starts, first, last)
        two = put_rs(rs, signatures, first, last)
        p = comb8(start8(), key_tables, first_word, vs, v_flips)
        p = comb8(p, base_table, base_word, us, u_flips)
        equal, special = matches(without_start8(p), rs)
        for i in range(first, min(first + 8, last + 1)):
            status = lane_status(i - first, 255, in_range >> first - chunk, equal, special | two)
            if status == UNDECIDED:
                start, key = integer(starts, i), integer(key_numbers, i)
                n = integer(starts, i + 1) - start
                signature, message = at(signatures, 64 * i), at(messages, start)
                status = vartime_verify(
                    at(keys, KEY_BYTES * key), integer(lengths, key), signature, message, n, base_comb
                )
            put_byte(statuses, i, status)
            accepted += int(status == OK)
    return accepted


@kernel
def vartime_verify_known_batch8(
    count: int,
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
    """Signature i is by key number key_numbers[i]: of `key_tables`, tables for lanes, and of `keys` and `lengths`."""
    accepted = 0
    for chunk in range(0, count, CHUNK):
        last = min(chunk + CHUNK, count) - 1
        accepted += vartime_verify_known_chunk8(
            chunk,
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
