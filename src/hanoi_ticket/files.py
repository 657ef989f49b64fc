"""Files that others rely on: read with a cap, written whole or not at all."""

import contextlib
import os
import tempfile
from pathlib import Path


def read_capped(path: Path, limit: int) -> bytes | None:
    """The file's bytes, or None when there are more than `limit`: nothing of it is parsed then."""
    with path.open("rb") as file:
        data = file.read(limit + 1)
    return None if len(data) > limit else data


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """`path` holds either what it held or all of `data`, also after a power cut."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            with contextlib.suppress(
                PermissionError
            ):  # a stick's file system may have no modes; the file began as 0600
                os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
