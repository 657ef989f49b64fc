"""Signature checks against `cryptography` and PyNaCl: ratios of medians, interleaved in one run.

    python benchmarks/signatures.py [--rounds 21] [--json]

Absolute times swing with the machine's load; the ratios hold. One call from Python with `bytes` unless the row says
otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from typing import TYPE_CHECKING

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.signing import VerifyKey

from hanoi_ticket.kernels import doors
from hanoi_ticket.kernels.comb25519 import table_words

if TYPE_CHECKING:
    from collections.abc import Callable

MESSAGE_BYTES = 120
WIDTH = 8
TARGETS = {"any key": 2.5, "known issuer": 9.0}


def ed25519_rows() -> dict[str, tuple[Callable[[], object], int]]:
    """Each row: what one call does, and how many signatures it checks."""
    private = Ed25519PrivateKey.generate()
    public, message = private.public_key(), os.urandom(MESSAGE_BYTES)
    key, signature = public.public_bytes_raw(), private.sign(message)
    sodium = VerifyKey(key)
    base, table = doors.ed25519_base_table(), np.zeros(table_words(WIDTH), np.uint64)
    assert doors.ed25519_build_key_table(key, WIDTH, table) == 0
    assert doors.ed25519_verify(key, signature, message, base) == 0
    assert doors.ed25519_verify_known(key, table, WIDTH, signature, message, base) == 0
    return {
        "cryptography": (lambda: public.verify(signature, message), 1),
        "PyNaCl": (lambda: sodium.verify(message, signature), 1),
        "any key": (lambda: doors.ed25519_verify(key, signature, message, base), 1),
        "known issuer": (lambda: doors.ed25519_verify_known(key, table, WIDTH, signature, message, base), 1),
        "build a known issuer's table": (lambda: doors.ed25519_build_key_table(key, WIDTH, table), 1),
    }


def measured(rows: dict[str, tuple[Callable[[], object], int]], rounds: int, seconds: float) -> dict[str, list[float]]:
    """Seconds a signature, round by round; each round runs every row for about `seconds`."""
    times: dict[str, list[float]] = {name: [] for name in rows}
    calls = {}
    for name, (call, _) in rows.items():
        start = time.perf_counter()
        call()
        calls[name] = max(1, int(seconds / (time.perf_counter() - start)))
    for _ in range(rounds):
        for name, (call, signatures) in rows.items():
            start = time.perf_counter()
            for _ in range(calls[name]):
                call()
            times[name].append((time.perf_counter() - start) / calls[name] / signatures)
    return times


def report(times: dict[str, list[float]]) -> list[dict[str, object]]:
    peer = times["cryptography"]
    return [
        {
            "row": name,
            "microseconds": round(1e6 * statistics.median(mine), 3),
            "ratio": round(statistics.median(a / b for a, b in zip(peer, mine, strict=True)), 2),
            "target": TARGETS.get(name),
        }
        for name, mine in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--seconds", type=float, default=0.01, help="of each row in each round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    lines = report(measured(ed25519_rows(), options.rounds, options.seconds))
    if options.json:
        print(json.dumps({"machine": platform.processor(), "rounds": options.rounds, "ed25519": lines}, indent=1))
        return
    for line in lines:
        target = f"  (target {line['target']})" if line["target"] else ""
        print(f"{line['row']:32} {line['microseconds']:>10} us   x{line['ratio']}{target}")


if __name__ == "__main__":
    main()
