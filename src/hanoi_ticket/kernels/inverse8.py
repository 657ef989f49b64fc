"""Inverses in eight lanes by one scalar inversion: P. Montgomery, "Speeding the Pollard and elliptic curve methods of
factorization" (1987).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.limbs52 import split52
from hanoi_ticket.kernels.memory import WORDS, loader, put_word, stack, storer, word
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.residues8 import R8
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanoi_ticket.kernels.residues import Residue
    from hanoi_ticket.kernels.residues8 import Residue8
    from hanoi_ticket.kernels.words import Number


@subroutine
def put_lane_words(words: Any, f: Any, lane: Number) -> None:
    """Words number `lane` from the limbs of that lane."""
    limbs = [word(f, lane + 8 * i) for i in range(5)]
    put_word(words, 4 * lane, limbs[0] | limbs[1] << 52 & MASK64)
    put_word(words, 4 * lane + 1, limbs[1] >> 12 | limbs[2] << 40 & MASK64)
    put_word(words, 4 * lane + 2, limbs[2] >> 24 | limbs[3] << 28 & MASK64)
    put_word(words, 4 * lane + 3, limbs[3] >> 36 | limbs[4] << 16 & MASK64)


@subroutine
def put_lane_limbs(f: Any, lane: Number, words: Iterable[Number]) -> None:
    for i, limb in enumerate(split52(tuple(words))):
        put_word(f, lane + 8 * i, limb)


def inverter8(
    kind: type[Residue8], scalar: type[Residue], vartime_reciprocal: Callable[..., Any]
) -> Callable[..., Any]:
    """A kernel: residues in memory, none of them 0, become their inverses, with one scalar inversion for eight."""
    load8, store8, load, store = loader(kind), storer(kind), loader(scalar), storer(scalar)
    words_memory, prefixes_memory = stack(WORDS, 8 * scalar.limbs), stack(WORDS, 8 * scalar.limbs)
    one = constant(scalar.montgomery(1))

    @formula
    def out_of_form(f: Residue8) -> Residue8:
        return f * kind.plain(1)

    @formula
    def back_in_form(f: Residue8) -> Residue8:
        """The scalar inverses are R^2 / f."""
        return f * kind.montgomery(R8 * pow(R, -2, kind.modulus))

    @subroutine
    def times(f: Residue, g: Residue) -> Residue:
        return f * g

    @kernel
    def vartime_invert8(f: Any) -> None:
        words, prefixes = words_memory(), prefixes_memory()
        store8(f, 0, out_of_form(load8(f, 0)))
        product = one()
        for i in range(8):
            put_lane_words(words, f, i)
            store(prefixes, i, product)
            product = times(product, load(words, i))
        inverse = vartime_reciprocal(product)
        for i in range(7, -1, -1):
            put_lane_limbs(f, i, times(inverse, load(prefixes, i)))
            inverse = times(inverse, load(words, i))
        store8(f, 0, back_in_form(load8(f, 0)))

    return vartime_invert8
