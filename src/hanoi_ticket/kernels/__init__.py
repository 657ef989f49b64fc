"""The hot path's arithmetic, one algorithm a file. Imports numba, llvmlite and numpy alone, never the rest of the
package.

How a formula becomes machine code, in this order: words (what it is written over), elements, traced and lanes (what a
compiler reads there), schedule, tracing (how numba reads a formula), memory.

| from the bottom up | |
|---|---|
| numbers    | naturals, residues, inverse; fields: fe25519, fp256; scalars: scalar25519, fn256 |
| curves     | edwards25519, p256 and p256_doubling: each formula once, for words and for lanes |
| multiples  | of known points: the combs; of any: point25519, p256_window; for one signature: p256_teeth8 |
| signatures | sha2, ed25519, ecdsa_p256: their variants give the same answers |
| codes      | base45, cbor, grammar; then authenticate, rules, verify_code; workbench for many |
| memory     | replay: uses of tickets; phones: tables of phones that come back |

A name that ends in 8 or x4 is of eight lanes. With x8 (and keys8, scalars8, window8) each lane has a value of its own;
with x4, one8, spread8, chain8 and teeth8 the lanes share one. `entries` lists what the doors and the native library
call.
"""
