"""The phones that came before: tables (p256_teeth8) by key, as many as fit a given memory.

A phone belongs to one set, by 48 bits of its key, and is told from others by the whole key. The set's least recently
used phone makes room for a new one. Each set has a lock, held while a phone is looked up and its table copied: to its
user or to its place. Whoever has keys that share a set drives out that set's phones alone.

Where everything stands in memory: kernels.phone_set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import bits
from hanoi_ticket.kernels.lock import release, took
from hanoi_ticket.kernels.memory import at, byte, integer, lanes, put_lanes, put_word, word
from hanoi_ticket.kernels.phone_set import (
    CLOCK,
    LINE_WORDS,
    LOCK,
    PHONES,
    SET_WORDS,
    TABLE_WORDS,
    TABLES,
    USED,
    WAYS,
)
from hanoi_ticket.kernels.tracing import formula, kernel

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

NOT_THERE = -1


@kernel
def recalled(table: Any, phones: Any, sets: int, key: Any) -> bool:
    """Whether the phone of a key of 33 bytes is remembered; `table` is its table then."""
    if sets == 0:
        return False
    place = set_of(phones, sets, key)
    while not took(place, LOCK):
        pass
    way = way_of(place, key)
    if way != NOT_THERE:
        note_use(place, way)
        copy_table(table, table_of(place, way))
    release(place, LOCK)
    return way != NOT_THERE


@kernel
def remember(phones: Any, sets: int, key: Any, table: Any) -> None:
    if sets == 0:
        return
    place = set_of(phones, sets, key)
    while not took(place, LOCK):
        pass
    way = way_of(place, key)
    if way == NOT_THERE:
        way = least_recently_used(place)
        put_key(phone_of(place, way), key)
        copy_table(table_of(place, way), table)
    note_use(place, way)
    release(place, LOCK)


@kernel
def set_of(phones: Any, sets: int, key: Any) -> Any:
    return at(phones, SET_WORDS * (bits(key, 8, 48) % sets))


@formula
def phone_of(place: Any, way: Number) -> Any:
    return at(place, way * LINE_WORDS + PHONES)


@formula
def table_of(place: Any, way: Number) -> Any:
    return at(place, way * TABLE_WORDS + TABLES)


@kernel
def way_of(place: Any, key: Any) -> int:
    for way in range(WAYS):
        if is_key(phone_of(place, way), key):
            return way
    return NOT_THERE


@formula
def is_key(phone: Any, key: Any) -> Number:
    same = byte(key, 32) == integer(phone, 4)
    for i in range(4):
        same = same & (word(key, 8 * i) == word(phone, i))
    return same


@formula
def put_key(phone: Any, key: Any) -> None:
    for i in range(4):
        put_word(phone, i, word(key, 8 * i))
    put_word(phone, 4, byte(key, 32))


@kernel
def least_recently_used(place: Any) -> int:
    oldest = 0
    for way in range(1, WAYS):
        if integer(phone_of(place, way), USED) < integer(phone_of(place, oldest), USED):
            oldest = way
    return oldest


@kernel
def note_use(place: Any, way: int) -> None:
    now = integer(place, CLOCK) + 1
    put_word(place, CLOCK, now)
    put_word(phone_of(place, way), USED, now)


@kernel
def copy_table(target: Any, source: Any) -> None:
    for i in range(0, TABLE_WORDS, 8):
        put_lanes(target, i, lanes(source, i))
