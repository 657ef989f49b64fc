"""What does one signature check cost, against `cryptography` and PyNaCl in the same run?

    hanoi-ticket warmup && python -m benchmarks.signatures [--rounds 21] [--json]

All rows take turns in every round. `ratio` is the median of the rounds' ratios to `cryptography`; `best` compares the
fastest rounds, since what else runs on the machine can only add to a time. Rows are calls of the native library's
entries from Python with `bytes`, one signature each or a whole batch, and `verify_signature` as anybody calls it;
messages of 120 bytes. "words" are the scalar kernels. HANOI_TICKET_LANES=off measures a processor without AVX-512 IFMA.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.signing import VerifyKey

from hanoi_ticket.bench.machine import described
from hanoi_ticket.bench.native_doors import BATCHES, Doors, settled
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.signing import verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGE_BYTES = 120
ISSUERS = 3


class Row(NamedTuple):
    """One line of the table."""

    name: str
    call: Callable[[], object]
    signatures: int = 1  # that one call checks
    target: float | None = None


class Signed:
    """Keys, and messages that they signed in turn."""

    def __init__(self, count: int) -> None:
        self.private = [Ed25519PrivateKey.generate() for _ in range(ISSUERS)]
        self.keys = [private.public_key().public_bytes_raw() for private in self.private]
        self.messages = [os.urandom(MESSAGE_BYTES) for _ in range(count)]
        self.signatures = [self.private[i % ISSUERS].sign(message) for i, message in enumerate(self.messages)]


def single_rows(signed: Signed, doors: Doors) -> Iterator[Row]:
    key, message, signature = signed.keys[0], signed.messages[0], signed.signatures[0]
    public, sodium = signed.private[0].public_key(), VerifyKey(key)
    ours = partial(verify_signature, "EdDSA", key, message, signature, backend="native")
    yield Row("cryptography", partial(public.verify, signature, message))
    yield Row("PyNaCl", partial(sodium.verify, message, signature))
    yield Row("verify_signature(...)", settled(ours), target=2.5)
    yield Row("any key, words", doors.any_key(key, message, signature), target=2.5)
    yield Row("known issuer", doors.known_key(message, signature), target=9)
    yield Row("build a known issuer's table", doors.build_table())


def lane_rows(signed: Signed, doors: Doors) -> Iterator[Row]:
    key, message, signature = signed.keys[0], signed.messages[0], signed.signatures[0]
    yield Row("any key, one signature in lanes", doors.any_key8(key, message, signature), target=2.5)
    yield Row("known issuer, one signature in 8 lanes", doors.known_key8(message, signature), target=20)
    for count, target in zip(BATCHES, (30, 55, 80), strict=True):
        many = signed.messages[:count], signed.signatures[:count]
        yield Row(f"known issuers, batch of {count}", doors.known_keys(*many), count, target)
    for count in BATCHES:
        many = signed.messages[:count], signed.signatures[:count]
        yield Row(f"any keys, batch of {count}", doors.any_keys(*many), count, 16 if count > BATCHES[0] else None)


def measured(rows: list[Row], rounds: int, seconds: float) -> dict[str, list[float]]:
    """Seconds a signature, round by round; each round runs every row for about `seconds`."""
    times: dict[str, list[float]] = {row.name: [] for row in rows}
    calls = {}
    for row in rows:
        row.call()
        start = time.perf_counter()
        row.call()
        calls[row.name] = max(1, int(seconds / (time.perf_counter() - start)))
    for _ in range(rounds):
        for row in rows:
            start = time.perf_counter()
            for _ in range(calls[row.name]):
                row.call()
            times[row.name].append((time.perf_counter() - start) / calls[row.name] / row.signatures)
    return times


def report(rows: list[Row], times: dict[str, list[float]]) -> list[dict[str, object]]:
    peer = times["cryptography"]
    return [
        {
            "row": row.name,
            "microseconds": round(1e6 * statistics.median(times[row.name]), 3),
            "ratio": round(statistics.median(a / b for a, b in zip(peer, times[row.name], strict=True)), 2),
            "best": round(min(peer) / min(times[row.name]), 2),
            "target": row.target,
        }
        for row in rows
    ]


def rows() -> list[Row]:
    signed = Signed(max(BATCHES))
    doors = Doors("EdDSA", signed.keys)
    return [*single_rows(signed, doors), *(lane_rows(signed, doors) if doors.lanes else ())]


def run(make_rows: Callable[[], list[Row]], algorithm: str) -> None:
    """The command line, and the table or the JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--seconds", type=float, default=0.003, help="of each row in each round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    try:
        listed = make_rows()
    except NativeRefused as refused:
        raise SystemExit(f"hanoi-ticket warmup comes first: {refused}") from None
    lines = report(listed, measured(listed, options.rounds, options.seconds))
    if options.json:
        print(json.dumps({"machine": described(), "rounds": options.rounds, algorithm: lines}, indent=1))
        return
    print(f"{algorithm:40} {'us':>9} {'ratio':>8} {'best':>8} {'target':>8}")
    for line in lines:
        print(
            f"{line['row']:40} {line['microseconds']:>9} {line['ratio']:>8} {line['best']:>8} {line['target'] or '':>8}"
        )


if __name__ == "__main__":
    run(rows, "ed25519")
