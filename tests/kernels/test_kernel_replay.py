"""The replay window against a naive one, in time and out of room, and under eight threads at once."""

import itertools
import os
import random
import threading
import types

import numpy as np
import pytest
from numba import njit

from hanoi_ticket.kernels import reason, replay
from hanoi_ticket.kernels.jit import OPTIONS

NO_JIT = os.environ.get("NUMBA_DISABLE_JIT") == "1"
SPAN, PASSBACK, RETRY = 3600, 600, 8
NOON = 1_790_000_000
ISSUER = -0x0123456789ABCDEF
NAMESAKE = ISSUER ^ 0x1_0000_0001  # the same hash


def table(shards: int) -> tuple[np.ndarray, np.ndarray]:
    return np.zeros((shards * replay.SHARD, 4), np.int64), np.zeros(shards * replay.SHARD_WORDS, np.int64)


def use(at: int, reader: int = 7, direction: int = 1) -> int:
    return at << 24 | reader << 8 | direction


def tap(window, ticket, moment, at, reader=7, direction=1, issuer=ISSUER):  # noqa: PLR0917
    return replay.check_and_record(*window, SPAN, issuer, ticket, moment, use(at, reader, direction), PASSBACK, RETRY)


class Naive:
    """The same rules over a dict."""

    def __init__(self) -> None:
        self.uses: dict[tuple[int, int], list[int]] = {}

    def tap(self, issuer, ticket, moment, at, reader, direction):  # noqa: PLR0917
        last = self.uses.get((issuer, ticket))
        if last is not None and at - last[1] >= SPAN + SPAN // replay.BUCKETS:
            last = None  # two sweeps lie between
        if last is not None:
            again = last[2:4] == [reader, direction] and not last[4]
            if again and 0 <= at - last[1] <= RETRY and moment >= last[0]:
                return replay.REPEATED
            if 0 <= moment <= last[0]:
                return reason.REPLAYED
            if last[3] == direction and at - last[1] < PASSBACK:
                return reason.PASSBACK
        self.uses[issuer, ticket] = [moment, at, reader, direction, False]
        return reason.OK

    def passed(self, issuer, ticket, reader):
        last = self.uses.get((issuer, ticket))
        if last is not None and last[2] == reader:
            last[4] = True


def test_it_agrees_with_a_dict(cases):
    chance = random.Random(5)
    window, naive = table(2), Naive()
    at, seen = NOON, set()
    for _ in range(cases(20_000)):
        at += chance.choice((0, 1, 5, 40))
        key = chance.choice((ISSUER, NAMESAKE)), chance.randrange(60)
        reader, direction = chance.randrange(2), chance.randrange(1, 3)
        moment = -1 if chance.random() < 0.1 else at - chance.randrange(60)
        asked = replay.check(*window, *key, moment, use(at, reader, direction), PASSBACK, RETRY)
        expired = key in naive.uses and at - naive.uses[key][1] >= SPAN
        answer = tap(window, key[1], moment, at, reader, direction, key[0])
        assert answer == naive.tap(*key, moment, at, reader, direction)
        assert asked == answer or expired
        seen.add(answer)
        if chance.random() < 0.3:
            replay.mark_passed(*window, *key, reader)
            naive.passed(*key, reader)
    assert seen == {reason.OK, replay.REPEATED, reason.REPLAYED, reason.PASSBACK}


