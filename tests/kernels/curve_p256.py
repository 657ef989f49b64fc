"""P-256 by the book, over Python's integers: affine points, None for infinity, and ECDSA as FIPS 186-5 writes it."""

from __future__ import annotations

import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
Point = tuple[int, int] | None


def add(p: Point, q: Point) -> Point:
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = (3 * p[0] ** 2 - 3) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope**2 - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def negative(p: Point) -> Point:
    return p and (p[0], -p[1] % P)


def multiple(k: int, p: Point) -> Point:
    total = None
    for bit in f"{k:b}":
        total = add(total, total)
        if bit == "1":
            total = add(total, p)
    return total


def y_of(x: int) -> int | None:
    """A y of the curve's equation, if there is one."""
    square = (x**3 - 3 * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    return y if y * y % P == square else None


def on_curve(p: Point) -> bool:
    return p is not None and (p[1] ** 2 - p[0] ** 3 + 3 * p[0] - B) % P == 0


def encode(p: tuple[int, int], *, compressed: bool) -> bytes:
    x = p[0].to_bytes(32, "big")
    return bytes([2 | p[1] & 1]) + x if compressed else b"\x04" + x + p[1].to_bytes(32, "big")


def decode(key: bytes) -> Point:
    """The point of a key, or None."""
    x = int.from_bytes(key[1:33], "big")
    if len(key) == 65 and key[0] == 4:
        p = x, int.from_bytes(key[33:], "big")
        return p if max(p) < P and on_curve(p) else None
    if len(key) == 33 and key[0] in (2, 3) and x < P and (y := y_of(x)) is not None:
        return x, y if y & 1 == key[0] & 1 else P - y
    return None


def digest(message: bytes) -> int:
    return int.from_bytes(hashlib.sha256(message).digest(), "big")


def verify(key: bytes, signature: bytes, message: bytes) -> bool:
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    q = decode(key)
    if q is None or len(signature) != 64 or not (0 < r < N and 0 < s < N):
        return False
    w = pow(s, -1, N)
    total = add(multiple(digest(message) * w % N, G), multiple(r * w % N, q))
    return total is not None and total[0] % N == r
