"""Memory, the only place that touches it: formulas over a place (bytes or 64-bit words) and an index.

In compiled code a place is a typed pointer; as Python it is a numpy array. `place(array)` turns one into the other
at the door of a kernel, `at` moves it, `stack(WORDS, n)` makes a function that gives fresh cells on the stack.
Nothing checks an index: lengths are checked before a kernel is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from llvmlite import ir

from hanoi_ticket.kernels.lanes import V8, Lanes, Row, lane, transposed
from hanoi_ticket.kernels.traced import I8, I32, I64, Int, Traced, Word, Word32
from hanoi_ticket.kernels.tracing import formula, place, stack
from hanoi_ticket.kernels.values import BYTES, WORDS
from hanoi_ticket.kernels.words import MASK64, as_bits, as_int

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanoi_ticket.kernels.elements import Element
    from hanoi_ticket.kernels.words import Number

__all__ = [
    "BYTES",
    "WORDS",
    "BytePlace",
    "WordPlace",
    "as_words",
    "at",
    "big_endian_word",
    "big_endian_word32",
    "byte",
    "byte_lanes",
    "integer",
    "lanes",
    "line_lanes",
    "loader",
    "place",
    "prefetch_lines",
    "put_big_endian_word",
    "put_big_endian_word32",
    "put_byte",
    "put_integer",
    "put_lanes",
    "put_line_lanes",
    "put_word",
    "stack",
    "storer",
    "swapped_lanes",
    "word",
]

BytePlace = Annotated[Any, BYTES]
WordPlace = Annotated[Any, WORDS]


def _is_array(memory: Any) -> bool:
    return isinstance(memory, np.ndarray)


@formula
def at(memory: Any, index: Number) -> Any:
    """The place `index` cells further on."""
    return memory[index:] if _is_array(memory) else memory.at(index)


@formula
def as_words(memory: Any) -> Any:
    """Bytes that start at a multiple of eight, as words."""
    return memory.view(np.uint64) if _is_array(memory) else memory.as_words()


@formula
def byte(memory: Any, index: Number) -> Number:
    """The byte at `index`, as an integer."""
    if _is_array(memory):
        return int(memory[index])
    return Int(memory.builder, memory.builder.zext(memory.at(index).load(I8), I64))


@formula
def put_byte(memory: Any, index: Number, value: Number) -> None:
    """Write the low eight bits of an integer."""
    if _is_array(memory):
        memory[index] = value & 0xFF
    else:
        memory.at(index).store(memory.builder.trunc(_value(value), I8))


@formula
def word(memory: Any, index: Number) -> Number:
    """The 64-bit word that starts at cell `index`; of bytes, little-endian."""
    if _is_array(memory):
        return int.from_bytes(memory[index : index + 8].tobytes()[:8], "little")
    return Word(memory.builder, memory.at(index).load(I64))


@formula
def integer(memory: Any, index: Number) -> Number:
    """The word at `index` as a signed integer."""
    return as_int(word(memory, index))


@formula
def put_word(memory: Any, index: Number, value: Number) -> None:
    if not _is_array(memory):
        memory.at(index).store(_value(value))
    elif memory.dtype == np.uint8:
        memory[index : index + 8] = np.frombuffer((value & MASK64).to_bytes(8, "little"), np.uint8)
    else:
        memory[index] = value & MASK64


@formula
def put_integer(memory: Any, index: Number, value: Number) -> None:
    put_word(memory, index, as_bits(value))


@formula
def big_endian_word(memory: Any, index: Number) -> Number:
    """The eight bytes from `index` on, the most significant first."""
    if _is_array(memory):
        return int.from_bytes(memory[index : index + 8].tobytes(), "big")
    return _swapped(Word(memory.builder, memory.at(index).load(I64)))


@formula
def big_endian_word32(memory: Any, index: Number) -> Number:
    if _is_array(memory):
        return int.from_bytes(memory[index : index + 4].tobytes(), "big")
    return _swapped(Word32(memory.builder, memory.at(index).load(I32)))


@formula
def put_big_endian_word(memory: Any, index: Number, value: Number) -> None:
    if _is_array(memory):
        memory[index : index + 8] = np.frombuffer(value.to_bytes(8, "big"), np.uint8)
    else:
        memory.at(index).store(_swapped(value).value)


@formula
def put_big_endian_word32(memory: Any, index: Number, value: Number) -> None:
    if _is_array(memory):
        memory[index : index + 4] = np.frombuffer(value.to_bytes(4, "big"), np.uint8)
    else:
        memory.at(index).store(_swapped(value).value)


@formula
def lanes(memory: Any, index: Number) -> Number:
    """Eight words from `index` on, side by side."""
    if _is_array(memory):
        return Row(as_int(int(w)) for w in memory[index : index + 8])
    return Lanes(memory.builder, memory.at(index).load(V8))


@formula
def put_lanes(memory: Any, index: Number, value: Number) -> None:
    if _is_array(memory):
        memory[index : index + 8] = [w & MASK64 for w in (value if isinstance(value, Row) else [value] * 8)]
    else:
        memory.at(index).store(value.value)


@formula
def byte_lanes(memory: Any, index: Number) -> Number:
    """The eight bytes of the word at `index`, one a lane."""
    if _is_array(memory):
        return Row(int(memory[index]).to_bytes(8, "little"))
    eight = memory.at(index).load(ir.VectorType(I8, 8))
    return Lanes(memory.builder, memory.builder.zext(eight, V8))


def line_lanes(memory: Any, indices: Number, lines: int = 2) -> list[Number]:
    """8 * lines words from each lane's own index on, as so many lanes: whole-line loads and a transpose beat
    gathers.
    """
    if _is_array(memory):
        return [Row(as_int(int(memory[i + k])) for i in indices) for k in range(8 * lines)]
    columns: list[Number] = []
    starts = [memory.at(lane(indices, i)) for i in range(8)]
    for line in range(lines):
        columns += transposed(Lanes(memory.builder, start.at(8 * line).load(V8)) for start in starts)
    return columns


def put_line_lanes(memory: Any, indices: Number, columns: Sequence[Number]) -> None:
    """The other way: each lane's words to its own index."""
    for line in range(0, len(columns), 8):
        eight = columns[line : line + 8]
        if _is_array(memory):
            for place, i in enumerate(indices):
                memory[i + line : i + line + 8] = [lane(column, place) for column in eight]
        else:
            for place, row in enumerate(transposed(eight)):
                memory.at(lane(indices, place)).at(line).store(row.value)


