"""The replay window's memory (kernels.replay): shards of slots, and a head for each shard. Zero is empty.

slots    int64[shards * SHARD, 4]: issuer, ticket, moment, use; a use of 0 is an empty slot
shards   int64[shards * 8]: lock, second of the next sweep, uses remembered; shards is a power of two
use      UTC second << 24 | reader << 8 | passed << 2 | direction
"""

from typing import Final

SHARD: Final = 4096
CAPACITY: Final = SHARD // 8 * 7  # the rest stays empty: a search ends there
ISSUER: Final = 0
TICKET: Final = 1
MOMENT: Final = 2
USE: Final = 3
SLOT_WORDS: Final = 4

LOCK: Final = 0
NEXT_SWEEP: Final = 1
LIVE: Final = 2
SHARD_WORDS: Final = 8  # a cache line each: threads at different shards do not disturb one another

AT: Final = 24  # bits below the second
READER: Final = 8  # and below the reader, of 16 bits
PASSED: Final = 4
DIRECTION: Final = 3  # 1 to 3: the word of a use is never 0
