"""What the kernel says of its clock. The word is asked of the real kernel; what follows from it, of chosen words."""

import ctypes
import struct
import sys
import time

import pytest

from hanoi_ticket.clock import kernel
from hanoi_ticket.clock.kernel import Discipline, KernelClock

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="adjtimex(2) is Linux's")


def test_the_kernel_s_own_word_is_read_whole():
    """The same numbers as `struct` finds in what the call fills."""
    words = ctypes.create_string_buffer(1024)
    state = ctypes.CDLL(None).adjtimex(words)
    _, _, _, maxerror, _, status = struct.unpack_from("@IllllI", words)
    word = kernel.discipline()
    assert word.synchronised == (state != 5 and not status & 0x40)
    assert word.error == pytest.approx(maxerror / 1e6, abs=0.1)


STA_PLL, STA_INS, STA_UNSYNC, STA_PPSSIGNAL, STA_NANO = 0x0001, 0x0010, 0x0040, 0x0100, 0x2000
TIME_OK, TIME_INS, TIME_DEL, TIME_OOP, TIME_WAIT, TIME_ERROR = range(6)  # <sys/timex.h>


@pytest.mark.parametrize(
    ("state", "status", "maxerror", "synchronised"),
    [
        (TIME_OK, STA_PLL | STA_NANO, 21_500, True),  # systemd-timesyncd, or chrony with rtcsync
        (TIME_OK, STA_PLL | STA_PPSSIGNAL | STA_NANO, 500, True),
        (TIME_INS, STA_PLL | STA_INS | STA_NANO, 21_500, True),  # a leap second comes tonight,
        (TIME_DEL, STA_PLL | STA_NANO, 21_500, True),
        (TIME_OOP, STA_PLL | STA_INS | STA_NANO, 21_500, True),  # is now,
        (TIME_WAIT, STA_PLL | STA_NANO, 21_500, True),  # was
        (TIME_ERROR, STA_UNSYNC | STA_NANO, 16_000_000, False),  # nobody keeps it: as after boot
        (TIME_ERROR, STA_PLL | STA_NANO, 21_500, False),
        (TIME_OK, STA_PLL | STA_UNSYNC | STA_NANO, 21_500, False),
    ],
)
def test_each_answer_of_adjtimex_means_what_the_manual_says(state, status, maxerror, synchronised):
    fields = struct.pack("@IllllI", 0, 0, 0, maxerror, 0, status)
    words = kernel.Timex.from_buffer_copy(fields.ljust(ctypes.sizeof(kernel.Timex), b"\0"))
    assert kernel.told(state, words) == Discipline(synchronised, maxerror / 1e6)


@pytest.mark.parametrize(
    ("word", "answers"),
    [
        (Discipline(synchronised=True, error=0.01), True),
        (Discipline(synchronised=True, error=1.0), True),
        (Discipline(synchronised=True, error=1.1), False),
        (Discipline(synchronised=False, error=0.01), False),
    ],
)
def test_only_a_synchronised_clock_of_small_error_answers(monkeypatch, word, answers):
    clock = KernelClock()
    monkeypatch.setattr(kernel, "discipline", lambda: word)
    seconds = clock()
    assert (seconds is not None) == answers
    assert seconds is None or abs(seconds - time.time()) < 2
