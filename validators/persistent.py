"""A scanner, or another line of bytes, that may be unplugged: it is said once, and tried again until it is back."""

import contextlib
import time
from collections.abc import Iterable
from typing import Final

from .log import Log, told
from .ports import Scanner

FIRST_PAUSE: Final = 0.25
LONGEST_PAUSE: Final = 8.0
"""Seconds between two attempts; they double from the first to the longest."""


class PersistentScanner:
    """Wraps a scanner whose methods may raise anything; its own `read` raises nothing but `EOFError`."""

    def __init__(self, scanner: Scanner, log: Log, name: str = "scanner") -> None:
        self._scanner, self._log, self._name = scanner, log, name
        self._plugged = False
        self._pause = FIRST_PAUSE
        self._next_try = 0.0

    def open(self) -> None:
        """The first time, a scanner that is not there is an `OSError`: the operator is looking."""
        try:
            self._scanner.open()
        except (OSError, ImportError):
            raise
        except Exception as error:
            raise OSError(told(error)) from error
        self._plugged = True

    def read(self, wait: float) -> Iterable[bytes]:
        if not self._plugged and not self._reopened(wait):
            return ()
        try:
            codes = list(self._scanner.read(wait))
        except EOFError:
            raise
        except Exception as error:  # noqa: BLE001  drivers raise what they like
            self._lose(error)
            return ()
        self._pause = FIRST_PAUSE
        return codes

    def _lose(self, error: Exception) -> None:
        self._log.event("device-lost", device=self._name, detail=told(error))
        with contextlib.suppress(Exception):
            self._scanner.close()
        self._plugged = False
        self._next_try = time.monotonic() + self._pause

    def _reopened(self, wait: float) -> bool:
        remaining = self._next_try - time.monotonic()
        if remaining > 0:
            time.sleep(min(wait, remaining))
            return False
        self._pause = min(2 * self._pause, LONGEST_PAUSE)
        self._next_try = time.monotonic() + self._pause
        try:
            self._scanner.open()
        except Exception:  # noqa: BLE001  as above; it was said when it was lost
            return False
        self._plugged = True
        self._log.event("device-back", device=self._name)
        return True

    def close(self) -> None:
        self._scanner.close()
