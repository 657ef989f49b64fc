"""Base45 (RFC 9285), strict: one byte string has exactly one text."""

from typing import Final

from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason

ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE: Final = {character: value for value, character in enumerate(ALPHABET)}


def encode(data: bytes) -> str:
    """Two bytes to three characters, a last single byte to two; the least significant comes first (section 4)."""
    out = bytearray()
    for i in range(0, len(data), 2):
        pair = data[i : i + 2]
        number = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            number, digit = divmod(number, 45)
            out.append(ALPHABET[digit])
    return out.decode("ascii")


def decode(text: bytes) -> bytes:
    """The bytes of `text`, or a refusal: a foreign character, an impossible length, a group past its bytes."""
    values = []
    for i, character in enumerate(text):
        value = _VALUE.get(character)
        if value is None:
            terminator_only = not text[i:].strip(b"\r\n")
            raise Refusal(Reason.TRAILING_DATA if terminator_only else Reason.BASE45_CHARACTER, f"character {i}")
        values.append(value)
    if len(values) % 3 == 1:
        raise Refusal(Reason.BASE45_LENGTH, f"{len(values)} characters")
    out = bytearray()
    for i in range(0, len(values), 3):
        group = values[i : i + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        size = len(group) - 1
        if number >= 256**size:
            raise Refusal(Reason.BASE45_OVERFLOW, f"characters {i} to {i + size}")
        out += number.to_bytes(size, "big")
    return bytes(out)
