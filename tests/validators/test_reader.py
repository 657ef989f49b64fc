"""The loop's parts that take hours or riders: housekeeping, passages, a scanner that comes and goes."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest

from hanoi_ticket import TrustBundle, Validator, Verdict, clock
from hanoi_ticket.ticket import printed
from tests.validators.reader_program import Depot, eventually
from validators.clock_source import Heard
from validators.console import ConsoleBarrier, ConsoleLamp, Output
from validators.log import Log
from validators.persistent import FIRST_PAUSE, PersistentScanner
from validators.reader import Reader, Requests
from validators.trust_file import TrustFile


class Pipe:
    """Where a port writes to, and what it has written."""

    def __init__(self) -> None:
        self._read, write = os.pipe()
        os.set_blocking(self._read, False)
        self.output = Output(write)

    def lines(self) -> list[str]:
        try:
            return os.read(self._read, 65_536).decode().splitlines()
        except BlockingIOError:
            return []


class Script:
    """A scanner that is told what happens: codes, a failure, silence, some other event. After it, no more come."""

    def __init__(self, *steps: list[bytes] | Exception | Callable[[], list[bytes]], missing: int = 0) -> None:
        self._steps = iter(steps)
        self._missing = missing
        self.attempts: list[float] = []

    def open(self) -> None:
        self.attempts.append(time.monotonic())
        if len(self.attempts) > 1 and self._missing:
            self._missing -= 1
            raise FileNotFoundError("no such device")

    def read(self, wait: float) -> Iterable[bytes]:
        assert wait
        step = next(self._steps, None)
        if step is None:
            raise EOFError
        if isinstance(step, Exception):
            raise step
        return step() if callable(step) else step

    def close(self) -> None:
        pass


class Turnstile:
    """A barrier whose sensor the test plays."""

    def __init__(self, passages: Iterable[int]) -> None:
        self.opened = 0
        self._passages = iter(passages)

    def open(self) -> None:
        self.opened += 1

    def passages(self) -> int:
        return next(self._passages, 0)


def run(depot: Depot, gate: Validator, scanner: Script, **ports: object) -> list[dict[str, object]]:
    log = Pipe()
    trust_file = TrustFile(depot.trust, depot.pem)
    ports = {"clock": clock.TrackedClock(), "lamp": ConsoleLamp(Pipe().output)} | ports
    reader = Reader(gate, scanner, ports.pop("lamp"), Log(log.output, "r", as_json=True), trust_file, **ports)
    reader.run(Requests())
    return [json.loads(line) for line in log.lines()]


@pytest.fixture
def gate(depot: Depot) -> Iterator[Validator]:
    with Validator.open("metro-entry", TrustFile(depot.trust, depot.pem).load(), depot.store) as gate:
        yield gate


def reasons(events: list[dict[str, object]]) -> list[object]:
    return [event["reason"] for event in events if event["event"] == "tap"]


def test_tickets_that_ended_long_ago_are_forgotten_as_time_goes(depot: Depot, gate: Validator) -> None:
    now = clock.now()
    ended = printed(depot.issuer.issue(None, "metro-2a-single", now - 300_000, now - 200_000)).encode()
    earlier = Validator.open(
        gate.profile,
        TrustBundle.of([depot.issuer.public_record()]),
        depot.store,
        clock=clock.TrackedClock(lambda: now - 250_000),
    )
    assert earlier.tap(ended).accepted

    def remembered() -> int:
        with gate.store.transaction() as step:
            return step.last_use((depot.issuer.public_record().identity, 0)) is not None

    assert remembered()
    run(depot, gate, Script([], []))
    assert remembered()  # the hour is not over
    run(depot, gate, Script([], []), tidy_every=0)
    assert not remembered()


def test_a_bundle_that_the_store_cannot_note_is_tried_again(depot: Depot, gate: Validator, monkeypatch) -> None:
    monkeypatch.setattr("validators.reader.STORE_RETRY", 0.0)
    other = sqlite3.connect(depot.store, isolation_level=None)

    def lock() -> list[bytes]:
        depot.publish(version=2)
        other.execute("BEGIN IMMEDIATE")
        return []

    def unlock() -> list[bytes]:
        other.execute("ROLLBACK")
        return []

    events = run(depot, gate, Script([], lock, unlock, []))
    assert [event["event"] for event in events] == ["store-unavailable", "trust"]
    assert gate.trust.version == 2


def test_who_was_let_in_first_goes_through_first(depot: Depot, gate: Validator) -> None:
    one, two = depot.code().encode(), depot.code().encode()
    turnstile = Turnstile([0, 0, 1, 0, 0])  # asked before each tap and after each look at the scanner
    events = run(depot, gate, Script([one, two], [one, two]), barrier=turnstile)
    assert reasons(events) == ["OK", "OK", "ALREADY_USED", "OK"]
    assert events[-1]["flags"] == ["repeated"]
    assert turnstile.opened == 3


def test_a_passage_that_nobody_was_let_in_for_is_harmless(depot: Depot, gate: Validator) -> None:
    code = depot.code().encode()
    assert reasons(run(depot, gate, Script([], [code]), barrier=Turnstile([5]))) == ["OK"]


def test_a_lost_scanner_is_tried_again_with_growing_pauses(depot: Depot) -> None:
    code = depot.code().encode()
    lost = OSError("Input/output error")
    script = Script([], lost, [code], [], lost, [], missing=2)
    log = Pipe()
    scanner = PersistentScanner(script, Log(log.output, "r", as_json=True))
    scanner.open()
    found: list[bytes] = []

    def read() -> None:
        while True:
            try:
                found.extend(scanner.read(0.02))
            except EOFError:
                return

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(20)
    assert found == [code]
    told = [json.loads(line)["event"] for line in log.lines()]
    assert told == ["device-lost", "device-back", "device-lost", "device-back"]
    _, first, second, third, last = script.attempts
    assert second - first >= 2 * FIRST_PAUSE
    assert third - second >= 4 * FIRST_PAUSE
    assert last - third < 4 * FIRST_PAUSE  # it has worked meanwhile: a new loss begins anew


def test_a_scanner_that_was_never_there_is_an_error_at_the_start() -> None:
    class Absent(Script):
        def open(self) -> None:
            raise FileNotFoundError("no such device")

    log = Pipe()
    with pytest.raises(FileNotFoundError):
        PersistentScanner(Absent(), Log(log.output, "r", as_json=True)).open()


@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals_without_no_color(
    depot: Depot, gate: Validator, monkeypatch, no_colour: str, coloured: bool
) -> None:
    monkeypatch.setenv("NO_COLOR", no_colour)
    master, terminal = os.openpty()
    verdict = gate.tap(depot.code())
    ConsoleLamp(Output(terminal)).show(verdict)
    assert os.read(master, 1000).startswith(b"\x1b[1;32m" if coloured else "✓ green".encode())
    pipe = Pipe()
    ConsoleLamp(pipe.output).show(verdict)
    assert pipe.lines()[0].startswith("✓ green (one high tone)")


def test_the_consoles_rider_takes_a_while() -> None:
    pipe = Pipe()
    barrier = ConsoleBarrier(pipe.output, 0.05)
    barrier.open()
    assert barrier.passages() == 0
    eventually(lambda: barrier.passages() == 1)
    assert barrier.passages() == 0
    assert pipe.lines() == ["| barrier open", "| rider through, barrier closed"]


FAULTS = [
    OSError("stuck"),
    RuntimeError("stuck"),
    ValueError("stuck"),
    KeyError("stuck"),
    MemoryError(),
    StopIteration(),
]
every_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)


class Broken(Turnstile):
    """Every port at once; each method raises."""

    def __init__(self, fault: Exception) -> None:
        super().__init__([])
        self._fault = fault

    def open(self) -> None:
        raise self._fault

    def passages(self) -> int:
        raise self._fault

    def tell(self, *_: object) -> None:
        raise self._fault

    def show(self, *_: object) -> None:
        raise self._fault

    def read(self) -> clock.Reading:
        raise self._fault


@every_fault
def test_ports_that_fail_stop_nobody(depot: Depot, gate: Validator, fault: Exception) -> None:
    broken = Broken(fault)
    code = depot.code().encode()
    events = run(depot, gate, Script([code], [code]), barrier=broken, screen=broken, lamp=broken)
    assert reasons(events) == ["OK", "OK"]
    failed = [str(event["port"]) for event in events if event["event"] == "port-failed"]
    assert {failed.count("screen"), failed.count("lamp"), failed.count("barrier") > 2} == {2, True}


@every_fault
def test_a_clock_that_fails_opens_to_nobody_and_is_said(depot: Depot, fault: Exception) -> None:
    broken, turnstile = Broken(fault), Turnstile([])
    trust = TrustFile(depot.trust, depot.pem).load()
    with Validator.open("metro-entry", trust, depot.store) as gate:
        gate._time._clock = broken
        code = depot.code().encode()
        events = run(depot, gate, Script([code], [code]), barrier=turnstile, clock=broken)
        assert reasons(events) == ["STORE_UNAVAILABLE"] * 2
        assert not list(gate.store.taps())
    assert turnstile.opened == 0
    assert {event["event"] for event in events} == {"tap", "tap-failed", "port-failed"}


@every_fault
def test_a_source_of_time_that_fails_is_one_that_is_away(fault: Exception) -> None:
    answers = iter([1_795_312_800, fault, fault, 1_795_312_830])

    def source() -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    log = Pipe()
    tracked = clock.TrackedClock(Heard(source, Log(log.output, "r", as_json=True)))
    states = [tracked.read().state.value for _ in range(4)]
    assert states == ["trusted", "holdover", "holdover", "trusted"]
    assert [json.loads(line)["event"] for line in log.lines()] == ["port-failed"]


@every_fault
def test_a_scanner_may_raise_anything_and_is_opened_again(depot: Depot, gate: Validator, fault: Exception) -> None:
    class Loose(Script):
        def close(self) -> None:
            raise fault

    log = Pipe()
    script = Loose([], fault, [depot.code().encode()])
    scanner = PersistentScanner(script, Log(log.output, "r", as_json=True))
    scanner.open()
    begun = time.monotonic()
    events = run(depot, gate, scanner)
    assert reasons(events) == ["OK"]
    assert time.monotonic() - begun < 5
    assert [json.loads(line)["event"] for line in log.lines()] == ["device-lost", "device-back"]


def test_a_scanner_that_raises_anything_at_the_start_is_an_oserror() -> None:
    class Odd(Script):
        def open(self) -> None:
            raise RuntimeError("no such driver")

    with pytest.raises(OSError, match="RuntimeError: no such driver"):
        PersistentScanner(Odd(), Log(Pipe().output, "r", as_json=True)).open()


def test_a_code_that_trips_the_reader_is_refused_and_the_next_is_judged(depot: Depot, gate: Validator) -> None:
    poison, code, turnstile = b"poison", depot.code().encode(), Turnstile([])

    def decide(judge: Validator, shown: bytes, *, checked: bool) -> Verdict:
        if shown == poison:
            raise RecursionError("too deep")
        return judge.tap(shown, checked=checked)

    events = run(depot, gate, Script([poison, code]), barrier=turnstile, decide=decide)
    assert reasons(events) == ["STORE_UNAVAILABLE", "OK"]
    assert turnstile.opened == 1
    assert events[0] | {"time": ""} == {
        "time": "",
        "event": "tap-failed",
        "reader": "r",
        "detail": "RecursionError: too deep",
    }


def test_a_name_that_is_no_text_is_still_logged() -> None:
    pipe = Pipe()
    Log(pipe.output, "r", as_json=True).event("picture-unreadable", file=os.fsdecode(b"\xff.png"))
    assert "udcff" in pipe.lines()[0]
