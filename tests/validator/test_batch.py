"""Batches: their form, their threads, their memory. What they answer is held in tests/native/test_rules.py."""

import itertools

import numpy as np
import pytest

from hanoi_ticket import Reason, Verdict, verify, verify_batch, verify_stream
from hanoi_ticket.kernels import room
from hanoi_ticket.native import choice
from hanoi_ticket.validator import Verdicts
from tests.city import START


@pytest.fixture(params=["native", "openssl"], autouse=True)
def backend(request, monkeypatch):
    """Whatever serves here, and OpenSSL."""
    choice.automatic.cache_clear()
    if request.param == "openssl":
        monkeypatch.setenv("HANOI_TICKET_BACKEND", "openssl")
    yield
    choice.automatic.cache_clear()


@pytest.fixture
def codes(city):
    good = city.rider().code(START)
    city.denied.add(0)
    printed = city.rider("metro-2a-single", paper=True).code(START)
    return [good, good[:-1], "", printed, b"VT1:", good.encode(), city.rider().code(START)]


def test_a_batch_is_a_sequence_of_verdicts_and_an_array(city, codes):
    trust = city.trust
    verdicts = verify_batch(codes, trust, START)
    assert isinstance(verdicts, Verdicts)
    assert all(isinstance(verdict, Verdict) for verdict in verdicts)
    assert list(verdicts) == [verify(code, trust, START) for code in codes]
    assert verdicts[-1] == verify(codes[-1], trust, START)
    assert list(verdicts[1:5:2]) == [verify(code, trust, START) for code in codes[1:5:2]]
    assert verdicts.array.dtype.names == ("status", "issuer", "ticket", "moment")
    assert verdicts.array.dtype["ticket"] == np.uint64
    assert verdicts.array[0].tolist() == (Reason.DENIED, 0, 0, START)
    assert verdicts.array[1].tolist() == (Reason.BASE45_LENGTH, -1, 0, -1)
    assert verdicts.array[3].tolist() == (Reason.OK, 0, 1, -1)
    with pytest.raises(IndexError):
        verdicts[len(codes)]


def test_nothing_is_a_batch_too(city):
    verdicts = verify_batch([], city.trust, START)
    assert list(verdicts) == []
    assert verdicts.array.shape == (0,)
    assert list(verify_stream([], city.trust, START)) == []


def test_each_code_may_have_its_own_moment(city):
    rider = city.rider()
    moments = [START + 15 * i for i in range(6)]
    codes = [rider.code(at) for at in moments]
    assert (verify_batch(codes, city.trust, moments).array["status"] == Reason.OK).all()
    assert (verify_batch(codes, city.trust, iter(moments)).array["moment"] == moments).all()
    one = verify_batch(codes, city.trust, START)
    assert [verdict.reason for verdict in one][2:] == [Reason.CODE_FROM_FUTURE] * 4
    with pytest.raises(ValueError, match="fewer moments than codes"):
        verify_batch(codes, city.trust, moments[:-1])


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_keep_the_order_and_progress_is_told(city, threads):
    rider, told = city.rider("metro-2a-single", paper=True), []
    codes = [rider.code(START) if i % 3 else str(i) for i in range(3 * room.CODES + 10)]
    verdicts = verify_batch(codes, city.trust, START, threads=threads, progress=told.append)
    assert verdicts.array["status"].tolist() == [0 if i % 3 else Reason.WRONG_PREFIX for i in range(len(codes))]
    assert told == [room.CODES, 2 * room.CODES, 3 * room.CODES, len(codes)]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stream_takes_codes_as_it_gives_answers(city, threads):
    """From a source without end: what has been taken and not answered is bounded."""
    code, taken = city.rider("metro-2a-single", paper=True).code(START), 0

    def source():
        nonlocal taken
        for _ in itertools.count():
            taken += 1
            yield code

    stream = verify_stream(source(), city.trust, START, threads=threads)
    answered = 0
    for part in itertools.islice(stream, 10):
        answered += len(part)
        assert part[0].accepted
        assert taken - answered <= (2 * threads + 1) * room.CODES
    stream.close()


def test_texts_of_any_length_take_no_more_room_than_codes(city):
    codes = ["VT1:" + "0" * 10_000_000, city.rider("metro-2a-single", paper=True).code(START), b"\xff" * 1_000_000]
    assert [verdict.reason for verdict in verify_batch(codes, city.trust, START)] == [
        Reason.TOO_LONG,
        Reason.OK,
        Reason.TOO_LONG,
    ]
