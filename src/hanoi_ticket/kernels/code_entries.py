"""The entries that know what a code is: see `entries` for the form."""

from __future__ import annotations

from hanoi_ticket.kernels import authenticate, verify_code, verify_code8, verify_codes8
from hanoi_ticket.kernels.entries import Entry

READ = (("text", "bytes"), ("n", "int"), ("data", "bytes"), ("fields", "words"), ("trust", "words"))
RULES = (("now", "int"), ("early", "int"), ("late", "int"), ("challenge", "int"))
BASES = (("ed25519_base", "words"), ("p256_base", "words"))
EACH = (
    ("count", "int"),
    ("texts", "bytes"),
    ("starts", "words"),
    ("moments", "words"),
    ("trust", "words"),
    ("early", "int"),
    ("late", "int"),
)

CODE_ENTRIES = (
    Entry("read_code", READ, authenticate.read),
    Entry("verify_code", (*READ, *RULES, *BASES), verify_code.vartime_verify_code),
    Entry(
        "verify_codes",
        (*EACH, ("data", "bytes"), ("fields", "words"), ("results", "words"), *BASES),
        verify_code.vartime_verify_codes,
    ),
)

LANE_CODE_ENTRIES = (
    Entry(
        "verify_code8",
        (
            *READ,
            *RULES,
            ("p256_base", "words"),
            ("ed25519_lanes", "words"),
            ("p256_lanes", "words"),
            ("okp_tables", "words"),
            ("ec2_tables", "words"),
            ("phones", "words"),
            ("sets", "int"),
        ),
        verify_code8.vartime_verify_code8,
    ),
    Entry(
        "verify_codes8",
        (
            *EACH,
            ("work", "words"),
            ("results", "words"),
            ("okp_base", "words"),
            ("ec2_comb", "words"),
            ("ec2_base", "words"),
            ("has_tables", "int"),
            ("okp_keys", "bytes"),
            ("okp_tables", "words"),
            ("ec2_keys", "bytes"),
            ("ec2_lengths", "words"),
            ("ec2_tables", "words"),
        ),
        verify_codes8.vartime_verify_codes8,
    ),
)
