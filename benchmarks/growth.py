"""What grows when the city grows? Cost against batch, live replay entries, deny list, issuers and journal.

Times are this process's processor time, the best of some repeats; the largest sizes are timed once. Ten million rows
take some 3 GB of disk. A size past `--most` is not measured but extended by the law of the sizes before it, marked so.

    python -m benchmarks.growth --plot growth.png --json growth.json
    python -m benchmarks.growth --most 100000        # a quick look
"""

import argparse
import contextlib
import itertools
import json
import math
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from hanoi_ticket import Holder, Issuer, TrustBundle, verify, verify_batch
from hanoi_ticket.bench.machine import described
from hanoi_ticket.bench.scene import DAY, NOW, PRODUCT, Scene
from hanoi_ticket.kernels import replay
from hanoi_ticket.trust import StatusList
from hanoi_ticket.validator import Direction, Store
from hanoi_ticket.validator.journal import Tap, link
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.transaction import checksum

REPEATS = 5
TAPS = 1 << 14
DISTINCT = 20_000
"""Codes, each of its own phone and ticket; a larger batch has them again, further apart than any cache reaches."""
ROWS_AT_ONCE = 100_000
FIRST_TICKET = 1 << 16
"""From here on ticket numbers have one length in CBOR, so that rows can be made of one that the store wrote."""


@dataclass
class Law:
    """Microseconds at each size, and how they grow: cost ~ size^exponent."""

    name: str
    unit: str
    sizes: list[int] = field(default_factory=list)
    us: list[float] = field(default_factory=list)
    measured: int = 0

    def put(self, size: int, us: float) -> None:
        self.sizes.append(size)
        self.us.append(round(us, 4))
        self.measured = len(self.sizes)
        sys.stderr.write(f"{self.name}: {size:,}: {us:,.3f} us {self.unit}\n")

    @property
    def exponent(self) -> float:
        """Over the upper half of the sizes, where what is fixed no longer hides what grows."""
        i, k = (self.measured - 1) // 2, self.measured - 1
        return math.log(self.us[k] / self.us[i]) / math.log(self.sizes[k] / self.sizes[i])

    def extend(self, sizes: list[int]) -> None:
        last, us, exponent = self.sizes[self.measured - 1], self.us[self.measured - 1], self.exponent
        for size in sizes:
            self.sizes.append(size)
            self.us.append(round(us * (size / last) ** exponent, 4))

    @property
    def sentence(self) -> str:
        shape = "falls" if self.exponent < 0 else "grows more slowly than the size"
        if abs(self.exponent) < 0.1:
            shape = "stays the same"
        elif 0.9 < self.exponent < 1.1:
            shape = "grows in proportion"
        first, last = self.us[0], self.us[self.measured - 1]
        told = f"{self.name}: the cost {self.unit} {shape} (size^{self.exponent:.2f}): "
        told += f"{first:,.2f} us at {self.sizes[0]:,}, {last:,.2f} us at {self.sizes[self.measured - 1]:,}"
        rest = self.sizes[self.measured :]
        return told + (f"; past that extended by this law, not measured, up to {rest[-1]:,}." if rest else ".")


def best(call: Callable[[], object], calls: int = 1, repeats: int = REPEATS) -> float:
    """Microseconds a call."""
    found = []
    for _ in range(repeats):
        begun = time.process_time()
        for _ in range(calls):
            call()
        found.append((time.process_time() - begun) / calls)
    return min(found) * 1e6


