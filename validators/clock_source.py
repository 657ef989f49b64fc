"""Where a reader's time comes from: the system, the system under NTP, or a satellite receiver on a serial line."""

import contextlib
import threading

from hanoi_ticket.clock import Clock, Source, Steady, TrackedClock
from hanoi_ticket.clock.kernel import KernelClock

from .log import Log, told
from .persistent import PersistentScanner
from .serial_port import SerialScanner

NMEA_BAUD = 4800
"""NMEA 0183; receivers on USB take any."""
SENTENCE_WAIT = 1.0


class Heard:
    """A `Source` that may raise anything: it is said once, and is no answer, so that the clock counts on by itself."""

    def __init__(self, source: Source, log: Log) -> None:
        self._source, self._log, self._failing = source, log, False

    def __call__(self) -> int | None:
        try:
            seconds = self._source()
        except Exception as error:  # noqa: BLE001  whatever a kernel or a driver comes up with
            if not self._failing:
                self._log.event("port-failed", port="clock", detail=told(error))
            self._failing = True
            return None
        self._failing = False
        return seconds


def open_clock(kind: str, device: str, not_before: int, log: Log, open_things: contextlib.ExitStack) -> Clock:
    """`not_before` is UTC seconds that have certainly passed. Raises `OSError` when the source is not there."""
    if kind == "ntp":
        return TrackedClock(Heard(Steady(KernelClock()), log))
    if kind == "gnss":
        return _satellites(device, not_before, log, open_things)
    return TrackedClock()


def _satellites(device: str, not_before: int, log: Log, open_things: contextlib.ExitStack) -> Clock:
    from hanoi_ticket.clock.gnss import GnssClock  # noqa: PLC0415  an extra

    receiver = GnssClock(not_before)
    line = PersistentScanner(SerialScanner(device, NMEA_BAUD, "crlf"), log, name="gnss")
    line.open()
    stopped = threading.Event()

    def hear(sentence: bytes) -> None:
        try:
            receiver.feed(sentence)
        except Exception as error:  # noqa: BLE001  a thread that ends would end the clock unseen
            log.event("port-failed", port="clock", detail=told(error))

    def follow() -> None:
        while not stopped.is_set():
            for sentence in line.read(SENTENCE_WAIT):
                hear(sentence)

    thread = threading.Thread(target=follow, name="gnss", daemon=True)

    def stop() -> None:
        stopped.set()
        thread.join()
        line.close()

    open_things.callback(stop)
    thread.start()
    return TrackedClock(Steady(receiver), source_error=1.0)
