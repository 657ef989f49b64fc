"""ECDSA over P-256 with SHA-256: FIPS 186-5, section 6.4.2.

A signature is r || s, 64 bytes; a high s is as good as a low one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import SCALAR_BYTES
from hanoi_ticket.kernels.elements import square
from hanoi_ticket.kernels.fn256 import N, Scalar
from hanoi_ticket.kernels.fp256 import Fe, P, load, square_root, store
from hanoi_ticket.kernels.inverse import inverter
from hanoi_ticket.kernels.memory import BYTES, WORDS, BytePlace, WordPlace, at, big_endian_word, byte, put_word, stack
from hanoi_ticket.kernels.naturals import is_below, natural, reduced_once
from hanoi_ticket.kernels.p256 import B, curve
from hanoi_ticket.kernels.p256_comb import vartime_build_comb, vartime_comb
from hanoi_ticket.kernels.p256_points import AFFINE, is_infinite, point_memory, put_infinity
from hanoi_ticket.kernels.p256_window import vartime_put_multiple
from hanoi_ticket.kernels.residues import R
from hanoi_ticket.kernels.sha2 import sha256
from hanoi_ticket.kernels.status import BAD_KEY, BAD_SIGNATURE_SCALAR, MISMATCH, OK
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_int

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

ANY = (1 << 256) - 1
BASE_WIDTH = 8  # of the comb for G

_vartime_inverse = inverter(N)
_affine_memory = stack(WORDS, AFFINE)
_digest_memory, _scalar_memory = stack(BYTES, 32), stack(BYTES, SCALAR_BYTES)


def read_256(place: Any, index: int) -> Number:
    """32 bytes, big-endian."""
    return natural([big_endian_word(place, index + i) for i in (24, 16, 8, 0)], ANY)


# The key: SEC 1, section 2.3.4


@subroutine
def read_coordinate(encoded: Any) -> tuple[Fe, Number]:
    """A coordinate, and whether it is below p."""
    number = read_256(encoded, 0)
    return Fe.of(reduced_once(number, P)) * Fe.montgomery(R), is_below(number, P)


@subroutine
def y_squared(x: Fe) -> Fe:
    return curve(x, Fe.montgomery(B))


@formula
def is_equal(f: Fe, g: Fe) -> Number:
    return (f - g).is_zero()


@formula
def parity(f: Fe) -> Number:
    """The lowest bit of the number that stands for f, out of Montgomery form."""
    return as_int((f * Fe.of(1))[0] & 1)


@formula
def negated(f: Fe) -> Fe:
    return -f


@formula
def put_point(q: Any, x: Fe, y: Fe) -> None:
    store(q, 0, x)
    store(q, 1, y)


@kernel
def decode(q: Any, key: Any, length: int) -> int:
    """q = the Affine of a key: 65 bytes 04 || x || y, or 33 bytes 02 or 03 || x. A status."""
    head = byte(key, 0)
    compressed = length == 33 and (head in (2, 3))
    if not compressed and (length != 65 or head != 4):
        return BAD_KEY
    x, below = read_coordinate(at(key, 1))
    if not below:
        return BAD_KEY
    yy = y_squared(x)
    if compressed:
        y = square_root(yy)
        if parity(y) != head & 1:
            y = negated(y)
    else:
        y, below = read_coordinate(at(key, 33))
    if not below or not is_equal(square(y), yy):
        return BAD_KEY
    put_point(q, x, y)
    return OK


# The signature: FIPS 186-5, section 6.4.2


@subroutine
def has_scalars(signature: Any) -> Number:
    """Whether r and s are in [1, n - 1]: step 1."""
    r, s = read_256(signature, 0), read_256(signature, 32)
    return is_below(r, N) & is_below(s, N) & (is_below(r, 1) ^ 1) & (is_below(s, 1) ^ 1)


@formula
def read_scalar(place: Any, index: Number) -> Scalar:
    return Scalar.of(reduced_once(read_256(place, index), N))


@subroutine
def put_quotients(u: Any, v: Any, digest: Any, signature: Any, inverse: tuple[Number, ...]) -> None:
    """u = e / s and v = r / s modulo n, from 1 / s; e is the whole digest: steps 2 to 5."""
    w = Scalar(inverse) * Scalar.montgomery(R)
    for scalar, dividend in (u, digest), (v, signature):
        for i, word in enumerate([*(read_scalar(dividend, 0) * w), 0]):
            put_word(scalar, 8 * i, word)


@kernel
def vartime_put_multipliers(u: Any, v: Any, signature: Any, message: Any, n: int) -> int:
    if not has_scalars(signature):
        return BAD_SIGNATURE_SCALAR
    digest = _digest_memory()
    sha256(digest, digest, 0, message, n)
    put_quotients(u, v, digest, signature, _vartime_inverse(read_scalar(signature, 32)))
    return OK


@subroutine
def has_x(p: Any, signature: Any) -> Number:
    """Whether the x of a finite point is r modulo n: steps 6 to 8.

    As n < p < 2 n, x is r or r + n; to compare X with x Z^2 saves the inversion.
    """
    xx, zz = load(p, 0) * Fe.of(1), load(p, 2) * load(p, 2)
    r = read_scalar(signature, 0).number
    more = r + N
    return (Fe.of(r) * zz - xx).is_zero() | is_below(more, P) & (Fe.of(reduced_once(more, P)) * zz - xx).is_zero()


@kernel
def compare(p: Any, signature: Any) -> int:
    if is_infinite(p) or not has_x(p, signature):
        return MISMATCH
    return OK


@kernel
def vartime_verify(
    key: BytePlace, length: int, signature: BytePlace, message: BytePlace, n: int, base_table: WordPlace
) -> int:
    """Any key: 33 or 65 bytes; signature: 64 bytes; message: n bytes; base_table: the comb of G. A status."""
    q, u, v, p = _affine_memory(), _scalar_memory(), _scalar_memory(), point_memory()
    status = decode(q, key, length)
    if status == OK:
        status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    vartime_put_multiple(p, q, v)
    vartime_comb(p, u, BASE_WIDTH, base_table)
    return compare(p, signature)


@kernel
def vartime_verify_known(
    key_table: WordPlace, width: int, signature: BytePlace, message: BytePlace, n: int, base_table: WordPlace
) -> int:
    """A key whose comb `vartime_build_key_table` built. The same answers as `vartime_verify`."""
    u, v, p = _scalar_memory(), _scalar_memory(), point_memory()
    status = vartime_put_multipliers(u, v, signature, message, n)
    if status != OK:
        return status
    put_infinity(p)
    vartime_comb(p, v, width, key_table)
    vartime_comb(p, u, BASE_WIDTH, base_table)
    return compare(p, signature)


@kernel
def vartime_build_key_table(key: BytePlace, length: int, width: int, key_table: WordPlace) -> int:
    """The comb of a key, or of G from its encoding with BASE_WIDTH. A status; the table is written when it is OK."""
    q = _affine_memory()
    status = decode(q, key, length)
    if status == OK:
        vartime_build_comb(q, width, key_table)
    return status
