"""What a gate knows without its store: which codes and singles were taken, in compiled memory.

It only refuses, and only what the store would refuse whatever other gates have recorded since: the moments of a ticket
grow with every use, and a single that was used up stays so. All else is for the store to say, and every acceptance.
A use comes here once it is on disk. Where nothing is compiled there is no such memory, and the store decides alone.
"""

import contextlib
from typing import Final

from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.fares.model import Kind, Product
from hanoi_ticket.fares.rules import Rules
from hanoi_ticket.native.choice import kernels
from hanoi_ticket.native.window import FOREVER, Taken
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator.profile import Direction, Doubt, Profile
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.store import Store
from hanoi_ticket.validator.transaction import Key

SPAN: Final = 7_200
"""Seconds after its last use for which a ticket is known here: its codes are too old long before."""
MOST: Final = 100_000
"""Tickets known here at a time: in that time ten gates of a station take 72,000 at 60 riders a minute each."""
_WAY: Final = {Direction.ENTRY: 1, Direction.EXIT: 2, Direction.RIDE: 3}
_OTHER, _OWN = 0, 1  # readers: retries are the own one's


class Window:
    def __init__(self, profile: Profile, store: Store) -> None:
        """Rebuilt from the store; what cannot be read there is for the store to refuse, tap by tap."""
        compiled = kernels() if profile.release is Doubt.REFUSE else None  # an exit that may hold back nobody asks on
        self._profile = profile
        self._table = compiled.window(min(profile.capacity, MOST), SPAN) if compiled else None
        if self._table is not None:
            with contextlib.suppress(StoreUnavailable):
                self._table.remember_each(self._taken(key, use) for key, use in store.uses(SPAN))

    def _taken(self, key: Key, use: Use) -> Taken:
        reader = _OWN if use.reader == self._profile.reader else _OTHER
        return Taken(*key, use.moment, use.at, reader, _WAY[use.direction], use.passed)

    def refusal(self, key: Key, product: Product | None, rules: Rules, moment: int, at: int) -> Reason | None:
        """Why the store would certainly refuse a ticket whose fare is right; None: the store must be asked.

        So it must about a single that may go on by a transfer, or that leaves: there two reasons are possible.
        """
        if self._table is None or product is None:
            return None
        use = Taken(*key, moment, at, _OWN, _WAY[self._profile.direction])
        if product.kind is Kind.PASS:
            return Reason.REPLAYED if self._table.refuses(use, -FOREVER, self._profile.retry) else None
        if self._profile.direction is Direction.EXIT or not _one_ride(product, rules):
            return None
        return Reason.ALREADY_USED if self._table.refuses(use, FOREVER, self._profile.retry) else None

    def remember(self, key: Key, use: Use) -> None:
        """After the store has committed it."""
        if self._table is not None:
            self._table.remember(self._taken(key, use))

    def passed(self, key: Key) -> None:
        """From now on the same scan is no retry."""
        if self._table is not None:
            self._table.mark_passed(*key, _OWN)


def _one_ride(product: Product, rules: Rules) -> bool:
    tied = product.kind is Kind.SINGLE and (rules.joins or rules.transfers)
    return product.kind in {Kind.SINGLE, Kind.SESSION} and product.rides <= 1 and not tied
