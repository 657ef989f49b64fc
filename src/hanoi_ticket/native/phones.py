"""The phones that came before, and the memory that their tables may take (kernels.phones). In this process alone."""

import mmap
from typing import Any, Final

from hanoi_ticket.kernels.phone_set import LINE_WORDS, PHONES, SET_WORDS, USED, WAYS

WORD: Final = 8
PHONE_BYTES: Final = 4 << 20


class Phones:
    """As many as fit in `most_bytes`: 1,352 bytes each, in sets of eight. Memory is taken as phones come."""

    def __init__(self, ffi: Any, most_bytes: int) -> None:  # noqa: ANN401  cffi has no types
        self.sets = most_bytes // (SET_WORDS * WORD)
        size = max(self.sets, 1) * SET_WORDS * WORD
        self.words = ffi.from_buffer("uint64_t[]", mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS))

    @property
    def capacity(self) -> int:
        return self.sets * WAYS

    @property
    def remembered(self) -> int:
        """How many there are now."""
        firsts = (one * SET_WORDS + PHONES + way * LINE_WORDS for one in range(self.sets) for way in range(WAYS))
        return sum(self.words[first + USED] > 0 for first in firsts)
