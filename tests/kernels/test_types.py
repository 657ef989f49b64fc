"""What numba inferred: no float anywhere, no return type that drifted, one compilation of each kernel."""

import numba
import pytest
from numba import types
from numba.core.dispatcher import Dispatcher

from hanoi_ticket.kernels import code_entries, entries
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from hanoi_ticket.kernels.values import BYTES, WORDS

pytestmark = pytest.mark.skipif(not JIT, reason="numba types nothing with the JIT off")

KINDS = {"bytes": BYTES, "words": WORDS, "int": types.int64}
FE, FE8, FP = (f"hanoi_ticket.kernels.{name}" for name in ("fe25519.Fe", "fe25519x8.Fe8", "fp256.Fe"))
FP8 = "hanoi_ticket.kernels.fp256x8.Fe8"
FN, FN8 = "hanoi_ticket.kernels.fn256.Scalar", "hanoi_ticket.kernels.fn256x8.Scalar8"
POINT_P8 = f"Point({FP8} x 3)"
POINT, POINT8 = f"Point({FE} x 4)", f"Point({FE8} x 4)"
ANNOTATED = {"None": "none", "int": "int64", "bool": "bool"}
RETURNS = {  # where the annotation says less
    "ed25519.decode_admissible": [f"Tuple({POINT}, int64)"],
    "fe25519.power_2_252_minus_3": [FE],
    "fe25519.squared_times": [FE],
    "fe25519x8.inverse8": [FE8],
    "fe25519x8.squared_times8": [FE8],
    "fp256.square_root": [FP, FP8, f"UniTuple({FP8} x 2)"],
    "fp256.squared": [FP],
    "fp256.vartime_reciprocal": [FP],
    "inverse.vartime_inverse": ["UniTuple(uint64 x 4)"],
    "inverse.vartime_steps": ["Tuple(Steps(uint64 x 6), int64)"],
    "power25519.chain": [f"UniTuple({kind} x 2)" for kind in (FE, FE8, f"UniTuple({FE8} x 2)")],  # one source for all
    "fe25519x8.powers_2_252_minus_3": [f"UniTuple({FE8} x 2)"],
    "fe25519x8.squared_times_pair8": [f"UniTuple({FE8} x 2)"],
    "point25519x8.vartime_decode_negative8": [f"UniTuple(Tuple({POINT8}, int64) x 2)"],
    "point25519x8.vartime_multiple8": [POINT8],
    "ed25519x8_any.vartime_double_multiple8": [POINT8],
    "comb25519x8.vartime_base_comb8": [POINT8],
    "p256x8.comb8": [POINT_P8],
    "p256_window8.multiple8": [POINT_P8],
    "p256_window8.put_odd_multiples8": [FP8],
    "p256_scalars8.put_usable": [f"Tuple({FN8}, int64, int64)"],
    "p256_scalars8.vartime_reciprocal_n": [FN],
    "p256_scalars8.vartime_put_multipliers8": ["UniTuple(int64 x 2)"],
    "fp256x8.squared8": [FP8],
    "p256x8.without_start8": [POINT_P8],
    "fp256x8.squared_pair8": [f"UniTuple({FP8} x 2)"],
    "point25519.vartime_decode": [f"Tuple({POINT}, int64)"],
    "comb25519x8.add_rows8": [POINT8],
    "comb25519x8.vartime_comb8": [POINT8],
    "comb25519x8.vartime_spread_comb8": [POINT8],
    "comb25519x8.vartime_spread_base_comb8": [POINT8],
    "comb25519x8.total8": [POINT8],
    "point25519x4.vartime_multiple4": [FE8],
    "p256_spread8.add_multiple8": [POINT_P8],
    "p256_spread8.total8": [POINT_P8],
    "p256_teeth8.multiple_in_parts8": [POINT_P8],
    "phones.set_of": ["uint64*"],
}
LISTS = [
    pytest.param(entries.ENTRIES, id="scalar"),
    pytest.param(
        entries.LANE_ENTRIES,
        id="lanes",
        marks=pytest.mark.skipif(not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off"),
    ),
]


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


def name_of(kernel: Dispatcher) -> str:
    return f"{kernel.py_func.__module__.rsplit('.', 1)[1]}.{kernel.__name__}"


@pytest.mark.parametrize("listed", LISTS)
def test_what_numba_inferred(listed):
    for entry in listed:
        entry.kernel.compile(tuple(KINDS[kind] for _, kind in entry.operands))
    for kernel in reached(listed):
        name = name_of(kernel)
        results = list(kernel.overloads.values())
        assert len(results) == 1, f"{name}: {len(results)} signatures, a mixed integer crept in"
        inferred = str(types.unliteral(results[0].signature.return_type))
        assert inferred in (RETURNS.get(name) or [ANNOTATED[kernel.py_func.__annotations__["return"]]]), name
        for variable, kind in results[0].type_annotation.typemap.items():
            assert "float" not in str(kind), f"{name}: {variable} is {kind}"
        assert not raises(results[0]), f"{name} can raise, and then it needs Python"


WHOLE_CODES = [
    pytest.param(code_entries.CODE_ENTRIES, id="scalar"),
    pytest.param(code_entries.LANE_CODE_ENTRIES, id="lanes", marks=LISTS[1].marks),
]


@pytest.mark.parametrize("listed", WHOLE_CODES)
def test_whole_codes_know_no_float(listed):
    """The parser is compiled anew for each literal, so here nothing is asked but this."""
    for entry in listed:
        entry.kernel.compile(tuple(KINDS[kind] for _, kind in entry.operands))
    for kernel in reached(listed):
        for result in kernel.overloads.values():
            for variable, kind in result.type_annotation.typemap.items():
                assert "float" not in str(kind), f"{name_of(kernel)}: {variable} is {kind}"


def raises(result) -> bool:
    """Whether the compiled code can end in an exception: of an index, a division, an assertion."""
    return "numba_exception_output" in result.library.get_llvm_str()


def test_a_float_would_be_found():
    @numba.njit
    def mixed(a, b):
        return a / b

    mixed.compile((types.uint64, types.int64))
    (result,) = mixed.overloads.values()
    assert any("float" in str(kind) for kind in result.type_annotation.typemap.values())


def test_an_exception_would_be_found():
    @numba.njit
    def pick(i):
        return ((1, 2), (3, 4))[i]

    pick.compile((types.int64,))
    (result,) = pick.overloads.values()
    assert raises(result)
