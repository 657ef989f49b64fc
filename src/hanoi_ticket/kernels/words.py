"""Machine words that a formula is written over.

A formula is a plain Python function over numbers. Given integers it computes: that is the oracle. Given the words below
it writes itself down: each operator appends one LLVM instruction. Given intervals (tests/kernels/intervals.py) it
proves that no word overflows. So a formula keeps to what all three readers share:

    + - * & | ^ << >> < == with words and integer constants, and the functions of this file
    a sum or product fits its word, and where wrap-around is meant a mask says so: (a + b) & MASK64

| word   | bits    | numba type | arithmetic                                                          |
|--------|---------|------------|---------------------------------------------------------------------|
| Bit    | 1       | boolean    | a condition for `choose`                                            |
| Word32 | 32      | uint32     | unsigned                                                            |
| Word   | 64      | uint64     | unsigned; Word * Word is a Wide, Word * int stays a Word            |
| Wide   | 128     | none       | wide >> n and wide & mask are Words: the bounds proof shows it fits |
| Int    | 64      | int64      | signed, >> is arithmetic; Int * Int is an IntWide                   |
| IntWide| 128     | none       | >> is arithmetic and stays wide; & mask is an Int; `narrow`         |
| Lanes  | 8 x 64  | Lanes      | eight words side by side, signed, >> is arithmetic; as Python a Row  |
| Row    | several | none       | numbers that go through one formula in step, so that they interleave|
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, TypeAlias

from llvmlite import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Number: TypeAlias = Any  # an int, an interval, a word below: whatever the reader of a formula brings

I1, I8, I32, I64, I128 = map(ir.IntType, (1, 8, 32, 64, 128))
V8 = ir.VectorType(I64, 8)
MASK32, MASK52, MASK64 = (1 << 32) - 1, (1 << 52) - 1, (1 << 64) - 1


class Traced:
    """A value not yet known, with arithmetic: its instructions land in `builder` as the formula runs."""

    __slots__ = ("builder", "value")
    llvm: Any

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def of(self, value: Any) -> Any:
        return type(self)(self.builder, value)

    def operand(self, other: Number) -> Any:
        return self.constant(other) if isinstance(other, int) else other.value

    def known(self, number: int) -> Any:
        return self.of(self.constant(number))

    def _compare(self, sign: str, other: Number) -> Bit:
        return Bit(self.builder, self.builder.icmp_unsigned(sign, self.value, self.operand(other)))

    @classmethod
    def constant(cls, number: int) -> Any:
        return ir.Constant(cls.llvm, number & (1 << cls.llvm.width) - 1)

    def __add__(self, other: Number) -> Any:
        return self.of(self.builder.add(self.value, self.operand(other)))

    def __sub__(self, other: Number) -> Any:
        return self.of(self.builder.sub(self.value, self.operand(other)))

    def __rsub__(self, other: Number) -> Any:
        return self.of(self.builder.sub(self.operand(other), self.value))

    def __mul__(self, other: Number) -> Any:
        return self.of(self.builder.mul(self.value, self.operand(other)))

    def __and__(self, other: Number) -> Any:
        return self.of(self.builder.and_(self.value, self.operand(other)))

    def __or__(self, other: Number) -> Any:
        return self.of(self.builder.or_(self.value, self.operand(other)))

    def __xor__(self, other: Number) -> Any:
        return self.of(self.builder.xor(self.value, self.operand(other)))

    def __lshift__(self, n: Number) -> Any:
        return self.of(self.builder.shl(self.value, self.operand(n)))

    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.lshr(self.value, self.operand(n)))

    def __rlshift__(self, other: int) -> Any:
        return self.of(self.builder.shl(self.constant(other), self.value))

    def __rrshift__(self, other: int) -> Any:
        return self.of(self.builder.lshr(self.constant(other), self.value))

    def __radd__(self, other: Number) -> Any:
        return self + other

    def __rmul__(self, other: Number) -> Any:
        return self * other

    def __lt__(self, other: Number) -> Bit:
        return self._compare("<", other)

    def __eq__(self, other: object) -> Bit:  # type: ignore[override]  # a condition, traced like any other operator
        return self._compare("==", other)

    __hash__ = None  # type: ignore[assignment]


class Bit(Traced):
    llvm = I1

    def choose(self, a: Number, b: Number) -> Any:
        kind = b if isinstance(a, int) else a
        return kind.of(self.builder.select(self.value, kind.operand(a), kind.operand(b)))

    def as_word(self) -> Word:
        return Word(self.builder, self.builder.zext(self.value, I64))


class Word32(Traced):
    llvm = I32

    def as_word(self) -> Word:
        return Word(self.builder, self.builder.zext(self.value, I64))


class Word(Traced):
    llvm = I64

    def __add__(self, other: Number) -> Any:
        return other + self if isinstance(other, Wide) else super().__add__(other)

    def __mul__(self, other: Number) -> Any:
        if isinstance(other, int):
            if other >> 32:
                raise TypeError("the product of a Word and a constant stays a Word; a large constant must be `known`")
            return super().__mul__(other)
        return Wide(self.builder, self.builder.mul(self.widened(), other.widened()))

    def widened(self) -> Any:
        return self.builder.zext(self.value, I128)

    def widen(self) -> Wide:
        return Wide(self.builder, self.widened())

    def as_int(self) -> Int:
        return Int(self.builder, self.value)

    def low_half(self) -> Word32:
        return Word32(self.builder, self.builder.trunc(self.value, I32))

    def spread(self) -> Any:
        """The word in every lane."""
        nothing = ir.Constant(V8, ir.Undefined)
        one = self.builder.insert_element(nothing, self.value, ir.Constant(I32, 0))
        return self.builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(I32, 8), [0] * 8))


class Wide(Traced):
    llvm = I128

    def operand(self, other: Number) -> Any:
        return other.widened() if isinstance(other, Word) else super().operand(other)

    def _narrowed(self) -> Word:
        return Word(self.builder, self.builder.trunc(self.value, I64))

    def __and__(self, mask: Number) -> Any:
        return self._narrowed() & mask

    def __rshift__(self, n: Number) -> Any:
        return Wide(self.builder, super().__rshift__(n).value)._narrowed()


class Int(Traced):
    llvm = I64

    def _compare(self, sign: str, other: Number) -> Bit:
        return Bit(self.builder, self.builder.icmp_signed(sign, self.value, self.operand(other)))

    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.ashr(self.value, self.operand(n)))

    def __add__(self, other: Number) -> Any:
        return other + self if isinstance(other, IntWide) else super().__add__(other)

    def __mul__(self, other: Number) -> Any:
        if isinstance(other, int):
            return super().__mul__(other)
        return IntWide(self.builder, self.builder.mul(self.widened(), other.widened()))

    def widened(self) -> Any:
        return self.builder.sext(self.value, I128)

    def widen(self) -> IntWide:
        return IntWide(self.builder, self.widened())

    def as_bits(self) -> Word:
        return Word(self.builder, self.value)

    def spread(self) -> Any:
        return self.as_bits().spread()


class IntWide(Traced):
    llvm = I128

    def operand(self, other: Number) -> Any:
        return other.widened() if isinstance(other, Int) else super().operand(other)

    def narrow(self) -> Int:
        return Int(self.builder, self.builder.trunc(self.value, I64))

    def __and__(self, mask: Number) -> Any:
        return self.narrow() & mask

    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.ashr(self.value, self.operand(n)))


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
        return other.spread() if isinstance(other, (Word, Int)) else super().operand(other)

    def _compare(self, sign: str, other: Number) -> Bit:
        return Mask(self.builder, self.builder.icmp_signed(sign, self.value, self.operand(other)))

    def __rshift__(self, n: Number) -> Any:
        return self.of(self.builder.ashr(self.value, self.operand(n)))

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

    def as_word(self) -> int:
        return sum(bit << i for i, bit in enumerate(self))


def choose(condition: Number, a: Number, b: Number) -> Number:
    """a where the condition holds, else b."""
    if isinstance(condition, int):
        return a if condition else b
    if isinstance(condition, Row):
        return condition.each(choose, a, b)
    return condition.choose(a, b)


def known(number: int, like: Number) -> Number:
    """A constant as a word of the same kind as `like`, so that their product is a Wide."""
    return number if isinstance(like, int) else like.known(number)


def as_word(a: Number) -> Number:
    """A condition (1 where it holds, else 0; of lanes, a bit each) or a Word32 as a Word."""
    return int(a) if isinstance(a, int) else a.as_word()


def low_half(a: Number) -> Number:
    """The low 32 bits of a Word, as a Word32."""
    return a & MASK32 if isinstance(a, int) else a.low_half()


def widen(a: Number) -> Number:
    """A Word as a Wide (an Int as an IntWide), for a sum or a product by a constant that does not fit it."""
    return a if isinstance(a, int) else a.widen()


def as_int(a: Number) -> Number:
    """The 64 bits of a Word as a signed integer."""
    return a - (a >> 63 << 64) if isinstance(a, int) else a.as_int()


def as_bits(a: Number) -> Number:
    """The 64 bits of an Int as a Word."""
    return a & MASK64 if isinstance(a, int) else a.as_bits()


def trailing_zeros(a: Number) -> Number:
    """How many of the lowest bits of a Word are zero; a is not zero."""
    return (
        (a & -a).bit_length() - 1 if isinstance(a, int) else Int(a.builder, a.builder.cttz(a.value, ir.Constant(I1, 1)))
    )


def narrow(a: Number) -> Number:
    """An IntWide as an Int that it fits."""
    return a if isinstance(a, int) else a.narrow()


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


def rotate_right(a: Number, n: int, bits: int) -> Number:
    """A word of `bits` bits, turned by n places."""
    return (a >> n | a << bits - n) & (1 << bits) - 1


def unsigned(a: Number) -> Number:
    """Lanes whose >> brings in zeros."""
    return a.each(lambda x: x & MASK64) if isinstance(a, Row) else a.as_unsigned()


def signed(a: Number) -> Number:
    """Lanes whose >> keeps the sign."""
    return a.each(as_int) if isinstance(a, Row) else a.as_signed()


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