def batches(most: int) -> Law:
    scene, law = Scene(), Law("batch of codes", "a code")
    sizes = [10**power for power in range(7)]
    codes = [_code_of_a_new_phone(scene) for _ in range(min(DISTINCT, most))]
    for size in (size for size in sizes if size <= most):
        batch = list(itertools.islice(itertools.cycle(codes), size))
        calls, repeats = max(1, 1000 // size), 3 if size <= len(codes) else 1
        law.put(size, best(lambda batch=batch: verify_batch(batch, scene.trust, NOW), calls, repeats) / size)
    law.extend([size for size in sizes if size > most])
    return law


def _code_of_a_new_phone(scene: Scene) -> str:
    phone = Holder.generate()
    return phone.present(scene.issuer.issue(phone.public_key, PRODUCT, NOW - DAY, NOW + DAY), NOW)


def live_entries() -> Law:
    law = Law("live replay entries", "a tap in the kernel's window")
    for size in (10**power for power in range(3, 8)):
        room = replay.SHARD << max(0, math.ceil(math.log2(size / (replay.SHARD / 2))))
        slots = np.zeros((room, replay.SLOT_WORDS), np.int64)
        shards = np.zeros(room // replay.SHARD * replay.SHARD_WORDS, np.int64)
        uses, answers = np.zeros((size, 4), np.int64), np.zeros(size, np.int64)
        uses[:, replay.ISSUER], uses[:, replay.TICKET] = 1, np.random.default_rng(1).permutation(size)
        turns = itertools.count()

        def tap(count: int, *, turns=turns, uses=uses, slots=slots, shards=shards, answers=answers) -> None:  # noqa: ANN001
            """The next `count` tickets, whose slots the cache has long forgotten where there are many."""
            turn = next(turns)
            at, first = NOW + 1000 * turn, turn * count % len(uses)
            part = uses[first : first + count]
            part[:, replay.MOMENT], part[:, replay.USE] = at, at << 24 | 1
            replay.check_and_record_each(slots, shards, 1 << 40, part, 600, 8, answers[: len(part)])
            assert not answers[: len(part)].any()

        tap(size)
        count = min(size, TAPS)
        law.put(size, best(lambda tap=tap, count=count: tap(count), 4) / count)
    return law


def deny_lists() -> Law:
    law = Law("deny list", "a look-up")
    for size in (10**power for power in range(3, 8)):
        listed, tickets = StatusList(bytes(size // 8)), np.random.default_rng(1).integers(0, size, 1000).tolist()
        law.put(size, best(lambda listed=listed, tickets=tickets: [listed.denies(one) for one in tickets]) / 1000)
    return law


def issuers() -> tuple[Law, Law]:
    judged, loaded = Law("issuers", "a code verified"), Law("issuers, first code", "once a bundle")
    for size in (1, 10, 100, 1000):
        scene = Scene()
        others = [Issuer.generate().public_record() for _ in range(size - 1)]
        trust = TrustBundle.of([*others, scene.issuer.public_record()])
        begun = time.process_time()
        verify(scene.code, trust, NOW)
        loaded.put(size, (time.process_time() - begun) * 1e6)
        judged.put(size, best(lambda scene=scene, trust=trust: verify(scene.code, trust, NOW), 200))
    return judged, loaded


def journals(most: int) -> tuple[Law, Law]:
    """A store is filled, opened again, and one more tap is recorded."""
    opened, recorded = (
        Law("journal, opening the store", "once a start"),
        Law("journal, one more tap", "a tap, no sync waited"),
    )
    sizes = [10**power for power in range(4, 8)]
    with tempfile.TemporaryDirectory() as folder:
        path, rows = Path(folder) / "store.db", 0
        for size in (size for size in sizes if size <= most):
            if not rows:
                with Store(path) as store:
                    rows += _tap(store, rows, size)
            rows += _fill(path, rows, size - rows)
            begun = time.process_time()
            with Store(path) as store:
                opened.put(size, (time.process_time() - begun) * 1e6)
                numbers = itertools.count(rows)
                recorded.put(
                    size, best(lambda store=store, rows=numbers, size=size: _tap(store, next(rows), 2 * size), 1, 20)
                )
            rows = next(numbers)
    for law in (opened, recorded):
        law.extend([size for size in sizes if size > most])
    return opened, recorded


def _tap(store: Store, rows: int, capacity: int) -> int:
    """One more row as the store itself writes it."""
    ticket, issuer = FIRST_TICKET + rows, bytes(8)
    use = Use(NOW, NOW, Direction.ENTRY, place=101, reader="bench", rides=1)
    with store.transaction() as step:
        tap = Tap(NOW, issuer, ticket, 110, 0, 0, 1, NOW, "entry", 101, "bench", 0, (), 1)
        step.record((issuer, ticket), NOW + DAY, use, tap, capacity + 1, new=True)
    return 1


def _fill(path: Path, rows: int, count: int) -> int:
    """Rows like the last one that the store wrote, chained as it does; nothing waits for the disk."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        issuer, ticket, *kept, passed, _ = db.execute("SELECT * FROM uses ORDER BY ticket DESC LIMIT 1").fetchone()
        number, record, chained = db.execute("SELECT * FROM journal ORDER BY number DESC LIMIT 1").fetchone()
        head, _, tail = record.partition(ticket.to_bytes(4))
        marks = ", ".join("?" * (4 + len(kept)))
        for start in range(0, count, ROWS_AT_ONCE):
            tickets = range(FIRST_TICKET + rows + start, FIRST_TICKET + rows + min(start + ROWS_AT_ONCE, count))
            linked = []
            for one in tickets:
                number += 1
                made = head + one.to_bytes(4) + tail
                chained = link(chained, made)
                linked.append((number, made, chained))
            db.execute("BEGIN")
            db.executemany("INSERT INTO journal VALUES (?, ?, ?)", linked)
            db.executemany(
                f"INSERT INTO uses VALUES ({marks})",  # noqa: S608  as many marks as columns
                ((issuer, one, *kept, passed, checksum((issuer, one), kept)) for one in tickets),
            )
            db.execute("COMMIT")
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{rows + start + len(tickets):,} rows ")
    return count


def laws(most: int) -> Iterator[Law]:
    yield batches(most)
    yield live_entries()
    yield deny_lists()
    yield from issuers()
    yield from journals(most)


def plot(found: list[Law], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(2, 4, figsize=(14, 6.5), constrained_layout=True)
    for panel, law in zip(panels.flat, found, strict=False):
        panel.loglog(law.sizes[: law.measured], law.us[: law.measured], "o-", label="measured")
        if law.sizes[law.measured :]:
            panel.loglog(law.sizes[law.measured - 1 :], law.us[law.measured - 1 :], "o:", mfc="none", label="extended")
        panel.set(title=f"{law.name}: size^{law.exponent:.2f}", xlabel="size", ylabel=f"µs {law.unit}")
        panel.set_ylim(min(law.us) / 4, max(law.us) * 4)
        panel.grid(alpha=0.3, which="both")
        panel.legend(fontsize=8)
    for panel in panels.flat[len(found) :]:
        panel.axis("off")
    figure.savefig(path, dpi=110)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--most",
        type=int,
        default=10**7,
        help="codes of a batch and rows of a journal that are measured (default: all)",
    )
    parser.add_argument("--plot", type=Path, help="write a PNG (needs the extra `plots`)")
    parser.add_argument("--json", type=Path, help="keep the figures")
    options = parser.parse_args()
    found = list(laws(options.most))
    if options.plot:
        plot(found, options.plot)
    if options.json:
        laws_told = [asdict(law) | {"law": law.sentence} for law in found]
        options.json.write_text(json.dumps({"machine": described(), "laws": laws_told}, indent=1) + "\n", "utf-8")
    for law in found:
        print(law.sentence)


if __name__ == "__main__":
    main()
