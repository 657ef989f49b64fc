"""Numbers side by side: eight lanes of an AVX-512 register for the compiler, a Row of integers or words for the others,
and the functions of a formula that know of them.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from hanoi_ticket.kernels.traced import I1, I8, I32, I64, Bit, Int, Traced, Word
from hanoi_ticket.kernels.words import MASK52, MASK64, as_int, as_word, choose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from hanoi_ticket.kernels.words import Number

V8 = ir.VectorType(I64, 8)


class Lanes(Traced):
    llvm = V8

    @classmethod
    def constant(cls, number: int) -> Any:
        return ir.Constant(V8, [number & MASK64] * 8)

    @classmethod
    def constant_row(cls, numbers: Row) -> Any:
        return ir.Constant(V8, [number & MASK64 for number in numbers])

    def operand(self, other: Number) -> Any:
        if isinstance(other, Row):  # a constant of its own in each lane
            return self.constant_row(other)
        return self._spread(other) if isinstance(other, (Word, Int)) else super().operand(other)

    def _compare(self, sign: str, other: Number) -> Bit:
        return Mask(self.builder, self.builder.icmp_signed(sign, self.value, self.operand(other)))

    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.ashr(self.value, self.operand(n)))

    def _spread(self, word: Word | Int) -> Any:
        """The word in every lane."""
        nothing = ir.Constant(V8, ir.Undefined)
        one = self.builder.insert_element(nothing, word.value, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(I32, 8), [0] * 8))

    def multiply_add(self, half: str, z: Number, b: Number) -> Any:
        name = f"llvm.x86.avx512.vpmadd52{half}.uq.512"
        module = self.builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(V8, [V8] * 3), name)
        return self.of(self.builder.call(function, [self.operand(z), self.value, self.operand(b)]))

    def permuted(self, places: Lanes) -> Any:
        name = "llvm.x86.avx512.permvar.di.512"
        module = self.builder.module
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(V8, [V8] * 2), name)
        return self.of(self.builder.call(function, [self.value, places.value]))

    def shuffle(self, other: Lanes, places: Sequence[int]) -> Any:
        """Lane l of the result is lane places[l] of the two, laid end to end."""
        order = ir.Constant(ir.VectorType(I32, 8), list(places))
        return self.of(self.builder.shuffle_vector(self.value, other.value, order))

    def picked(self, places: Sequence[int | None]) -> Any:
        order = ir.Constant(ir.VectorType(I32, 8), [8 if place is None else place for place in places])
        return self.of(self.builder.shuffle_vector(self.value, self.constant(0), order))

    def lane(self, number: int) -> Word:
        return Word(self.builder, self.builder.extract_element(self.value, ir.Constant(I32, number)))

    def as_unsigned(self) -> UnsignedLanes:
        return UnsignedLanes(self.builder, self.value)


class UnsignedLanes(Lanes):
    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.lshr(self.value, self.operand(n)))

    def as_signed(self) -> Lanes:
        return Lanes(self.builder, self.value)


class Mask(Bit):
    llvm = ir.VectorType(I1, 8)

    @classmethod
    def constant(cls, number: int) -> Any:
        return ir.Constant(cls.llvm, [number & 1] * 8)

    def as_word(self) -> Word:
        """Bit l of the word is lane l's."""
        return Word(self.builder, self.builder.zext(self.builder.bitcast(self.value, I8), I64))


