"""Ask for a cache line before it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

from hanoi_ticket.kernels.memory import at
from hanoi_ticket.kernels.traced import I8, I32
from hanoi_ticket.kernels.tracing import formula

if TYPE_CHECKING:
    from hanoi_ticket.kernels.words import Number

TO_READ, TO_WRITE, KEEP, DATA = 0, 1, 3, 1


@formula
def prefetch(memory: Any, index: Number) -> None:
    """Start to fetch the line of cell `index`, for writing."""
    _wish(memory, index, TO_WRITE)


@formula
def prefetch_to_read(memory: Any, index: Number) -> None:
    """Start to fetch the line of cell `index`; other processors may keep theirs."""
    _wish(memory, index, TO_READ)


def _wish(memory: Any, index: Number, purpose: int) -> None:
    if isinstance(memory, np.ndarray):
        return
    builder, pointer = memory.builder, I8.as_pointer()
    kind = ir.FunctionType(ir.VoidType(), [pointer, I32, I32, I32])
    function = builder.module.globals.get("llvm.prefetch.p0") or ir.Function(builder.module, kind, "llvm.prefetch.p0")
    wishes = [ir.Constant(I32, wish) for wish in (purpose, KEEP, DATA)]
    builder.call(function, [builder.bitcast(at(memory, index).value, pointer), *wishes])
