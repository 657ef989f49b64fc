"""Scalars of P-256: residues modulo n, the order of the curve's points."""

from __future__ import annotations

from hanoi_ticket.kernels.residues import Residue

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Scalar(Residue):
    """Four words of 64 bits in Montgomery form, always below n."""

    __slots__ = ()
    modulus = N
