"""Batches: their form, their threads, their memory. What they answer is held in tests/native/test_rules.py."""

import itertools
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from operator import length_hint

import numpy as np
import pytest

from hanoi_ticket import Reason, Verdict, clock, verify, verify_batch, verify_stream
from hanoi_ticket.kernels import room
from hanoi_ticket.native import choice
from hanoi_ticket.rotation import BUS, METRO
from hanoi_ticket.validator import Verdicts, batch
from hanoi_ticket.validator.verify import Case
from hanoi_ticket.wire.presentation import MAX_CHARACTERS
from tests.city import START


@pytest.fixture(params=["native", "openssl"], autouse=True)
def backend(request, place, monkeypatch):
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(place.parent))
    monkeypatch.setenv("HANOI_TICKET_BACKEND", request.param)
    yield
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()


native_alone = pytest.mark.parametrize("backend", ["native"], indirect=True)
"""Without kernels the array comes from verdicts, made one by one."""


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
    assert list(verify_batch(iter(codes), trust, START)) == list(verdicts)


def test_the_moment_is_now_where_none_is_given(city):
    now = clock.now()
    rider = city.rider(valid_from=now - 60, valid_until=now + 3600)
    (verdict,) = verify_batch([rider.code(now)], city.trust)
    assert verdict.accepted
    assert now <= verdict.at <= now + 30


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
    expected = [verify(code, city.trust, at) for code, at in zip(codes, moments, strict=True)]
    assert list(verify_batch(codes, city.trust, moments)[1:5:2]) == expected[1:5:2]


def test_each_program_has_its_own_window(city):
    code, late = city.rider().code(START), START + METRO.late + 1
    for freshness, reason in ((METRO, Reason.CODE_TOO_OLD), (BUS, Reason.OK)):
        verdicts = verify_batch([code], city.trust, late, freshness=freshness)
        assert [verdict.reason for verdict in verdicts] == verdicts.array["status"].tolist() == [reason]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_threads_keep_the_order_and_progress_is_told(city, threads):
    rider, told = city.rider("metro-2a-single", paper=True), []
    codes = [rider.code(START) if i % 3 else str(i) for i in range(7 * room.CODES + 10)]
    verdicts = verify_batch(codes, city.trust, START, threads=threads, progress=told.append)
    assert verdicts.array["status"].tolist() == [0 if i % 3 else Reason.WRONG_PREFIX for i in range(len(codes))]
    assert told == [*range(room.CODES, len(codes), room.CODES), len(codes)]


@pytest.mark.parametrize("threads", [1, 2])
def test_a_stream_takes_codes_as_it_gives_answers(city, threads):
    """What has been taken and not answered is bounded, and nothing for one thread."""
    code, total = city.rider("metro-2a-single", paper=True).code(START), 30 * room.CODES
    codes, moments = iter([code] * total), iter([START] * total)
    stream = verify_stream(codes, city.trust, moments, threads=threads)
    answered = 0
    for part in itertools.islice(stream, 10):
        answered += len(part)
        assert part[0].accepted
        for source in (codes, moments):
            ahead = 0 if threads == 1 else (2 * threads + 1) * room.CODES
            assert answered <= total - length_hint(source) <= answered + ahead
    stream.close()


def test_texts_of_any_length_take_no_more_room_than_codes(city):
    codes = ["VT1:" + "0" * 10_000_000, city.rider("metro-2a-single", paper=True).code(START), b"\xff" * 1_000_000]
    assert [verdict.reason for verdict in verify_batch(codes, city.trust, START)] == [
        Reason.TOO_LONG,
        Reason.OK,
        Reason.TOO_LONG,
    ]
    text, starts = batch._joined(codes)
    assert len(text) == starts[-1] <= len(codes) * (MAX_CHARACTERS + 1)


