"""Base45, RFC 9285, behind the prefix that names the format's version."""

import numpy as np

from hanoi_ticket.kernels import reason
from hanoi_ticket.kernels.jit import Bytes, routine

PREFIX = b"VT1:"
MAX_TEXT = 382
MAX_BYTES = (MAX_TEXT - len(PREFIX)) // 3 * 2

ALPHABET = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
OUTSIDE = 0x80
VALUES = np.full(256, OUTSIDE, np.uint8)
VALUES[list(ALPHABET)] = np.arange(45)
CR, LF, COLON, DIGIT_0, DIGIT_9 = b"\r\n:09"


@routine
def decode(text: Bytes, out: Bytes) -> int:
    """The bytes of a code text, written to `out` (uint8, MAX_BYTES of room): how many, or the negated reason."""
    size = len(text)
    if size > MAX_TEXT:
        return -reason.TOO_LONG
    start = prefix(text, size)
    if start < 0:
        return start
    triplets = (size - start) // 3
    wrong = 0
    at = start
    for k in range(triplets):
        c, d, e = int(VALUES[text[at]]), int(VALUES[text[at + 1]]), int(VALUES[text[at + 2]])
        number = c + 45 * d + 2025 * e
        wrong |= ((c | d | e) & OUTSIDE) | (number >> 16)
        out[2 * k] = (number >> 8) & 0xFF
        out[2 * k + 1] = number & 0xFF
        at += 3
    decoded = 2 * triplets
    if size - at == 2:
        c, d = int(VALUES[text[at]]), int(VALUES[text[at + 1]])
        number = c + 45 * d
        wrong |= ((c | d) & OUTSIDE) | (number >> 8)
        out[decoded] = number & 0xFF
        decoded += 1
    if wrong != 0 or size - at == 1:
        return -fault(text, start, size)
    return decoded


@routine
def prefix(text: Bytes, size: int) -> int:
    """The position behind `VT1:`, or the negated reason. Other numbers are other versions."""
    if size < 3 or text[0] != PREFIX[0] or text[1] != PREFIX[1] or text[2] == DIGIT_0:
        return -reason.WRONG_PREFIX
    at = 2
    while at < size and DIGIT_0 <= text[at] <= DIGIT_9:
        at += 1
    if at in (2, size) or text[at] != COLON:
        return -reason.WRONG_PREFIX
    if at == 3 and text[2] == PREFIX[2]:
        return at + 1
    return -reason.UNSUPPORTED_VERSION


@routine
def fault(text: Bytes, start: int, size: int) -> int:
    """Which rule a text that does not decode breaks first: characters, then length, then overflow."""
    for at in range(start, size):
        if VALUES[text[at]] == OUTSIDE:
            for rest in range(at, size):
                if text[rest] != CR and text[rest] != LF:
                    return reason.BASE45_CHARACTER
            return reason.TRAILING_DATA
    if (size - start) % 3 == 1:
        return reason.BASE45_LENGTH
    return reason.BASE45_OVERFLOW
