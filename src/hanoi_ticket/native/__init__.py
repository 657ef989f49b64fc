"""The kernels without their compiler: one library that numba emitted, checked before it is loaded.

`build` makes it (`hanoi-ticket warmup`), `cache` says where it lives and what is refused, `library` loads it, `kernels`
calls it, `choice` decides which backend serves. Nothing here imports numba, but for `build` and the backend "jit".
"""
