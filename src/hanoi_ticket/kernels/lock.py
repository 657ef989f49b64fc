"""A lock for threads inside kernels: one word, 0 when free. Whoever waits spins, so what it guards must be short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

from hanoi_ticket.kernels.memory import at
from hanoi_ticket.kernels.traced import I64, Bit
from hanoi_ticket.kernels.tracing import formula

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

FREE, TAKEN = 0, 1


@formula
def took(memory: Any, index: Number) -> Any:
    """Whether the lock was free and is now ours; reads and writes that follow stay behind it."""
    if isinstance(memory, np.ndarray):
        free = memory[index] == FREE
        memory[index] = TAKEN
        return free
    free, taken = ir.Constant(I64, FREE), ir.Constant(I64, TAKEN)
    builder = memory.builder
    result = builder.cmpxchg(at(memory, index).value, free, taken, "acquire", "monotonic")
    return Bit(builder, builder.extract_value(result, 1))


@formula
def release(memory: Any, index: Number) -> None:
    """Free the lock; reads and writes that came before stay before it."""
    if isinstance(memory, np.ndarray):
        memory[index] = FREE
    else:
        memory.builder.store_atomic(ir.Constant(I64, FREE), at(memory, index).value, "release", 8)
