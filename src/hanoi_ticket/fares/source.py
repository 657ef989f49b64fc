"""Where a feed's bytes come from: a directory or a zip, with sizes capped before anything is parsed."""

import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Protocol

from hanoi_ticket.fares.errors import FaresRejected

MAX_BYTES = 16_000_000  # of one file; the tables that are read are small, the timetable is not read


class Source(Protocol):
    """The files of a feed by name."""

    def read(self, file: str) -> bytes | None:
        """Return a file's bytes, None where there is no such file.

        Raises:
            FaresRejected: it cannot be read or is too large.
        """


class DirectorySource:
    """A feed as a directory, on disk or inside a package."""

    def __init__(self, folder: Traversable | Path) -> None:
        self._folder = folder

    def read(self, file: str) -> bytes | None:
        try:
            with (self._folder / file).open("rb") as stream:
                return _capped(file, stream.read(MAX_BYTES + 1))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise FaresRejected(f"cannot be read: {error.strerror}", file=file) from error


class ZipSource:
    """A feed as a zip whose files stand at its root."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise FaresRejected("is no zip that can be read", file=path.name) from error

    def read(self, file: str) -> bytes | None:
        if file not in self._zip.namelist():
            return None
        try:
            with self._zip.open(file) as stream:  # a declared size is not believed: no more than the cap is inflated
                return _capped(file, stream.read(MAX_BYTES + 1))
        except (OSError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile) as error:
            raise FaresRejected(f"cannot be unpacked: {error}", file=file) from error


def open_source(feed: Traversable | Path) -> Source:
    """Open a feed directory or zip."""
    if feed.is_dir():
        return DirectorySource(feed)
    if isinstance(feed, Path):
        return ZipSource(feed)
    raise FaresRejected("there is no such feed", file=feed.name)


def _capped(file: str, data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise FaresRejected(f"larger than {MAX_BYTES} bytes", file=file)
    return data
