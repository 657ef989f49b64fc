"""Freeze the kernels: numba's LLVM code for every entry, optimised once for each level of processor, as one library.

    python -m hanoi_ticket.native.build DIRECTORY

runs in a process of its own, since numba reads its settings when it is imported. The library needs nothing of Python,
numba or LLVM: `memcpy` and `memset` are all that stays undefined.
"""

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hanoi_ticket.native.cache import INTERFACE, LIBRARY, SUMS, NativeRefused

if TYPE_CHECKING:
    from hanoi_ticket.kernels.entries import Entry

Progress = Callable[[str], None]


class Variant(NamedTuple):
    """The entries for one level of processor, as LLVM names it."""

    suffix: str
    processor: str
    features: str = ""
    lanes: bool = False
    """Those of eight lanes; else the scalar ones."""


VARIANTS: Final = {
    "x86_64": (
        Variant("base", "x86-64"),
        Variant("v3", "x86-64-v3"),
        Variant("ifma", "x86-64-v4", "+avx512ifma", lanes=True),
    ),
    "aarch64": (Variant("base", "generic"),),
}
"""From the most modest up: the order of `kernels.cpu.level`."""
_ROUNDS: Final = 2  # of the O3 pipeline: what the first one inlines, the second one simplifies


def build(target: Path, progress: Progress) -> None:
    """Builds the library at `target` in a process of its own. Raises `NativeRefused` with the compiler's last words."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = os.pathsep.join([str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")])
    settings = {"NUMBA_OPT": "0", "NUMBA_DISABLE_JIT": "0", "NUMBA_BOUNDSCHECK": "0"}
    environment = {**os.environ, **settings, "PYTHONPATH": path.rstrip(os.pathsep)}
    command = [sys.executable, "-m", "hanoi_ticket.native.build", str(target)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr is not None  # noqa: S101  for the type checker
        last = ""
        for line in process.stderr:
            last = line.strip()
            progress(last)
    if process.returncode:
        raise NativeRefused(f"the library could not be built: {last}")


def main(target: Path) -> None:
    started = time.monotonic()
    os.umask(0o077)
    variants = _buildable()
    with tempfile.TemporaryDirectory(prefix=".build-", dir=target.parent) as scratch:
        where = Path(scratch) / "library"
        where.mkdir()
        objects = list(_emit(variants, Path(scratch), started))
        _say(started, "link")
        _link(objects, where / LIBRARY)
        _write_interface(variants, where / INTERFACE)
        _write_sums(where)
        shutil.rmtree(target, ignore_errors=True)
        where.rename(target)
    _say(started, f"{target / LIBRARY}: {(target / LIBRARY).stat().st_size // 1024} KiB")


def _buildable() -> list[Variant]:
    """The variants that this machine can compile: numba needs the processor for lanes."""
    known = VARIANTS.get(os.uname().machine)
    if known is None:
        raise NativeRefused(f"no variant of the library is known for {os.uname().machine}")
    level = _level()
    if level is None:
        return list(known)
    llvm_needs_for_inline_assembly()
    return list(known[: compiled(level).ctypes() + 1])


def _say(started: float, text: str) -> None:
    sys.stderr.write(f"{time.monotonic() - started:5.1f} s  {text}\n")
    sys.stderr.flush()


def entries_of(lanes: bool) -> tuple["Entry", ...]:
    from hanoi_ticket.kernels.code_entries import (  # noqa: PLC0415  numba, in this process alone
        CODE_ENTRIES,
        LANE_CODE_ENTRIES,
    )
    from hanoi_ticket.kernels.entries import ENTRIES, LANE_ENTRIES  # noqa: PLC0415
    from hanoi_ticket.kernels.window_entries import WINDOW_ENTRIES  # noqa: PLC0415

    return (*LANE_ENTRIES, *LANE_CODE_ENTRIES) if lanes else (*ENTRIES, *CODE_ENTRIES, *WINDOW_ENTRIES)


def _level() -> "Entry | None":
    """The entry that tells the processor's level; not every machine has levels."""
    if os.uname().machine != "x86_64":
        return None
    from hanoi_ticket.kernels import cpu, entries  # noqa: PLC0415

    return entries.Entry("processor_level", (), cpu.level)


