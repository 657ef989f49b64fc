"""A barcode scanner on a serial line: RS-232, or USB in its virtual COM port mode."""

from collections.abc import Iterable

from .burst import Burst

CHUNK = 4096


class SerialScanner:
    """Reads `path` at `baud`."""

    def __init__(self, path: str, baud: int, terminator: str) -> None:
        import serialx  # noqa: PLC0415  an extra

        self._serialx = serialx
        self._port = serialx.serial_for_url(path, baudrate=baud)
        self._terminator = terminator
        self._burst = Burst(terminator)

    def open(self) -> None:
        self._burst = Burst(self._terminator)
        try:
            self._port.open()
        except self._serialx.SerialException as error:  # not an OSError: a setting that the driver lacks
            raise OSError(str(error)) from error

    def read(self, wait: float) -> Iterable[bytes]:
        buffer = bytearray(CHUNK)
        count = self._port.readinto(buffer, timeout=wait)
        return self._burst.feed(bytes(buffer[:count]))

    def close(self) -> None:
        self._port.close()