def test_a_use_is_remembered_for_the_span_and_forgotten_soon_after():
    window = table(1)
    assert tap(window, 1, NOON, NOON) == reason.OK
    assert tap(window, 2, NOON, NOON + SPAN - SPAN // 8) == reason.OK
    assert tap(window, 1, NOON, NOON + SPAN - 1) == reason.REPLAYED
    assert tap(window, 1, NOON, NOON + SPAN) == reason.OK
    assert window[1][replay.LIVE] == 2
    assert tap(window, 2, NOON, NOON + SPAN) == reason.REPLAYED


def test_asking_changes_nothing():
    window = table(1)
    tap(window, 1, NOON, NOON)
    before = [part.copy() for part in window]
    for ticket, moment in ((1, NOON), (1, NOON + 700), (2, NOON)):
        replay.check(*window, ISSUER, ticket, moment, use(NOON + 700), PASSBACK, RETRY)
    assert all((part == kept).all() for part, kept in zip(window, before, strict=True))


def test_moments_begin_with_0():
    window = table(1)
    assert replay.check(*window, ISSUER, 1, 0, use(NOON), PASSBACK, RETRY) == reason.OK
    assert tap(window, 1, 0, NOON) == reason.OK
    assert tap(window, 1, 0, NOON + PASSBACK) == reason.REPLAYED
    assert replay.check(*window, ISSUER, 1, 0, use(NOON + PASSBACK), PASSBACK, RETRY) == reason.REPLAYED


def test_a_clock_set_back_delays_no_sweep():
    window = table(1)
    assert tap(window, 1, -1, NOON + 100 * SPAN) == reason.OK
    assert tap(window, 2, -1, NOON) == reason.OK
    assert tap(window, 3, -1, NOON + SPAN) == reason.OK
    assert window[1][replay.LIVE] == 2
    assert window[1][replay.NEXT_SWEEP] <= NOON + SPAN + SPAN // replay.BUCKETS


def test_a_place_has_32_bits_and_hangs_on_the_whole_key():
    mixed = getattr(replay.mixed, "py_func", replay.mixed)
    places = {mixed(ISSUER ^ (issuer << 40), ticket << 20) for issuer in range(20) for ticket in range(500)}
    assert all(0 <= place < 1 << 32 for place in places)
    assert len(places) > 9990
    assert len({place % replay.SHARD for place in places}) > replay.SHARD * 0.85


def keys_of_shard(count: int) -> list[int]:
    """Tickets that share a place, so that their chains run into one another and round the end of the shard."""
    mixed = getattr(replay.mixed, "py_func", replay.mixed)
    late = (ticket for ticket in itertools.count() if mixed(ISSUER, ticket) % replay.SHARD >= replay.SHARD - 8)
    return list(itertools.islice(late, count))


def test_chains_survive_what_is_removed_from_them():
    window = table(1)
    tickets = keys_of_shard(60)
    chance = random.Random(2)
    last: dict[int, int] = {}
    at = NOON
    for _ in range(600):
        at += chance.randrange(120)
        ticket = chance.choice(tickets)
        expected = reason.OK if ticket not in last or at - last[ticket] >= PASSBACK else reason.PASSBACK
        if at - last.get(ticket, at) <= RETRY and ticket in last:
            continue
        assert tap(window, ticket, -1, at) == expected
        if expected == reason.OK:
            last[ticket] = at
        alive = sum(at - seen < SPAN for seen in last.values())
        assert alive <= window[1][replay.LIVE] <= len(last)
    assert len(last) > 50


def test_a_full_window_refuses_new_tickets_and_still_knows_the_old():
    window = table(1)
    for ticket in range(replay.CAPACITY):
        assert tap(window, ticket, NOON, NOON) == reason.OK
    before = [part.copy() for part in window]
    assert tap(window, replay.CAPACITY, NOON, NOON) == reason.STORE_FULL
    assert all((part == kept).all() for part, kept in zip(window, before, strict=True))
    assert tap(window, 17, NOON, NOON + 60) == reason.REPLAYED
    assert tap(window, 17, NOON + 700, NOON + 700) == reason.OK
    later = NOON + SPAN + SPAN // 8
    assert tap(window, replay.CAPACITY, later, later) == reason.OK


def test_many_at_once_are_judged_one_by_one():
    window = table(1)
    uses = np.array([[ISSUER, k % 40, NOON, use(NOON + k)] for k in range(80)], np.int64)
    answers = np.full(80, 99, np.int64)
    replay.check_and_record_each(*window, SPAN, uses, PASSBACK, RETRY, answers)
    assert (answers[:40] == reason.OK).all()
    assert (answers[40:] == reason.REPLAYED).all()


def double_accepts(check_each, keys: int, threads: int = 8) -> int:
    """Every thread brings the same tickets in the same order at the same time: how often was one let in again?"""
    shards = 1 << max(0, (2 * keys // replay.SHARD - 1).bit_length())
    window = table(shards)
    uses = np.zeros((keys, 4), np.int64)
    uses[:, replay.ISSUER], uses[:, replay.TICKET] = ISSUER, np.random.default_rng(1).permutation(keys)
    uses[:, replay.MOMENT] = NOON
    rows = [uses.copy() for _ in range(threads)]
    answers = np.full((threads, keys), 99, np.int64)
    barrier = threading.Barrier(threads)

    def bring(number: int) -> None:
        rows[number][:, replay.USE] = use(NOON, reader=number)
        barrier.wait()
        check_each(*window, SPAN, rows[number], PASSBACK, RETRY, answers[number])

    crowd = [threading.Thread(target=bring, args=(number,)) for number in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    accepted = (answers == reason.OK).sum(axis=0)
    assert (accepted >= 1).all()
    assert np.isin(answers, (reason.OK, reason.REPLAYED)).all()
    return int((accepted - 1).sum())


def without_a_lock():
    """The same kernels, compiled from the same code, where every thread takes the lock at once."""

    @njit(**OPTIONS)
    def took(_memory, _index):
        return True

    def rebuilt(kernel, names, **options):
        code = kernel.py_func
        return njit(**options)(types.FunctionType(code.__code__, {**code.__globals__, **names}, code.__name__))

    locked = rebuilt(replay.locked, {"took": took}, **OPTIONS)
    single = rebuilt(replay.check_and_record, {"locked": locked}, **OPTIONS)
    return rebuilt(replay.check_and_record_each, {"check_and_record": single}, **OPTIONS, nogil=True)


@pytest.mark.skipif(NO_JIT, reason="threads run at the same time in machine code alone")
def test_eight_threads_never_accept_a_ticket_twice():
    replay.check_and_record_each(*table(1), SPAN, np.zeros((0, 4), np.int64), 0, 0, np.zeros(0, np.int64))
    assert double_accepts(replay.check_and_record_each, 1 << 20) == 0


@pytest.mark.skipif(NO_JIT or (os.cpu_count() or 1) < 2, reason="needs machine code and two processors")
def test_and_without_the_lock_they_do():
    unlocked = without_a_lock()
    unlocked(*table(1), SPAN, np.zeros((0, 4), np.int64), 0, 0, np.zeros(0, np.int64))
    assert any(double_accepts(unlocked, 1 << 20) for _ in range(5))
