"""Ed25519 verification, policy `strict`: RFC 8032, section 5.1.7, cofactorless, and stricter where the RFC leaves room.

S < L; A and R canonical and not of small order; the encoding of [S]B - [k]A is compared with R.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.comb25519 import comb_digits_memory, put_comb_digits, vartime_build_comb, vartime_comb
from hanoi_ticket.kernels.digits import NAF_LENGTH, SCALAR_BYTES, copy_scalar, digit, vartime_wnaf
from hanoi_ticket.kernels.edwards25519 import Point
from hanoi_ticket.kernels.fe25519 import is_zero, limbs
from hanoi_ticket.kernels.memory import BYTES, WORDS, BytePlace, WordPlace, at, put_word, stack, word
from hanoi_ticket.kernels.point25519 import (
    POINT_LIMBS,
    add,
    add_niels,
    add_to_point,
    double,
    double_to_point,
    has_small_order,
    load_point,
    negated,
    neutral,
    put_cached,
    store_point,
    vartime_decode,
    vartime_encode,
)
from hanoi_ticket.kernels.scalar25519 import ORDER, is_scalar, reduce_digest
from hanoi_ticket.kernels.sha2 import sha512
from hanoi_ticket.kernels.status import BAD_SIGNATURE_SCALAR, MISMATCH, MIXED_KEY, OK, WEAK_KEY, WEAK_SIGNATURE_POINT
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

BASE_WIDTH = 8  # of the comb for B: it serves both verifications
KEY_NAF = 5
ODD_MULTIPLES = 1 << KEY_NAF - 2

scalar_memory, digest_memory, prefix_memory = stack(BYTES, SCALAR_BYTES), stack(BYTES, 64), stack(BYTES, 64)
point_memory, encoded_memory = stack(WORDS, POINT_LIMBS * limbs), stack(BYTES, 32)
naf_memory, odd_memory = stack(BYTES, NAF_LENGTH), stack(WORDS, ODD_MULTIPLES * POINT_LIMBS * limbs)


@formula
def join(target: Any, first: Any, second: Any) -> None:
    """64 bytes from 32 and 32."""
    for i in range(4):
        put_word(target, 8 * i, word(first, 8 * i))
        put_word(target, 32 + 8 * i, word(second, 8 * i))


@formula
def same32(a: Any, b: Any) -> Number:
    """The condition that 32 bytes are equal."""
    w, x, y, z = (word(a, 8 * i) ^ word(b, 8 * i) for i in range(4))
    return (w | x | y | z) == 0


@subroutine
def is_neutral(p: Point) -> Number:
    return is_zero(p.x) & is_zero(p.y - p.z)


@subroutine
def negative(p: Point) -> Point:
    return Point(negated(p.x), p.y, p.z, negated(p.t))


@kernel
def challenge(k: Any, signature: Any, key: Any, message: Any, n: int) -> None:
    """k = SHA-512(R || A || M) modulo L."""
    prefix, digest = prefix_memory(), digest_memory()
    join(prefix, signature, key)
    sha512(digest, prefix, 64, message, n)
    reduce_digest(k, digest)
    put_word(k, 32, 0)


@kernel
def decode_admissible(key: Any) -> Any:
    """The point of a key, and a status."""
    a, status = vartime_decode(key)
    if status == OK and has_small_order(key):
        status = WEAK_KEY
    return a, status


@kernel
def vartime_double_multiple(p: Any, k: Any, s: Any, base_table: Any) -> None:
    """p = [k]p + [s]B, by interleaved non-adjacent forms (B. Moeller, 2001). The last t is not computed.

    The odd multiples of B are rows of the first window of its comb.
    """
    odd, twice, naf_k, naf_s = odd_memory(), point_memory(), naf_memory(), naf_memory()
    length = max(vartime_wnaf(naf_k, k, KEY_NAF), vartime_wnaf(naf_s, s, BASE_WIDTH))
    put_cached(odd, 0, p)
    store_point(twice, 0, load_point(p, 0))
    double_to_point(twice)
    put_cached(twice, 0, twice)
    for i in range(1, ODD_MULTIPLES):
        add_to_point(p, twice, 0, False)
        put_cached(odd, i, p)
    store_point(p, 0, neutral())
    for i in range(length - 1, -1, -1):
        a, b = digit(naf_k, i), digit(naf_s, i)
        if a == 0 and b == 0:
            double(p)
            continue
        double_to_point(p)
        if b == 0:
            add(p, odd, abs(a) >> 1, a < 0)
            continue
        if a != 0:
            add_to_point(p, odd, abs(a) >> 1, a < 0)
        add_niels(p, base_table, abs(b) - 1, b < 0)


@kernel
def compare(p: Any, signature: Any) -> int:
    """Whether p encodes to R."""
    encoded = encoded_memory()
    vartime_encode(load_point(p, 0), encoded)
    if same32(encoded, signature):
        return OK
    return MISMATCH


@kernel
def check_signature(signature: Any) -> int:
    if not is_scalar(at(signature, 32)):
        return BAD_SIGNATURE_SCALAR
    if has_small_order(signature):
        return WEAK_SIGNATURE_POINT
    return OK


@kernel
def vartime_verify(key: BytePlace, signature: BytePlace, message: BytePlace, n: int, base_table: WordPlace) -> int:
    """Any key: 32 bytes; signature: 64 bytes; message: n bytes; base_table: the comb of B. A status."""
    status = check_signature(signature)
    if status != OK:
        return status
    a, status = decode_admissible(key)
    if status != OK:
        return status
    k, s = scalar_memory(), scalar_memory()
    challenge(k, signature, key, message, n)
    copy_scalar(s, at(signature, 32))
    p = point_memory()
    store_point(p, 0, negative(a))
    vartime_double_multiple(p, k, s, base_table)
    return compare(p, signature)


@kernel
def vartime_verify_known(
    key: BytePlace,
    key_table: WordPlace,
    width: int,
    signature: BytePlace,
    message: BytePlace,
    n: int,
    base_table: WordPlace,
) -> int:
    """A key whose comb `vartime_build_key_table` built. The same answers as `vartime_verify`."""
    status = check_signature(signature)
    if status != OK:
        return status
    k, s, p = scalar_memory(), scalar_memory(), point_memory()
    s_digits, k_digits = comb_digits_memory(), comb_digits_memory()
    copy_scalar(s, at(signature, 32))
    put_comb_digits(s_digits, s, BASE_WIDTH, base_table)
    challenge(k, signature, key, message, n)
    put_comb_digits(k_digits, k, width, key_table)
    store_point(p, 0, neutral())
    vartime_comb(p, s_digits, BASE_WIDTH, base_table)
    vartime_comb(p, k_digits, width, key_table)
    return compare(p, signature)


@kernel
def vartime_build_key_table(key: BytePlace, width: int, key_table: WordPlace) -> int:
    """The comb of -A, for `vartime_verify_known`. A status; the table is written when it is OK."""
    a, status = decode_admissible(key)
    if status == OK:
        p = point_memory()
        store_point(p, 0, negative(a))
        vartime_build_comb(p, width, key_table)
    return status


@kernel
def vartime_build_base_table(base: BytePlace, base_table: WordPlace) -> int:
    """The comb of B, from its encoding."""
    b, status = vartime_decode(base)
    p = point_memory()
    store_point(p, 0, b)
    vartime_build_comb(p, BASE_WIDTH, base_table)
    return status


@kernel
def vartime_admit(key: BytePlace, base_table: WordPlace) -> int:
    """Whether a key may be registered: `strict`, and [L]A is neutral. A status."""
    a, status = decode_admissible(key)
    if status != OK:
        return status
    order, zero = scalar_memory(), scalar_memory()
    put_order(order, zero)
    p = point_memory()
    store_point(p, 0, a)
    vartime_double_multiple(p, order, zero, base_table)
    if is_neutral(load_point(p, 0)):
        return OK
    return MIXED_KEY


@formula
def put_order(order: Any, zero: Any) -> None:
    for i in range(5):
        put_word(order, 8 * i, [*ORDER, 0][i])
        put_word(zero, 8 * i, 0)
