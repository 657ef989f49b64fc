"""The two multipliers of eight ECDSA signatures, with one inversion for all (P. Montgomery, 1987)."""

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
_scalars_memory, _digests_memory = stack(WORDS, 8 * 4), stack(BYTES, 8 * 32)


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
def reciprocal_n(inverse: tuple[Number, ...]) -> Scalar:
    """1 / f, out of Montgomery form, from the inverse of f R."""
    return Scalar(inverse) * Scalar.montgomery(R)


@subroutine
def put_lane_scalar(scalars: Any, flips: Any, lane: Number, dividend: Any, w: Scalar, nibbles: Number) -> None:
    """dividend / s, from 1 / s out of Montgomery form, or its opposite if that is smaller, in its lane: biased nibbles and whether it was turned.

    As bytes it is minus that: 0x80...80 less it has no carry out.
    """
    quotient = read_scalar(dividend, 0) * w
    turned = is_below(quotient.number, (N + 1) // 2) ^ 1
    size = natural((-quotient).choose(turned, quotient), N // 2)
    fours, eights = words_of(size + NIBBLE_BIAS, 1 << 256), words_of(difference(BYTE_BIAS, size, ANY), 1 << 256)
    for i, (a, b) in enumerate(zip(fours, eights, strict=True)):
        put_word(scalars, lane + 8 * i, choose(nibbles, a, b))
    put_word(flips, lane, as_word(turned ^ nibbles ^ 1))


@kernel
def vartime_put_scalars8(
    us: Any,
    u_flips: Any,
    vs: Any,
    v_flips: Any,
    nibbles: bool,
    signatures: Any,
    messages: Any,
    starts: Any,
    first: int,
    last: int,
) -> int:
    """e / s and r / s of eight signatures; a bit each for those whose r and s are in range."""
    prefixes, values, digests = _scalars_memory(), _scalars_memory(), _digests_memory()
    hash8(digests, messages, starts, first, last)
    product = _scalar_one()
    in_range = 0
    for lane in range(8):
        signature = at(signatures, 64 * min(first + lane, last))
        usable = has_scalars(signature)
        in_range |= int(usable) << lane
        s = usable_s(signature, usable)
        store_scalar(prefixes, lane, product)
        store_scalar(values, lane, s)
        product = times_n(product, s)
    rest = reciprocal_n(_vartime_inverse(product))
    for lane in range(7, -1, -1):
        i = min(first + lane, last)
        w = times_n(rest, load_scalar(prefixes, lane))
        rest = times_n(rest, load_scalar(values, lane))
        put_lane_scalar(us, u_flips, lane, at(digests, 32 * lane), w, False)
        put_lane_scalar(vs, v_flips, lane, at(signatures, 64 * i), w, nibbles)
    return in_range
