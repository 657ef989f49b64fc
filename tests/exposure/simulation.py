"""A day of fraud against real gates, drawn from a seed. The same seed is the same day.

Readers stand in groups that share a memory, each with a clock of its own within its allowed error. A ring of riders
shows codes of one ticket anywhere: live, delayed, signed ahead, or copied; with and without exits; until it is denied.
"""

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from hanoi_ticket import Reason
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.rotation import PERIOD, moment
from hanoi_ticket.validator import Direction, Profile
from tests.city import DAY, START, City

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")
PRODUCTS = {"bus": ("bus-single", "bus-month-all"), "metro": ("metro-2a-single", "metro-2a-day")}
SPAN = 3600
GAP = 2
"""Seconds between two scans at one reader, at least: nobody is faster."""


@dataclass
class Day:
    """What was let in, and by what policy."""

    profile: Profile
    memories: int
    exits: bool
    sensor: bool
    """Passages are reported."""
    entries: list[tuple[int, int]] = field(default_factory=list)
    """(true second, moment shown) of each entry that was let in and recorded."""
    repeated: int = 0
    after_denial: int = 0
    reasons: Counter = field(default_factory=Counter)

    @property
    def seconds(self):
        """From the first entry to the last."""
        return self.entries[-1][0] - self.entries[0][0] if self.entries else 0


class Ring:
    """One ticket, many hands."""

    def __init__(self, folder, seed, *, single, paper=False, memories=None, mode=None):
        self.chance = random.Random(seed)
        mode = mode or self.chance.choice(["bus", "metro", "metro with exits"])
        profile, exits = BUS if mode == "bus" else ENTRY, mode == "metro with exits"
        memories = memories or self.chance.randint(1, 4)
        self.day = Day(profile, memories, exits, sensor=self.chance.random() < 0.5)
        self.city, self.offsets = City(folder), []
        self.gates = [
            self._gate(memory, number, leaving)
            for memory in range(memories)
            for leaving in ([False, True] if exits else [False])
            for number in range(self.chance.randint(1, 2))
        ]
        self.rider = self.city.rider(PRODUCTS[mode.split()[0]][not single], paper=paper)
        self._last_scan = {}

    def _gate(self, memory, number, leaving):
        error = self.day.profile.clock_error
        offset = self.chance.randint(-error, error)
        profile = replace(EXIT if leaving else self.day.profile, reader=f"{memory}-{number}-{leaving}")
        clock = TrackedClock(lambda: self.city.time.seconds + offset)
        return self.city.gate(profile, f"{memory}.db", clock=clock)

    def close(self):
        for gate in self.gates:
            gate.close()

    def show(self, gate, at):
        """The code of moment `at`, shown at a gate now; too soon after the last scan there, nothing happens."""
        now = self.city.time.seconds
        if now - self._last_scan.get(gate.profile.reader, 0) < GAP:
            return
        self._last_scan[gate.profile.reader] = now
        verdict = gate.tap(self.rider.code(at))
        self.day.reasons[verdict.reason] += 1
        if not verdict.accepted:
            return
        if self.day.sensor:
            gate.passed(verdict)
        if gate.profile.direction is Direction.EXIT:
            return
        if "repeated" in verdict.flags:
            self.day.repeated += 1
        else:
            self.day.entries.append((now, moment(at)))

    def share(self, attempts):
        """The holder takes part: any moment within the window, at any gate, as fast as can be."""
        profile = self.day.profile
        while self.day.reasons.total() < attempts and self.city.time.seconds < START + SPAN:
            self.city.time.seconds += self.chance.choice([1, 2, 8, 15, 20, profile.passback // 4])
            now, gate = self.city.time.seconds, self.chance.choice(self.gates)
            self.show(gate, now + self.chance.choice([0, 0, 0, profile.early, -profile.late, -15, 15]))
        return self.day

    def copy(self, attempts):
        """An honest rider's code is copied once and carried to every gate, from before its time until long after."""
        self.city.time.seconds = START - 60
        while self.city.time.seconds < START + 240 and self.day.reasons.total() < attempts:
            self.city.time.seconds += self.chance.choice([1, 2, 3, 5])
            self.show(self.chance.choice(self.gates), START)
        return self.day

    def turn_round(self, attempts):
        """In, and out again on the next code, at every station at once: the fastest way to let many in on a pass."""
        while self.day.reasons.total() < attempts:
            self.city.time.seconds += PERIOD
            for memory in range(self.day.memories):
                leaving = bool(self.city.time.seconds // PERIOD % 2)
                gate = next(gate for gate in self.gates if gate.profile.reader == f"{memory}-0-{leaving}")
                self.show(gate, self.city.time.seconds)
        return self.day

    def share_until_denied(self, attempts):
        """The journals are uploaded, the ticket is denied, and every reader has the new bundle; it goes on trying."""
        self.share(attempts)
        known = sum(1 for gate in self.gates for _ in gate.store.taps())
        self.city.denied.add(0)
        for gate in self.gates:
            gate.update_trust(self.city.trust)
        self.city.time.seconds += DAY // 2
        for gate in self.gates:
            self.show(gate, self.city.time.seconds)
        self.day.after_denial = sum(1 for gate in self.gates for _ in gate.store.taps()) - known
        assert Reason.OK not in {gate.tap(self.rider.code(self.city.time.seconds)).reason for gate in self.gates}
        return self.day
