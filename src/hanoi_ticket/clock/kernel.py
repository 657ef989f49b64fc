"""The system clock, when the Linux kernel says that NTP keeps it: adjtimex(2), read only, no privilege needed.

chrony tells the kernel only with `rtcsync` in chrony.conf (Debian's default); ntpd and systemd-timesyncd always do.
"""

import ctypes
import os
from dataclasses import dataclass
from typing import Final

from hanoi_ticket.clock.tracked import now

STA_UNSYNC: Final = 0x0040
TIME_ERROR: Final = 5


class Timex(ctypes.Structure):
    """struct timex of <sys/timex.h>, up to `maxerror` and `status`; the rest is room that the kernel fills."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_long * 32),
    )


@dataclass(frozen=True, slots=True)
class Discipline:
    """The kernel's own word about its clock."""

    synchronised: bool
    error: float
    """Seconds by which it may be wrong at most; without news from NTP it grows by 500 parts in a million."""


def told(state: int, words: Timex) -> Discipline:
    """What the answer of adjtimex(2) means: `state` is TIME_OK (0) to TIME_WAIT (4), leap seconds, or TIME_ERROR."""
    return Discipline(state != TIME_ERROR and not words.status & STA_UNSYNC, words.maxerror / 1e6)


def discipline() -> Discipline:
    """Raises `OSError` where there is no adjtimex (another system than Linux)."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "adjtimex"):
        raise OSError("this system has no adjtimex")
    words = Timex(modes=0)
    state = libc.adjtimex(ctypes.byref(words))
    if state < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return told(state, words)


class KernelClock:
    """A `Source`: the system's time while it is synchronised and its error is at most `max_error` seconds."""

    def __init__(self, max_error: float = 1.0) -> None:
        self.max_error = max_error
        discipline()  # a system without it is refused now, not at the first tap

    def __call__(self) -> int | None:
        word = discipline()
        return now() if word.synchronised and word.error <= self.max_error else None
