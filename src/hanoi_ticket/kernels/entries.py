"""What is called from outside: the doors (as numba functions) and the native library (as C functions).

Each entry is a kernel over pointers, lengths and widths; it returns a status (status.py) and writes nowhere but to
places that its name says. Its caller has checked every length; no entry checks one.

| pointer | points to                                                                                  |
|---------|--------------------------------------------------------------------------------------------|
| bytes   | uint8_t: keys (32; P-256: `length`), signatures (64), messages                             |
| words   | uint64_t, aligned to 8: tables, sized by `table_words(width)` of comb25519 or p256_comb    |
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, get_type_hints

from hanoi_ticket.kernels import (
    ecdsa_p256,
    ecdsa_p256_one8,
    ecdsa_p256x8,
    ed25519,
    ed25519x4,
    ed25519x8,
    ed25519x8_any,
    p256x8,
)
from hanoi_ticket.kernels.memory import BytePlace, WordPlace
from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from collections.abc import Callable


KINDS: dict[Any, str] = {BytePlace: "bytes", WordPlace: "words", int: "int"}


class Entry(NamedTuple):
    """A C function `int64_t name(operands)`; an operand is "bytes", "words" (pointers to const or not) or "int"
    (int64_t).
    """

    name: str
    operands: tuple[tuple[str, str], ...]
    kernel: Callable[..., int]

    @classmethod
    def of(cls, name: str, function: Callable[..., int], *records: Any) -> Entry:
        """A kernel, by its annotations. In place of its last operands, these NamedTuples, C hands over their fields."""
        own = list(hints_of(function).items())
        own = own[: len(own) - len(records)]
        fields = [field for record in records for field in hints_of(record).items()]
        operands = tuple((operand, KINDS[kind]) for operand, kind in own + fields)
        return cls(name, operands, fields_apart(function, [operand for operand, _ in own], records))

    @property
    def declaration(self) -> str:
        kinds = {"bytes": "uint8_t *", "words": "uint64_t *", "int": "int64_t "}
        return f"int64_t {self.name}({', '.join(kinds[kind] + name for name, kind in self.operands)});"


def hints_of(described: Any) -> dict[str, Any]:
    hints = get_type_hints(described, include_extras=True)
    return {name: kind for name, kind in hints.items() if name != "return"}


def fields_apart(function: Callable[..., int], own: list[str], records: tuple[Any, ...]) -> Callable[..., int]:
    """The kernel that puts the records together."""
    if not records:
        return function
    given = own + [name for record in records for name in record._fields]
    handed = own + [f"{record.__name__}({', '.join(record._fields)})" for record in records]
    names = {"function": function} | {record.__name__: record for record in records}
    source = f"lambda {', '.join(given)}: function({', '.join(handed)})"
    return kernel(eval(source, names))  # noqa: S307  numba has no star arguments by kind


ENTRIES = (
    Entry.of("ed25519_build_base_table", ed25519.vartime_build_base_table),
    Entry.of("ed25519_admit", ed25519.vartime_admit),
    Entry.of("ed25519_verify", ed25519.vartime_verify),
    Entry.of("ed25519_build_key_table", ed25519.vartime_build_key_table),
    Entry.of("ed25519_verify_known", ed25519.vartime_verify_known),
    Entry.of("ecdsa_p256_verify", ecdsa_p256.vartime_verify),
    Entry.of("ecdsa_p256_build_key_table", ecdsa_p256.vartime_build_key_table),
    Entry.of("ecdsa_p256_verify_known", ecdsa_p256.vartime_verify_known),
)

LANE_ENTRIES = (
    Entry.of("ed25519_build_table8", ed25519x8.vartime_build_table8),
    Entry.of("ed25519_verify8", ed25519x4.vartime_verify8),
    Entry.of("ed25519_verify_known8", ed25519x8.vartime_verify_known8),
    Entry.of("ed25519_verify_known_batch8", ed25519x8.vartime_verify_known_batch8),
    Entry.of("ed25519_verify_batch8", ed25519x8_any.vartime_verify_batch8),
    Entry.of("ecdsa_p256_build_table8", p256x8.build_table8),
    Entry.of("ecdsa_p256_verify8", ecdsa_p256_one8.vartime_verify8),
    Entry.of("ecdsa_p256_verify_phone8", ecdsa_p256_one8.vartime_verify_phone8),
    Entry.of("ecdsa_p256_verify_known8", ecdsa_p256_one8.vartime_verify_known8),
    Entry.of("ecdsa_p256_verify_batch8", ecdsa_p256x8.vartime_verify_batch8),
    Entry.of("ecdsa_p256_verify_known_batch8", ecdsa_p256x8.vartime_verify_known_batch8),
)
"""For processors with AVX-512 IFMA alone; tables are those for lanes (comb25519x8)."""
