"""The entries that know what a code is: see `entries` for the form."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import authenticate, verify_code, verify_code8, verify_codes8
from hanoi_ticket.kernels.entries import Entry
from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from collections.abc import Callable

READ = (("text", "bytes"), ("n", "int"), ("data", "bytes"), ("fields", "words"), ("trust", "words"))
RULES = (("now", "int"), ("early", "int"), ("late", "int"), ("challenge", "int"))
EACH = (
    ("count", "int"),
    ("texts", "bytes"),
    ("starts", "words"),
    ("moments", "words"),
    ("trust", "words"),
    ("early", "int"),
    ("late", "int"),
)
KNOWN = (
    ("has_tables", "int"),
    ("okp_keys", "bytes"),
    ("okp_tables", "words"),
    ("ec2_keys", "bytes"),
    ("ec2_lengths", "words"),
    ("ec2_tables", "words"),
)


def fields_apart(function: Callable[..., int], *records: Any) -> Callable[..., int]:
    """A kernel whose last operands are these NamedTuples, as one that takes their fields: C hands over no others."""
    whole = list(inspect.signature(function).parameters)[: -len(records)]
    fields = [name for record in records for name in record._fields]
    built = [f"{record.__name__}({', '.join(record._fields)})" for record in records]
    source = f"lambda {', '.join(whole + fields)}: function({', '.join(whole + built)})"
    names = {"function": function} | {record.__name__: record for record in records}
    return kernel(eval(source, names))  # noqa: S307  numba has no star arguments by kind


def words(tables: Any) -> tuple[tuple[str, str], ...]:
    return tuple((name, "words") for name in tables._fields)


CODE_ENTRIES = (
    Entry("read_code", READ, authenticate.read),
    Entry(
        "verify_code",
        (*READ, *RULES, *words(authenticate.Tables)),
        fields_apart(verify_code.vartime_verify_code, authenticate.Tables),
    ),
    Entry(
        "verify_codes",
        (*EACH, ("data", "bytes"), ("fields", "words"), ("results", "words"), *words(authenticate.Tables)),
        fields_apart(verify_code.vartime_verify_codes, authenticate.Tables),
    ),
)

LANE_CODE_ENTRIES = (
    Entry(
        "verify_code8",
        (*READ, *RULES, *words(verify_code8.Tables8)),
        fields_apart(verify_code8.vartime_verify_code8, verify_code8.Tables8),
    ),
    Entry(
        "verify_codes8",
        (*EACH, ("work", "words"), ("results", "words"), *words(verify_codes8.Bases), *KNOWN),
        fields_apart(verify_codes8.vartime_verify_codes8, verify_codes8.Bases, verify_codes8.Known),
    ),
)
