"""Memory that ends where unreadable memory begins: whoever reads or writes one byte too far does not survive it."""

import ctypes
import mmap
import os

import numpy as np

PROT_NONE = 0


class Guarded:
    """Bytes that end exactly where a page begins that no one may touch."""

    def __init__(self, size: int) -> None:
        room = -(-size // mmap.PAGESIZE) * mmap.PAGESIZE
        self.map = mmap.mmap(-1, room + mmap.PAGESIZE)
        start = ctypes.addressof(ctypes.c_char.from_buffer(self.map))
        libc = ctypes.CDLL(None, use_errno=True)
        refused = libc.mprotect(ctypes.c_void_p(start + room), ctypes.c_size_t(mmap.PAGESIZE), PROT_NONE)
        assert refused == 0, os.strerror(ctypes.get_errno())
        self.bytes = np.frombuffer(self.map, np.uint8, size, room - size)
