"""What an exit has let out while its store failed: kept in memory, and written once it can be."""

import threading
from collections import deque
from typing import Final, NamedTuple

from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.store import Store
from hanoi_ticket.validator.transaction import Key

MOST: Final = 10_000
"""Records that wait; past it the oldest is lost to the journal, though not to the program's log."""


class Late(NamedTuple):
    key: Key
    kept_until: int
    use: Use
    tap: Tap


class LateRecords:
    def __init__(self, store: Store, capacity: int) -> None:
        self._store, self._capacity = store, capacity
        self._waiting: deque[Late] = deque(maxlen=MOST)
        self._writing = threading.Lock()

    def add(self, late: Late) -> None:
        self._waiting.append(late)

    def write(self) -> None:
        """Raises `StoreUnavailable` or `Refusal` while the store still fails; nothing is lost or written twice then."""
        with self._writing:
            while self._waiting:
                late = self._waiting[0]
                with self._store.transaction() as step:
                    last = step.last_use(late.key)
                    newer = last if last and last.at > late.use.at else late.use  # another gate has gone on meanwhile
                    step.record(late.key, late.kept_until, newer, late.tap, self._capacity, new=last is None)
                self._waiting.popleft()
