"""The loop of every reader program: codes in, verdicts out, and a little housekeeping in between."""

import contextlib
import math
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from hanoi_ticket import Reason, Validator, Verdict
from hanoi_ticket.clock import ClockState, now
from hanoi_ticket.errors import StoreUnavailable
from hanoi_ticket.validator.scanner_check import layout_damage

from .control import Control
from .log import Log, told
from .metrics import Metrics
from .ports import Barrier, Clock, Decide, Lamp, Scanner, Screen
from .trust_file import TrustFile
from .watchdog import Watchdog

WAIT: Final = 0.2
"""Seconds that one look at the scanner takes at most: so soon a stop or a new bundle is noticed."""
CHECKED_FOR: Final = 30.0
"""Seconds for which a pressed "checked" button waits for its tap."""
LOOK_EVERY: Final = 1.0
"""At the clock, and at the station's server."""
TIDY_EVERY: Final = 3600.0
STORE_RETRY: Final = 10.0


@dataclass(slots=True)
class Requests:
    """What a signal handler may set; the loop looks at them between two taps."""

    stop: bool = False
    reload: bool = False
    checked: float | None = None
    """When staff pressed the "checked" button, on the monotonic clock."""


class Reader:
    """A gate with its ports."""

    def __init__(
        self,
        gate: Validator,
        scanner: Scanner,
        lamp: Lamp,
        log: Log,
        trust_file: TrustFile,
        *,
        clock: Clock,
        barrier: Barrier | None = None,
        screen: Screen | None = None,
        decide: Decide = Validator.tap,
        metrics: Metrics | None = None,
        control: Control | None = None,
        watchdog: Watchdog | None = None,
        tidy_every: float = TIDY_EVERY,
    ) -> None:
        self._gate, self._scanner, self._lamp, self._log = gate, scanner, lamp, log
        self._trust_file, self._barrier, self._screen = trust_file, barrier, screen
        self._decide, self._metrics, self._watchdog = decide, metrics, watchdog
        self._control = control
        self._clock, self._clock_state, self._next_look = clock, ClockState.TRUSTED, 0.0
        self._tidy_every = tidy_every
        self._next_tidy = time.monotonic() + tidy_every
        self._trust_retry = float("inf")
        self._cut_off = ""
        self._let_in: deque[tuple[float, Verdict]] = deque()

    def run(self, requests: Requests) -> None:
        """Until it is asked to stop, or the scanner has no more."""
        while not requests.stop:
            if self._watchdog is not None:
                self._watchdog.alive()
            reload, requests.reload = requests.reload, False
            self._keep_house(reload=reload)
            if self._control is not None:
                self._control.obey(self._gate)
            try:
                codes = self._scanner.read(WAIT)
            except EOFError:
                break
            for code in codes:
                self._tap(code, checked=self._pressed(requests))
            self._note_passages()

    @staticmethod
    def _pressed(requests: Requests) -> bool:
        """One press is for one tap, and not for ever."""
        pressed, requests.checked = requests.checked, None
        return pressed is not None and time.monotonic() - pressed <= CHECKED_FOR

    def _tap(self, code: bytes, *, checked: bool) -> None:
        self._note_passages()
        trust = self._gate.trust
        began = time.perf_counter()
        verdict = self._judged(code, checked=checked)
        milliseconds = 1000 * (time.perf_counter() - began)
        if verdict.accepted and self._barrier is not None:
            with self._failing("barrier"):
                self._barrier.open()
            self._let_in.append((time.monotonic() + self._gate.profile.retry + 1, verdict))
        with self._failing("lamp"):
            self._lamp.show(verdict)
        self._log.tap(verdict, milliseconds)
        if damage := verdict.ticket is None and layout_damage(code[:8].decode("utf-8", "replace")):
            self._log.event("scanner-layout", detail=damage)
        if self._metrics is not None:
            self._metrics.tap(verdict, milliseconds / 1000)
        if self._screen is not None:
            with self._failing("screen"):
                self._screen.tell(verdict, trust)

    def _judged(self, code: bytes, *, checked: bool) -> Verdict:
        """A fault inside refuses this code and is said: it must neither open the gate nor stop it for all others."""
        try:
            return self._decide(self._gate, code, checked=checked)
        except Exception as error:  # noqa: BLE001  whatever it is
            self._log.event("tap-failed", detail=told(error))
            return Verdict(Reason.STORE_UNAVAILABLE, now(), detail=told(error))

    @contextlib.contextmanager
    def _failing(self, port: str) -> Iterator[None]:
        """A device that fails is said, and stops nobody; a rider at a barrier that stays shut scans again."""
        try:
            yield
        except Exception as error:  # noqa: BLE001  drivers raise what they like
            self._log.event("port-failed", port=port, detail=told(error))

    def _note_passages(self) -> None:
        """Whoever was let in first goes through first; one who has not gone in the retry window no longer matters."""
        if self._barrier is None:
            return
        passages = 0
        with self._failing("barrier"):
            passages = self._barrier.passages()
        for _ in range(passages):
            if self._let_in:
                self._mark_passed(self._let_in.popleft()[1])
        while self._let_in and self._let_in[0][0] < time.monotonic():
            self._let_in.popleft()

    def _mark_passed(self, verdict: Verdict) -> None:
        try:
            self._gate.passed(verdict)
        except StoreUnavailable as error:
            self._log.event("store-unavailable", detail=str(error))

    def _keep_house(self, *, reload: bool) -> None:
        tick = time.monotonic()
        if reload or tick >= self._trust_retry or self._trust_file.changed():
            self._trust_retry = float("inf")
            self._reload_trust()
        if tick >= self._next_look:
            self._next_look = tick + LOOK_EVERY
            self._look_at_clock()
            self._look_at_station()
        if tick >= self._next_tidy:
            self._next_tidy = tick + self._tidy_every
            self._tidy()

    def _reload_trust(self) -> None:
        """The next tap is judged by the new bundle, or by the old one when the new one is not to be believed."""
        kept = self._gate.trust
        try:
            bundle = self._trust_file.load()
            if bundle.digest == kept.digest:
                return
            self._gate.update_trust(bundle)
        except StoreUnavailable as error:
            self._trust_retry = time.monotonic() + STORE_RETRY
            self._log.event("store-unavailable", detail=str(error))
        except Exception as error:  # noqa: BLE001  no file may stop the reader
            self._log.event("trust-refused", kept=kept.version, detail=told(error))
        else:
            self._log.event("trust", version=bundle.version, before=kept.version)

    def _look_at_clock(self) -> None:
        """Also what a steady clock lives on: it must see its source when nobody taps."""
        with self._failing("clock"):
            reading = self._clock.read()
            if self._metrics is not None:
                self._metrics.state(reading, self._gate.trust)
            if reading.state is not self._clock_state:
                self._clock_state = reading.state
                error = round(reading.error, 1) if math.isfinite(reading.error) else None
                self._log.event("clock", state=reading.state.value, error=error)

    def _look_at_station(self) -> None:
        """The other gates hear what they missed, also when nobody taps here."""
        with contextlib.suppress(StoreUnavailable):  # each tap says so
            self._gate.store.reconcile()
        trouble = self._gate.store.trouble
        if trouble and not self._cut_off:
            self._log.event("station-lost", detail=trouble)
        elif self._cut_off and not trouble:
            self._log.event("station-back")
        self._cut_off = trouble

    def _tidy(self) -> None:
        try:
            self._gate.tidy()
        except StoreUnavailable as error:
            self._log.event("store-unavailable", detail=str(error))
