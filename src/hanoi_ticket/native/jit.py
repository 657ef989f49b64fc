"""The backend "jit": numba in this process. An entry is compiled when it is first called, so the first call takes seconds."""

from typing import Any

from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels


def load() -> Kernels:
    """The kernels, not yet compiled; raises `NativeRefused` where numba is absent or turned off."""
    try:
        from numba import config  # noqa: PLC0415  seconds of import that only this backend pays
    except ImportError:
        raise NativeRefused("numba is not installed") from None
    if config.DISABLE_JIT:
        raise NativeRefused("numba is told not to compile: NUMBA_DISABLE_JIT")
    from cffi import FFI  # noqa: PLC0415

    ffi = FFI()
    return Kernels("jit", ffi, _Entries(ffi))


class _Entries(dict[str, Any]):
    """An entry's machine code, called as a C function just as the library's is."""

    def __init__(self, ffi: Any) -> None:  # noqa: ANN401  cffi has no types
        from hanoi_ticket.native.build import all_entries  # noqa: PLC0415

        self._ffi = ffi
        self._kernels = {entry.name: entry for entry in all_entries()}
        self._kept: list[Any] = []

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        from hanoi_ticket.native.build import compiled  # noqa: PLC0415

        entry = self._kernels[name]
        code = compiled(entry)
        self._kept.append(code)
        kind = entry._replace(name="(*)").declaration.removesuffix(";")
        function = self[name] = self._ffi.cast(kind, code.address)
        return function
