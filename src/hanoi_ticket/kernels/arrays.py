"""From places back to arrays, for kernels whose every index can be checked."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from hanoi_ticket.kernels.traced import I8, I64, Pointer
from hanoi_ticket.kernels.tracing import JIT, formula


def _viewer(dtype: Any) -> Any:
    kind, item_bytes = types.Array(dtype, 1, "C"), dtype.bitwidth // 8

    @intrinsic
    def view(_: Any, memory: Any, size: Any) -> Any:  # noqa: ARG001  numba reads the names
        def lower(context: Any, builder: Any, __: Any, operands: Any) -> Any:
            array = context.make_array(kind)(context, builder)
            data = builder.bitcast(operands[0], array.data.type)
            step = ir.Constant(I64, item_bytes)
            fill: Any = populate_array
            fill(array, data, [operands[1]], [step], step, None)
            return array._getvalue()  # noqa: SLF001  numba's own name for it

        return kind(memory, types.int64), lower

    return view


def _bytes_at(memory: Any, size: int) -> Any:
    return memory[:size]


def _numbers_at(memory: Any, size: int) -> Any:
    return memory[:size].view(np.int64)


bytes_at = _viewer(types.uint8) if JIT else _bytes_at
numbers_at = _viewer(types.int64) if JIT else _numbers_at


@formula
def as_bytes(memory: Any) -> Any:
    """The same place, as one of bytes."""
    if isinstance(memory, np.ndarray):
        return memory.view(np.uint8)
    return Pointer(memory.builder, memory.builder.bitcast(memory.value, I8.as_pointer()), I8)
