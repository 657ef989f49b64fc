"""A city's day verified again: whole codes by `verify_batch`, its threads in one process, by the wall clock."""

import statistics
import time
from typing import Final

from hanoi_ticket.bench.scene import NOW, Scene
from hanoi_ticket.validator import verify_batch

RIDERS: Final = 256
CODES: Final = 4096
ROUNDS: Final = 7


def measured(scene: Scene, threads: int) -> float:
    """Codes a second: the median round's."""
    codes = [scene.new_riders_code() for _ in range(RIDERS)] * (CODES // RIDERS)
    verify_batch(codes[:RIDERS], scene.trust, NOW)  # so that the tables are built
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        verdicts = verify_batch(codes, scene.trust, NOW, threads=threads)
        rates.append(len(codes) / (time.perf_counter() - begun))
        if verdicts.array["status"].any():
            raise AssertionError("a code that had to be accepted was not")
    return round(statistics.median(rates), 1)
