"""Where the native library lives, and when its files are refused.

The directory is named by what the library was made of: kernel sources, builder, loader, numba, llvmlite, the machine.
So an edited kernel never meets a stale library.
"""

import hashlib
import importlib.util
import os
import stat
from typing import Final

from hanoi_ticket.errors import HanoiTicketError

LIBRARY: Final = "kernels.so"
INTERFACE: Final = "interface.py"
SUMS: Final = "SHA256SUMS"
SETTING: Final = "HANOI_TICKET_NATIVE"
"""The directory under which libraries are kept; by default `hanoi-ticket` in the user's cache."""
MAX_BYTES: Final = 1 << 24
_PACKAGE: Final = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
Place = str | os.PathLike[str]
_OTHERS_WRITE: Final = stat.S_IWGRP | stat.S_IWOTH


class NativeRefused(HanoiTicketError):  # noqa: N818  the library is what was refused
    """A native library that must not be loaded, or that gives a wrong answer."""


def directory() -> str:
    """Where the library of these sources belongs."""
    chosen = os.environ.get(SETTING)
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    return os.path.join(chosen or os.path.join(cache, "hanoi-ticket"), digest())


def digest() -> str:
    """128 bits over the sources and versions that a library depends on."""
    total = hashlib.sha256()
    for room in "kernels", "native":
        folder = os.path.join(_PACKAGE, room)
        for name in sorted(os.listdir(folder)):
            if name.endswith(".py"):
                total.update(name.encode() + hashlib.sha256(_content(os.path.join(folder, name))).digest())
    for part in (os.uname().machine.encode(), _version("numba"), _version("llvmlite")):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()[:32]


def _version(package: str) -> bytes:
    """What tells a package's versions apart, without the price of importing it."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        return b"absent"
    return _content(os.path.join(found.submodule_search_locations[0], "_version.py"))


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def verified(where: Place, name: str) -> tuple[int, bytes]:
    """An open descriptor and the content of a file whose owner, mode and SHA-256 are right; else `NativeRefused`."""
    _need_safe_path(where)
    expected = _sums(where).get(name)
    descriptor, data = _read(os.path.join(where, name))
    if hashlib.sha256(data).hexdigest() != expected:
        os.close(descriptor)
        raise NativeRefused(
            f"{os.path.join(where, name)} is not the file that was built (hint: hanoi-ticket warmup --force)"
        )
    return descriptor, data


def _sums(where: Place) -> dict[str, str]:
    descriptor, data = _read(os.path.join(where, SUMS))
    os.close(descriptor)
    pairs = (line.split("  ", 1) for line in data.decode("utf-8", "replace").splitlines() if "  " in line)
    return {name: checksum for checksum, name in pairs}


def _read(path: str) -> tuple[int, bytes]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise NativeRefused(f"{path}: {error.strerror}") from None
    try:
        _need_ours(path, os.fstat(descriptor))
        with os.fdopen(os.dup(descriptor), "rb") as file:
            return descriptor, file.read(MAX_BYTES)
    except BaseException:
        os.close(descriptor)
        raise


def _need_safe_path(where: Place) -> None:
    _need_ours(where, os.lstat(where))
    place = os.path.join(os.getcwd(), where)
    while (parent := os.path.dirname(place)) != place:
        place, mode = parent, os.stat(parent).st_mode
        if mode & _OTHERS_WRITE and not mode & stat.S_ISVTX:
            raise NativeRefused(f"others can write to {parent}, and so replace {where} (hint: chmod go-w {parent})")


def _need_ours(path: Place, found: os.stat_result) -> None:
    if stat.S_ISLNK(found.st_mode):
        raise NativeRefused(f"{path} is a symbolic link")
    if found.st_uid not in (0, os.geteuid()):
        raise NativeRefused(f"{path} belongs to user {found.st_uid}, who could plant code")
    if found.st_mode & _OTHERS_WRITE:
        raise NativeRefused(f"others can write to {path}, and so plant code (hint: chmod go-w {path})")
