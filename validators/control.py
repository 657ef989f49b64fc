"""What the driver's console tells a bus reader: lines in a named pipe, obeyed between two taps.

echo "trip 32-0730" > /run/hanoi-ticket/control
"""

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from hanoi_ticket import Validator
from hanoi_ticket.errors import StoreUnavailable

from .log import Log

CHUNK: Final = 4096
COMMANDS: Final[dict[str, Callable[[Validator, str], None]]] = {
    "trip": Validator.start_trip,  # trip NAME begins one; trip alone ends the last
    "stop": Validator.stop_at,  # stop AREA: a stop, a zone or a route of the bundle
}


class Control:
    """A named pipe, made when it is absent; who may write to the file may command."""

    def __init__(self, path: Path, log: Log) -> None:
        """Raises `OSError`, also when the path is something else than a pipe."""
        with contextlib.suppress(FileExistsError):
            os.mkfifo(path, 0o620)
        self._pipe = os.open(path, os.O_RDWR | os.O_NONBLOCK)  # a writer of its own: the pipe never ends
        if not stat.S_ISFIFO(os.fstat(self._pipe).st_mode):
            os.close(self._pipe)
            raise OSError(f"{path} is no named pipe")
        self._log, self._begun = log, b""

    def obey(self, gate: Validator) -> None:
        """Does what was written since the last call. What it cannot do it says, and goes on."""
        for line in self._lines():
            command, _, word = line.strip().partition(" ")
            try:
                if command not in COMMANDS:
                    raise ValueError(f"{command!r} is none of {', '.join(COMMANDS)}")
                COMMANDS[command](gate, word.strip())
            except (ValueError, StoreUnavailable) as error:
                self._log.event("control-refused", line=line[:100], detail=str(error))
            else:
                self._log.event("control", command=command, word=word.strip())

    def _lines(self) -> Iterator[str]:
        data = self._begun
        with contextlib.suppress(BlockingIOError):
            data += os.read(self._pipe, CHUNK)
        *whole, self._begun = data.split(b"\n")
        if len(self._begun) > CHUNK:
            self._begun = b""
        yield from (line.decode("utf-8", "replace") for line in whole)

    def close(self) -> None:
        os.close(self._pipe)
