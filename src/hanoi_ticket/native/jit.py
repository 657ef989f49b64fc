"""The backend "jit": numba in this process. An entry is compiled when it is first called, which takes seconds."""

import importlib.util
import os
from typing import Any

from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels


def load() -> Kernels:
    """The kernels, compiled as they are called; raises `NativeRefused` where numba is absent or turned off."""
    need_numba()
    from cffi import FFI  # noqa: PLC0415

    ffi = FFI()
    return Kernels("jit", ffi, _Entries(ffi))


def need_numba() -> None:
    """Raises `NativeRefused` where numba cannot compile."""
    if importlib.util.find_spec("numba") is None:
        raise NativeRefused("numba is not installed")
    if os.environ.get("NUMBA_DISABLE_JIT", "0") != "0":
        raise NativeRefused("numba is told not to compile: NUMBA_DISABLE_JIT")


class _Entries(dict[str, Any]):
    """An entry's machine code, called as a C function just as the library's is."""

    def __init__(self, ffi: Any) -> None:  # noqa: ANN401  cffi has no types
        from hanoi_ticket.native.emit import entries_of  # noqa: PLC0415

        self._ffi = ffi
        self._kernels = {entry.name: entry for entry in entries_of(lanes=False)}
        self._kept: list[Any] = []

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        from hanoi_ticket.native.emit import compiled  # noqa: PLC0415

        entry = self._kernels[name]
        code = compiled(entry)
        self._kept.append(code)
        kind = entry._replace(name="(*)").declaration.removesuffix(";")
        function = self[name] = self._ffi.cast(kind, code.address)
        return function
