"""Taps, time, restarts and bundle updates in any order: the engine agrees with a naive model, tap by tap."""

import tempfile
from pathlib import Path

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hanoi_ticket import rotation
from hanoi_ticket.validator import journal
from tests.city import DAY, City
from tests.conftest import CASES
from tests.reference.gate_model import GATES, Model, Sold

PROFILES = {"entry": ("metro-entry", "station.db"), "exit": ("metro-exit", "station.db"), "bus": ("bus", "bus.db")}
PRODUCTS = [
    ("metro-2a-day", False, False),
    ("metro-2a-single", True, False),
    ("metro-2a-single", True, True),
    ("bus-month-all", False, False),
    ("bus-single", True, True),
]


class Gates(RuleBasedStateMachine):
    @initialize()
    def open(self):
        self.folder = tempfile.TemporaryDirectory()
        self.city, self.model = City(Path(self.folder.name)), Model()
        self.tickets, self.gates, self.accepted = [], {}, 0
        self.restart()

    @rule(
        product=st.sampled_from(PRODUCTS),
        begins=st.sampled_from([-DAY, 0, 300]),
        lasts=st.sampled_from([900, DAY, DAY + 60]),
    )
    def sell(self, product, begins, lasts):
        name, single, paper = product
        begins += self.city.time.seconds
        rider = self.city.rider(name, paper=paper, valid_from=begins, valid_until=begins + lasts)
        sold = Sold(len(self.tickets), name.split("-")[0], single, paper, begins, begins + lasts)
        self.tickets.append((sold, rider))

    @rule(
        data=st.data(),
        gate=st.sampled_from(sorted(GATES)),
        late=st.sampled_from([0, 0, 0, 15, 45, 60, 90, -15, -30, -45]),
        passes=st.booleans(),
    )
    def tap(self, data, gate, late, passes):
        if not self.tickets:
            return
        sold, rider = data.draw(st.sampled_from(self.tickets))
        now = self.city.time.seconds
        verdict = self.gates[gate].tap(rider.code(now - late))
        moment = -1 if sold.paper else rotation.moment(now - late)
        assert verdict.reason.name == self.model.tap(gate, sold, moment, now)
        self.accepted += verdict.accepted and "repeated" not in verdict.flags
        if verdict.accepted and passes:
            self.gates[gate].passed(verdict)
            self.model.passes(gate, sold)

    @rule(seconds=st.sampled_from([1, 7, 8, 9, 15, 30, 100, 180, 600, 3600]))
    def wait(self, seconds):
        self.city.time.seconds += seconds

    @rule(data=st.data())
    def deny(self, data):
        if self.tickets:
            number = data.draw(st.integers(0, len(self.tickets) - 1))
            self.city.denied.add(number)
            self.model.denied.add(number)
            for gate in self.gates.values():
                gate.update_trust(self.city.trust)

    @rule()
    def restart(self):
        for gate in self.gates.values():
            gate.close()
        self.model.forget(self.city.time.seconds)
        self.gates = {name: self.city.gate(profile, store) for name, (profile, store) in PROFILES.items()}

    @invariant()
    def every_accepted_tap_is_in_a_whole_chain(self):
        if getattr(self, "gates", None):
            rows = [list(self.gates[name].store.journal_rows()) for name in ("entry", "bus")]
            assert sum(map(len, rows)) == self.accepted
            assert all(journal.first_break(part) is None for part in rows)

    def teardown(self):
        for gate in getattr(self, "gates", {}).values():
            gate.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


Gates.TestCase.settings = settings(max_examples=int(40 * CASES), stateful_step_count=30, deadline=None)
TestGates = Gates.TestCase
