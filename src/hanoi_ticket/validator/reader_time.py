"""What time a reader judges by: its clock's, but never earlier than the last tap or the bundle's signing."""

import math

from hanoi_ticket.clock import Clock, ClockState
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.rotation import Freshness
from hanoi_ticket.trust import TrustAge, TrustBundle
from hanoi_ticket.validator.profile import Doubt, Profile
from hanoi_ticket.validator.transaction import Transaction
from hanoi_ticket.validator.verify import Case


class ReaderTime:
    """A clock with a mark that it may not fall behind: the last tap accepted without doubt. A store keeps the mark."""

    def __init__(self, profile: Profile, clock: Clock, facts: dict[str, int | bytes]) -> None:
        self._profile, self._clock = profile, clock
        self._high_water = int(facts.get("high_water", 0))

    def tell(self, case: Case, trust: TrustBundle) -> Freshness | None:
        """Sets the moment of the tap; gives the window to judge proofs by, None where no time can be trusted."""
        profile, reading = self._profile, self._clock.read()
        floor = max(self._high_water, trust.issued_at)
        behind = floor - reading.seconds
        unknown = reading.state is ClockState.UNKNOWN or behind > profile.clock_error
        case.at = max(reading.seconds, floor)
        if not unknown and reading.error <= profile.clock_error:
            return profile.freshness
        if profile.clock_doubt is Doubt.REFUSE:
            past = f", {behind} s behind the last tap or the bundle" if behind > profile.clock_error else ""
            raise Refusal(Reason.CLOCK_UNKNOWN, f"{reading.state.value}, error {reading.error:.0f} s{past}")
        case.flags.add("clock")
        return None if unknown else profile.freshness.widened(math.ceil(reading.error))

    def mark(self, case: Case, step: Transaction) -> None:
        """A tap was accepted: time goes on from it, also across a restart. One in doubt about the time says nothing."""
        if "clock" not in case.flags:
            step.remember("high_water", case.at)
            self._high_water = case.at

    def past(self, trust: TrustBundle) -> int | None:
        """A time that has come, to forget by; None where none is certain.

        A clock so far ahead that the bundle has closed opens no gate, so it may not empty the memory either.
        """
        at, state, _ = self._clock.read()
        return None if state is ClockState.UNKNOWN or trust.age(at) is TrustAge.CLOSED else at
