"""The backend "native": the frozen kernels, loaded through cffi with neither numba nor llvmlite in the process."""

import os
from typing import Any

from hanoi_ticket.native import cache
from hanoi_ticket.native.cache import NativeRefused, Place
from hanoi_ticket.native.kernels import Kernels
from hanoi_ticket.native.phones import PHONE_BYTES
from hanoi_ticket.native.selftest import must_pass

SCALAR = ("base", "v3", "v3")
LANES = "ifma"
"""The variants by `processor_level`, from the most modest up; the last level has lanes as well."""
LANES_SETTING = "HANOI_TICKET_LANES"
"""Set to "off", everything is checked by the scalar kernels."""


def load(where: Place | None = None, phone_bytes: int = PHONE_BYTES) -> Kernels:
    """The library at `where`, or at the place of these sources; raises `NativeRefused` and says why."""
    where = where or cache.directory()
    if not os.path.isdir(where):
        raise NativeRefused(f"no library at {where} (hint: hanoi-ticket warmup)")
    ffi = _interface(where)
    library = _opened(ffi, where)
    level = library.processor_level() if hasattr(library, "processor_level") else 0
    lanes = level == len(SCALAR) - 1 and hasattr(library, f"ed25519_verify_batch8_{LANES}")
    lanes = lanes and os.environ.get(LANES_SETTING) != "off"
    kernels = kernels_of(ffi, library, SCALAR[level], lanes=lanes, phone_bytes=phone_bytes)
    must_pass(kernels)
    return kernels


def kernels_of(
    ffi: Any,  # noqa: ANN401  cffi has no types
    library: Any,  # noqa: ANN401
    suffix: str,
    *,
    lanes: bool = False,
    phone_bytes: int = PHONE_BYTES,
) -> Kernels:
    """The kernels in one variant."""
    name = f"native-{LANES if lanes else suffix}"
    return Kernels(name, ffi, _Entries(library, suffix), lanes=lanes, phone_bytes=phone_bytes)


def _interface(where: Place) -> Any:  # noqa: ANN401  cffi has no types
    """The declarations, as the builder had cffi write them. The file is as trusted as the library: both are code."""
    descriptor, source = cache.verified(where, cache.INTERFACE)
    os.close(descriptor)
    names: dict[str, Any] = {}
    exec(compile(source, os.path.join(where, cache.INTERFACE), "exec"), names)  # noqa: S102
    return names["ffi"]


def _opened(ffi: Any, where: Place) -> Any:  # noqa: ANN401
    """The very file that was verified. Its descriptor stays open: the loader tells libraries apart by this name."""
    descriptor, _ = cache.verified(where, cache.LIBRARY)
    try:
        return ffi.dlopen(f"/proc/self/fd/{descriptor}")
    except OSError as error:
        os.close(descriptor)
        raise NativeRefused(f"{os.path.join(where, cache.LIBRARY)}: {error}") from None


class _Entries(dict[str, Any]):
    """An entry's function in the variant that this processor runs. The names of those for eight lanes end so."""

    def __init__(self, library: Any, suffix: str) -> None:  # noqa: ANN401
        self._library, self._suffix = library, suffix

    def __missing__(self, name: str) -> Any:  # noqa: ANN401
        suffix = LANES if name.endswith("8") else self._suffix
        function = self[name] = getattr(self._library, f"{name}_{suffix}")
        return function
