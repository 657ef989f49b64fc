"""How kernels are compiled. Without numba's reference counting nothing in them can allocate: the compiler refuses it."""

from numba import njit

kernel = njit(error_model="numpy", _nrt=False)  # called from Python, and from other kernels
routine = njit(error_model="numpy", _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)  # called from kernels alone