@formula
def prefetch_lines(memory: Any, indices: Number) -> None:
    """Start to fetch the sixteen words from each lane's own index on."""
    if _is_array(memory):
        return
    builder, pointer = memory.builder, I8.as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [pointer, I32, I32, I32])
    name = "llvm.prefetch.p0"
    function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
    to_read_often_data = [ir.Constant(I32, wish) for wish in (0, 3, 1)]
    for i in range(8):
        for half in 0, 8:
            line = memory.at(lane(indices, i)).at(half)
            builder.call(function, [builder.bitcast(line.value, pointer), *to_read_often_data])


def swapped_lanes(a: Number) -> Number:
    """Each lane's bytes in the other order."""
    if isinstance(a, Row):
        return a.each(lambda w: int.from_bytes((w & MASK64).to_bytes(8, "big"), "little"))
    name = "llvm.bswap.v8i64"
    module = a.builder.module
    swap = module.globals.get(name) or ir.Function(module, ir.FunctionType(V8, [V8]), name)
    return type(a)(a.builder, a.builder.call(swap, [a.value]))


def _value(number: Number) -> Any:
    return ir.Constant(I64, number & MASK64) if isinstance(number, int) else number.value


def _swapped(number: Traced) -> Any:
    return type(number)(number.builder, number.builder.bswap(number.value))


def loader(element: type[Element]) -> Callable[[Any, Number], Any]:
    """The formula that reads element number `index` from words."""
    read, cells = (lanes, 8) if element.word is Lanes else (word, 1)

    @formula
    def load(memory: Any, index: Number) -> Element:
        first = index * (element.limbs * cells)
        return element(read(memory, first + i * cells) for i in range(element.limbs))

    return load


def storer(element: type[Element]) -> Callable[[Any, Number, Any], None]:
    """The formula that writes element number `index` to words."""
    put, cells = (put_lanes, 8) if element.word is Lanes else (put_word, 1)

    @formula
    def store(memory: Any, index: Number, number: Element) -> None:
        first = index * (element.limbs * cells)
        for i, limb in enumerate(number.tight):
            put(memory, first + i * cells, limb)

    return store
