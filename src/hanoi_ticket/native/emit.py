"""Numba's LLVM code for every entry, optimised once for each level of processor: one object file a variant.

    python -m hanoi_ticket.native.emit scalar|lanes DIRECTORY

runs in a process of its own, since numba reads its settings when it is imported.
"""

import gc
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import llvmlite.binding as llvm
from numba import cfunc, types
from numba.core import codegen

from hanoi_ticket.kernels import cpu
from hanoi_ticket.kernels.code_entries import CODE_ENTRIES, LANE_CODE_ENTRIES
from hanoi_ticket.kernels.entries import ENTRIES, LANE_ENTRIES, Entry
from hanoi_ticket.kernels.window_entries import WINDOW_ENTRIES
from hanoi_ticket.native.cache import NativeRefused

_STARTED: Final = time.monotonic()
LEVEL: Final = Entry("processor_level", (), cpu.level) if os.uname().machine == "x86_64" else None
"""The entry that tells the processor's level; not every machine has levels."""


class Variant(NamedTuple):
    """The entries for one level of processor, as LLVM names it."""

    suffix: str
    processor: str
    features: str = ""
    lanes: bool = False
    """Those of eight lanes; else the scalar ones."""


VARIANTS: Final = {
    "x86_64": (
        Variant("base", "x86-64", "+slow-shld"),
        Variant("v3", "x86-64-v3", "+slow-shld"),
        Variant("ifma", "x86-64-v4", "+avx512ifma", lanes=True),
    ),
    "aarch64": (Variant("base", "generic"),),
}
"""From the most modest up: the order of `kernels.cpu.level`. A shift of two words at once is slow on AMD's processors:
without it Ed25519 by words gains 2 %, and P-256 loses nothing."""


_ROUNDS: Final = 2  # of the O3 pipeline: what the first one inlines, the second one simplifies


def main(room: str, where: Path) -> None:
    """Writes the objects and the C declarations of the scalar variants, or of those with lanes."""
    gc.disable()  # hardly anything that a compiler makes can go before it ends: a tenth of its time
    variants = [variant for variant in _buildable() if variant.lanes == (room == "lanes")]
    _make_no_machine_code()
    lowered = {entry.name: _lowered(entry) for variant in variants[:1] for entry in entries_of(variant.lanes)}
    for variant in variants:
        _say(f"optimise for {variant.processor} {variant.features}")
        entries = {f"{entry.name}_{variant.suffix}": entry for entry in entries_of(variant.lanes)}
        if variant.suffix == "base" and LEVEL:
            entries[LEVEL.name] = LEVEL
            lowered[LEVEL.name] = _lowered(LEVEL)
        named = [(name, *lowered[entry.name]) for name, entry in entries.items()]
        (where / f"{variant.suffix}.o").write_bytes(_object(named, variant))
        declarations = (entry._replace(name=name).declaration for name, entry in entries.items())
        (where / f"{variant.suffix}.h").write_text("\n".join(declarations), "ascii")


def _buildable() -> list[Variant]:
    """The variants that this machine can compile: numba needs the processor for lanes."""
    known = VARIANTS.get(os.uname().machine)
    if known is None:
        raise NativeRefused(f"no variant of the library is known for {os.uname().machine}")
    if LEVEL is None:
        return list(known)
    llvm.initialize_native_asmparser()  # for its inline assembly
    return list(known[: compiled(LEVEL).ctypes() + 1])


def _make_no_machine_code() -> None:
    """Numba would turn every kernel, with all that it calls, into machine code as well: a third of its time.

    What it does not promise is used here, as in kernels/tracing.py; the library's own tests tell when that changes.
    """
    numbas: Any = codegen
    numbas.JITCPUCodegen._add_module = lambda _, __: None  # noqa: SLF001
    numbas.JITCPUCodegen.set_env = lambda *_: None
    numbas.JITCodeLibrary._optimize_final_module = lambda _: None  # noqa: SLF001
    numbas.JITCodeLibrary._finalize_specific = lambda _: None  # noqa: SLF001
    numbas.JITCodeLibrary.get_pointer_to_function = lambda library, _: library._ensure_finalized() or 0  # noqa: SLF001


def _say(text: str) -> None:
    sys.stderr.write(f"{time.monotonic() - _STARTED:5.1f} s  {text}\n")
    sys.stderr.flush()


def entries_of(lanes: bool) -> tuple[Entry, ...]:
    return (*LANE_ENTRIES, *LANE_CODE_ENTRIES) if lanes else (*ENTRIES, *CODE_ENTRIES, *WINDOW_ENTRIES)


def _lowered(entry: Entry) -> tuple[str, str]:
    """An entry's native name and LLVM code."""
    _say(f"compile {entry.name}")
    function = compiled(entry)
    return function.native_name, function.inspect_llvm()


def compiled(entry: Entry) -> Any:  # noqa: ANN401  numba's CFunc
    """An entry as a C function."""
    pointer: Any = types.CPointer
    kinds = {"bytes": pointer(types.uint8), "words": pointer(types.uint64), "int": types.int64}
    operands = [kinds[kind] for _, kind in entry.operands]
    return cfunc(types.int64(*operands), error_model="numpy")(entry.kernel.py_func)  # type: ignore[attr-defined]


def _object(named: Sequence[tuple[str, str, str]], variant: Variant) -> bytes:
    """The modules as one, everything internal but their entries, through LLVM's O3."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    if variant.lanes:  # its formulas come in order (kernels/schedule.py), which LLVM's scheduler would undo
        llvm.set_option("hanoi-ticket", "-enable-misched=false")
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=variant.processor, features=variant.features, opt=3, reloc="pic", codemodel="small"
    )
    whole = _linked([_module(target, *one) for one in named])
    exported = {name for name, *_ in named}
    for item in [*whole.functions, *whole.global_variables]:
        if not item.is_declaration and item.name not in exported:
            item.linkage = "internal"
    options = llvm.create_pipeline_tuning_options(speed_level=3)
    options.slp_vectorization = options.loop_vectorization = False
    passes = llvm.create_pass_builder(target, options)
    for _ in range(_ROUNDS):
        passes.getModulePassManager().run(whole, passes)
    emitted: bytes = target.emit_object(whole)
    return emitted


def _module(target: Any, name: str, native: str, text: str) -> Any:  # noqa: ANN401  llvmlite has no types
    """One entry's module under its C name; helpers that several share merge."""
    module = llvm.parse_assembly(
        re.sub(r'target datalayout = ".*"', f'target datalayout = "{target.target_data}"', text)
    )
    for function in module.functions:
        if not function.is_declaration and function.name != native:
            function.linkage = "linkonce_odr"
    module.get_function(native).name = name
    return module


def _linked(modules: list[Any]) -> Any:  # noqa: ANN401
    whole = modules[0]
    for module in modules[1:]:
        whole.link_in(module)
    whole.verify()
    return whole


if __name__ == "__main__":
    try:
        main(sys.argv[1], Path(sys.argv[2]))
    except NativeRefused as refused:
        raise SystemExit(str(refused)) from None
