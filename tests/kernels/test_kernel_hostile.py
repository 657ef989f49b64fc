"""Hostile codes that end where unreadable memory begins, and the same kernels with numba's own bounds checks."""

import os
import random
import subprocess
import sys

import numpy as np
import pytest
from numba import njit

from hanoi_ticket.kernels import base45, field, grammar
from tests.kernels.codes import mutated
from tests.kernels.guarded import Guarded

CODES = int(os.environ.get("HANOI_TICKET_HOSTILE_CODES", "100000"))
BOUNDSCHECK = os.environ.get("NUMBA_BOUNDSCHECK") == "1"


@njit
def parse_each(texts, ends, window, data, fields, tight, counts):  # noqa: PLR0917
    """Every text at the very end of `window`, then what it decodes to at the very end of `tight`."""
    start = 0
    for end in ends:
        text = window[window.size - (end - start) :]
        text[:] = texts[start:end]
        verdict = grammar.parse(text, data, fields)
        counts[verdict] += 1
        size = base45.decode(text, data)
        if size >= 0:
            item = tight[tight.size - size :]
            item[:] = data[:size]
            counts[-1] += grammar.parse_bytes(item, size, fields) != verdict
        start = end


def hostile(chance, count):
    texts = [mutated(chance) for _ in range(count)]
    return np.frombuffer(b"".join(texts), np.uint8), np.cumsum([len(text) for text in texts])


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="guard pages matter to machine code")
def test_no_code_makes_the_parser_read_or_write_outside():
    window, tight = Guarded(1024), Guarded(1024)
    data, fields = Guarded(base45.MAX_BYTES), Guarded(8 * field.COUNT)
    counts = np.zeros(64, np.int64)
    chance = random.Random(7)
    for _ in range(CODES // 10_000):
        texts, ends = hostile(chance, 10_000)
        parse_each(texts, ends, window.bytes, data.bytes, fields.bytes.view(np.int64), tight.bytes, counts)
    assert counts[-1] == 0
    assert counts.sum() == CODES
    assert (counts[[0, 7, 8, 11, 13, 15, 16, 17, 19, 20]] > 0).all(), counts


@pytest.mark.skipif(BOUNDSCHECK or os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run it starts")
def test_the_same_under_bounds_checks():
    environment = {**os.environ, "NUMBA_BOUNDSCHECK": "1"}
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", __file__]
    result = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.skipif(not BOUNDSCHECK, reason="only where numba checks bounds")
def test_the_bounds_checks_are_on():
    text = np.frombuffer(b"VT1:" + b"0" * 300, np.uint8)
    with pytest.raises(IndexError):
        grammar.parse(text, np.zeros(10, np.uint8), np.zeros(field.COUNT, np.int64))
