"""The loop's parts that take hours or riders: housekeeping, passages, a scanner that comes and goes."""

import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator

import pytest

from hanoi_ticket import TrustBundle, Validator, clock
from hanoi_ticket.ticket import printed
from tests.validators.reader_program import Depot, eventually
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

    def __init__(self, *steps: list[bytes] | OSError | Callable[[], list[bytes]], missing: int = 0) -> None:
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
        if isinstance(step, OSError):
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
    ports = {"clock": clock.TrackedClock()} | ports
    reader = Reader(gate, scanner, ConsoleLamp(Pipe().output), Log(log.output, "r", as_json=True), trust_file, **ports)
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


def test_ports_that_fail_stop_nobody(depot: Depot, gate: Validator) -> None:
    class Broken(Turnstile):
        def open(self) -> None:
            raise OSError("the motor is stuck")

        def passages(self) -> int:
            raise OSError("the sensor is silent")

        def tell(self, *_: object) -> None:
            raise OSError("the screen is dark")

    broken = Broken([])
    code = depot.code().encode()
    events = run(depot, gate, Script([code], [code]), barrier=broken, screen=broken)
    assert reasons(events) == ["OK", "OK"]
    failed = [str(event["port"]) for event in events if event["event"] == "port-failed"]
    assert {failed.count("screen"), failed.count("barrier") > 2} == {2, True}
