"""The entries as Python functions, by the names that `entries` gives them: `doors.ed25519_verify(key, signature, ...)`.

Keys, signatures and messages are `bytes` or uint8 arrays, tables uint64 arrays. A length that an entry wants is that of
its array. The answer is a status (status.py). Nothing checks a length: that is the caller's part. A door compiles when
it is first called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numba
import numpy as np

from hanoi_ticket.kernels import comb25519, ecdsa_p256, ed25519, p256_comb
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.edwards25519 import BASE
from hanoi_ticket.kernels.entries import ENTRIES, LANE_ENTRIES, Entry
from hanoi_ticket.kernels.p256 import GENERATOR
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import place

_LENGTH_OF = {"n": "message", "length": "key"}


def door(entry: Entry) -> Any:
    """The entry over arrays instead of pointers and lengths."""
    asked = [operand for operand, _ in entry.operands if operand not in _LENGTH_OF]
    given = [
        f"len({_LENGTH_OF[operand]})" if operand in _LENGTH_OF else operand if kind == "int" else f"place({operand})"
        for operand, kind in entry.operands
    ]
    source = f"lambda {', '.join(asked)}: kernel({', '.join(given)})"
    function = eval(source, {"kernel": entry.kernel, "place": place})  # noqa: S307  numba has no star arguments by kind
    return numba.njit(error_model="numpy", nogil="count" in asked)(function)


if TYPE_CHECKING:

    def __getattr__(name: str) -> Any: ...


_DOORS = {entry.name: door(entry) for entry in (*ENTRIES, *LANE_ENTRIES)}
globals().update(_DOORS)


def ed25519_base_table() -> Any:
    """The comb of the base point, for every verification: 393,216 bytes."""
    table = np.zeros(comb25519.table_words(ed25519.BASE_WIDTH), np.uint64)
    status = _DOORS["ed25519_build_base_table"](BASE, table)
    if status != OK:
        raise AssertionError(f"the base point does not decode: {status}")
    return table


def ecdsa_p256_base_table() -> Any:
    """The comb of G, for every verification: 270,336 bytes."""
    table = np.zeros(p256_comb.table_words(ecdsa_p256.BASE_WIDTH), np.uint64)
    status = _DOORS["ecdsa_p256_build_key_table"](GENERATOR, ecdsa_p256.BASE_WIDTH, table)
    if status != OK:
        raise AssertionError(f"the generator does not decode: {status}")
    return table


def lane_table(comb_table: Any) -> Any:
    """A comb of width 8 as the table for lanes, aligned to cache lines: 528,384 bytes."""
    cells = np.zeros(TABLE_WORDS + 8, np.uint64)
    start = -(cells.ctypes.data // 8) % 8
    table = cells[start : start + TABLE_WORDS]
    _DOORS["ed25519_build_table8"](table, comb_table)
    return table
