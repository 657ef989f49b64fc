"""The two multipliers of ECDSA signatures, with one inversion for many (P. Montgomery, 1987)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.ecdsa_p256 import ANY, has_scalars, read_scalar
from hanoi_ticket.kernels.fn256 import N, Scalar
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.memory import BYTES, WORDS, at, loader, put_word, stack, storer
from hanoi_ticket.kernels.naturals import difference, is_below, natural, words_of
from hanoi_ticket.kernels.p256x8 import BYTE_BIAS, NIBBLE_BIAS
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.sha256x8 import hash8
from hanoi_ticket.kernels.tracing import constant, kernel, subroutine
from hanoi_ticket.kernels.words import as_word, choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

load_scalar, store_scalar = loader(Scalar), storer(Scalar)
_vartime_inverse = inverter(N)
_scalar_one = constant(Scalar.montgomery(1))
_digests_memory = stack(BYTES, 8 * 32)
CHUNK = 64  # signatures that share one inversion; a bit for each fits a word
inverses_memory = stack(WORDS, CHUNK * Scalar.limbs)


def put_lane(place: Any, lane: Number, number: Number) -> None:
    """A number of 256 bits in its lane: four rows of eight words."""
    for i, w in enumerate(words_of(number, 1 << 256)):
        put_word(place, lane + 8 * i, w)


@subroutine
def usable_s(signature: Any, usable: Number) -> Scalar:
    """s, or 1 where a scalar is out of range: it must not spoil the product of all."""
    return read_scalar(signature, 32).choose(usable, Scalar.of(1))


@subroutine
def times_n(f: Scalar, g: Scalar) -> Scalar:
    return f * g


@subroutine
def plain_n(f: Scalar) -> Scalar:
    """Out of Montgomery form."""
    return f * Scalar.of(1)


@subroutine
def reciprocal_n(inverse: tuple[Number, ...]) -> Scalar:
    return Scalar(inverse) * Scalar.montgomery(R * R)


@subroutine
def put_lane_scalar(scalars: Any, flips: Any, lane: Number, dividend: Any, w: Scalar, nibbles: Number) -> None:
    """dividend / s, or its opposite if that is smaller, in its lane: biased nibbles, and whether it was turned.

    w: 1 / s, out of Montgomery form. As bytes it is minus that: 0x80...80 less it has no carry out.
    """
    quotient = read_scalar(dividend, 0) * w
    turned = is_below(quotient.number, (N + 1) // 2) ^ 1
    size = natural((-quotient).choose(turned, quotient), N // 2)
    fours, eights = words_of(size + NIBBLE_BIAS, 1 << 256), words_of(difference(BYTE_BIAS, size, ANY), 1 << 256)
    for i, (a, b) in enumerate(zip(fours, eights, strict=True)):
        put_word(scalars, lane + 8 * i, choose(nibbles, a, b))
    put_word(flips, lane, as_word(turned ^ nibbles ^ 1))


@kernel
def vartime_put_inverses(inverses: Any, signatures: Any, first: int, last: int) -> int:
    """1 / s of up to CHUNK signatures, out of Montgomery form; a bit each for those whose r and s are in range."""
    product, in_range = _scalar_one(), 0
    for i in range(last + 1 - first):
        signature = at(signatures, 64 * (first + i))
        usable = has_scalars(signature)
        in_range |= int(usable) << i
        store_scalar(inverses, i, product)
        product = times_n(product, usable_s(signature, usable))
    rest = reciprocal_n(_vartime_inverse(product))
    for i in range(last - first, -1, -1):
        signature = at(signatures, 64 * (first + i))
        prefix = load_scalar(inverses, i)
        store_scalar(inverses, i, plain_n(times_n(rest, prefix)))
        rest = times_n(rest, usable_s(signature, has_scalars(signature)))
    return in_range


@kernel
def put_scalars8(
    us: Any,
    u_flips: Any,
    vs: Any,
    v_flips: Any,
    nibbles: bool,
    inverses: Any,
    signatures: Any,
    messages: Any,
    starts: Any,
    first: int,
    last: int,
) -> None:
    """e / s and r / s of eight signatures; inverses: 1 / s of each."""
    digests = _digests_memory()
    hash8(digests, messages, starts, first, last)
    for lane in range(8):
        i = min(lane, last - first)
        w = load_scalar(inverses, i)
        put_lane_scalar(us, u_flips, lane, at(digests, 32 * lane), w, False)
        put_lane_scalar(vs, v_flips, lane, at(signatures, 64 * (first + i)), w, nibbles)
