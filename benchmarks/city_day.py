"""A day of a city on one machine: are a million taps verified again in a night, and is memory bounded?

    python benchmarks/city_day.py write taps.parquet [--taps 1000000] [--processes 2]
    python benchmarks/city_day.py clear taps.parquet [--threads 2] [--json]
    python benchmarks/city_day.py clear [--taps 100000]

Each tap is a code, the second in which a reader saw it, that reader and its direction. One tap in a hundred is
trouble: forged, too old, no code at all; one ticket in a thousand is denied. Clearing streams the file: both
signatures, validity, freshness and deny list by `verify_stream`, every tap at its own moment; then use and passback by
the replay window, in the order of time.
It prints taps a second, peak memory, and what a day of ten million would take.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import time
from collections import Counter, deque
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.hazmat.primitives.asymmetric import ed25519

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, verify_stream
from hanoi_ticket.bench.machine import described
from hanoi_ticket.kernels import replay, slot
from hanoi_ticket.native import choice
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.ticket.issue import CountedNumbers

if TYPE_CHECKING:
    from collections.abc import Iterator

OPENS, HOURS = 1_795_302_000, 18  # 06:00 in Hanoi
CHUNK = 5000
TROUBLE = 0.01
READERS, ENTRY, EXIT = 400, 1, 2
PASSBACK, RETRY, REMEMBERED, DAY = 600, 8, 3600, 86_400
ISSUERS, SEED = 4, 21
A_DAY = 10_000_000
COLUMNS = pa.schema([("code", pa.string()), ("at", pa.int64()), ("reader", pa.int16()), ("direction", pa.int8())])


class NumbersFrom(CountedNumbers):
    """Each stretch of the day has its own tickets."""

    def __init__(self, first: int) -> None:
        self._next = first


class City:
    """Issuers and their deny lists, the same in every process."""

    def __init__(self, first_number: int = 0) -> None:
        chance = random.Random(SEED)
        self.issuers = []
        for _ in range(ISSUERS):
            key = PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(chance.randbytes(32)))
            self.issuers.append(Issuer(key, numbers=NumbersFrom(first_number)))
        records = [issuer.public_record() for issuer in self.issuers]
        self.trust = TrustBundle.of(records, denied={record.kid: range(3, 1 << 20, 1000) for record in records})

    def rider(self, chance: random.Random) -> tuple[Holder, bytes]:
        phone, issuer = Holder.generate(), chance.choice(self.issuers)
        return phone, issuer.issue(phone.public_key, "metro-2a-day", OPENS - DAY, OPENS + DAY)


def stretch(number: int, *, chunks: int) -> pa.Table:
    """`CHUNK` taps of one stretch of the day, in the order of time: every rider goes in and, later, out."""
    chance, city = random.Random(number), City(number * CHUNK)
    seconds = HOURS * 3600 // chunks
    riders = [city.rider(chance) for _ in range(CHUNK // 2)]
    rows = []
    for i in range(CHUNK):
        at = OPENS + seconds * number + i * seconds // CHUNK
        phone, ticket = riders[i % len(riders)]
        code = phone.present(ticket, at)
        if chance.random() < TROUBLE:
            code = chance.choice((code[:-8] + "00000000", phone.present(ticket, at - 3600), "no code", code[:99]))
        rows.append((code, at, chance.randrange(READERS), EXIT if i >= len(riders) else ENTRY))
    return pa.Table.from_arrays([pa.array(column) for column in zip(*rows, strict=True)], schema=COLUMNS)


def generated(taps: int, processes: int) -> Iterator[pa.Table]:
    chunks = -(-taps // CHUNK)
    with ProcessPoolExecutor(processes) as pool:
        for done, table in enumerate(pool.map(partial(stretch, chunks=chunks), range(chunks)), 1):
            note(f"signed {done * CHUNK:,} of {chunks * CHUNK:,} taps")
            yield table


def write(path: str, taps: int, processes: int) -> None:
    with pq.ParquetWriter(path, COLUMNS, compression="zstd") as file:
        for table in generated(taps, processes):
            file.write_table(table)


class Clearing:
    """One pass over the taps, in the order of time: is each genuine and in time, and may its use follow the last?"""

    def __init__(self, taps: int, threads: int) -> None:
        self.trust, self.threads = City().trust, threads
        self.identities = np.array(
            [int.from_bytes(record.identity, "big", signed=True) for record in self.trust.issuers]
        )
        slots = max(slot.SHARD, 1 << (4 * taps // HOURS).bit_length())
        self.slots = np.zeros((slots, slot.SLOT_WORDS), np.int64)
        self.shards = np.zeros(slots // slot.SHARD * slot.SHARD_WORDS, np.int64)
        self._remember(np.empty((0, slot.SLOT_WORDS), np.int64))  # compiled before the clock runs
        self.moments: deque[int] = deque()
        self.reasons: Counter[int] = Counter()

    def run(self, batches: Iterator[pa.RecordBatch]) -> None:
        readers: deque[tuple[int, int, int]] = deque()
        for part in verify_stream(self._codes(batches, readers), self.trust, self._moments(), threads=self.threads):
            seen = np.array([readers.popleft() for _ in range(len(part))])
            self._follow(part.array, seen)

    def _codes(self, batches: Iterator[pa.RecordBatch], readers: deque[tuple[int, int, int]]) -> Iterator[str]:
        for batch in batches:
            codes, moments, *places = (column.to_pylist() for column in batch.columns)
            self.moments.extend(moments)
            readers.extend(zip(moments, *places, strict=True))
            yield from codes

    def _moments(self) -> Iterator[int]:
        while True:
            yield self.moments.popleft()

    def _follow(self, told: np.ndarray, seen: np.ndarray) -> None:
        """The replay window, over those that are genuine and in time."""
        good = told["status"] == Reason.OK
        uses = np.empty((int(good.sum()), 4), np.int64)
        uses[:, slot.ISSUER] = self.identities[told["issuer"][good]]
        uses[:, slot.TICKET], uses[:, slot.MOMENT] = told["ticket"][good], told["moment"][good]
        at, reader, direction = seen[good].T
        uses[:, slot.USE] = at << 24 | reader << 8 | direction
        self.reasons.update(told["status"][~good].tolist())
        self.reasons.update(self._remember(uses).tolist())

    def _remember(self, uses: np.ndarray) -> np.ndarray:
        answers = np.zeros(len(uses), np.int64)
        replay.check_and_record_each(self.slots, self.shards, REMEMBERED, uses, PASSBACK, RETRY, answers)
        return answers


def clear(batches: Iterator[pa.RecordBatch], taps: int, threads: int) -> dict[str, object]:
    clearing = Clearing(taps, threads)
    start, processor = time.perf_counter(), time.process_time()
    clearing.run(noted(batches, taps))
    seconds, processor = time.perf_counter() - start, time.process_time() - processor
    count = clearing.reasons.total()
    serving = choice.kernels()
    return {
        "taps": count,
        "threads": threads,
        "path": serving.paths["batch"] if serving else "openssl",
        "seconds": round(seconds, 2),
        "taps a second": round(count / seconds),
        "processor microseconds a tap": round(1e6 * processor / count, 2),
        "peak memory, MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "a day of 10,000,000, minutes": round(A_DAY / count * seconds / 60, 1),
        "outcomes": {name_of(number): found for number, found in sorted(clearing.reasons.items())},
    }


def name_of(number: int) -> str:
    return "REPEATED" if number == replay.REPEATED else Reason(number).name


def noted(batches: Iterator[pa.RecordBatch], taps: int) -> Iterator[pa.RecordBatch]:
    done, start = 0, time.perf_counter()
    for batch in batches:
        yield batch
        done += len(batch)
        note(f"{done:,} of {taps:,} taps, {done / (time.perf_counter() - start):,.0f} a second")


def note(text: str) -> None:
    print(text, file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("work", choices=["write", "clear"])
    parser.add_argument("path", nargs="?", help="a Parquet file; without one, taps are generated as they are cleared")
    parser.add_argument("--taps", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2, help="that sign")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.work == "write":
        write(options.path or parser.error("where to?"), options.taps, options.processes)
        return
    if options.path:
        file = pq.ParquetFile(options.path)
        taps, batches = file.metadata.num_rows, file.iter_batches(CHUNK)
    else:
        tables = generated(options.taps, options.processes)
        taps, batches = options.taps, (batch for table in tables for batch in table.to_batches())
    told = clear(batches, taps, options.threads)
    if options.json:
        print(json.dumps({"machine": described(), **told}, indent=1))
        return
    for name, value in told.items():
        print(f"{name:32} {value}")


if __name__ == "__main__":
    main()
