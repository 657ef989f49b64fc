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


def _viewer(dtype: Any, columns: int = 0) -> Any:
    """An array of `size` items, or of as many rows of `columns` items."""
    kind, item_bytes = types.Array(dtype, 2 if columns else 1, "C"), dtype.bitwidth // 8

    @intrinsic
    def view(_: Any, memory: Any, size: Any) -> Any:  # noqa: ARG001  numba reads the names
        def lower(context: Any, builder: Any, __: Any, operands: Any) -> Any:
            array = context.make_array(kind)(context, builder)
            data = builder.bitcast(operands[0], array.data.type)
            step, width = ir.Constant(I64, item_bytes), ir.Constant(I64, columns)
            shape = [operands[1], width] if columns else [operands[1]]
            strides = [ir.Constant(I64, item_bytes * columns), step] if columns else [step]
            fill: Any = populate_array
            fill(array, data, shape, strides, step, None)
            return array._getvalue()  # noqa: SLF001  numba's own name for it

        return kind(memory, types.int64), lower

    return view


def _bytes_at(memory: Any, size: int) -> Any:
    return memory[:size]


class _Numbers(np.ndarray[Any, Any]):
    """Its items are Python's integers, as the formulas take them."""

    def __getitem__(self, index: Any) -> Any:
        item = super().__getitem__(index)
        return int(item) if isinstance(item, np.integer) else item


def _numbers_at(memory: Any, size: int) -> Any:
    return memory[:size].view(np.int64).view(_Numbers)


def _rows_of_4_at(memory: Any, size: int) -> Any:
    return memory[: 4 * size].view(np.int64).reshape(size, 4)


bytes_at = _viewer(types.uint8) if JIT else _bytes_at
numbers_at = _viewer(types.int64) if JIT else _numbers_at
rows_of_4_at = _viewer(types.int64, 4) if JIT else _rows_of_4_at


@formula
def as_bytes(memory: Any) -> Any:
    """The same place, as one of bytes."""
    if isinstance(memory, np.ndarray):
        return memory.view(np.uint8)
    return Pointer(memory.builder, memory.builder.bitcast(memory.value, I8.as_pointer()), I8)
