"""Freeze the kernels as one library, which needs nothing of Python, numba or LLVM: `memcpy` and `memset` are all that
stays undefined.

Two processes compile (emit.py), one the scalar variants and one those with eight lanes: each is half of the work.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from hanoi_ticket.native.cache import INTERFACE, LIBRARY, SUMS, NativeRefused

Progress = Callable[[str], None]
_ROOMS: Final = ("scalar", "lanes")


def build(target: Path, progress: Progress) -> None:
    """Builds the library at `target`. Raises `NativeRefused` with a compiler's last words."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".build-", dir=target.parent) as scratch:
        parts, where = Path(scratch), Path(scratch) / "library"
        where.mkdir(mode=0o700)
        with ThreadPoolExecutor(len(_ROOMS)) as rooms:
            list(rooms.map(lambda room: _emit(room, parts, progress), _ROOMS))
        _link(sorted(parts.glob("*.o")), where / LIBRARY)
        _write_interface(sorted(parts.glob("*.h")), where / INTERFACE)
        _write_sums(where)
        for file in where.iterdir():
            file.chmod(0o600)
        shutil.rmtree(target, ignore_errors=True)
        where.rename(target)
    progress(f"{target / LIBRARY}: {(target / LIBRARY).stat().st_size // 1024} KiB")


def _emit(room: str, where: Path, progress: Progress) -> None:
    """Lets a process of its own compile one half."""
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    settings = {"NUMBA_OPT": "0", "NUMBA_DISABLE_JIT": "0", "NUMBA_BOUNDSCHECK": "0"}
    environment = {**os.environ, **settings, "PYTHONPATH": path.rstrip(os.pathsep)}
    command = [sys.executable, "-m", "hanoi_ticket.native.emit", room, str(where)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr is not None  # noqa: S101  for the type checker
        last = ""
        for line in process.stderr:
            last = line.strip()
            progress(last)
    if process.returncode:
        raise NativeRefused(f"the library could not be built: {last or process.returncode}")


def linker() -> list[str]:
    """The command that links: the system's compiler driver, or the linker of PyPI's `ziglang`."""
    driver = shutil.which("cc")
    if driver:
        return [driver, "-shared", "-nostdlib", "-Wl,-z,noexecstack,-z,relro,-z,now,--build-id=none"]
    if importlib.util.find_spec("ziglang"):
        flags = ["-z", "noexecstack", "-z", "relro", "-z", "now", "--build-id=none"]
        return [sys.executable, "-m", "ziglang", "ld.lld", "-shared", *flags]
    raise NativeRefused("no linker: neither `cc` nor ziglang (hint: pip install 'hanoi-ticket[linker]')")


def _link(objects: Sequence[Path], library: Path) -> None:
    command = [*linker(), "-o", str(library), *map(str, objects)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if result.returncode:
        raise NativeRefused(f"{command[0]} failed: {result.stderr.strip().splitlines()[-1:]}")


def _write_interface(declarations: Iterable[Path], path: Path) -> None:
    """The C declarations as cffi's own tables: a reader needs no parser of C."""
    from cffi import FFI  # noqa: PLC0415  a reader needs its back end alone
    from cffi.recompiler import make_py_source  # noqa: PLC0415

    ffi = FFI()
    for file in declarations:
        ffi.cdef(file.read_text("ascii"))
    make_py_source(ffi, "interface", str(path), verbose=False)


def _write_sums(where: Path) -> None:
    lines = [f"{hashlib.sha256((where / name).read_bytes()).hexdigest()}  {name}\n" for name in (INTERFACE, LIBRARY)]
    (where / SUMS).write_text("".join(lines), "ascii")
