"""What numba inferred: no float anywhere, and no return type that drifted."""

import numba
import pytest
from numba import types
from numba.core.dispatcher import Dispatcher

from hanoi_ticket.kernels import entries
from hanoi_ticket.kernels.tracing import BYTES, JIT, WORDS, has_lanes

pytestmark = pytest.mark.skipif(not JIT, reason="numba types nothing with the JIT off")

KINDS = {"bytes": BYTES, "words": WORDS, "int": types.int64}
FE, INT = "hanoi_ticket.kernels.fe25519.Fe", "int64"
POINT = f"Point({FE} x 4)"
FE8 = "hanoi_ticket.kernels.fe25519x8.Fe8"
POINT8 = f"Point({FE8} x 4)"
FOUR_WORDS = "UniTuple(uint64 x 4)"
LANE_RETURNS = {
    "add_rows8": POINT8,
    "blocks_of": INT,
    "chain": {f"UniTuple({FE8} x 2)", f"UniTuple(UniTuple({FE8} x 2) x 2)"},
    "challenge8": "none",
    "check_keys8": "none",
    "compare8": "none",
    "hash8": "none",
    "inverse8": FE8,
    "powers_2_252_minus_3": f"UniTuple({FE8} x 2)",
    "prepare8": "none",
    "put_block": "none",
    "put_rows": "none",
    "put_spread_rows": "none",
    "squared_times8": FE8,
    "squared_times_pair8": f"UniTuple({FE8} x 2)",
    "vartime_base_comb8": POINT8,
    "vartime_build_table8": INT,
    "vartime_comb8": POINT8,
    "vartime_decode_negative8": f"UniTuple(Tuple({POINT8}, int64) x 2)",
    "vartime_double_multiple8": POINT8,
    "vartime_multiple8": POINT8,
    "vartime_spread_comb8": POINT8,
    "vartime_verify_batch8": INT,
    "vartime_verify_chunk8": "none",
    "vartime_verify_known8": INT,
    "vartime_verify_known_batch8": INT,
    "widen_comb": "none",
    "zero_from": "none",
}
RETURNS = {
    "chain": f"UniTuple({FE} x 2)",
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


def compiled(listed):
    """Every kernel that these entries reach, with what numba inferred for it."""
    for entry in listed:
        entry.kernel.compile(tuple(KINDS[kind] for _, kind in entry.operands))
    return [(kernel.__name__, list(kernel.overloads.values())) for kernel in reached(listed)]


def reached(listed) -> list[Dispatcher]:
    """The entries' kernels, and those that they name, whatever they are in: a global or a closure."""
    found, todo = [], [entry.kernel for entry in listed]
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


def check(listed, returns):
    names = set()
    for name, results in compiled(listed):
        names.add(name)
        assert len(results) == 1, f"{name} is compiled for {len(results)} signatures: a literal or a mixed integer crept in"
        (result,) = results
        kind = str(types.unliteral(result.signature.return_type))
        expected = returns[name]
        assert kind in (expected if isinstance(expected, set) else {expected}), name
        for variable, kind in result.type_annotation.typemap.items():
            assert "float" not in str(kind), f"{name}: {variable} is {kind}"
    assert names == set(returns)


def test_scalar_kernels():
    """No float anywhere, no return type that drifted, one compilation of each."""
    check(entries.ENTRIES, RETURNS)


@pytest.mark.skipif(not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")
def test_lane_kernels():
    shared = ("challenge", "check_signature", "compare", "copy", "sha2", "vartime_encode", "vartime_inverse", "vartime_steps")
    check(entries.LANE_ENTRIES, {**{name: RETURNS[name] for name in shared}, **LANE_RETURNS})


def test_a_float_would_be_found():
    @numba.njit
    def mixed(a, b):
        return a / b

    mixed.compile((types.uint64, types.int64))
    (result,) = mixed.overloads.values()
    assert any("float" in str(kind) for kind in result.type_annotation.typemap.values())
