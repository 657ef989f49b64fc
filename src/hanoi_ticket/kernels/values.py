"""Numba's values as the numbers that a formula takes, and back: a type for each word of words.py, for Elements, for
pointers and for tuples of those.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import models, register_model

from hanoi_ticket.kernels.lanes import V8, Lanes, Mask, Row
from hanoi_ticket.kernels.traced import I8, I64, Bit, Int, Pointer, Word, Word32


class NumberType(types.Type):
    """The numba type of a Python class whose instances are made of traced words."""

    def __init__(self, python: type, llvm: ir.Type) -> None:
        self.python, self.llvm = python, llvm
        super().__init__(name=f"{python.__module__}.{python.__qualname__}")


@register_model(NumberType)
class _NumberModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: NumberType) -> None:
        super().__init__(manager, kind, kind.llvm)


LANES, MASK = NumberType(Lanes, V8), NumberType(Mask, Mask.llvm)
BYTES, WORDS = types.CPointer(types.uint8), types.CPointer(types.uint64)
CELLS = {BYTES: I8, WORDS: I64}
WORD_OF = {
    types.boolean: Bit,
    types.uint32: Word32,
    types.uint64: Word,
    types.int64: Int,
    LANES: Lanes,
    MASK: Mask,
}
KIND_OF = {word: kind for kind, word in WORD_OF.items()}


def read(builder: Any, kind: Any, value: Any) -> Any:
    """A numba value as the number that a formula takes."""
    if isinstance(kind, types.BaseTuple):
        members = [read(builder, member, builder.extract_value(value, i)) for i, member in enumerate(kind)]
        return kind.instance_class(*members) if isinstance(kind, types.BaseNamedTuple) else tuple(members)
    if kind in WORD_OF:
        return WORD_OF[kind](builder, value)
    if kind in CELLS:
        return Pointer(builder, value, CELLS[kind])
    if isinstance(kind, NumberType):
        word = kind.python.word
        return kind.python(word(builder, builder.extract_value(value, i)) for i in range(kind.python.limbs))
    raise TypeError(f"a formula takes no {kind}")


def kind_of(number: Any) -> Any:
    """The numba type of what a formula returned."""
    if number is None:
        return types.none
    if hasattr(number, "numba_type"):
        return number.numba_type
    if isinstance(number, Row):
        return LANES
    if isinstance(number, Pointer):
        return BYTES if number.cell == I8 else WORDS
    if isinstance(number, tuple):
        members = [kind_of(member) for member in number]
        return types.BaseTuple.from_types(members, type(number) if hasattr(number, "_fields") else None)
    return KIND_OF[type(number)]


def write(builder: Any, number: Any) -> Any:
    """The number that a formula returned, as a numba value."""
    if hasattr(number, "numba_type"):
        return cgutils.pack_array(builder, [_limb(number.word, limb) for limb in number.tight])
    if isinstance(number, Row):
        return Lanes.constant_row(number)
    if not isinstance(number, tuple):
        return number.value
    members = [write(builder, member) for member in number]
    uniform = len({kind_of(member) for member in number}) == 1
    return cgutils.pack_array(builder, members) if uniform else cgutils.pack_struct(builder, members)


def _limb(word: Any, limb: Any) -> Any:
    if isinstance(limb, int):
        return word.constant(limb)
    return Lanes.constant_row(limb) if isinstance(limb, Row) else limb.value


def llvm_type(kind: Any) -> Any:
    if isinstance(kind, types.BaseTuple):
        members = [llvm_type(member) for member in kind]
        uniform = isinstance(kind, types.UniTuple | types.NamedUniTuple)
        return ir.ArrayType(members[0], len(members)) if uniform else ir.LiteralStructType(members)
    if isinstance(kind, NumberType):
        return kind.llvm
    return CELLS[kind].as_pointer() if kind in CELLS else WORD_OF[kind].llvm
