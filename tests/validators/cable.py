"""A serial line as a pseudo-terminal pair."""

import os
import tty
from pathlib import Path


class Cable:
    """A pseudo-terminal pair: the test holds the scanner's end, the program opens a name that points to the other."""

    def __init__(self, name: Path) -> None:
        self.name = name
        self._master = -1
        self.plug()

    def plug(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        fresh = self.name.with_suffix(".new")
        fresh.symlink_to(os.ttyname(slave))
        fresh.replace(self.name)
        os.close(slave)

    def unplug(self) -> None:
        os.close(self._master)
        self._master = -1

    def send(self, data: bytes) -> None:
        os.write(self._master, data)
