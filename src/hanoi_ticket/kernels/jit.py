"""How kernels over arrays are compiled. Numba can check every index of theirs (NUMBA_BOUNDSCHECK=1).

Without reference counting nothing in them can allocate, and an array costs no more to hand on than a pointer.
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]

OPTIONS: Final[dict[str, Any]] = {"error_model": "numpy", "_nrt": False}
INNER: Final[dict[str, Any]] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def kernel(function: F) -> F:
    """A kernel that Python calls."""
    compiled: F = njit(**OPTIONS)(function)
    return compiled


def batch(function: F) -> F:
    """A kernel over many items; other threads run meanwhile."""
    compiled: F = njit(**OPTIONS, nogil=True)(function)
    return compiled


def routine(function: F) -> F:
    """A part of kernels, called from them alone."""
    compiled: F = njit(**OPTIONS, **INNER)(function)
    return compiled
