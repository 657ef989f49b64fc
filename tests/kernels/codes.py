"""Codes for the parser's tests, put together byte by byte from cbor2's encodings: whole ones, and parts to break."""

import random

import cbor2
import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
X = bytes(range(100, 132))
SIGNATURE = bytes(range(64))
NOTHING = object()

dumps = cbor2.dumps
P256_KEY = {1: 2, -1: 1, -2: X, -3: True}
ED25519_KEY = {1: 1, -1: 6, -2: X}


def base45(data: bytes) -> bytes:
    text = ""
    for k in range(0, len(data) - 1, 2):
        number = data[k] * 256 + data[k + 1]
        text += ALPHABET[number % 45] + ALPHABET[number // 45 % 45] + ALPHABET[number // 2025]
    if len(data) % 2:
        text += ALPHABET[data[-1] % 45] + ALPHABET[data[-1] // 45]
    return text.encode()


def code(presentation: bytes) -> bytes:
    return b"VT1:" + base45(presentation)


def protected(**changes) -> bytes:
    return dumps({1: changes.get("alg", -8), 4: changes.get("kid", b"\x0a\x0b\x0c\x0d")})


def claims(cnf=P256_KEY, fare=(101, 3, 7, 1), exp=1_790_000_000, nbf=1_789_990_000, cti=b"\x01\x02\x03") -> bytes:
    confirmation = {} if cnf is NOTHING else {8: {1: cnf}}
    return dumps({4: exp, 5: nbf, 7: cti, **confirmation, -65537: list(fare)})


def ticket(header: bytes | None = None, body: bytes | None = None, signature: bytes = SIGNATURE) -> bytes:
    return dumps([protected() if header is None else header, claims() if body is None else body, signature])


def presentation(level1: bytes | None = None, proof: object = (1_789_995_000,), signature: bytes = SIGNATURE[::-1]) -> bytes:
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


def mutated(chance: random.Random) -> bytes:
    """A whole code with one to three faults, most of them in its bytes, some in its text."""
    data = bytearray(chance.choice(WHOLE))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        at = chance.randrange(len(data))
        match chance.randrange(8):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at] = chance.randrange(256)
            case 2:
                data[at] = chance.choice(b"\x00\x17\x18\x19\x1a\x1b\x1c\x1f\x20\x38\x3b\x40\x58\x5b\x80\x83\x98\xa1\xb8\xc0\xf4\xf6\xf8\xf9\xfb\xff")
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
