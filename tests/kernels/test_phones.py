"""The phones that came before: a bounded memory, against a model of it, and under many threads."""

import random
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import phone_set, phones
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.phone_set import SET_WORDS, TABLE_WORDS, WAYS
from hanoi_ticket.kernels.tracing import JIT, has_lanes

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")


@numba.njit(error_model="numpy", nogil=True)
def recall(table, memory, sets, key):
    return phones.recalled(place(table), place(memory), sets, place(key))


@numba.njit(error_model="numpy", nogil=True)
def remember(memory, sets, key, table):
    phones.remember(place(memory), sets, place(key), place(table))


def table_of(key):
    return np.random.default_rng(list(key)).integers(0, 1 << 63, TABLE_WORDS, np.uint64)


def alike(rng):
    """Keys of one set, each unlike the others in one place."""
    key = rng.randbytes(33)
    places = [*range(1), *range(7, 33)]  # not those 48 bits that choose the set
    return [key, *(key[:i] + bytes([key[i] ^ 1 << rng.randrange(8)]) + key[i + 1 :] for i in places)]


class Model:
    """What a memory of so many sets holds."""

    def __init__(self, sets):
        self.sets = [OrderedDict() for _ in range(sets)]

    def set_of(self, key):
        return self.sets[int.from_bytes(key[1:7], "little") % len(self.sets)]

    def recalled(self, key):
        found = self.set_of(key)
        if key in found:
            found.move_to_end(key)
        return found.get(key)

    def remember(self, key, table):
        held = self.set_of(key)
        if key not in held and len(held) == WAYS:
            held.popitem(last=False)
        held[key] = table
        held.move_to_end(key)


def test_it_is_a_set_associative_memory(cases):
    rng = random.Random(1)
    sets = 3
    model, memory = Model(sets), np.zeros(sets * SET_WORDS, np.uint64)
    keys = [rng.randbytes(33) for _ in range(40)] + alike(rng)
    table, found = np.zeros(TABLE_WORDS, np.uint64), 0
    for _ in range(cases(3000)):
        key = rng.choice(keys)
        expected = model.recalled(key)
        assert recall(table, memory, sets, key) == (expected is not None)
        if expected is None:
            model.remember(key, table_of(key))
            remember(memory, sets, key, table_of(key))
        else:
            found += 1
            assert (table == expected).all()
    assert found > cases(3000) // 5


def test_the_last_use_counts():
    """Of nine phones of one set the one that was used the longest ago is gone."""
    memory, table = np.zeros(SET_WORDS, np.uint64), np.zeros(TABLE_WORDS, np.uint64)
    keys = [bytes([2, i]) + bytes(31) for i in range(WAYS + 1)]
    for key in keys[:WAYS]:
        remember(memory, 1, key, table_of(key))
    assert recall(table, memory, 1, keys[0])
    remember(memory, 1, keys[WAYS], table_of(keys[WAYS]))
    assert [recall(table, memory, 1, key) for key in keys] == [True, False, *[True] * (WAYS - 1)]


def test_nothing_is_remembered_twice():
    """Two threads may both find a phone new."""
    memory = np.zeros(SET_WORDS, np.uint64)
    for _ in range(3):
        remember(memory, 1, b"\2" * 33, table_of(b"\2" * 33))
    lines = memory[phone_set.PHONES : phone_set.TABLES].reshape(WAYS, phone_set.LINE_WORDS)
    assert np.count_nonzero(lines[:, phone_set.USED]) == 1


def test_no_memory_at_all():
    memory, table = np.full(SET_WORDS, 7, np.uint64), np.zeros(TABLE_WORDS, np.uint64)
    remember(memory, 0, b"\2" * 33, table)
    assert not recall(table, memory, 0, b"\2" * 33)
    assert (memory == 7).all()


def test_it_writes_nowhere_else():
    """The last set ends where the memory does."""
    memory = np.zeros(3 * SET_WORDS, np.uint64)
    memory[2 * SET_WORDS :] = 7
    for i in range(200):
        remember(memory, 2, bytes([2, i]) + bytes(31), table_of(bytes([i])))
    assert (memory[2 * SET_WORDS :] == 7).all()
    assert recall(np.zeros(TABLE_WORDS, np.uint64), memory, 2, bytes([2, 199]) + bytes(31))


@numba.njit(error_model="numpy", nogil=True)
def storm(memory, keys, tables, order):
    """How many were found, and how many of those without their own table."""
    found = torn = 0
    table = np.zeros(TABLE_WORDS, np.uint64)
    for number in order:
        key = place(keys[number])
        if phones.recalled(place(table), place(memory), 1, key):
            found += 1
            torn += (table != tables[number]).any()
        else:
            phones.remember(place(memory), 1, key, place(tables[number]))
    return found, torn


@pytest.mark.skipif(not JIT, reason="as Python it has no lock")
def test_any_number_of_threads(cases):
    """Whoever finds a phone has its whole table, while others drive phones out."""
    keys = np.array([[2, i] + 31 * [0] for i in range(2 * WAYS)], np.uint8)
    tables = np.array([np.full(TABLE_WORDS, i) for i in range(2 * WAYS)], np.uint64)
    memory = np.zeros(SET_WORDS, np.uint64)
    orders = [np.random.default_rng(seed).integers(0, len(keys), cases(500_000)) for seed in range(4)]
    with ThreadPoolExecutor(len(orders)) as threads:
        results = list(threads.map(lambda order: storm(memory, keys, tables, order), orders))
    assert all(found and not torn for found, torn in results)
