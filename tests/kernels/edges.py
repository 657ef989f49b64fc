"""Numbers that find carries: random ones, and ones made of limbs at their edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator


def limb(rng: random.Random, bound: int) -> int:
    """A limb in [0, bound]: half the time within 32 of an end or of a power of two."""
    if rng.random() < 0.5:
        return rng.randint(0, bound)
    near = rng.choice((0, bound, 1 << rng.randrange(bound.bit_length())))
    return min(bound, max(0, near + rng.randint(-32, 32)))


def numbers(rng: random.Random, count: int, bits: int, *, modulus: int) -> Iterator[int]:
    """Numbers of at most `bits` bits: random, with words at their edges, near multiples of the modulus."""
    for _ in range(count):
        kind = rng.random()
        if kind < 0.3:
            yield rng.getrandbits(bits)
        elif kind < 0.7:
            words = (limb(rng, (1 << 64) - 1) << 64 * i for i in range(-(-bits // 64)))
            yield sum(words) & (1 << bits) - 1
        else:
            near = modulus * rng.randrange((1 << bits) // modulus + 1) + rng.randint(-3, 3)
            yield min((1 << bits) - 1, max(0, near))
