"""Codes from pictures, through zxing-cpp: image files once, or a directory that a camera writes frames into."""

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from hanoi_ticket.validator.picture import PictureUnreadable, need_decoder, read_codes

from .log import Log

POLL: Final = 0.05
"""Seconds between two looks into a directory."""
HOLD: Final = 2.0
"""Seconds for which a code must have been out of view to count as shown again."""
MOST_FRAMES: Final = 4
"""That are decoded between two looks, the newest: a camera that is faster than its reader must not run ahead."""

Stamp = tuple[int, int]


class Pictures:
    """A file, or the files of a directory in the order of their names: each is one scan, then no more come."""

    def __init__(self, path: Path, log: Log) -> None:
        self._path, self._log = path, log
        self._left: Iterator[Path] = iter(())

    def open(self) -> None:
        need_decoder()
        self._left = iter(sorted(self._path.iterdir()) if self._path.is_dir() else [self._path.resolve(strict=True)])

    def read(self, wait: float) -> Iterable[bytes]:  # noqa: ARG002  a file never keeps anybody waiting
        path = next(self._left, None)
        if path is None:
            raise EOFError
        try:
            codes = read_codes(path)
        except (OSError, PictureUnreadable) as error:
            self._log.event("picture-unreadable", file=path.name, detail=str(error))
            return ()
        if not codes:
            self._log.event("picture-empty", file=path.name, detail="no QR symbol was found")
        return codes

    def close(self) -> None:
        self._left = iter(())


class Frames:
    """A directory in which new frames appear, or one frame is rewritten. A code that stays in view is one scan."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._seen: dict[str, Stamp] = {}
        self._in_view: dict[bytes, float] = {}

    def open(self) -> None:
        """What lies there already is past."""
        need_decoder()
        self._seen = self._stamps()

    def read(self, wait: float) -> Iterable[bytes]:
        stamps = self._stamps()
        new = sorted((stamp, name) for name, stamp in stamps.items() if self._seen.get(name) != stamp)
        self._seen = stamps
        if not new:
            time.sleep(min(wait, POLL))
        return [code for _, name in new[-MOST_FRAMES:] for code in self._shown(name)]

    def _stamps(self) -> dict[str, Stamp]:
        found = {}
        with os.scandir(self._directory) as entries:
            for entry in entries:
                try:
                    status = entry.stat()
                except FileNotFoundError:  # the camera has cleared it away
                    continue
                found[entry.name] = (status.st_mtime_ns, status.st_size)
        return found

    def _shown(self, name: str) -> Iterator[bytes]:
        """A frame that is half written is passed over; it is read when it has changed."""
        try:
            codes = read_codes(self._directory / name)
        except (OSError, PictureUnreadable):
            return
        now = time.monotonic()
        self._in_view = {code: last for code, last in self._in_view.items() if now - last < HOLD}
        for code in codes:
            if code not in self._in_view:
                yield code
            self._in_view[code] = now

    def close(self) -> None:
        self._in_view.clear()
