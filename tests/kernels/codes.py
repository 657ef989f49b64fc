"""Codes for the parser's tests, put together byte by byte from cbor2's encodings: whole ones, and parts to break."""

import random
import struct

import cbor2
import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
X = bytes(range(100, 132))
SIGNATURE = bytes(range(64))
NOTHING = object()
HEADS = bytes.fromhex("0017 1819 1a1b 1c1f 2038 3b40 585b 8083 98a1 b8c0 f4f6 f8f9 fbff")

dumps = cbor2.dumps
P256_KEY = {1: 2, -1: 1, -2: X, -3: True}
ED25519_KEY = {1: 1, -1: 6, -2: X}


PAIRS = [first + second for second in ALPHABET for first in ALPHABET]
TRIPLETS = [PAIRS[number % 2025] + ALPHABET[number // 2025] for number in range(65536)]


def base45(data: bytes) -> bytes:
    pairs = struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2])
    text = "".join([TRIPLETS[number] for number in pairs])
    return (text + PAIRS[data[-1]] if len(data) % 2 else text).encode()


def code(presentation: bytes) -> bytes:
    return b"VT1:" + base45(presentation)


def protected(**changes) -> bytes:
    return dumps({1: changes.get("alg", -8), 4: changes.get("kid", b"\x0a\x0b\x0c\x0d")})


def claims(cnf=P256_KEY, fare=(101, 3, 7, 1), exp=1_790_000_000, nbf=1_789_990_000, cti=b"\x01\x02\x03") -> bytes:
    confirmation = {} if cnf is NOTHING else {8: {1: cnf}}
    return dumps({4: exp, 5: nbf, 7: cti, **confirmation, -65537: list(fare)})


def ticket(header: bytes | None = None, body: bytes | None = None, signature: bytes = SIGNATURE) -> bytes:
    return dumps([protected() if header is None else header, claims() if body is None else body, signature])


def presentation(
    level1: bytes | None = None, proof: object = (1_789_995_000,), signature: bytes = SIGNATURE[::-1]
) -> bytes:
    level1 = ticket() if level1 is None else level1
    if proof is NOTHING:
        return dumps([level1])
    return dumps([level1, proof if isinstance(proof, bytes) else dumps(list(proof)), signature])


PRINTED = presentation(ticket(body=claims(NOTHING, (102, 0, 7, 0))), NOTHING)
WHOLE = [
    presentation(),
    presentation(ticket(body=claims(ED25519_KEY, (65535, 23, 65535, 2)))),
    presentation(proof=(1_789_995_000, 123_456)),
    presentation(proof=(1_789_995_000, None, 3)),
    presentation(proof=(1_789_995_000, 0, 1)),
    PRINTED,
]


def mutated(chance: random.Random, whole: list[bytes] = WHOLE) -> bytes:  # noqa: C901, PLR0912  a list of faults
    """A whole code with one to three faults, most of them in its bytes, some in its text."""
    data = bytearray(chance.choice(whole))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(data))
        match chance.randrange(8):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at] = chance.randrange(256)
            case 2:
                data[at] = chance.choice(HEADS)
            case 3:
                data[at] = (data[at] + chance.choice((-1, 1))) % 256
            case 4:
                del data[at]
            case 5:
                data.insert(at, chance.randrange(256))
            case 6:
                del data[at:]
            case _:
                data[at:at] = data[at : at + chance.randrange(1, 12)]
        data = data or bytearray(1)
    text = bytearray(code(bytes(data)))
    if chance.random() < 0.15:
        at = chance.randrange(len(text))
        match chance.randrange(3):
            case 0:
                text[at] = chance.randrange(256)
            case 1:
                del text[at:]
            case _:
                text += chance.choice((b"\n", b"\r\n", b"0", b" ", b"\x00", b":::"))
    return bytes(text)


def bytes_of(buffer: np.ndarray, start: int, size: int) -> bytes:
    return buffer[start : start + size].tobytes()
