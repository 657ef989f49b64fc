"""Deterministic CBOR, RFC 8949 section 4.2.1, read from left to right: no float, no tag, nothing indefinite.

A reader takes the position of an item and the end of what encloses it, and returns the position behind the item with
its value. A refusal stands where the position would: the negated reason, with the value 0. A reader that is handed a
refusal hands it on, so that a production of the grammar reads straight through.
"""

from hanoi_ticket.kernels import reason
from hanoi_ticket.kernels.jit import Bytes, routine

UINT, NINT, BYTES, ARRAY, MAP, TAG, SIMPLE = 0, 1, 2, 4, 5, 6, 7
FALSE, TRUE, NULL = 20, 21, 22
HUGE = 2**63 - 1  # stands for every argument above it: no rule tells them apart
MAX_ENTRIES = 8


@routine
def head(data: Bytes, at: int, end: int) -> tuple[int, int, int]:  # noqa: C901, PLR0911  one line a rule
    """One head: position, major type, argument (section 3)."""
    if at < 0:
        return at, 0, 0
    if at >= end:
        return -reason.TRUNCATED, 0, 0
    initial = int(data[at]) & 0xFF  # numba's int of a byte is unsigned, and would meet the signed ones as a float
    major, info = initial >> 5, initial & 31
    at += 1
    if info < 24 and major != TAG:
        return at, major, info
    if major == TAG:
        return -reason.TAG, 0, 0
    if info == 31:
        return -reason.INDEFINITE_LENGTH, 0, 0
    if info > 27:
        return -reason.RESERVED_HEAD, 0, 0
    if major == SIMPLE and info > 24:
        return -reason.FLOAT, 0, 0
    size = 1 << (info - 24)
    if size > end - at:
        return -reason.TRUNCATED, 0, 0
    if size == 8 and data[at] >= 0x80:
        return at + size, major, HUGE
    value = big_endian(data, at, at + size)
    least = 1 << 4 * size
    if size == 1:
        least = 32 if major == SIMPLE else 24
    if value < least:
        return -reason.NON_SHORTEST, 0, 0
    return at + size, major, value


@routine
def big_endian(data: Bytes, at: int, end: int) -> int:
    """The unsigned number in at most eight bytes."""
    value = 0
    for k in range(at, end):
        value = value << 8 | int(data[k])
    return value


@routine
def argument(data: Bytes, at: int, end: int, expected: int) -> tuple[int, int]:
    """The argument of a head of the expected major type."""
    at, major, value = head(data, at, end)
    if at > 0 and major != expected:
        return -reason.UNEXPECTED_TYPE, 0
    return at, value


@routine
def unsigned(data: Bytes, at: int, end: int, least: int, most: int) -> tuple[int, int]:
    at, value = argument(data, at, end, UINT)
    if at > 0 and not least <= value <= most:
        return -reason.BAD_VALUE, 0
    return at, value


@routine
def integer(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """An integer of either sign."""
    at, major, value = head(data, at, end)
    if at > 0 and major > NINT:
        return -reason.UNEXPECTED_TYPE, 0
    return at, -1 - value if major == NINT else value


@routine
def boolean(data: Bytes, at: int, end: int) -> tuple[int, int]:
    at, value = argument(data, at, end, SIMPLE)
    if at > 0 and value not in (FALSE, TRUE):
        return -reason.UNEXPECTED_TYPE, 0
    return at, value & 1


@routine
def byte_string(data: Bytes, at: int, end: int, least: int, most: int) -> tuple[int, int]:
    """A byte string: the position behind it, and its size."""
    at, size = argument(data, at, end, BYTES)
    if at < 0:
        return at, 0
    if size > end - at:
        return -reason.TRUNCATED, 0
    if not least <= size <= most:
        return -reason.BAD_LENGTH, 0
    return at + size, size


@routine
def array(data: Bytes, at: int, end: int, least: int, most: int) -> tuple[int, int]:
    """The head of an array, and how many items follow."""
    at, count = argument(data, at, end, ARRAY)
    if at > 0 and not least <= count <= most:
        return -reason.BAD_LENGTH, 0
    return at, count


@routine
def mapping(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """The head of a map, and how many entries follow."""
    at, count = argument(data, at, end, MAP)
    if at > 0 and count > MAX_ENTRIES:
        return -reason.BAD_LENGTH, 0
    return at, count


@routine
def map_key(data: Bytes, at: int, end: int, entry: int, previous: int) -> tuple[int, int]:
    """The key of an entry. Keys ascend by their encoding: 0, 1, 2, ... -1, -2, -3, ..."""
    at, key = integer(data, at, end)
    if at < 0 or entry == 0:
        return at, key
    if key == previous:
        return -reason.DUPLICATE_KEY, 0
    ascends = key < previous if key < 0 else 0 <= previous < key
    if not ascends:
        return -reason.KEY_ORDER, 0
    return at, key


@routine
def closed(at: int, end: int) -> int:
    """The position, if nothing follows it in what encloses it."""
    return at if at < 0 or at == end else -reason.TRAILING_DATA
