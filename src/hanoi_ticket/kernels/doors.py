"""The entries as Python functions: keys, signatures and messages are `bytes` or uint8 arrays, tables uint64 arrays.

They answer a status (status.py). Lengths are checked by the caller: `signing.verifier`. A call compiles on first use.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from hanoi_ticket.kernels import (
    comb25519,
    ecdsa_p256,
    ecdsa_p256_one8,
    ecdsa_p256x8,
    ed25519,
    ed25519x4,
    ed25519x8,
    ed25519x8_any,
    p256_comb,
    p256x8,
)
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.edwards25519 import BASE
from hanoi_ticket.kernels.p256 import GENERATOR
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import place

door = numba.njit(error_model="numpy")


@door
def ed25519_build_base_table(base: Any, base_table: Any) -> int:
    return ed25519.vartime_build_base_table(place(base), place(base_table))


@door
def ed25519_admit(key: Any, base_table: Any) -> int:
    return ed25519.vartime_admit(place(key), place(base_table))


@door
def ed25519_verify(key: Any, signature: Any, message: Any, base_table: Any) -> int:
    return ed25519.vartime_verify(place(key), place(signature), place(message), len(message), place(base_table))


@door
def ed25519_build_key_table(key: Any, width: int, key_table: Any) -> int:
    return ed25519.vartime_build_key_table(place(key), width, place(key_table))


@door
def ed25519_verify_known(key: Any, key_table: Any, width: int, signature: Any, message: Any, base_table: Any) -> int:
    return ed25519.vartime_verify_known(
        place(key), place(key_table), width, place(signature), place(message), len(message), place(base_table)
    )


def ed25519_base_table() -> Any:
    """The comb of the base point, for every verification: 491,520 bytes."""
    table = np.zeros(comb25519.table_words(ed25519.BASE_WIDTH), np.uint64)
    status = ed25519_build_base_table(BASE, table)
    if status != OK:
        raise AssertionError(f"the base point does not decode: {status}")
    return table


@door
def ecdsa_p256_verify(key: Any, signature: Any, message: Any, base_table: Any) -> int:
    return ecdsa_p256.vartime_verify(
        place(key), len(key), place(signature), place(message), len(message), place(base_table)
    )


@door
def ecdsa_p256_build_key_table(key: Any, width: int, key_table: Any) -> int:
    return ecdsa_p256.vartime_build_key_table(place(key), len(key), width, place(key_table))


@door
def ecdsa_p256_verify_known(key_table: Any, width: int, signature: Any, message: Any, base_table: Any) -> int:
    return ecdsa_p256.vartime_verify_known(
        place(key_table), width, place(signature), place(message), len(message), place(base_table)
    )


def ecdsa_p256_base_table() -> Any:
    """The comb of G, for every verification: 270,336 bytes."""
    table = np.zeros(p256_comb.table_words(ecdsa_p256.BASE_WIDTH), np.uint64)
    status = ecdsa_p256_build_key_table(GENERATOR, ecdsa_p256.BASE_WIDTH, table)
    if status != OK:
        raise AssertionError(f"the generator does not decode: {status}")
    return table


@door
def ed25519_build_table8(table: Any, comb_table: Any) -> int:
    return ed25519x8.vartime_build_table8(place(table), place(comb_table))


@door
def ed25519_verify8(key: Any, signature: Any, message: Any, base_table: Any) -> int:
    return ed25519x4.vartime_verify8(place(key), place(signature), place(message), len(message), place(base_table))


@door
def ed25519_verify_known8(key: Any, key_table: Any, signature: Any, message: Any, base_table: Any) -> int:
    return ed25519x8.vartime_verify_known8(
        place(key), place(key_table), place(signature), place(message), len(message), place(base_table)
    )


@numba.njit(error_model="numpy", nogil=True)
def ed25519_verify_known_batch8(
    count: int,
    key_numbers: Any,
    keys: Any,
    key_tables: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    return ed25519x8.vartime_verify_known_batch8(
        count,
        place(key_numbers),
        place(keys),
        place(key_tables),
        place(signatures),
        place(messages),
        place(starts),
        place(base_table),
        place(statuses),
    )


@numba.njit(error_model="numpy", nogil=True)
def ed25519_verify_batch8(
    count: int, keys: Any, signatures: Any, messages: Any, starts: Any, base_table: Any, statuses: Any
) -> int:
    return ed25519x8_any.vartime_verify_batch8(
        count, place(keys), place(signatures), place(messages), place(starts), place(base_table), place(statuses)
    )


def lane_table(comb_table: Any) -> Any:
    """A comb of width 8 as the table for lanes, aligned to cache lines: 528,384 bytes."""
    cells = np.zeros(TABLE_WORDS + 8, np.uint64)
    start = -(cells.ctypes.data // 8) % 8
    table = cells[start : start + TABLE_WORDS]
    ed25519_build_table8(table, comb_table)
    return table


@door
def ecdsa_p256_build_table8(table: Any, comb_table: Any) -> int:
    return p256x8.build_table8(place(table), place(comb_table))


@door
def ecdsa_p256_verify8(key: Any, base_comb: Any, signature: Any, message: Any, base_table: Any) -> int:
    return ecdsa_p256_one8.vartime_verify8(
        place(key), len(key), place(base_comb), place(signature), place(message), len(message), place(base_table)
    )


@door
def ecdsa_p256_verify_known8(
    key: Any, key_table: Any, base_comb: Any, signature: Any, message: Any, base_table: Any
) -> int:
    return ecdsa_p256_one8.vartime_verify_known8(
        place(key),
        len(key),
        place(key_table),
        place(base_comb),
        place(signature),
        place(message),
        len(message),
        place(base_table),
    )


@numba.njit(error_model="numpy", nogil=True)
def ecdsa_p256_verify_batch8(
    count: int,
    keys: Any,
    lengths: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    return ecdsa_p256x8.vartime_verify_batch8(
        count,
        place(keys),
        place(lengths),
        place(base_comb),
        place(signatures),
        place(messages),
        place(starts),
        place(base_table),
        place(statuses),
    )


@numba.njit(error_model="numpy", nogil=True)
def ecdsa_p256_verify_known_batch8(
    count: int,
    key_numbers: Any,
    keys: Any,
    lengths: Any,
    key_tables: Any,
    base_comb: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    base_table: Any,
    statuses: Any,
) -> int:
    return ecdsa_p256x8.vartime_verify_known_batch8(
        count,
        place(key_numbers),
        place(keys),
        place(lengths),
        place(key_tables),
        place(base_comb),
        place(signatures),
        place(messages),
        place(starts),
        place(base_table),
        place(statuses),
    )
