"""A reader that is told where its time comes from: it opens to nobody before it has a time to believe."""

import threading
import time
from datetime import UTC, datetime
from functools import reduce
from operator import xor

import pytest

from tests.validators.cable import Cable
from tests.validators.reader_program import Depot, Running


def rmc() -> bytes:
    """What a receiver says each second."""
    now = datetime.now(UTC)
    body = f"GNRMC,{now:%H%M%S}.00,A,2101.50,N,10549.20,E,0.0,0.0,{now:%d%m%y},,,A"
    return f"${body}*{reduce(xor, body.encode()):02X}\r\n".encode()


def test_a_source_is_not_believed_at_once(depot: Depot) -> None:
    with Running("bus", depot.arguments("--clock", "ntp")) as bus:
        assert bus.wait_for("clock")[0]["state"] == "unknown"
        bus.send(depot.code("bus-single-2"))
        assert bus.taps(1) == ["CLOCK_UNKNOWN"]


def test_satellites_make_a_bus_open_and_it_counts_on_without_them(depot: Depot, cable: Cable) -> None:
    pytest.importorskip("pynmeagps")
    pytest.importorskip("serialx")
    fix = threading.Event()

    def receiver() -> None:
        while not fix.wait(0.5):
            cable.send(rmc())

    thread = threading.Thread(target=receiver)
    with Running("bus", depot.arguments("--clock", f"gnss:{cable.name}")) as bus:
        bus.send(depot.code("bus-single-2"))
        assert bus.taps(1) == ["CLOCK_UNKNOWN"]
        thread.start()
        assert bus.wait_for("clock", 2)[1]["state"] == "trusted"
        bus.send(depot.code("bus-single-2"))
        assert bus.taps(2)[1] == "OK"
        fix.set()
        thread.join()
        assert bus.wait_for("clock", 3)[2]["state"] == "holdover"
        cable.unplug()
        assert bus.wait_for("device-lost")[0]["device"] == "gnss"
        cable.plug()
        bus.send(depot.code("bus-single-2"))
        assert bus.taps(3)[2] == "OK"
        began = time.monotonic()
        assert bus.stop() == 0
        assert time.monotonic() - began < 5
