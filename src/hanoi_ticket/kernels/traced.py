"""What the compiler reads a formula as: words and places not yet known, of one number each. The table in words.py tells
them apart; lanes.py has those of eight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from llvmlite import ir

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

I1, I8, I32, I64, I128 = map(ir.IntType, (1, 8, 32, 64, 128))


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

    def trailing_zeros(self) -> Int:
        return Int(self.builder, self.builder.cttz(self.value, ir.Constant(I1, 1)))


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


class Pointer(Traced):
    """A place in memory, of bytes or of 64-bit words; memory.py reads and writes there."""

    __slots__ = ("cell",)

    def __init__(self, builder: Any, value: Any, cell: ir.Type) -> None:
        super().__init__(builder, value)
        self.cell = cell

    def at(self, index: Any) -> Pointer:
        index = ir.Constant(I64, index) if isinstance(index, int) else index.value
        return Pointer(self.builder, self.builder.gep(self.value, [index]), self.cell)

    def as_words(self) -> Pointer:
        return Pointer(self.builder, self.builder.bitcast(self.value, I64.as_pointer()), I64)

    def load(self, llvm: ir.Type) -> Any:
        return self.builder.load(self.builder.bitcast(self.value, llvm.as_pointer()), align=self.cell.width // 8)

    def store(self, value: Any) -> None:
        place = self.builder.bitcast(self.value, value.type.as_pointer())
        self.builder.store(value, place, align=self.cell.width // 8)
