"""The entries that know what a code is: see `entries` for the form."""

from __future__ import annotations

from hanoi_ticket.kernels import authenticate
from hanoi_ticket.kernels.entries import Entry

CODE_ENTRIES = (
    Entry(
        "authenticate",
        (
            ("text", "bytes"),
            ("n", "int"),
            ("data", "bytes"),
            ("fields", "words"),
            ("trust", "words"),
            ("ed25519_base", "words"),
            ("p256_base", "words"),
        ),
        authenticate.vartime_authenticate,
    ),
)
