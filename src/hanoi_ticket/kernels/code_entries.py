"""The entries that know what a code is: see `entries` for the form."""

from __future__ import annotations

from hanoi_ticket.kernels.authenticate import Tables, read
from hanoi_ticket.kernels.entries import Entry
from hanoi_ticket.kernels.verify_code import vartime_verify_code, vartime_verify_codes
from hanoi_ticket.kernels.verify_code8 import Tables8, vartime_verify_code8
from hanoi_ticket.kernels.verify_codes8 import Bases, Known, vartime_verify_codes8

CODE_ENTRIES = (
    Entry.of("read_code", read),
    Entry.of("verify_code", vartime_verify_code, Tables),
    Entry.of("verify_codes", vartime_verify_codes, Tables),
)

LANE_CODE_ENTRIES = (
    Entry.of("verify_code8", vartime_verify_code8, Tables8),
    Entry.of("verify_codes8", vartime_verify_codes8, Bases, Known),
)
