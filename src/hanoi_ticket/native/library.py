"""The backend "native": the frozen kernels, loaded through cffi with neither numba nor llvmlite in the process."""

import os
from pathlib import Path
from typing import Any

from hanoi_ticket.native import cache
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.kernels import Kernels
from hanoi_ticket.native.selftest import must_pass

VARIANTS = ("base", "v3")
"""By `processor_level`, from the most modest up."""


def load(where: Path | None = None) -> Kernels:
    """The library at `where`, or at the place of these sources; raises `NativeRefused` and says why."""
    where = where or cache.directory()
    if not where.is_dir():
        raise NativeRefused(f"no library at {where} (hint: hanoi-ticket warmup)")
    ffi = _interface(where)
    library = _opened(ffi, where)
    suffix = VARIANTS[library.processor_level()] if hasattr(library, "processor_level") else VARIANTS[0]
    kernels = Kernels(f"native-{suffix}", ffi, _Entries(library, suffix))
    must_pass(kernels)
    return kernels


def _interface(where: Path) -> Any:  # noqa: ANN401  cffi has no types
    """The declarations, as the builder had cffi write them. The file is as trusted as the library: both are code."""
    descriptor, source = cache.verified(where, cache.INTERFACE)
    os.close(descriptor)
    names: dict[str, Any] = {}
    exec(compile(source, str(where / cache.INTERFACE), "exec"), names)  # noqa: S102
    return names["ffi"]


def _opened(ffi: Any, where: Path) -> Any:  # noqa: ANN401
    """The very file that was verified. Its descriptor stays open: the loader tells libraries apart by this name."""
    descriptor, _ = cache.verified(where, cache.LIBRARY)
    try:
        return ffi.dlopen(f"/proc/self/fd/{descriptor}")
    except OSError as error:
        os.close(descriptor)
        raise NativeRefused(f"{where / cache.LIBRARY}: {error}") from None


class _Entries(dict[str, Any]):
    """An entry's function in the variant that this processor runs."""

    def __init__(self, library: Any, suffix: str) -> None:  # noqa: ANN401
        self._library, self._suffix = library, suffix

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        function = self[name] = getattr(self._library, f"{name}_{self._suffix}")
        return function
