"""Modular inversion by division steps, variable time: for public values alone.

Source: D. J. Bernstein, B.-Y. Yang, "Fast constant-time gcd computation and modular inversion" (2019), in the
variable-time form of libsecp256k1's `modinv64` (its doc/safegcd_implementation.md): 62 division steps at a time on
the low words of f and g, as a 2x2 matrix that is then applied to the whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from hanoi_ticket.kernels.elements import Element
from hanoi_ticket.kernels.traced import Int
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import MASK64, as_bits, as_int, choose, known, narrow, trailing_zeros, widen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from hanoi_ticket.kernels.words import Number

STEPS = 62
MASK62 = (1 << STEPS) - 1
BATCHES = 12  # 12 * 62 = 744 >= 742 steps: enough for any input of 256 bits


class Signed62(Element):
    """Five limbs of 62 bits, those below the top one in [0, 2^62), the top one signed: 310 bits."""

    __slots__ = ()
    word, limbs = Int, 5


class Steps(NamedTuple):
    """The low words of f and g after some division steps from (f0, g0), and the matrix: 2^i f = u f0 + v g0, 2^i g =
    q f0 + r g0.

    All are Words modulo 2^64.
    """

    f: Number
    g: Number
    u: Number
    v: Number
    q: Number
    r: Number


def _times(a: Number, b: Number) -> Number:
    return a * b & MASK64


def _minus(a: Number) -> Number:
    return (a ^ MASK64) + 1 & MASK64


@formula
def start(f: Signed62, g: Signed62) -> Steps:
    low = [as_bits(x[0]) | as_bits(x[1]) << STEPS & MASK64 for x in (f, g)]
    one, zero = low[0] & 0 | 1, low[0] & 0
    return Steps(low[0], low[1], one, zero, zero, one)


@formula
def even_steps(s: Steps, left: Number) -> Number:
    """How many steps only halve g, of the `left` ones."""
    return trailing_zeros(s.g | MASK64 << left & MASK64)


@formula
def halved(s: Steps, n: Number) -> Steps:
    """n steps that only halve g."""
    return Steps(s.f, s.g >> n, s.u << n & MASK64, s.v << n & MASK64, s.q, s.r)


@formula
def swapped(s: Steps) -> Steps:
    """(f, g) becomes (g, -f)."""
    return Steps(s.g, _minus(s.f), s.q, s.r, _minus(s.u), _minus(s.v))


@formula
def cancelled(s: Steps, limit: Number) -> Steps:
    """g + w f, with the w that clears the lowest min(limit, 6) bits of g: w = -g/f, and -1/f = f (f^2 - 2) modulo
    2^6.
    """
    w = _times(_times(s.f, s.g), _times(s.f, s.f) + (MASK64 - 1) & MASK64) & 63 & MASK64 >> as_bits(64 - limit)
    g, q, r = ((a + _times(b, w)) & MASK64 for a, b in ((s.g, s.f), (s.q, s.u), (s.r, s.v)))
    return Steps(s.f, g, s.u, s.v, q, r)


@kernel
def vartime_steps(f: Signed62, g: Signed62, eta: int) -> tuple[Steps, int]:
    """62 division steps, and the new eta (the delta of the paper, negated)."""
    s = start(f, g)
    left = STEPS
    while True:
        n = even_steps(s, left)
        s = halved(s, n)
        eta -= n
        left -= n
        if left == 0:
            return s, eta
        if eta < 0:
            eta = -eta
            s = swapped(s)
        s = cancelled(s, min(eta + 1, left))


@subroutine
def applied(s: Steps, f: Signed62, g: Signed62) -> tuple[Signed62, Signed62]:
    """The matrix times (f, g), over 2^62: the division is exact."""
    u, v, q, r = map(as_int, s[2:])
    rows = []
    for a, b in (u, v), (q, r):
        total = a * f[0] + b * g[0] >> STEPS
        limbs = []
        for x, y in zip(f[1:], g[1:], strict=True):
            total += a * x + b * y
            limbs.append(total & MASK62)
            total >>= STEPS
        rows.append(Signed62((*limbs, narrow(total))))
    return rows[0], rows[1]


@formula
def is_zero(g: Signed62) -> Number:
    return (g[0] | g[1] | g[2] | g[3] | g[4]) == 0


def carried(limbs: Iterable[Number]) -> Signed62:
    f = list(limbs)
    for i in range(4):
        f[i + 1] += f[i] >> STEPS
        f[i] &= MASK62
    return Signed62(f)


def limbs_of(number: int) -> tuple[int, ...]:
    return tuple(number >> STEPS * i & MASK62 for i in range(5))


def inverter(modulus: int) -> Callable[..., Any]:
    """A kernel: four words of x in [0, modulus) to those of 1/x modulo an odd modulus below 2^256; 0 to 0."""
    m = limbs_of(modulus)
    minus_inverse = pow(modulus, -1, 1 << STEPS)
    f_start, d_start, e_start = (constant(Signed62(limbs_of(n))) for n in (modulus, 0, 1))

    @subroutine
    def applied_modulo(s: Steps, d: Signed62, e: Signed62) -> tuple[Signed62, Signed62]:
        """The matrix times (d, e), over 2^62, modulo m: the multiple of m makes the division exact. d, e in (-2m,
        m).
        """
        u, v, q, r = map(as_int, s[2:])
        rows = []
        for a, b in (u, v), (q, r):
            k = (a & d[4] >> 63) + (b & e[4] >> 63)
            total = a * d[0] + b * e[0]
            k -= as_int(_times(as_bits(total & MASK62), known(minus_inverse, as_bits(k))) + as_bits(k) & MASK62)
            total = total + widen(k) * m[0] >> STEPS
            limbs = []
            for x, y, n in zip(d[1:], e[1:], m[1:], strict=True):
                total += a * x + b * y + widen(k) * n
                limbs.append(total & MASK62)
                total >>= STEPS
            rows.append(Signed62((*limbs, narrow(total))))
        return rows[0], rows[1]

    @subroutine
    def normalised(d: Signed62, f: Signed62) -> tuple[Number, Number, Number, Number]:
        """d / f, where f is 1 or -1 and d in (-2m, m), in [0, m)."""
        raised = plus_if_negative(d)
        signed = carried(choose(f[4] < 0, 0 - x, x) for x in raised)
        return to_words(plus_if_negative(signed))

    def plus_if_negative(d: Signed62) -> Signed62:
        negative = d[4] < 0
        return carried(choose(negative, x + n, x) for x, n in zip(d, m, strict=True))

    @kernel
    def vartime_inverse(x: Any) -> Any:
        d, e, f, g = d_start(), e_start(), f_start(), from_words(x)
        eta = -1
        for _ in range(BATCHES):
            steps, eta = vartime_steps(f, g, eta)
            d, e = applied_modulo(steps, d, e)
            f, g = applied(steps, f, g)
            if is_zero(g):
                break
        return normalised(d, f)

    return vartime_inverse


@formula
def from_words(w: tuple[Number, Number, Number, Number]) -> Signed62:
    w0, w1, w2, w3 = w
    limbs = w0, w0 >> 62 | w1 << 2 & MASK64, w1 >> 60 | w2 << 4 & MASK64, w2 >> 58 | w3 << 6 & MASK64, w3 >> 56
    return Signed62(as_int(limb & MASK62) for limb in limbs)


def to_words(f: Signed62) -> tuple[Number, Number, Number, Number]:
    f0, f1, f2, f3, f4 = map(as_bits, f)
    return f0 | f1 << 62 & MASK64, f1 >> 2 | f2 << 60 & MASK64, f2 >> 4 | f3 << 58 & MASK64, f3 >> 6 | f4 << 56 & MASK64
