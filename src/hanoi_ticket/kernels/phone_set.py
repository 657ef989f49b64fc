"""The memory of the phones that came before (kernels.phones): sets of WAYS phones. Zero is empty.

set   a line (LOCK, CLOCK), then a line for each phone (its key's 33 bytes, USED), then a table for each phone
"""

from typing import Final

TABLE_WORDS: Final = 2 * 2 * 40  # two rows of two coordinates in eight lanes: kernels.p256_teeth8
LINE_WORDS: Final = 8
WAYS: Final = 8
PHONES: Final = LINE_WORDS
TABLES: Final = PHONES + WAYS * LINE_WORDS
SET_WORDS: Final = TABLES + WAYS * TABLE_WORDS
"""10,816 bytes."""

LOCK: Final = 0
CLOCK: Final = 1  # counts the uses of a set
USED: Final = 5  # a phone's last use, by the clock of its set
