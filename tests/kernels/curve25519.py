"""Edwards25519 and Ed25519 as the RFC writes them, in plain integers: the oracle. Affine points, no speed."""

from __future__ import annotations

import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P

Point = tuple[int, int]
NEUTRAL: Point = (0, 1)


def add(p: Point, q: Point) -> Point:
    (x1, y1), (x2, y2) = p, q
    k = D * x1 * x2 * y1 * y2 % P
    return (x1 * y2 + y1 * x2) * pow(1 + k, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, -1, P) % P


def negative(p: Point) -> Point:
    return -p[0] % P, p[1]


def multiple(n: int, p: Point) -> Point:
    total = NEUTRAL
    while n:
        if n & 1:
            total = add(total, p)
        p = add(p, p)
        n >>= 1
    return total


def decode(encoded: bytes) -> Point | None:
    """RFC 8032, section 5.1.3."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (1 << 255) - 1
    if y >= P:
        return None
    xx = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if x * x % P != xx:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != xx or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else -x % P), y


def encode(p: Point) -> bytes:
    return (p[1] | (p[0] & 1) << 255).to_bytes(32, "little")


BASE = decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
assert BASE is not None
TORSION = multiple(
    L, decode(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")) or NEUTRAL
)
SMALL_ORDER = [multiple(i, TORSION) for i in range(8)]  # all eight points whose order divides 8


def challenge(r: bytes, key: bytes, message: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L


def verifies_strictly(key: bytes, signature: bytes, message: bytes) -> bool:
    """Policy `strict`."""
    a, s = decode(key), int.from_bytes(signature[32:], "little")
    r = decode(signature[:32])
    if a is None or r is None or s >= L or a in SMALL_ORDER or r in SMALL_ORDER:
        return False
    k = challenge(signature[:32], key, message)
    assert BASE is not None
    return encode(add(multiple(s, BASE), negative(multiple(k, a)))) == signature[:32]
