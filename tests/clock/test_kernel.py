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
