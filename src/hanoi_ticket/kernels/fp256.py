"""GF(p256), p = 2^256 - 2^224 + 2^192 + 2^96 - 1: SP 800-186, section 3.2.1.3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.memory import loader, storer
from hanoi_ticket.kernels.naturals import low, natural
from hanoi_ticket.kernels.residues import R, Residue
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanoi_ticket.kernels.words import Number

P = 2**256 - 2**224 + 2**192 + 2**96 - 1


class Fe(Residue):
    """Four words of 64 bits in Montgomery form, always below p."""

    __slots__ = ()
    modulus = P

    @classmethod
    def without_low_word(cls, t: Number) -> Number:
        """(t + m p) / 2^64, where m = t mod 2^64 as p = -1 mod 2^64.

        That is t / 2^64 rounded down, and m (p + 1) / 2^64; (p + 1) / 2^64 = 2^32 + 2^128 (2^64 - 2^32 + 1).
        """
        m = natural([low(t)], MASK64)
        return (t >> 64) + ((m << 32) + (m * (2**64 - 2**32 + 1) << 128))


load, store = loader(Fe), storer(Fe)
_vartime_inverse = inverter(P)


@formula
def _in_form(words: tuple[Number, ...]) -> Fe:
    """What the inverse of f R is short of 1/f in Montgomery form: R^2."""
    return Fe(words) * Fe.montgomery(R * R)


@subroutine
def times(f: Fe, g: Fe) -> Fe:
    return f * g


@kernel
def vartime_reciprocal(f: Fe) -> Fe:
    """1/f, and 0 for 0."""
    return _in_form(_vartime_inverse(f))


@kernel
def squared(f: Fe, count: int) -> Fe:
    """f^(2^count)"""
    for _ in range(count):
        f = square(f)
    return f


def root_chain(squared: Callable[..., Any], times: Callable[..., Any]) -> Callable[..., Any]:
    @kernel
    def square_root(f: Any) -> Any:
        """f^((p + 1) / 4): a square root of f if it has one, as p = 3 mod 4.

        (p + 1) / 4 = (((2^32 - 1) 2^32 + 1) 2^96 + 1) 2^94.
        """
        ones = f
        for n in (1, 2, 4, 8, 16):  # f^(2^n - 1) to f^(2^2n - 1)
            ones = times(squared(ones, n), ones)
        return squared(times(squared(times(squared(ones, 32), f), 96), f), 94)

    return square_root


square_root = root_chain(squared, times)
