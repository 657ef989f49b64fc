"""Tells systemd that the reader is ready, and that its loop still turns: sd_notify(3), one datagram each."""

import contextlib
import os
import socket


class Watchdog:
    """Silent where no service manager listens. The loop calls `alive` each time it turns, well within WatchdogSec."""

    def __init__(self) -> None:
        name = os.environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + name[1:] if name.startswith("@") else name
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if name else None
        if self._socket is not None:
            self._socket.setblocking(False)

    def ready(self) -> None:
        self._send("READY=1")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()

    def _send(self, text: str) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):  # a manager that is gone stops no reader
                self._socket.sendto(text.encode(), self._address)
