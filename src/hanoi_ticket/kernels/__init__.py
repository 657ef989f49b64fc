"""The hot path's arithmetic, one algorithm a file. Imports numba, llvmlite and numpy alone, never the rest of the
package.

Read in this order: words (what a formula is written over), traced and lanes (what a compiler reads there), elements,
tracing (how numba reads a formula), memory; then the algorithms; `entries` lists what the doors and the native library
call.
"""
