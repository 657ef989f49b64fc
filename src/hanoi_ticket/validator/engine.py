"""A gate: one tap from scan to decision, on one page."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Self

from hanoi_ticket.clock import Clock, TrackedClock
from hanoi_ticket.errors import Refusal, StoreUnavailable, TrustRejected
from hanoi_ticket.fares.model import Mode, Product
from hanoi_ticket.reasons import Reason
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator import record, replay, riding, vehicle
from hanoi_ticket.validator.late import Late, LateRecords
from hanoi_ticket.validator.profile import Direction, Doubt, Profile
from hanoi_ticket.validator.reader_time import ReaderTime
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.store import REMEMBERED, Store
from hanoi_ticket.validator.transaction import Transaction
from hanoi_ticket.validator.verdict import Ticket, Verdict
from hanoi_ticket.validator.verify import Case
from hanoi_ticket.validator.window import Window

WAIVED: Final = frozenset(
    {Reason.ISSUER_KEY_EXPIRED, Reason.EXPIRED, Reason.TRUST_EXPIRED, Reason.STORE_UNAVAILABLE, Reason.STORE_FULL}
)
"""For what an exit with `release = "open"` holds back nobody whose ticket is genuine."""

BEGUN_IN_TIME: Final = frozenset({Reason.EXPIRED})
"""At every exit, for a rider whose entry was seen: a ride that began in time may end after midnight."""


class Validator:
    """One reader with its memory. Its methods may be called from any thread."""

    def __init__(self, profile: Profile, trust: TrustBundle, store: Store, clock: Clock) -> None:
        """Raises `TrustRejected` when the bundle is older than the store has seen, or lacks the reader's place."""
        self.profile, self.store = profile, store
        self._time = ReaderTime(profile, clock, store.facts())
        self._trust, self._places = self._admitted(trust)
        self._where = vehicle.Whereabouts(self._places[profile.place])
        self._late = LateRecords(store, profile.capacity)
        self.tidy()
        self._window = Window(profile, store)

    @classmethod
    def open(
        cls,
        profile: Profile | str | os.PathLike[str],
        trust: TrustBundle,
        store: str | os.PathLike[str],
        *,
        clock: Clock | None = None,
    ) -> "Validator":
        """A gate that remembers in the file `store`, which is created when absent.

        `profile` is a `Profile`, a packaged name ("metro-entry", "bus", ...) or the path of a TOML file. One that names
        a station shares its uses with the gates there. Raises `ProfileRejected`, `TrustRejected` or `StoreUnavailable`.
        """
        if not isinstance(profile, Profile):
            profile = Profile.of(profile)
        return cls(profile, trust, _opened(store, profile.station), clock or TrackedClock())

    def tap(self, code: str | bytes, *, challenge: int | None = None, checked: bool = False) -> Verdict:
        """Decide one scan; it never raises on bad input. An accepted verdict is on disk already.

        `challenge` is the number that this reader shows; `checked` says that staff have seen the rider's entitlement.
        """
        trust = self._trust
        case = Case(waived=self._waived())
        try:
            freshness = self._time.tell(case, trust)
            case.need_young(trust)
            ticket = case.judge(code, trust, freshness, challenge)
            self._need_untaken(case, ticket, trust, checked=checked)
            self._commit(case, ticket, trust, checked=checked)
        except Refusal as refusal:
            return case.verdict(refusal.reason, refusal.detail)
        return case.verdict(Reason.OK)

    def _waived(self) -> frozenset[Reason]:
        if self.profile.release is Doubt.OPEN:
            return WAIVED
        return BEGUN_IN_TIME if self.profile.direction is Direction.EXIT else frozenset()

    def inspect(self, code: str | bytes, *, challenge: int | None = None) -> tuple[Verdict, Use | None]:
        """What `tap` would say but for use and passback, and the last use that this store knows. Nothing is written.

        Rider categories count as checked: whoever inspects looks at the rider.
        """
        trust, case, last = self._trust, Case(), None
        try:
            freshness = self._time.tell(case, trust)
            case.need_young(trust)
            ticket = case.authenticate(code, trust)
            with self.store.transaction() as step:
                last, now = step.last_use(record.key(ticket)), self._now(case, step)
            case.need_current(ticket, freshness, challenge)
            case.need_allowed(ticket, trust)
            self._fare(case, ticket, trust, last, now, checked=True)
        except Refusal as refusal:
            return case.verdict(refusal.reason, refusal.detail), last
        except StoreUnavailable as error:
            return case.verdict(Reason.STORE_UNAVAILABLE, str(error)), last
        return case.verdict(Reason.OK), last

    def _need_untaken(self, case: Case, ticket: Ticket, trust: TrustBundle, *, checked: bool) -> None:
        """From memory, what the store would refuse in any case: a code, or a single, that was taken already.

        The fare comes first, as it does there.
        """
        rules = trust.catalogue.rules
        reason = self._window.refusal(record.key(ticket), ticket.product, rules, record.moment(case), case.at)
        if reason is not None and "expired" not in case.flags:
            self._fare(case, ticket, trust, None, self._now(case, None), checked=checked)
            raise Refusal(reason)

    def _commit(self, case: Case, ticket: Ticket, trust: TrustBundle, *, checked: bool) -> None:
        """The use is on disk when this returns, unless it is an exit's that may hold back nobody."""
        try:
            self._late.write()
            with self.store.transaction() as step:
                use = self._use(case, ticket, trust, step, checked=checked)
            self._window.remember(record.key(ticket), use)
        except StoreUnavailable as error:
            self._let_out(case, ticket, trust, Refusal(Reason.STORE_UNAVAILABLE, str(error)), checked=checked)
        except Refusal as refusal:
            if refusal.reason is not Reason.STORE_FULL:
                raise
            self._let_out(case, ticket, trust, refusal, checked=checked)

    def _let_out(self, case: Case, ticket: Ticket, trust: TrustBundle, refusal: Refusal, *, checked: bool) -> None:
        """Without a store there is no entry to price; the record follows as soon as there is one again."""
        case.refuse(refusal.reason, refusal.detail)
        now = self._now(case, None)
        product, _ = self._fare(case, ticket, trust, None, now, checked=checked)
        tap = record.line(case, ticket, trust, now)
        self._late.add(Late(record.key(ticket), record.kept_until(ticket, product), replace(now, rides=1), tap))

    def _use(self, case: Case, ticket: Ticket, trust: TrustBundle, step: Transaction, *, checked: bool) -> Use:
        """Fare, then replay and passback, then the record: all that the store must see as one step."""
        key = record.key(ticket)
        last, now = step.last_use(key), self._now(case, step)
        if "expired" in case.flags and not self._begun_in_time(last, now):
            raise Refusal(Reason.EXPIRED)
        product, amount = self._fare(case, ticket, trust, last, now, checked=checked)
        charge = riding.charge(trust.catalogue, product, ticket.claims.rider, last, now)
        now = replace(now, journey=charge.journey)
        outcome = replay.judge(self.profile, product, last, now, goes_on=charge.goes_on)
        case.flags |= outcome.flags | step.flags
        if outcome.repeated:
            case.flags.add("repeated")
            return outcome.use
        case.flags |= charge.flags
        case.amount = amount + charge.amount
        tap = record.line(case, ticket, trust, now)
        step.record(key, record.kept_until(ticket, product), outcome.use, tap, self.profile.capacity, new=last is None)
        case.flags |= step.flags
        self._time.mark(case, step)
        return outcome.use

    def _begun_in_time(self, last: Use | None, now: Use) -> bool:
        """A ride whose entry was seen may end after its ticket, and its exit be shown again."""
        seen = last is not None and (_inside(last) or replay.retried(self.profile, last, now))
        return seen or self.profile.release is Doubt.OPEN

    def _now(self, case: Case, step: Transaction | None) -> Use:
        """This very use, before anything is judged. A vehicle is where its store says, or without it where it was."""
        profile = self.profile
        if step is not None and profile.mode == Mode.BUS:
            self._where = vehicle.whereabouts(step, self._places, self._places[profile.place])
        place, trip = self._where
        return Use(record.moment(case), case.at, profile.direction, place, profile.reader, rides=0, trip=trip)

    def _fare(
        self, case: Case, ticket: Ticket, trust: TrustBundle, last: Use | None, now: Use, *, checked: bool
    ) -> tuple[Product, int]:
        """What was bought, and what this tap still costs; a refusal says what would have to be paid.

        An exit that cannot see the entry takes the ride to have begun there and then.
        """
        claims = ticket.claims
        began = None
        if now.direction is Direction.EXIT:
            began = last if last and _inside(last) else now
        decision = trust.catalogue.decide(
            claims.product,
            claims.rider,
            claims.area,
            claims.binding,
            mode=self.profile.mode,
            place=now.place,
            at=now.at,
            entered=began.place if began else 0,
            entered_at=began.at if began else 0,
            checked=checked,
            legs=began.journey.legs if began else (),
        )
        if decision.product is None or decision.reason is not Reason.OK:
            case.amount = decision.amount
            raise Refusal(decision.reason)
        return decision.product, decision.amount

    def passed(self, verdict: Verdict) -> None:
        """The rider has gone through: from now on the same scan is no longer a retry. Raises `StoreUnavailable`."""
        if verdict.accepted and verdict.ticket is not None:
            with self.store.transaction() as step:
                step.mark_passed(record.key(verdict.ticket), self.profile.reader)
            self._window.passed(record.key(verdict.ticket))

    def start_trip(self, trip: str) -> None:
        """The vehicle begins a trip; "" ends the last. All readers that share the store know it, also after a restart.

        A name stands for one trip of the vehicle within 12 hours. Raises `ValueError` or `StoreUnavailable`.
        """
        with self._moving() as step:
            vehicle.start_trip(step, trip)

    def stop_at(self, area: str) -> None:
        """The vehicle is in another area from here on, by its id: a stop, a zone, a route. Raises as `start_trip`."""
        with self._moving() as step:
            vehicle.stop_at(step, area, self._places)

    def _moving(self) -> contextlib.AbstractContextManager[Transaction]:
        if self.profile.mode != Mode.BUS:
            raise ValueError("this reader stands in no vehicle")
        return self.store.transaction()

    @property
    def trust(self) -> TrustBundle:
        """The bundle that the next tap is judged by."""
        return self._trust

    def update_trust(self, bundle: TrustBundle) -> None:
        """Judge every following tap by `bundle`; taps under way finish with the old one. Raises `TrustRejected`."""
        self._trust, self._places = self._admitted(bundle)

    def _admitted(self, bundle: TrustBundle) -> tuple[TrustBundle, Mapping[str, int]]:
        places = {area.id: area.number for area in bundle.catalogue.areas.values()}
        if self.profile.place not in places:
            raise TrustRejected(f"the bundle knows no area {self.profile.place!r}, where this reader stands")
        with self.store.transaction() as step:
            facts = step.facts()
            if bundle.digest:
                bundle.must_follow(int(facts.get("trust_version", 0)), bytes(facts.get("trust_digest", bundle.digest)))
                step.remember("trust_version", bundle.version)
                step.remember("trust_digest", bundle.digest)
        return bundle, places

    def tidy(self) -> None:
        """Forgets tickets that ended long ago. A reader program calls it now and then."""
        with contextlib.suppress(Refusal):  # a full store: the next tap says so
            self._late.write()
        past = self._time.past(self._trust)
        if past is not None:
            self.store.forget(past - REMEMBERED)

    def close(self) -> None:
        with contextlib.suppress(StoreUnavailable, Refusal):
            self._late.write()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _opened(path: str | os.PathLike[str], station: str) -> Store:
    if not station:
        return Store(path)
    from hanoi_ticket.validator.station import StationStore  # noqa: PLC0415  an extra

    return StationStore(path, station)


def _inside(last: Use | None) -> bool:
    return last is not None and last.direction is Direction.ENTRY
