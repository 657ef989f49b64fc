"""Which public keys are let in. Done once a key; formulas of RFC 8032 section 5.1.4 and SEC 1."""

from typing import Final

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import KeyRejected
from hanoi_ticket.native.choice import kernels

P: Final = 2**255 - 19
L: Final = 2**252 + 27742317777372353535851937790883648493
D: Final = -121665 * pow(121666, -1, P) % P
_SQRT_MINUS_1: Final = pow(2, (P - 1) // 4, P)
_Y8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
SMALL_ORDER_Y: Final = frozenset({0, 1, P - 1, _Y8, P - _Y8})
"""The y of the eight points whose order divides 8."""

P256: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
_P256_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B

_Point = tuple[int, int, int, int]


def admit(key: PublicKey) -> None:
    """Raises `KeyRejected` unless `key` is a point of the prime-order group (Ed25519) or on the curve (P-256)."""
    if key.alg == "ES256":
        if p256_y(key.raw) is None:
            raise KeyRejected("not a point of P-256")
        return
    if weak_encoding(key.raw):
        raise KeyRejected("not a canonical Ed25519 key, or one of small order")
    point = _decompress(key.raw)
    if point is None:
        raise KeyRejected("not a point of Ed25519")
    compiled = kernels()
    if not (compiled.has_prime_order(key.raw) if compiled else has_prime_order(point)):
        raise KeyRejected("an Ed25519 key of mixed order; no honest key generator makes one")


def has_prime_order(point: _Point) -> bool:
    """Whether L times the point is neutral."""
    x, y, z, _ = _times(L, point)
    return x % P == 0 and (y - z) % P == 0


def p256_y(compressed: bytes) -> int | None:
    """The y of a point of 33 bytes, or None where the curve has none (SEC 1, section 2.3.4)."""
    x = int.from_bytes(compressed[1:], "big")
    square = (x * x * x - 3 * x + _P256_B) % P256
    y = pow(square, (P256 + 1) // 4, P256)  # p = 3 mod 4
    if x >= P256 or y * y % P256 != square:
        return None
    return y if y % 2 == compressed[0] % 2 else P256 - y


def weak_encoding(encoded: bytes) -> bool:
    """Whether 32 bytes encode y >= p, or a point of small order; x = 0 with the sign bit set is among the latter."""
    y = int.from_bytes(encoded, "little") & (1 << 255) - 1
    return y >= P or y in SMALL_ORDER_Y


def _decompress(encoded: bytes) -> _Point | None:
    number = int.from_bytes(encoded, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P == P - u:
        x = x * _SQRT_MINUS_1 % P
    if v * x * x % P != u:
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


def _add(p: _Point, q: _Point) -> _Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(scalar: int, point: _Point) -> _Point:
    result: _Point = (0, 1, 1, 0)
    for bit in f"{scalar:b}":
        result = _add(result, result)
        if bit == "1":
            result = _add(result, point)
    return result
