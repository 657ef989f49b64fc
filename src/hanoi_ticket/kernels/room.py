"""How a batch of codes lies in memory: room to work in, as 64-bit words, and what is told of each code."""

from typing import Final

from hanoi_ticket.kernels import field

CODES: Final = 512
"""The most that go through the lanes at a time: their room stays in a core's own cache."""
DATA_WORDS: Final = 32  # a presentation's 252 bytes
KEY_BYTES: Final = 65  # from one P-256 key to the next
MESSAGE_BYTES: Final = 272
"""Of a Sig_structure at most: 12 bytes of context, heads, and parts of a presentation."""

DATA: Final = 0
FIELDS: Final = DATA + CODES * DATA_WORDS
VERDICTS: Final = FIELDS + CODES * field.COUNT
WHICH: Final = VERDICTS + CODES  # the code that a signature is of
NUMBERS: Final = WHICH + CODES  # the number of its issuer's key among those of its kind
LENGTHS: Final = NUMBERS + CODES  # of its key
STARTS: Final = LENGTHS + CODES  # of its message
KEYS: Final = STARTS + CODES + 1
SIGNATURES: Final = KEYS + CODES * KEY_BYTES // 8 + 1
STATUSES: Final = SIGNATURES + CODES * 8
MESSAGES: Final = STATUSES + CODES // 8
WORDS: Final = MESSAGES + CODES * MESSAGE_BYTES // 8

RESULT_WORDS: Final = 3
"""Of a code: the reason with the issuer's place above it (32 bits each), the ticket's number, the moment."""
NOBODY: Final = -1
NO_MOMENT: Final = -1
