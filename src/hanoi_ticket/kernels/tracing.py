"""How numba reads a formula: it runs the Python function on traced words and keeps the instructions.

    @formula     def double(p): ...   straight-line code over numbers; inlined where a kernel calls it
    @subroutine  def double(p): ...   the same as one LLVM function of its own: for large formulas with many call
                                      sites, whose limbs would otherwise blow up LLVM's loop analysis
    @kernel      def power(z): ...    an ordinary numba function: loops over data, branches and tables live here

Kernels call formulas, subroutines and each other; formulas call only formulas and subroutines (traced in line).
Arguments and results are words (words.py), Elements (elements.py), pointers (memory.py), tuples and namedtuples of
those. A kernel's own integers are int64: lengths, indices, digits, flags. Words (uint64) come from loads and go into
formulas; a kernel does no arithmetic on them, since numba's uint64 + int64 is signed, and LLVM may take it that it
never wraps. With NUMBA_DISABLE_JIT=1 all three decorators return the function as it is, and whole kernels run as
Python.

This file and values.py are the only ones that use what numba does not promise (infer_global with types.Function,
PrimitiveModel lowering).
"""

from __future__ import annotations

import functools
import itertools
import operator
import os
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from hanoi_ticket.kernels.schedule import schedule
from hanoi_ticket.kernels.values import BYTES, CELLS, WORDS, NumberType, kind_of, llvm_type, read, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

F = TypeVar("F", bound="Callable[..., Any]")

JIT = not numba.config.DISABLE_JIT
LANES_SETTING = "HANOI_TICKET_LANES"


def has_lanes() -> bool:
    """Whether this processor has AVX-512 IFMA, and the setting HANOI_TICKET_LANES is not "off"."""
    features = binding.get_host_cpu_features()
    return (
        os.environ.get(LANES_SETTING) != "off" and features.get("avx512ifma", False) and features.get("avx512vl", False)
    )


OPTIONS = {"error_model": "numpy", "nogil": True, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "_nrt": False}


@functools.cache
def _result_kind(function: Callable[..., Any], kinds: tuple[Any, ...]) -> Any:
    """Type a formula by running it once into a module that nobody keeps."""
    scratch = ir.Function(ir.Module(), ir.FunctionType(ir.VoidType(), []), "scratch")
    builder = ir.IRBuilder(scratch.append_basic_block())
    return kind_of(function(*[read(builder, kind, ir.Constant(llvm_type(kind), ir.Undefined)) for kind in kinds]))


def _teach_type(key: Any, function: Callable[..., Any], applies: Callable[[tuple[Any, ...]], bool]) -> None:
    def generic(_: Any, kinds: Any, __: Any) -> Any:
        kinds = tuple(map(types.unliteral, kinds))
        return signature(_result_kind(function, kinds), *kinds) if applies(kinds) else None

    infer_global(key, types.Function(type("Formula", (AbstractTemplate,), {"key": key, "generic": generic})))


def _inline(function: Callable[..., Any]) -> Callable[..., Any]:
    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        if not values:  # a constant
            return write(builder, function())
        first = len(builder.block.instructions)
        result = function(*[read(builder, kind, value) for kind, value in zip(sig.args, values, strict=True)])
        written = context.get_dummy_value() if result is None else write(builder, result)
        schedule(builder.block, first)
        return written

    return lower


def formula(function: F) -> F:
    """Let kernels call `function`; each call is its instructions, in place."""
    if JIT:
        _teach_type(function, function, lambda _: True)
        lower_builtin(function, types.VarArg(types.Any))(_inline(function))
    return function


def subroutine(function: F) -> F:
    """Let kernels call `function`; each call is a call, and the instructions stand once in the module."""
    if not JIT:
        return function
    _teach_type(function, function, lambda _: True)

    @lower_builtin(function, types.VarArg(types.Any))
    def lower(context: Any, builder: Any, sig: Any, values: Any) -> Any:
        kinds = [kind for kind in (sig.return_type, *sig.args) if kind != types.none]
        callee = _callee(builder.module, function, sig, kinds)
        places = [cgutils.alloca_once(builder, llvm_type(kind)) for kind in kinds]
        returns = sig.return_type != types.none
        for value, place in zip(values, places[returns:], strict=True):
            builder.store(value, place)
        builder.call(callee, places)
        return builder.load(places[0]) if returns else context.get_dummy_value()

    return function


