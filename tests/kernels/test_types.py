"""What numba inferred: no float anywhere, and no return type that drifted."""

import numba
import pytest
from numba import types
from numba.core.dispatcher import Dispatcher

from hanoi_ticket.kernels import entries
from hanoi_ticket.kernels.tracing import BYTES, JIT, WORDS

pytestmark = pytest.mark.skipif(not JIT, reason="numba types nothing with the JIT off")

KINDS = {"bytes": BYTES, "words": WORDS, "int": types.int64}
FE = "hanoi_ticket.kernels.fe25519.Fe"
POINT = f"Point({FE} x 4)"
ANNOTATED = {"None": "none", "int": "int64"}
RETURNS = {  # where the annotation says less
    "ed25519.decode_admissible": f"Tuple({POINT}, int64)",
    "fe25519.power_2_252_minus_3": FE,
    "fe25519.squared_times": FE,
    "fp256.square_root": "hanoi_ticket.kernels.fp256.Fe",
    "fp256.squared": "hanoi_ticket.kernels.fp256.Fe",
    "fp256.vartime_reciprocal": "hanoi_ticket.kernels.fp256.Fe",
    "inverse.vartime_inverse": "UniTuple(uint64 x 4)",
    "inverse.vartime_steps": "Tuple(Steps(uint64 x 6), int64)",
    "point25519.vartime_decode": f"Tuple({POINT}, int64)",
}


@pytest.fixture(scope="module")
def compiled() -> list[Dispatcher]:
    """Every kernel that an entry reaches, compiled for it."""
    for entry in entries.ENTRIES:
        entry.kernel.compile(tuple(KINDS[kind] for _, kind in entry.operands))
    return reached()


def reached() -> list[Dispatcher]:
    """The entries' kernels, and those that they name, whatever they are in: a global or a closure."""
    found, todo = [], [entry.kernel for entry in entries.ENTRIES]
    while todo:
        kernel = todo.pop()
        if kernel in found:
            continue
        found.append(kernel)
        function = kernel.py_func
        cells = [cell.cell_contents for cell in function.__closure__ or ()]
        names = [function.__globals__.get(name) for name in function.__code__.co_names]
        todo += [value for value in cells + names if isinstance(value, Dispatcher)]
    return found


def name_of(kernel: Dispatcher) -> str:
    return f"{kernel.py_func.__module__.rsplit('.', 1)[1]}.{kernel.__name__}"


def test_no_float(compiled):
    for kernel in compiled:
        for result in kernel.overloads.values():
            for variable, kind in result.type_annotation.typemap.items():
                assert "float" not in str(kind), f"{name_of(kernel)}: {variable} is {kind}"


def test_return_types(compiled):
    assert set(RETURNS) <= set(map(name_of, compiled))
    for kernel in compiled:
        name = name_of(kernel)
        expected = RETURNS.get(name) or ANNOTATED[kernel.py_func.__annotations__["return"]]
        assert {str(result.signature.return_type) for result in kernel.overloads.values()} == {expected}, name


def test_one_compilation_each(compiled):
    """A second signature would mean that a literal or a mixed integer crept in, and compile time with it."""
    assert all(len(kernel.overloads) == 1 for kernel in compiled)


def test_a_float_would_be_found():
    @numba.njit
    def mixed(a, b):
        return a / b

    mixed.compile((types.uint64, types.int64))
    (result,) = mixed.overloads.values()
    assert any("float" in str(kind) for kind in result.type_annotation.typemap.values())
