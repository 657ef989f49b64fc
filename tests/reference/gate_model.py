"""The rules of a tap once more, naively: lists of all past taps, no database, no code of the library.

Written from docs/validation.md. It knows tickets and moments, not bytes: a genuine code is (ticket, moment).
"""

from dataclasses import dataclass, field

GATES = {
    # name: (mode, direction, earliest and latest age of a proof, passback, memory)
    "entry": ("metro", "in", -15, 45, 600, "station"),
    "exit": ("metro", "out", -15, 45, 600, "station"),
    "bus": ("bus", "ride", -30, 75, 180, "vehicle"),
}
RETRY, REENTRY, REMEMBERED = 8, 180, 86_400


@dataclass
class Sold:
    number: int
    mode: str
    single: bool
    paper: bool
    begins: int
    ends: int


@dataclass
class Past:
    gate: str
    at: int
    moment: int
    ends: int
    passed: bool = False


@dataclass
class Model:
    denied: set[int] = field(default_factory=set)
    past: dict[tuple[str, int], list[Past]] = field(default_factory=dict)

    def tap(self, gate: str, ticket: Sold, moment: int, now: int) -> str:  # noqa: C901, PLR0911, PLR0912  a rule a line
        mode, direction, youngest, oldest, passback, memory = GATES[gate]
        if now < ticket.begins:
            return "NOT_YET_VALID"
        ended = now >= ticket.ends
        if ended and direction != "out":
            return "EXPIRED"
        if not ticket.paper and now - moment > oldest:
            return "CODE_TOO_OLD"
        if not ticket.paper and now - moment < youngest:
            return "CODE_FROM_FUTURE"
        if ticket.number in self.denied:
            return "DENIED"
        taps = self.past.setdefault((memory, ticket.number), [])
        latest = taps[-1] if taps else None
        retry = latest and latest.gate == gate and not latest.passed and now - latest.at <= RETRY
        retry = retry and (ticket.paper or moment >= latest.moment)
        if ended and not retry and (latest is None or latest.gate != "entry"):
            return "EXPIRED"
        if ticket.mode != mode:
            return "WRONG_MODE"
        if retry:
            return "OK"
        if ticket.single and not self._single_may(taps, direction):
            return "ALREADY_USED"
        if not ticket.paper and any(moment <= tap.moment for tap in taps):
            return "REPLAYED"
        if not ticket.single and latest and latest.gate == gate and now - latest.at < passback:
            return "PASSBACK"
        if not ticket.single and gate == "entry" and latest and latest.gate == "exit":
            entries = [tap.at for tap in taps if tap.gate == "entry"]
            if entries and now - entries[-1] < REENTRY:
                return "PASSBACK"
        taps.append(Past(gate, now, moment, ticket.ends))
        return "OK"

    def _single_may(self, taps: list[Past], direction: str) -> bool:
        """New -> in -> out; an exit that saw no entry ends the ticket too; a bus ride is one tap."""
        if not taps:
            return True
        return direction == "out" and [tap.gate for tap in taps] == ["entry"]

    def passes(self, gate: str, ticket: Sold) -> None:
        taps = self.past[GATES[gate][-1], ticket.number]
        taps[-1].passed = True

    def forget(self, now: int) -> None:
        """What a gate does when it starts, with tickets that ended a day ago."""
        self.past = {key: taps for key, taps in self.past.items() if taps and taps[-1].ends >= now - REMEMBERED}