def _emit(variants: Sequence[Variant], where: Path, started: float) -> Iterator[Path]:
    """One object file for each variant."""
    lowered = {
        entry.name: _lowered(entry, started)
        for lanes in sorted({variant.lanes for variant in variants})
        for entry in entries_of(lanes)
    }
    level = _level()
    for variant in variants:
        _say(started, f"optimise for {variant.processor} {variant.features}")
        named = [(f"{e.name}_{variant.suffix}", *lowered[e.name]) for e in entries_of(variant.lanes)]
        if variant is variants[0] and level:
            named.append((level.name, *_lowered(level, started)))
        path = where / f"{variant.suffix}.o"
        path.write_bytes(_object(named, variant))
        yield path


def _lowered(entry: "Entry", started: float) -> tuple[str, str]:
    """An entry's native name and LLVM code."""
    _say(started, f"compile {entry.name}")
    function = compiled(entry)
    return function.native_name, function.inspect_llvm()


def compiled(entry: "Entry") -> Any:  # noqa: ANN401  numba's CFunc
    """An entry as a C function."""
    from numba import cfunc, types  # noqa: PLC0415

    pointer: Any = types.CPointer
    kinds = {"bytes": pointer(types.uint8), "words": pointer(types.uint64), "int": types.int64}
    operands = [kinds[kind] for _, kind in entry.operands]
    return cfunc(types.int64(*operands), error_model="numpy")(entry.kernel.py_func)  # type: ignore[attr-defined]


def llvm_needs_for_inline_assembly() -> None:
    import llvmlite.binding as llvm  # noqa: PLC0415

    llvm.initialize_native_asmparser()


def _object(named: Sequence[tuple[str, str, str]], variant: Variant) -> bytes:
    """The modules as one, everything internal but their entries, through LLVM's O3.

    Word products gain 6 to 10 % from the order that keeps few registers alive; lanes lose by it.
    """
    import llvmlite.binding as llvm  # noqa: PLC0415

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.set_option("hanoi-ticket", f"-pre-RA-sched={'source' if variant.lanes else 'list-burr'}")
    target = llvm.Target.from_default_triple().create_target_machine(
        cpu=variant.processor, features=variant.features, opt=3, reloc="pic", codemodel="small"
    )
    whole = _linked([_module(llvm, target, *one) for one in named])
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


def _module(llvm: Any, target: Any, name: str, native: str, text: str) -> Any:  # noqa: ANN401  llvmlite has no types
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


def linker() -> list[str]:
    """The command that links: the system's compiler driver, or the linker of PyPI's `ziglang`."""
    driver = shutil.which("cc")
    if driver:
        return [driver, "-shared", "-nostdlib", "-Wl,-z,noexecstack,-z,relro,-z,now,--build-id=none"]
    if importlib.util.find_spec("ziglang"):
        flags = ["-z", "noexecstack", "-z", "relro", "-z", "now", "--build-id=none"]
        return [sys.executable, "-m", "ziglang", "ld.lld", "-shared", *flags]
    raise NativeRefused("no linker: neither `cc` nor ziglang (hint: pip install 'hanoi-ticket[linker]')")


def _link(objects: Sequence[Path], library: Path) -> None:
    command = [*linker(), "-o", str(library), *map(str, objects)]
    result = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if result.returncode:
        raise NativeRefused(f"{command[0]} failed: {result.stderr.strip().splitlines()[-1:]}")


def _write_interface(variants: Sequence[Variant], path: Path) -> None:
    """The C declarations as cffi's own tables: a reader needs no parser of C."""
    from cffi import FFI  # noqa: PLC0415
    from cffi.recompiler import make_py_source  # noqa: PLC0415

    ffi = FFI()
    level = _level()
    ffi.cdef(level.declaration if level else "")
    for variant in variants:
        for entry in entries_of(variant.lanes):
            ffi.cdef(entry._replace(name=f"{entry.name}_{variant.suffix}").declaration)
    make_py_source(ffi, "interface", str(path), verbose=False)


def _write_sums(where: Path) -> None:
    lines = [f"{hashlib.sha256((where / name).read_bytes()).hexdigest()}  {name}\n" for name in (INTERFACE, LIBRARY)]
    (where / SUMS).write_text("".join(lines), "ascii")


if __name__ == "__main__":
    try:
        main(Path(sys.argv[1]))
    except NativeRefused as refused:
        raise SystemExit(str(refused)) from None
