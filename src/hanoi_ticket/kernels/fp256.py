"""GF(p256), p = 2^256 - 2^224 + 2^192 + 2^96 - 1 (FIPS 186-5, SP 800-186 section 3.2.1.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.naturals import low, natural
from hanoi_ticket.kernels.residues import Residue
from hanoi_ticket.kernels.words import MASK64

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

P = 2**256 - 2**224 + 2**192 + 2**96 - 1


class Fe(Residue):
    """Four words of 64 bits in Montgomery form, always below p."""

    __slots__ = ()
    modulus = P

    @classmethod
    def without_low_word(cls, t: Number) -> Number:
        """(t + m p) / 2^64 with m = t mod 2^64, for p = -1 mod 2^64; (p + 1) / 2^64 = 2^32 + 2^128 (2^64 - 2^32 + 1)."""
        m = natural([low(t)], MASK64)
        return (t >> 64) + ((m << 32) + (m * (2**64 - 2**32 + 1) << 128))
