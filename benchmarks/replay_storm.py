"""One taken code, shown again and again: what does a refusal cost a gate with its window in memory, and without?

    hanoi-ticket warmup && python benchmarks/replay_storm.py [--rounds 15]

The two gates take turns in every round. "store busy" is the same while another process on the file does nothing but
commit; a gate without a window waits for it at every refusal.
"""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from hanoi_ticket import Holder, Issuer, TrustBundle, Validator
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.native import choice
from hanoi_ticket.validator import Profile, Store, verify, window

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_795_312_800
SHOWN = 200
COMMITS = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
while True:
    db.execute("BEGIN IMMEDIATE")
    db.execute("REPLACE INTO facts VALUES ('busy', 1)")
    db.execute("COMMIT")
"""


class Gates:
    """Two gates that have taken the same code, each with a file of its own."""

    def __init__(self, folder: Path) -> None:
        issuer, holder = Issuer.generate(), Holder.generate()
        self.trust = TrustBundle.of([issuer.public_record()], catalogue=hanoi_sample())
        self.code = holder.present(issuer.issue(holder.public_key, "metro-2a-day", NOW, NOW + 86_400), NOW)
        self.named: dict[str, Validator] = {}
        compiled = choice.kernels()
        assert compiled is not None, "hanoi-ticket warmup comes first"
        for name, kernels in (("with", compiled), ("without", None)):
            window.kernels = lambda kernels=kernels: kernels  # type: ignore[misc]
            store = Store(folder / f"{name}.db")
            gate = Validator(Profile.named("metro-entry"), self.trust, store, TrackedClock(lambda: NOW))
            gate.passed(gate.tap(self.code))
            self.named[name] = gate

    def round(self, count: int) -> dict[str, float]:
        """Microseconds a refusal, and of those what the signatures and the format take."""
        times = {name: timed(lambda gate=gate: gate.tap(self.code), count) for name, gate in self.named.items()}
        return {**times, "verify alone": timed(lambda: verify(self.code, self.trust, NOW), count)}


def timed(call, count: int) -> float:  # noqa: ANN001
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count * 1e6


@contextlib.contextmanager
def busy(paths: list[Path]) -> Iterator[None]:
    writers = [subprocess.Popen([sys.executable, "-c", COMMITS, str(path)]) for path in paths]  # noqa: S603
    try:
        time.sleep(0.5)
        yield
    finally:
        for writer in writers:
            writer.terminate()
            writer.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    print(f"SQLite {sqlite3.sqlite_version}; us a refusal, median of {options.rounds} rounds (best)")
    with tempfile.TemporaryDirectory() as folder:
        gates = Gates(Path(folder))
        told("quiet store", [gates.round(SHOWN) for _ in range(options.rounds)])
        with busy([gate.store.path for gate in gates.named.values()]):
            told("busy store", [gates.round(SHOWN // 10) for _ in range(options.rounds)])


def told(what: str, rounds: list[dict[str, float]]) -> None:
    for name in rounds[0]:
        values = [one[name] for one in rounds]
        print(f"{what:12} {name:14} {statistics.median(values):10.1f} ({min(values):.1f})")


if __name__ == "__main__":
    main()
