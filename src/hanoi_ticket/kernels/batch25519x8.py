"""What every batch of Ed25519 signatures does in eight lanes: hash, and compare with R, one inversion for a whole
chunk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.digits import put_byte_digits
from hanoi_ticket.kernels.ed25519 import check_signature
from hanoi_ticket.kernels.fe25519x8 import (
    from_words8,
    inverse8,
    limbs8,
    load8,
    parity8,
    same8,
    store8,
    times8,
)
from hanoi_ticket.kernels.lanes import signed, unsigned
from hanoi_ticket.kernels.memory import WORDS, at, byte, lanes, put_byte, put_word, stack, word
from hanoi_ticket.kernels.sha2 import SHA512
from hanoi_ticket.kernels.sha2x8 import hasher8
from hanoi_ticket.kernels.status import MISMATCH, OK
from hanoi_ticket.kernels.tracing import formula, kernel
from hanoi_ticket.kernels.words import as_int, as_word

if TYPE_CHECKING:
    from hanoi_ticket.kernels.edwards25519 import Point
    from hanoi_ticket.kernels.fe25519x8 import Fe8
    from hanoi_ticket.kernels.words import Number

GROUPS = 32  # of eight signatures that share one inversion
CHUNK = 8 * GROUPS
POINT8_WORDS = 4 * limbs8  # x, y, z of a result, and the product of the z before it

states_memory = stack(WORDS, 64)
hash8 = hasher8(SHA512, 64)  # of R || A || M


@formula
def put_r(r: Any, lane: Number, signature: Any) -> None:
    """The words of R, each of all lanes."""
    for i in range(4):
        put_word(r, 8 * i + lane, word(signature, 8 * i))


@formula
def encodes_to(x: Fe8, y: Fe8, r: Any, index: Number) -> Number:
    """A bit a lane: whether (x, y) encodes to R."""
    words = [lanes(r, index + 8 * i) for i in range(4)]
    sign = signed(unsigned(words[3]) >> 63)
    same = same8(y, from_words8(*words)) & (parity8(x) == sign)
    return as_int(as_word(same))


@kernel
def prepare8(first: int, last: int, signatures: Any, digits: Any, r: Any, statuses: Any) -> None:
    """Of the signatures from `first` on: a first status, the digits of S, and the words of R in lanes."""
    for lane in range(8):
        i = min(first + lane, last)
        signature = at(signatures, 64 * i)
        put_byte(statuses, i, check_signature(signature))
        put_r(r, lane, signature)
        put_byte_digits(digits, lane, 8, at(signature, 32))


@formula
def put_result(results: Any, group: Number, p: Point, product: Fe8) -> Fe8:
    """Keep the point of a group, and the product of all z before it. The product with its own."""
    for i, f in enumerate((p.x, p.y, p.z, product)):
        store8(results, 4 * group + i, f)
    return product * p.z


@kernel
def compare8(results: Any, product: Fe8, r: Any, first: int, count: int, statuses: Any) -> None:
    """Each point against its R, with one inversion for all (P. Montgomery, 1987). No z is zero: the curve's formulas
    are complete.
    """
    inverse = inverse8(product)
    for group in range(((count + 7) >> 3) - 1, -1, -1):
        z = times8(inverse, load8(results, 4 * group + 3))
        inverse = times8(inverse, load8(results, 4 * group + 2))
        same = encodes_to(times8(load8(results, 4 * group), z), times8(load8(results, 4 * group + 1), z), r, 32 * group)
        for lane in range(min(8, count - 8 * group)):
            i = first + 8 * group + lane
            if byte(statuses, i) == OK and same >> lane & 1 == 0:
                put_byte(statuses, i, MISMATCH)
