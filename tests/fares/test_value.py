"""A catalogue survives the trust bundle unchanged, and nothing but a catalogue is read as one."""

import copy
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.reader import read_feed
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.fares.value import from_value, to_value
from hanoi_ticket.wire import cbor
from tests.fares.random_feed import random_files, write_feed

JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    1,
    24,
    2**53,
    "",
    "x",
    "a\nb",
    "x" * 1001,
    [],
    [0],
    [[0, 0]],
    {},
    b"",
    1.5,
    20261131,
]


def test_a_catalogue_survives_cbor(cases: Callable[[int], int], tmp_path: Path) -> None:
    catalogues = [hanoi_sample()]
    catalogues += [read_feed(write_feed(random_files(n), tmp_path / str(n))) for n in range(cases(30))]
    for catalogue in catalogues:
        assert from_value(cbor.decode(cbor.encode(to_value(catalogue)))) == catalogue


def test_reading_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    folder = write_feed(random_files(1), tmp_path)
    assert cbor.encode(to_value(read_feed(folder))) == cbor.encode(to_value(read_feed(folder)))


def spots(value: Any, path: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    below = (
        [spot for index, item in enumerate(value) for spot in spots(item, (*path, index))]
        if isinstance(value, list)
        else []
    )
    return [path, *below]


def test_damage_is_refused_or_harmless(cases: Callable[[int], int], tmp_path: Path) -> None:
    """One wrong value anywhere: a clear refusal, or a catalogue that says exactly that; never another exception."""
    whole = to_value(read_feed(write_feed(random_files(3), tmp_path)))
    places = [spot for spot in spots(whole) if spot]
    chance = random.Random(7)
    refused = 0
    for _ in range(cases(1500)):
        value = copy.deepcopy(whole)
        spot = chance.choice(places)
        holder = value
        for index in spot[:-1]:
            holder = holder[index]
        holder[spot[-1]] = chance.choice(JUNK)
        try:
            assert to_value(from_value(value)) == value
        except FaresRejected:
            refused += 1
    assert refused


@pytest.mark.parametrize("value", JUNK)
def test_other_values_are_refused(value: object) -> None:
    with pytest.raises(FaresRejected, match="catalogue"):
        from_value(value)


def test_another_order_of_rows_is_refused() -> None:
    value = to_value(hanoi_sample())
    value[5][0], value[5][1] = value[5][1], value[5][0]
    with pytest.raises(FaresRejected, match="out of order"):
        from_value(value)


@pytest.mark.parametrize(
    ("place", "new", "problem"),
    [
        ((0,), 2, r"catalogue\[0\]: is not version 1"),
        ((5, 0, 0), 65_536, r"catalogue\[5\]\[0\]\[0\]: is no whole number from 1 to 65535"),
        ((5, 0, 6), [9999], "areas are named that are unknown"),
        ((5, 0, 17, 0, 0), 23, "riders are named that are unknown"),
        ((5, 0, 17, 0, 1), 20_260_230, "no day of the calendar"),
        ((5, 1, 0), 100, "a product number stands twice"),
        ((5, 1, 1), "metro-2a-single", "a product id stands twice"),
        ((4, 0, 2), [1], "lies within itself"),
        ((4, 0, 2), [9999], "lies within one that is unknown"),
        ((6, 1), [9999], "networks are named that are unknown"),
        ((6, 2, 0, 6), 9999, "products are named that are unknown"),
        ((6, 2, 0, 4), 1, "timeframes are named that are unknown"),
        ((6, 6), [[1, 1, 10101, 99991231, [], []]], "spans more than"),
    ],
)
def test_what_does_not_fit_together_is_refused(place: tuple[int, ...], new: object, problem: str) -> None:
    value = to_value(hanoi_sample())
    holder = value
    for index in place[:-1]:
        holder = holder[index]
    holder[place[-1]] = new
    with pytest.raises(FaresRejected, match=problem):
        from_value(value)
