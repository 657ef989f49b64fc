"""A serial scanner over a real pseudo-terminal pair: chunks, noise, and a plug that is pulled."""

import time
from collections.abc import Iterator

import pytest

from tests.validators.cable import Cable
from tests.validators.reader_program import Depot, Running, eventually
from validators.burst import SILENCE

pytest.importorskip("serialx")


@pytest.fixture
def gate(depot: Depot, cable: Cable) -> Iterator[Running]:
    arguments = depot.arguments("--scanner", f"serial:{cable.name}", "--terminator", "cr", "--baud", "115200")
    with Running("metro", arguments) as gate:
        yield gate


def test_codes_come_in_chunks_and_many_at_once(depot: Depot, cable: Cable, gate: Running) -> None:
    codes = [depot.code().encode() + b"\r" for _ in range(4)]
    for start in range(0, len(codes[0]), 16):  # as a slow line delivers it
        cable.send(codes[0][start : start + 16])
    cable.send(codes[1] + codes[2][:100])
    cable.send(codes[2][100:] + codes[3])
    assert gate.taps(4) == ["OK"] * 4


def test_two_codes_run_together_are_refused_and_the_next_is_not(depot: Depot, cable: Cable, gate: Running) -> None:
    one, other, good = (depot.code().encode() for _ in range(3))
    cable.send(one + other + b"\r" + good + b"\r")
    assert gate.taps(2) == ["TOO_LONG", "OK"]


def test_half_a_code_is_refused_after_a_silence_and_does_not_spoil_the_next(
    depot: Depot, cable: Cable, gate: Running
) -> None:
    code = depot.code().encode()
    cable.send(code[: len("VT1:") + 99])
    assert gate.taps(1) == ["TRUNCATED"]
    cable.send(code + b"\r")
    assert gate.taps(2) == ["TRUNCATED", "OK"]


def test_a_scanner_without_a_terminator_is_understood_after_a_silence(
    depot: Depot, cable: Cable, gate: Running
) -> None:
    cable.send(depot.code().encode())
    assert gate.taps(1) == ["OK"]


def test_noise_is_refused_and_named(depot: Depot, cable: Cable, gate: Running) -> None:
    code = depot.code().encode()
    cable.send(b"\x00\xff\x1b[A\x03\x04\x11\x13\x7f\r")  # what a terminal would act upon
    cable.send(b"\x02" + code + b"\r")  # STX before
    cable.send(code + b"\x03\r")  # ETX behind
    cable.send(code[:50] + b"\x00" + code[51:] + b"\r")
    cable.send(code + b"\n\r")
    cable.send(code + b"\r")
    assert gate.taps(6) == [
        "WRONG_PREFIX",
        "WRONG_PREFIX",
        "BASE45_CHARACTER",
        "BASE45_CHARACTER",
        "TRAILING_DATA",
        "OK",
    ]


def test_babble_without_end_is_cut_and_refused(depot: Depot, cable: Cable, gate: Running) -> None:
    for _ in range(20):
        cable.send(b"U" * 1000)  # a wrong baud rate looks like this
    assert set(gate.taps(2)) == {"TOO_LONG"}
    cable.send(b"\r" + depot.code().encode() + b"\r")
    eventually(lambda: gate.taps(1)[-1] == "OK")


def test_an_unplugged_scanner_is_missed_once_and_taken_back(depot: Depot, cable: Cable, gate: Running) -> None:
    cable.send(depot.code().encode() + b"\r")
    gate.taps(1)
    cable.send(depot.code().encode()[:100])
    time.sleep(SILENCE / 2)
    cable.unplug()  # in the middle of a code
    gate.wait_for("device-lost")
    depot.publish(version=2)  # the house is kept meanwhile
    gate.wait_for("trust")
    cable.plug()
    gate.wait_for("device-back")
    cable.send(depot.code().encode() + b"\r")
    assert gate.taps(2) == ["OK", "OK"]
    assert gate.stop() == 0
    names = [event["event"] for event in gate.events]
    assert names == ["ready", "tap", "device-lost", "trust", "device-back", "tap", "stopped"]


def test_it_can_be_stopped_while_the_scanner_is_away(cable: Cable, gate: Running) -> None:
    cable.unplug()
    gate.wait_for("device-lost")
    assert gate.stop() == 0
    cable.plug()


def test_two_readers_do_not_share_a_scanner(depot: Depot, cable: Cable, gate: Running) -> None:
    gate.wait_for("ready")
    second = Running("metro", [*depot.arguments("--scanner", f"serial:{cable.name}")])
    _, complaint = second.process.communicate(timeout=10)
    assert second.process.returncode == 3
    assert b"locked by another process" in complaint
