"""GF(2^255 - 19): five limbs of 51 bits, eight elements at a time, by AVX-512 IFMA.

The instruction multiplies 52-bit limbs and adds one half of the product. Low and high halves have columns of their own
and all carries are taken at once, since what follows waits for them: source: the IFMA backend of curve25519-dalek
(H. de Valence, 2018).
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.columns import COLUMNS, added, product_pairs, square_pairs
from hanoi_ticket.kernels.elements import Element, products, square, squares
from hanoi_ticket.kernels.lanes import Lanes, hi, lane, lo, signed, unsigned
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.power25519 import power_chain
from hanoi_ticket.kernels.radix51 import MASK51, TWO_P, canonical_limbs, from_words, limbs_of, to_element
from hanoi_ticket.kernels.tracing import constant, formula, kernel

if TYPE_CHECKING:
    from collections.abc import Iterable

    from hanoi_ticket.kernels.fe25519 import Fe
    from hanoi_ticket.kernels.words import Number


class Fe8(Element):
    """f0 + 2^51 f1 + 2^102 f2 + 2^153 f3 + 2^204 f4, modulo p, in each lane.

    Limbs are in [0, 2^51 + 2^14) after a product ("reduced") and below 2^52 in a factor.
    """

    word, limbs = Lanes, 5

    def __add__(f, g: Fe8) -> Sum8:  # type: ignore[override]
        return Sum8(a + b for a, b in zip(f, g, strict=True))

    def __sub__(f, g: Fe8) -> Sum8:
        """f - g + 2p; g is reduced."""
        return Sum8(a + c - b for a, b, c in zip(f, g, TWO_P, strict=True))

    def __mul__(f, g: Fe8) -> Fe8:  # type: ignore[override]
        pairs = product_pairs(f.tight, g.tight)
        return folded([added(lo, pairs[k], added(hi, pairs[k - 1]) << 1) for k in range(COLUMNS)])

    def square(f) -> Fe8:
        crossed, squared = square_pairs(f.tight)
        low = [added(lo, squared[k], added(lo, crossed[k]) << 1) for k in range(COLUMNS)]
        high = [added(hi, squared[k - 1], added(hi, crossed[k - 1]) << 1) for k in range(COLUMNS)]
        return folded([a + (b << 1) for a, b in zip(low, high, strict=True)])


class Sum8(Fe8):
    """A sum or difference: its carries are taken once, when a product needs them."""

    numba_type = Fe8.numba_type

    @cached_property
    def tight(f) -> Fe8:
        return carried(f)


def folded(z: list[Number]) -> Fe8:
    """Ten columns to a reduced element: 2^255 = 19."""
    return carried(a + times19(b) for a, b in zip(z[:5], z[5:], strict=True))


def carried(limbs: Iterable[Number]) -> Fe8:
    """Each limb's carry into the next one, all at once."""
    r = list(limbs)
    c = [limb >> 51 for limb in r]
    c = [times19(c[4]), *c[:4]]
    return Fe8((limb & MASK51) + carry for limb, carry in zip(r, c, strict=True))


def times19(a: Number) -> Number:
    return (a << 4) + (a << 1) + a


def element8(number: int) -> Fe8:
    """An integer modulo p in every lane: for constants."""
    return Fe8(limbs_of(number))


limbs8 = 8 * Fe8.limbs  # words of a stored element
load8, store8 = loader(Fe8), storer(Fe8)
one8 = constant(element8(1))


@formula
def from_words8(w0: Number, w1: Number, w2: Number, w3: Number) -> Fe8:
    """The low 255 bits of 256-bit numbers."""
    return Fe8(map(signed, from_words(*map(unsigned, (w0, w1, w2, w3)))))


@formula
def first_lane(f: Fe8) -> Fe:
    return to_element([lane(limb, 0) for limb in f.tight])


def canonical(f: Fe8) -> Fe8:
    """The one representative in [0, p)."""
    return Fe8(canonical_limbs(f.tight))


@formula
def same8(f: Fe8, g: Fe8) -> Number:
    """The condition, in each lane, that f = g; g is canonical."""
    f0, f1, f2, f3, f4 = (a ^ b for a, b in zip(canonical(f), g, strict=True))
    return (f0 | f1 | f2 | f3 | f4) == 0


@formula
def is_zero8(f: Fe8) -> Number:
    f0, f1, f2, f3, f4 = canonical(f)
    return (f0 | f1 | f2 | f3 | f4) == 0


@formula
def parity8(f: Fe8) -> Number:
    """The lowest bit of the representative, in each lane."""
    return canonical(f)[0] & 1


@formula
def times8(f: Fe8, g: Fe8) -> Fe8:
    return f * g


@kernel
def squared_times8(f: Fe8, n: int) -> Fe8:
    """f^(2^n)"""
    for _ in range(n):
        f = square(f)
    return f


chain8 = power_chain(squared_times8, times8)


@formula
def choose8(condition: Number, f: Fe8, g: Fe8) -> Fe8:
    """f where the condition holds, else g."""
    return f.choose(condition, g)


@kernel
def inverse8(f: Fe8) -> Fe8:
    """f^(p - 2)"""
    ones250, f11 = chain8(f)
    return times8(squared_times8(ones250, 5), f11)


@formula
def times_pairs8(f: tuple[Fe8, Fe8], g: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return products(*zip(f, g, strict=True))


@formula
def square_pair8(f: tuple[Fe8, Fe8]) -> tuple[Fe8, ...]:
    return squares(*f)


@kernel
def squared_times_pair8(f: Any, n: int) -> Any:
    for _ in range(n):
        f = square_pair8(f)
    return f


pair_chain8 = power_chain(squared_times_pair8, times_pairs8)


@kernel
def powers_2_252_minus_3(f: Fe8, g: Fe8) -> Any:
    """f^(2^252 - 3) and the same of g: side by side they take hardly longer than one, whose steps wait for each
    other.
    """
    pair = (f, g)
    ones250, _ = pair_chain8(pair)
    return times_pairs8(squared_times_pair8(ones250, 2), pair)
