"""Which variants of the native library a processor can run: levels of x86-64 (System V psABI), and IFMA."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from hanoi_ticket.kernels.traced import I32, I64
from hanoi_ticket.kernels.tracing import kernel

BASE, V3, IFMA = range(3)  # IFMA: x86-64-v4 and the 52-bit multiplications
CLOBBERS = "~{dirflag},~{fpsr},~{flags}"

FMA, MOVBE, OSXSAVE, AVX, F16C = 1 << 12, 1 << 22, 1 << 27, 1 << 28, 1 << 29  # leaf 1, ecx
BMI1, AVX2, BMI2 = 1 << 3, 1 << 5, 1 << 8  # leaf 7, ebx
AVX512 = 1 << 16 | 1 << 17 | 1 << 28 | 1 << 30 | 1 << 31  # F, DQ, CD, BW, VL
AVX512_IFMA = 1 << 21
LZCNT = 1 << 5  # leaf 0x80000001, ecx
SSE_STATE, AVX_STATE, AVX512_STATE = 2, 4, 0xE0  # XCR0: what the system saves when threads switch


@intrinsic
def _cpuid(_: Any, leaf: Any) -> Any:  # noqa: ARG001  numba reads the name
    """ebx and ecx, as the low and the high half of one number."""

    def lower(__: Any, builder: Any, ___: Any, operands: Any) -> Any:
        kind = ir.FunctionType(ir.LiteralStructType([I32] * 4), [I32, I32])
        constraints = f"={{ax}},={{bx}},={{cx}},={{dx}},0,2,{CLOBBERS}"
        registers = builder.asm(kind, "cpuid", constraints, [builder.trunc(operands[0], I32), I32(0)], side_effect=True)
        ebx, ecx = (builder.zext(builder.extract_value(registers, i), I64) for i in (1, 2))
        return builder.or_(ebx, builder.shl(ecx, I64(32)))

    return types.int64(types.int64), lower


@intrinsic
def _xcr0(_: Any) -> Any:
    def lower(__: Any, builder: Any, ___: Any, ____: Any) -> Any:
        kind = ir.FunctionType(ir.LiteralStructType([I32] * 2), [I32])
        registers = builder.asm(kind, "xgetbv", f"={{ax}},={{dx}},{{cx}},{CLOBBERS}", [I32(0)], side_effect=True)
        return builder.zext(builder.extract_value(registers, 0), I64)

    return types.int64(), lower


cpuid: Any = _cpuid
saved: Any = _xcr0


@kernel
def level() -> int:
    features = cpuid(1) >> 32
    wanted = FMA | MOVBE | OSXSAVE | AVX | F16C
    if features & wanted != wanted or saved() & (SSE_STATE | AVX_STATE) != SSE_STATE | AVX_STATE:
        return BASE
    wanted = BMI1 | AVX2 | BMI2
    if cpuid(7) & wanted != wanted or cpuid(0x80000001) >> 32 & LZCNT == 0:
        return BASE
    if cpuid(7) & (AVX512 | AVX512_IFMA) != AVX512 | AVX512_IFMA or saved() & AVX512_STATE != AVX512_STATE:
        return V3
    return IFMA
