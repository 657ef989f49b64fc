"""Files that others rely on: read with a cap, written whole or not at all."""

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def read_capped(path: str | os.PathLike[str], limit: int) -> bytes | None:
    """The file's bytes, or None when there are more than `limit`: nothing of it is parsed then."""
    with open(path, "rb") as file:
        data = file.read(limit + 1)
    return None if len(data) > limit else data


def write_atomically(path: "Path", data: bytes, mode: int = 0o644) -> None:
    """`path` holds either what it held or all of `data`, also after a power cut."""
    import tempfile  # noqa: PLC0415  a reader's start writes nothing

    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with contextlib.suppress(PermissionError):  # a stick may have no modes; the file began as 0600
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name)
        raise
    sync_directory(path.parent)


def sync_directory(path: "Path") -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