@functools.cache
def _serial(_: Callable[..., Any], counter: Iterator[int] = itertools.count()) -> int:  # noqa: B008  one for all calls
    """Two subroutines may have one name: those of two moduli."""
    return next(counter)


def _callee(module: Any, function: Callable[..., Any], sig: Any, kinds: list[Any]) -> Any:
    """The LLVM function of a subroutine: operands and result by reference."""
    name = f"{_serial(function)}.{function.__module__}.{function.__qualname__}({', '.join(map(str, sig.args))})"
    if name in module.globals:
        return module.globals[name]
    callee = ir.Function(module, ir.FunctionType(ir.VoidType(), [llvm_type(k).as_pointer() for k in kinds]), name)
    callee.linkage = "linkonce_odr"  # modules that kernels are linked from keep one of it together
    for attribute in "nounwind", "noinline":
        callee.attributes.add(attribute)
    body = ir.IRBuilder(callee.append_basic_block())
    operands = callee.args
    if sig.return_type != types.none:
        operands = callee.args[1:]
        callee.args[0].add_attribute("noalias")
    numbers = [read(body, kind, body.load(place)) for kind, place in zip(sig.args, operands, strict=True)]
    result = function(*numbers)
    if result is not None:
        body.store(write(body, result), callee.args[0])
    body.ret_void()
    return callee


def teach_element(element: type[Any]) -> NumberType:
    """The numba type of a kind of Element, with + - * between two of them."""
    kind = NumberType(element, ir.ArrayType(element.word.llvm, element.limbs))
    for key in operator.add, operator.sub, operator.mul:
        _teach_type(key, key, lambda kinds: set(kinds) == {kind})
        lower_builtin(key, kind, kind)(_inline(key))
    return kind


def kernel(function: F) -> F:
    """A numba function that kernels call, compiled once: numba alone would compile it anew for each literal
    argument.
    """
    if not JIT:
        return function
    dispatcher: Any = numba.njit(**OPTIONS)(function)
    by_types = dispatcher.get_call_template
    dispatcher.get_call_template = lambda kinds, named: by_types(tuple(map(types.unliteral, kinds)), named)
    return dispatcher


def constant(number: Any) -> Callable[[], Any]:
    """A formula without operands: an Element, a tuple of Elements or a Row of eight integers (lanes), known ahead."""
    return formula(lambda: number)


def stack(kind: Any, count: int) -> Callable[[], Any]:
    """A kernel's own memory: a function that gives `count` cells (BYTES or WORDS) on the stack, aligned to a cache
    line.
    """

    def buffer() -> Any:
        return np.zeros(count, np.uint8 if kind == BYTES else np.uint64)

    if not JIT:
        return buffer
    infer_global(
        buffer,
        types.Function(type("Stack", (AbstractTemplate,), {"key": buffer, "generic": lambda *_: signature(kind)})),
    )

    @lower_builtin(buffer)
    def lower(_: Any, builder: Any, *__: Any) -> Any:
        with builder.goto_entry_block():
            place = builder.alloca(ir.ArrayType(CELLS[kind], count))
        place.align = 64
        return builder.bitcast(place, CELLS[kind].as_pointer())

    return buffer


def place(array: Any) -> Any:
    """Where the data of an array or of `bytes` starts: the door from arrays to pointers. No copy; the caller keeps
    it alive.
    """
    return np.frombuffer(array, np.uint8) if isinstance(array, bytes) else array


def _place_kind(_: Any, kinds: Any, __: Any) -> Any:
    cell = {1: BYTES, 8: WORDS}[kinds[0].dtype.bitwidth // 8]
    return signature(cell, *kinds)


def _lower_place(context: Any, builder: Any, sig: Any, values: Any) -> Any:
    data = context.make_array(sig.args[0])(context, builder, values[0]).data
    return builder.bitcast(data, CELLS[sig.return_type].as_pointer())


if JIT:
    infer_global(place, types.Function(type("Place", (AbstractTemplate,), {"key": place, "generic": _place_kind})))
    lower_builtin(place, types.Buffer)(_lower_place)