class Row(tuple[Any, ...]):
    """Independent numbers in step: lanes as integers, or several words of one kind."""

    __slots__ = ()

    def each(self, operate: Callable[..., Any], *others: Number) -> Row:
        columns = [other if isinstance(other, Row) else (other,) * len(self) for other in others]
        return Row(map(operate, self, *columns))

    def __add__(self, other: Number) -> Row:
        return self.each(operator.add, other)

    def __sub__(self, other: Number) -> Row:
        return self.each(operator.sub, other)

    def __rsub__(self, other: Number) -> Row:
        return self.each(lambda a, b: b - a, other)

    def __mul__(self, other: Number) -> Row:
        return self.each(operator.mul, other)

    def __and__(self, other: Number) -> Row:
        return self.each(operator.and_, other)

    def __or__(self, other: Number) -> Row:
        return self.each(operator.or_, other)

    def __xor__(self, other: Number) -> Row:
        return self.each(operator.xor, other)

    def __rshift__(self, n: Number) -> Row:
        return self.each(operator.rshift, n)

    def __lshift__(self, n: Number) -> Row:
        return self.each(operator.lshift, n)

    def __lt__(self, other: Number) -> Row:  # type: ignore[override]
        return self.each(operator.lt, other)

    def __eq__(self, other: object) -> Row:  # type: ignore[override]
        return self.each(operator.eq, other)

    __hash__ = None  # type: ignore[assignment]

    def __radd__(self, other: Number) -> Row:
        return self + other

    def __rmul__(self, other: Number) -> Row:
        return self * other

    def choose(self, a: Number, b: Number) -> Row:
        return self.each(choose, a, b)

    def as_word(self) -> int:
        return sum(bit << i for i, bit in enumerate(self))


def factor(a: Number) -> Number:
    """The low 52 bits of a, for `lo` and `hi` alone: the instruction reads no others, so lanes need no mask."""
    if isinstance(a, Row):
        return a.each(factor)
    return a if isinstance(a, Lanes) else a & MASK52


def lo(z: Number, a: Number, b: Number) -> Number:
    """z + the low 52 bits of a * b, where a and b are below 2^52."""
    if isinstance(a, Row):
        return a.each(lambda a, z, b: lo(z, a, b), z, b)
    if isinstance(a, int):
        return z + ((a & MASK52) * (b & MASK52) & MASK52)
    return a.multiply_add("l", z, b)


def hi(z: Number, a: Number, b: Number) -> Number:
    """z + the 52 bits above those."""
    if isinstance(a, Row):
        return a.each(lambda a, z, b: hi(z, a, b), z, b)
    if isinstance(a, int):
        return z + ((a & MASK52) * (b & MASK52) >> 52)
    return a.multiply_add("h", z, b)


def unsigned(a: Number) -> Number:
    """Lanes whose >> brings in zeros."""
    return a.each(lambda x: x & MASK64) if isinstance(a, Row) else a.as_unsigned()


def signed(a: Number) -> Number:
    """Lanes whose >> keeps the sign."""
    return a.each(as_int) if isinstance(a, Row) else a.as_signed()


def lane_bits(condition: Number) -> Number:
    """A condition as an integer: bit l is lane l's."""
    return as_int(as_word(condition))


def permuted(a: Number, places: Number) -> Number:
    """Lane l of the result is lane places[l] of a."""
    if isinstance(a, int):  # the same in every lane
        return a
    return Row(a[place] for place in places) if isinstance(a, Row) else a.permuted(places)


def picked(a: Number, places: Sequence[int | None]) -> Number:
    """Lane l of the result is lane places[l] of a, or 0 where that is None."""
    return Row(0 if place is None else a[place] for place in places) if isinstance(a, Row) else a.picked(places)


def lane(a: Number, number: int) -> Number:
    """One lane, as a Word."""
    if isinstance(a, int):  # the same in every lane
        return a
    return a[number] & MASK64 if isinstance(a, Row) else a.lane(number)


def transposed(rows: Iterable[Lanes]) -> list[Lanes]:
    """Eight rows of eight lanes to eight columns: exchange neighbours, then pairs, then halves."""
    rows = list(rows)
    for step in 1, 2, 4:
        for i in range(8):
            if not i & step:
                a, b = rows[i], rows[i + step]
                rows[i] = a.shuffle(b, [8 + lane - step if lane & step else lane for lane in range(8)])
                rows[i + step] = a.shuffle(b, [8 + lane if lane & step else lane + step for lane in range(8)])
    return rows