class TestMisuse:
    """A wrong program is told so; a wrong code has a verdict."""

    @pytest.mark.parametrize("code", [None, 5, ["VT1:"], object(), memoryview(b"VT1:")])
    def test_what_is_no_text(self, city, code):
        with pytest.raises(TypeError, match="a code is str or bytes, not " + type(code).__name__):
            verify_batch(["VT1:", code], city.trust, START)
        with pytest.raises(TypeError, match="a code is str or bytes, not " + type(code).__name__):
            verify(code, city.trust, START)

    @pytest.mark.parametrize("codes", ["VT1:", b"VT1:", bytearray(b"VT1:")])
    def test_one_code_for_many(self, city, codes):
        with pytest.raises(TypeError, match="codes are many, not one"):
            verify_stream(codes, city.trust, START)

    @pytest.mark.parametrize("text", ["VT1:Đ", "\ud800", "VT1:\x00", b"\xff\xfe", bytearray(b"VT1:\x80")])
    def test_text_that_is_no_ascii_is_a_bad_code(self, city, text):
        good = city.rider().code(START)
        for codes in ([text, good], [text, good.encode()]):
            bad, right = verify_batch(codes, city.trust, START)
            assert bad == verify(text, city.trust, START)
            assert (bad.accepted, right.accepted) == (False, True), "its neighbour stays where it is"

    @pytest.mark.parametrize(("moments", "which"), [([], "fewer"), ([START], "fewer"), ([START] * 3, "more")])
    @pytest.mark.parametrize("kind", [list, np.array])
    def test_moments_are_as_many_as_codes(self, city, moments, which, kind):
        with pytest.raises(ValueError, match=f"{which} moments than codes"):
            verify_batch(["VT1:", "VT1:"], city.trust, kind(np.array(moments, int)))

    def test_moments_from_an_iterator_may_go_on(self, city):
        with pytest.raises(ValueError, match="fewer moments than codes"):
            verify_batch(["VT1:", "VT1:"], city.trust, iter([START]))
        assert len(verify_batch(["VT1:", "VT1:"], city.trust, itertools.repeat(START))) == 2

    @pytest.mark.parametrize("at", [START + 0.5, [START + 0.5], np.array([START + 0.5]), str(START), ["now"]])
    def test_a_moment_is_a_whole_second(self, city, at):
        with pytest.raises(TypeError, match="integer"):
            verify_batch(["VT1:"], city.trust, at)

    @pytest.mark.parametrize("threads", [0, -1])
    def test_no_threads_at_all(self, city, threads):
        with pytest.raises(ValueError, match="threads: at least 1, not"):
            verify_stream(["VT1:"], city.trust, START, threads=threads)


@native_alone
def test_verdicts_are_made_when_asked_for(city, codes, monkeypatch):
    made = []
    monkeypatch.setattr(batch, "Case", lambda at: made.append(at) or Case(at))
    verdicts = verify_batch(codes, city.trust, START)
    assert not made
    assert (verdicts.array["status"] == Reason.OK).any()
    assert verdicts[3].accepted
    assert len(made) == 1


def test_as_many_threads_as_asked_for_are_at_work_at_once(city, monkeypatch):
    """Each part waits until three are under way."""
    threads, judge = 3, batch._View.verdicts
    together = threading.Barrier(threads, timeout=60)

    def judge_together(view, part):
        together.wait()
        return judge(view, part)

    monkeypatch.setattr(batch._View, "verdicts", judge_together)
    codes = ["VT1:"] * (2 * threads * room.CODES)
    assert len(verify_batch(codes, city.trust, START, threads=threads)) == len(codes)


@native_alone
def test_other_threads_go_on_while_a_batch_is_judged(city):
    """Within one compiled call, of 3 ms or more. A busy machine may interrupt some."""
    view, ticks, done = batch._View(city.trust, METRO, choice.kernels()), [], threading.Event()
    part = [city.rider().code(START)] * room.CODES, np.full(room.CODES, START)
    view.verdicts(part)

    def tick():
        while not done.wait(0.0002):
            ticks.append(time.perf_counter())

    def longest_silence():
        """As a share of the call."""
        begun = time.perf_counter()
        view.verdicts(part)
        ended = time.perf_counter()
        seen = [begun, *(at for at in ticks if begun < at < ended), ended]
        return max(later - earlier for earlier, later in itertools.pairwise(seen)) / (ended - begun)

    with ThreadPoolExecutor(1) as pool:
        ticking = pool.submit(tick)
        silences = [longest_silence() for _ in range(30)]
        done.set()
        ticking.result()
    assert min(silences) < 0.5
