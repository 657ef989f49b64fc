"""SHA-256 and SHA-512 (FIPS 180-4): one text for both, and their constants from the primes they are made of."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from hanoi_ticket.kernels.memory import (
    BYTES,
    WORDS,
    at,
    big_endian_word,
    big_endian_word32,
    byte,
    put_big_endian_word,
    put_big_endian_word32,
    put_byte,
    put_word,
    stack,
    word,
)
from hanoi_ticket.kernels.tracing import formula, kernel, subroutine
from hanoi_ticket.kernels.words import as_bits, as_word, low_half, rotate_right

if TYPE_CHECKING:
    from collections.abc import Callable

    from hanoi_ticket.kernels.words import Number


def primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % p for p in found):
            found.append(candidate)
        candidate += 1
    return found


def cube_root(n: int) -> int:
    """The greatest x with x^3 <= n."""
    x = 1 << -(-n.bit_length() // 3)
    while x**3 > n:
        x = (2 * x + n // x**2) // 3
    return x


class Sha2(NamedTuple):
    """One member of the family: FIPS 180-4, sections 4.1.2, 4.1.3 and 5.3."""

    bits: int  # of a word
    rounds: int
    big_sigma: tuple[tuple[int, int, int], tuple[int, int, int]]  # three rotations each
    small_sigma: tuple[tuple[int, int, int], tuple[int, int, int]]  # two rotations and a shift each

    @property
    def round_constants(self) -> list[int]:
        """The first bits of the fractional parts of the cube roots of the primes."""
        return [cube_root(p << 3 * self.bits) & (1 << self.bits) - 1 for p in primes(self.rounds)]

    @property
    def initial(self) -> list[int]:
        """The same of the square roots."""
        return [isqrt(p << 2 * self.bits) & (1 << self.bits) - 1 for p in primes(8)]

    def compressed(self, state: list[Number], message: list[Number]) -> list[Number]:
        """The state after one block: section 6.2.2 and 6.4.2."""
        mask = (1 << self.bits) - 1

        def big_sigma(x: Number, rotations: tuple[int, int, int]) -> Number:
            r, s, t = (rotate_right(x, n, self.bits) for n in rotations)
            return r ^ s ^ t

        def small_sigma(x: Number, rotations: tuple[int, int, int]) -> Number:
            r, s = (rotate_right(x, n, self.bits) for n in rotations[:2])
            return r ^ s ^ x >> rotations[2]

        w = list(message)
        a, b, c, d, e, f, g, h = state
        for t, constant in enumerate(self.round_constants):
            if t >= 16:
                s0, s1 = small_sigma(w[t - 15], self.small_sigma[0]), small_sigma(w[t - 2], self.small_sigma[1])
                w.append((s1 + w[t - 7] + s0 + w[t - 16]) & mask)
            choice = g ^ e & (f ^ g)
            majority = a & b | c & (a | b)
            t1 = h + big_sigma(e, self.big_sigma[1]) + choice + constant + w[t] & mask
            t2 = big_sigma(a, self.big_sigma[0]) + majority
            a, b, c, d, e, f, g, h = t1 + t2 & mask, a, b, c, d + t1 & mask, e, f, g
        return [x + y & mask for x, y in zip(state, (a, b, c, d, e, f, g, h), strict=True)]


SHA256 = Sha2(32, 64, ((2, 13, 22), (6, 11, 25)), ((7, 18, 3), (17, 19, 10)))
SHA512 = Sha2(64, 80, ((28, 34, 39), (14, 18, 41)), ((1, 8, 7), (19, 61, 6)))


@subroutine
def start512(state: Any) -> None:
    for i, h in enumerate(SHA512.initial):
        put_word(state, i, h)


@subroutine
def compress512(state: Any, block: Any) -> None:
    message = [big_endian_word(block, 8 * i) for i in range(16)]
    for i, h in enumerate(SHA512.compressed([word(state, i) for i in range(8)], message)):
        put_word(state, i, h)


@subroutine
def finish512(digest: Any, state: Any) -> None:
    for i in range(8):
        put_big_endian_word(digest, 8 * i, word(state, i))


@subroutine
def start256(state: Any) -> None:
    for i, h in enumerate(SHA256.initial):
        put_word(state, i, h)


@subroutine
def compress256(state: Any, block: Any) -> None:
    message = [big_endian_word32(block, 4 * i) for i in range(16)]
    for i, h in enumerate(SHA256.compressed([low_half(word(state, i)) for i in range(8)], message)):
        put_word(state, i, as_word(h))


@subroutine
def finish256(digest: Any, state: Any) -> None:
    for i in range(8):
        put_big_endian_word32(digest, 4 * i, low_half(word(state, i)))


@formula
def put_bit_length(block: Any, index: Number, length: Number) -> None:
    """The last eight bytes of a padded message: its length in bits."""
    put_big_endian_word(block, index, as_bits(length << 3))


@formula
def copy_line(target: Any, source: Any, start: Number) -> None:
    for i in range(0, 64, 8):
        put_word(target, start + i, word(source, start + i))


@kernel
def copy(target: Any, source: Any, n: int) -> None:
    i = 0
    while i + 64 <= n:
        copy_line(target, source, i)
        i += 64
    while i + 8 <= n:
        put_word(target, i, word(source, i))
        i += 8
    while i < n:
        put_byte(target, i, byte(source, i))
        i += 1


def hasher(block_bytes: int, start: Any, compress: Any, finish: Any) -> Callable[..., None]:
    """A kernel that hashes the `p` bytes of `prefix`, then the `n` bytes of `message`; p is at most one block."""
    state_memory, block_memory = stack(WORDS, 8), stack(BYTES, block_bytes)
    length_at = block_bytes - block_bytes // 8  # section 5.1: the length takes two words

    @kernel
    def sha2(digest: Any, prefix: Any, p: int, message: Any, n: int) -> None:
        state, block = state_memory(), block_memory()
        start(state)
        copy(block, prefix, p)
        done = min(n, block_bytes - p)
        copy(at(block, p), message, done)
        fill = p + done
        if fill == block_bytes:
            compress(state, block)
            while n - done >= block_bytes:
                compress(state, at(message, done))
                done += block_bytes
            fill = n - done
            copy(block, at(message, done), fill)
        put_byte(block, fill, 0x80)
        fill += 1
        if fill > length_at:
            while fill < block_bytes:
                put_byte(block, fill, 0)
                fill += 1
            compress(state, block)
            fill = 0
        while fill < block_bytes:
            put_byte(block, fill, 0)
            fill += 1
        put_bit_length(block, block_bytes - 8, p + n)
        compress(state, block)
        finish(digest, state)

    return sha2


sha512 = hasher(128, start512, compress512, finish512)
sha256 = hasher(64, start256, compress256, finish256)
