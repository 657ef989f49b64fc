"""What does one signature check cost, against `cryptography` and PyNaCl in the same run?

    python benchmarks/signatures.py [--rounds 21] [--json]

All rows take turns in every round. `ratio` is the median of the rounds' ratios to `cryptography`; `best` compares the
fastest rounds, since what else runs on the machine can only add to a time. One call from Python with `bytes`, or one
call for a whole batch; messages of 120 bytes. HANOI_TICKET_LANES=off measures the scalar kernels as a processor without
AVX-512 IFMA runs them.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.signing import VerifyKey

from hanoi_ticket.kernels import doors
from hanoi_ticket.kernels.comb25519 import table_words
from hanoi_ticket.kernels.comb25519x8 import TABLE_WORDS
from hanoi_ticket.kernels.tracing import has_lanes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MESSAGE_BYTES = 120
WIDTH = 8
ISSUERS = 3
BATCHES = (8, 64, 1024)


class Row(NamedTuple):
    """One line of the table."""

    name: str
    call: Callable[[], object]
    signatures: int = 1  # that one call checks
    target: float | None = None


class Signed:
    """Keys with their tables, and messages that they signed."""

    def __init__(self, count: int) -> None:
        self.private = [Ed25519PrivateKey.generate() for _ in range(ISSUERS)]
        self.keys = [private.public_key().public_bytes_raw() for private in self.private]
        self.base = doors.ed25519_base_table()
        self.combs = [np.zeros(table_words(WIDTH), np.uint64) for _ in self.keys]
        for key, comb in zip(self.keys, self.combs, strict=True):
            assert doors.ed25519_build_key_table(key, WIDTH, comb) == 0
        self.numbers = [i % ISSUERS for i in range(count)]
        self.messages = [os.urandom(MESSAGE_BYTES) for _ in range(count)]
        pairs = zip(self.numbers, self.messages, strict=True)
        self.signatures = [self.private[number].sign(message) for number, message in pairs]


def single_rows(signed: Signed) -> Iterator[Row]:
    key, comb, base = signed.keys[0], signed.combs[0], signed.base
    message, signature = signed.messages[0], signed.signatures[0]
    public, sodium = signed.private[0].public_key(), VerifyKey(key)
    yield Row("cryptography", lambda: public.verify(signature, message))
    yield Row("PyNaCl", lambda: sodium.verify(message, signature))
    yield Row("any key", lambda: doors.ed25519_verify(key, signature, message, base), target=2.5)
    known = doors.ed25519_verify_known
    yield Row("known issuer", lambda: known(key, comb, WIDTH, signature, message, base), target=9)
    yield Row("build a known issuer's table", lambda: doors.ed25519_build_key_table(key, WIDTH, comb))


def lane_rows(signed: Signed) -> Iterator[Row]:
    key, message, signature = signed.keys[0], signed.messages[0], signed.signatures[0]
    base = doors.lane_table(signed.base)
    table = doors.lane_table(signed.combs[0])
    yield Row(
        "any key, one signature in lanes",
        lambda: doors.ed25519_verify8(key, signature, message, base),
        target=2.5,
    )
    yield Row(
        "known issuer, one signature in 8 lanes",
        lambda: doors.ed25519_verify_known8(key, table, signature, message, base),
        target=20,
    )
    targets = dict(zip(BATCHES, (30, 55, 80), strict=True))
    for count in BATCHES:
        yield Row(f"known issuers, batch of {count}", known_batch(signed, base, count), count, targets[count])
    for count in BATCHES:
        yield Row(
            f"any keys, batch of {count}", any_batch(signed, base, count), count, 16 if count > BATCHES[0] else None
        )


def known_batch(signed: Signed, base: np.ndarray, count: int) -> Callable[[], object]:
    tables = np.zeros(ISSUERS * TABLE_WORDS, np.uint64)
    for i, comb in enumerate(signed.combs):
        tables[i * TABLE_WORDS : (i + 1) * TABLE_WORDS] = doors.lane_table(comb)
    numbers, keys = np.array(signed.numbers[:count], np.uint64), np.frombuffer(b"".join(signed.keys), np.uint8)
    arrays, statuses = batch_arrays(signed, count), np.zeros(count, np.uint8)

    def call() -> None:
        doors.ed25519_verify_known_batch8(count, numbers, keys, tables, *arrays, base, statuses)

    call()
    assert not statuses.any()
    return call


def any_batch(signed: Signed, base: np.ndarray, count: int) -> Callable[[], object]:
    keys = np.frombuffer(b"".join(signed.keys[number] for number in signed.numbers[:count]), np.uint8)
    arrays, statuses = batch_arrays(signed, count), np.zeros(count, np.uint8)

    def call() -> None:
        doors.ed25519_verify_batch8(count, keys, *arrays, base, statuses)

    call()
    assert not statuses.any()
    return call


def batch_arrays(signed: Signed, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Signatures, messages and where each message starts."""
    signatures = np.frombuffer(b"".join(signed.signatures[:count]), np.uint8)
    messages = np.frombuffer(b"".join(signed.messages[:count]), np.uint8)
    return signatures, messages, np.arange(count + 1, dtype=np.uint64) * np.uint64(MESSAGE_BYTES)


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
    return [*single_rows(signed), *(lane_rows(signed) if has_lanes() else ())]


def run(make_rows: Callable[[], list[Row]], algorithm: str) -> None:
    """The command line, and the table or the JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--seconds", type=float, default=0.003, help="of each row in each round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    listed = make_rows()
    lines = report(listed, measured(listed, options.rounds, options.seconds))
    if options.json:
        machine = {"processor": platform.processor(), "python": platform.python_version(), "lanes": has_lanes()}
        print(json.dumps({**machine, "rounds": options.rounds, algorithm: lines}, indent=1))
        return
    print(f"{algorithm:40} {'us':>9} {'ratio':>8} {'best':>8} {'target':>8}")
    for line in lines:
        print(
            f"{line['row']:40} {line['microseconds']:>9} {line['ratio']:>8} {line['best']:>8} {line['target'] or '':>8}"
        )


if __name__ == "__main__":
    run(rows, "ed25519")
