"""The kernels without their compiler: one library that numba emitted, checked before it is loaded.

`emit` compiles and `build` links it (`hanoi-ticket warmup`), `cache` says where it lives and what is refused, `library`
loads it, `kernels` calls it, `choice` decides which backend serves. Nothing here imports numba, but for `emit` and the
backend "jit".
"""
