"""A barcode scanner on a serial line: RS-232, or USB in its virtual COM port mode."""

import time
from collections.abc import Iterable
from typing import Final

from hanoi_ticket.validator import Lines

CHUNK = 4096
SILENCE: Final = 0.5
"""Seconds: a scanner sends a code in one burst, so what is still without a terminator then is all that comes."""


class SerialScanner:
    """Reads `path` at `baud`. A code that was cut is delivered as it is after a silence: it must not spoil the next."""

    def __init__(self, path: str, baud: int, terminator: str) -> None:
        import serialx  # noqa: PLC0415  an extra

        self._serialx = serialx
        self._port = serialx.serial_for_url(path, baudrate=baud)
        self._terminator = terminator
        self._lines = Lines(terminator)
        self._heard = 0.0

    def open(self) -> None:
        self._lines = Lines(self._terminator)
        try:
            self._port.open()
        except self._serialx.SerialException as error:  # not an OSError: a setting that the driver lacks
            raise OSError(str(error)) from error

    def read(self, wait: float) -> Iterable[bytes]:
        buffer = bytearray(CHUNK)
        count = self._port.readinto(buffer, timeout=wait)
        if count:
            self._heard = time.monotonic()
            return self._lines.feed(bytes(buffer[:count]))
        if time.monotonic() - self._heard > SILENCE and (rest := self._lines.rest()):
            return (rest,)
        return ()

    def close(self) -> None:
        self._port.close()
