"""The two multipliers of ECDSA signatures in eight lanes, with one inversion for many (P. Montgomery, 1987)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.ecdsa_p256 import read_256
from hanoi_ticket.kernels.fn256 import N, Scalar
from hanoi_ticket.kernels.fn256x8 import Scalar8, is_below8, minus_bytes, odd_nibbles, put_words
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.inverse8 import inverter8
from hanoi_ticket.kernels.lanes import lane_bits
from hanoi_ticket.kernels.memory import BYTES, WORDS, at, loader, put_lanes, put_word, stack, storer
from hanoi_ticket.kernels.naturals import words_of
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.residues8 import R8
from hanoi_ticket.kernels.sha256x8 import hash8
from hanoi_ticket.kernels.tracing import constant, formula, kernel, subroutine
from hanoi_ticket.kernels.words import choose

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

CHUNK = 64  # signatures that share one inversion; a bit for each fits a word
GROUPS = CHUNK // 8
NUMBERS = 8 * 4  # words of eight numbers of 256 bits: four rows of eight
SCALARS = 8 * Scalar8.limbs

load_scalar8, store_scalar8 = loader(Scalar8), storer(Scalar8)
_vartime_inverse = inverter(N)
_one8 = constant(Scalar8.montgomery(1))
_digests_memory = stack(BYTES, 8 * 32)
_numbers_memory, _scalar_memory = stack(WORDS, NUMBERS), stack(WORDS, SCALARS)
_all_memory, _prefixes_memory = stack(WORDS, GROUPS * SCALARS), stack(WORDS, GROUPS * SCALARS)


def put_lane(place: Any, lane: Number, number: Number) -> None:
    """A number of 256 bits in its lane: four rows of eight words."""
    for i, w in enumerate(words_of(number, 1 << 256)):
        put_word(place, lane + 8 * i, w)


@subroutine
def put_number(numbers: Any, lane: Number, place: Any, index: Number) -> None:
    """32 bytes, big-endian, in their lane."""
    put_lane(numbers, lane, read_256(at(place, index), 0))


@subroutine
def reciprocal_n(inverse: tuple[Number, ...]) -> Scalar:
    return Scalar(inverse) * Scalar.montgomery(R * R)


@kernel
def vartime_reciprocal_n(f: Scalar) -> Scalar:
    return reciprocal_n(_vartime_inverse(f))


vartime_invert8 = inverter8(Scalar8, Scalar, vartime_reciprocal_n)


@kernel
def put_numbers(numbers: Any, place: Any, first: int, last: int, stride: int) -> None:
    """The 32 bytes, big-endian, at each i * stride from `first` on; number `last` fills what is left."""
    for lane in range(8):
        put_number(numbers, lane, place, min(first + lane, last) * stride)


@formula
def usable(s: Any, r: Any) -> tuple[Scalar8, Number, Number]:
    """s in Montgomery form, or 1 where a scalar is out of range: it must not spoil the product of all.

    And a bit for each lane whose scalars are in range, and for each where r + n may be an x as well.
    """
    s, r = Scalar8.at(s), Scalar8.at(r)
    in_range = is_below8(s, N) & is_below8(r, N) & ((is_below8(s, 1) | is_below8(r, 1)) ^ 1)
    s = Scalar8(choose(in_range, a, b) for a, b in zip(s, Scalar8.plain(1), strict=True))
    return s * Scalar8.montgomery(R8), lane_bits(in_range), lane_bits(is_below8(r, P - N))


@formula
def times8(f: Scalar8, g: Scalar8) -> Scalar8:
    return f * g


@formula
def put_minus_bytes(place: Any, flips: Any, dividend: Any, w: Scalar8) -> None:
    """dividend / s for a comb, and lanes of 1 where it takes minus that; w: 1 / s in Montgomery form."""
    limbs, small = minus_bytes(Scalar8.at(dividend) * w)
    put_words(place, limbs)
    put_flags(flips, small, limbs[0])


@formula
def put_odd_nibbles(place: Any, flips: Any, dividend: Any, w: Scalar8) -> None:
    """dividend / s for a window, and lanes of 1 where it takes minus that."""
    limbs, turned = odd_nibbles(Scalar8.at(dividend) * w)
    put_words(place, limbs)
    put_flags(flips, turned, limbs[0])


def put_flags(flags: Any, condition: Number, like: Number) -> None:
    put_lanes(flags, 0, choose(condition, (like ^ like) + 1, like ^ like))


@kernel
def put_usable(
    scalars: Any, prefixes: Any, rs: Any, signatures: Any, first: int, last: int
) -> tuple[Scalar8, int, int]:
    """Each s or 1, each product of those before, and each r; the product of all, and `usable`'s bits."""
    ss = _numbers_memory()
    product, in_range, two = _one8(), 0, 0
    for group in range((last - first >> 3) + 1):
        place = at(rs, NUMBERS * group)
        put_numbers(place, signatures, first + 8 * group, last, 64)
        put_numbers(ss, at(signatures, 32), first + 8 * group, last, 64)
        s, good, more = usable(ss, place)
        in_range |= good << 8 * group
        two |= more << 8 * group
        store_scalar8(scalars, group, s)
        store_scalar8(prefixes, group, product)
        product = times8(product, s)
    return product, in_range, two


@kernel
def vartime_put_multipliers8(
    us: Any,
    u_flips: Any,
    vs: Any,
    v_flips: Any,
    rs: Any,
    nibbles: bool,
    signatures: Any,
    messages: Any,
    starts: Any,
    first: int,
    last: int,
) -> tuple[int, int]:
    """e / s and r / s of up to CHUNK signatures, group by group of eight, and r.

    A bit each for those whose scalars are in range, and for those where r + n may be an x as well.
    """
    scalars, prefixes, inverse = _all_memory(), _prefixes_memory(), _scalar_memory()
    digests, es = _digests_memory(), _numbers_memory()
    product, in_range, two = put_usable(scalars, prefixes, rs, signatures, first, last)
    store_scalar8(inverse, 0, product)
    vartime_invert8(inverse)
    rest = load_scalar8(inverse, 0)
    for group in range(last - first >> 3, -1, -1):
        w = times8(rest, load_scalar8(prefixes, group))
        rest = times8(rest, load_scalar8(scalars, group))
        hash8(digests, messages, starts, first + 8 * group, last)
        put_numbers(es, digests, 0, 7, 32)
        put_minus_bytes(at(us, NUMBERS * group), at(u_flips, 8 * group), es, w)
        v, v_flip, r = at(vs, NUMBERS * group), at(v_flips, 8 * group), at(rs, NUMBERS * group)
        if nibbles:
            put_odd_nibbles(v, v_flip, r, w)
        else:
            put_minus_bytes(v, v_flip, r, w)
    return in_range, two
