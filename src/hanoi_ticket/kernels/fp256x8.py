"""GF(p256), eight elements at a time: the reduction needs no multiplier, as p = -1 modulo 2^52."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.elements import products, square, squares
from hanoi_ticket.kernels.fp256 import Fe, P, root_chain, vartime_reciprocal
from hanoi_ticket.kernels.inverse8 import inverter8
from hanoi_ticket.kernels.lanes import signed, unsigned
from hanoi_ticket.kernels.limbs52 import split52
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.residues8 import R8, SLACK, Residue8
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import MASK52

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

MASK48 = (1 << 48) - 1


class Fe8(Residue8):
    """An element in each lane."""

    modulus = P
    modulus_limbs = (-1, 1 << 44, 0, 1 << 36, (1 << 48) - (1 << 16))

    def below_twice(f) -> Fe8:
        """f - q p, where q = f / 2^256 rounded down, or one less."""
        f0, f1, f2, f3, f4 = f
        above = f4 - SLACK
        q = above >> 48
        top = (above & MASK48) + SLACK + (q << 16)
        return f.with_carries((f0 + q, f1 - (q << 44), f2, f3 - (q << 36), top), (1 << 48) + (1 << 22))


limbs8 = 8 * Fe8.limbs  # words of a stored element
load8, store8 = loader(Fe8), storer(Fe8)


@formula
def from_words8(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe8:
    """256-bit numbers as elements, in Montgomery form."""
    limbs = split52([unsigned(w) for w in (w0, w1, w2, w3)])
    f = Fe8(map(signed, limbs))
    return f * Fe8.montgomery(R8)


@formula
def out_of_form8(f: Fe8) -> Fe8:
    return f * Fe8.plain(1)


@formula
def is_zero8(f: Fe8) -> Number:
    """The condition, in each lane, that f is 0 modulo p."""
    one = Fe8.plain(1)
    f0, f1, f2, f3, f4 = f = (f * one).carried  # at most p
    g0, g1, g2, g3, g4 = (a ^ (P >> 52 * i & MASK52) for i, a in enumerate(f))
    return ((f0 | f1 | f2 | f3 | f4) == 0) | ((g0 | g1 | g2 | g3 | g4) == 0)


@formula
def parity8(f: Fe8) -> Number:
    """The lowest bit of the numbers that stand for f, out of Montgomery form; f is not 0."""
    return (f * Fe8.plain(1))[0] & 1


@formula
def times8(f: Fe8, g: Fe8) -> Fe8:
    return f * g


@formula
def times_pairs8(f: tuple[Fe8, Fe8], g: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return products(*zip(f, g, strict=True))


@formula
def square_pair8(f: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return squares(*f)


@kernel
def squared_pair8(f: Any, count: int) -> Any:
    for _ in range(count):
        f = square_pair8(f)
    return f


@kernel
def squared8(f: Fe8, count: int) -> Fe8:
    for _ in range(count):
        f = square(f)
    return f


square_root8, square_roots8 = root_chain(squared8, times8), root_chain(squared_pair8, times_pairs8)
"""Two, side by side, take hardly longer than one, whose steps wait for each other."""


@formula
def choose8(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    """f where the condition holds, else g."""
    return f.choose(condition, g)


vartime_invert8 = inverter8(Fe8, Fe, vartime_reciprocal)
