"""What numba inferred: no float anywhere, and no return type that drifted."""

import numba
import pytest
from numba import types
from numba.core.dispatcher import Dispatcher

from hanoi_ticket.kernels import entries
from hanoi_ticket.kernels.tracing import BYTES, JIT, WORDS

pytestmark = pytest.mark.skipif(not JIT, reason="numba types nothing with the JIT off")

KINDS = {"bytes": BYTES, "words": WORDS, "int": types.int64}
FE, INT = "hanoi_ticket.kernels.fe25519.Fe", "int64"
POINT = f"Point({FE} x 4)"
FOUR_WORDS = "UniTuple(uint64 x 4)"
RETURNS = {
    "challenge": "none",
    "check_signature": INT,
    "compare": INT,
    "copy": "none",
    "decode_admissible": f"Tuple({POINT}, {INT})",
    "power_2_252_minus_3": FE,
    "put_affine_rows": "none",
    "sha2": "none",
    "squared_times": FE,
    "vartime_admit": INT,
    "vartime_build_base_table": INT,
    "vartime_build_comb": "none",
    "vartime_build_key_table": INT,
    "vartime_comb": "none",
    "vartime_decode": f"Tuple({POINT}, {INT})",
    "vartime_double_multiple": "none",
    "vartime_encode": "none",
    "vartime_inverse": FOUR_WORDS,
    "vartime_steps": "Tuple(Steps(uint64 x 6), int64)",
    "vartime_verify": INT,
    "vartime_verify_known": INT,
    "vartime_wnaf": "none",
}


@pytest.fixture(scope="module")
def compiled() -> dict[str, list[object]]:
    """Every kernel that an entry reaches, with what numba inferred for it."""
    for entry in entries.ENTRIES:
        entry.kernel.compile(tuple(KINDS[kind] for _, kind in entry.operands))
    return {kernel.__name__: list(kernel.overloads.values()) for kernel in reached()}


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


def test_no_float(compiled):
    for name, results in compiled.items():
        for result in results:
            for variable, kind in result.type_annotation.typemap.items():
                assert "float" not in str(kind), f"{name}: {variable} is {kind}"


def test_return_types(compiled):
    assert set(compiled) == set(RETURNS)
    for name, results in compiled.items():
        assert {str(result.signature.return_type) for result in results} == {RETURNS[name]}, name


def test_one_compilation_each(compiled):
    """A second signature would mean that a literal or a mixed integer crept in, and compile time with it."""
    assert all(len(results) == 1 for results in compiled.values())


def test_a_float_would_be_found():
    @numba.njit
    def mixed(a, b):
        return a / b

    mixed.compile((types.uint64, types.int64))
    (result,) = mixed.overloads.values()
    assert any("float" in str(kind) for kind in result.type_annotation.typemap.values())
