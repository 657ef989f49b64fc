"""The stateless half of a tap: is this code genuine, and is it now? No network, no files, no memory of other taps."""

from hanoi_ticket import clock
from hanoi_ticket.claims import Proof
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.rotation import METRO, Freshness
from hanoi_ticket.trust import TrustAge, TrustBundle
from hanoi_ticket.validator.authentic import Authentic, examine, recall
from hanoi_ticket.validator.verdict import Ticket, Verdict


class Case:
    """One code under examination, as far as it has got. Each step adds what it found or raises `Refusal`."""

    def __init__(self, at: int = 0, waived: frozenset[Reason] = frozenset()) -> None:
        """`waived` are reasons that only raise a flag: an exit must hold back no car for them."""
        self.at = at
        self.waived = waived
        self.ticket: Ticket | None = None
        self.proof: Proof | None = None
        self.flags: set[str] = set()
        self.amount = 0

    def verdict(self, reason: Reason, detail: str = "") -> Verdict:
        moment = self.proof.moment if self.proof else None
        return Verdict(reason, self.at, self.ticket, moment, frozenset(self.flags), self.amount, detail)

    def refuse(self, reason: Reason, detail: str = "") -> None:
        if reason not in self.waived:
            raise Refusal(reason, detail)
        self.flags.add(reason.name.lower().replace("_", "-"))

    def judge(
        self, code: str | bytes, trust: TrustBundle, freshness: Freshness | None, challenge: int | None
    ) -> Ticket:
        """`authenticate`, `need_current` and `need_allowed`, in one compiled call where there is one.

        What its rules accept is settled: they are those below, with nothing waived. What they refuse is decided again
        below, from what the code said.
        """
        found = examine(code, trust, self.at, freshness or METRO, challenge)
        return self._decide(found, trust, freshness, challenge)

    def judge_again(self, code: str | bytes, trust: TrustBundle, freshness: Freshness, reason: Reason) -> Ticket:
        """`judge`, for a code that came to `reason` in a batch."""
        return self._decide(recall(code, trust, reason), trust, freshness, None)

    def _decide(
        self, found: Authentic, trust: TrustBundle, freshness: Freshness | None, challenge: int | None
    ) -> Ticket:
        ticket = self._know(found, trust)
        if not found.settled:
            self.need_current(ticket, freshness, challenge)
            self.need_allowed(ticket, trust)
        return ticket

    def authenticate(self, code: str | bytes, trust: TrustBundle) -> Ticket:
        """Format, then the issuer's signature, then the holder's; the ticket is known only after both."""
        return self._know(examine(code, trust, self.at, METRO), trust)

    def _know(self, found: Authentic, trust: TrustBundle) -> Ticket:
        self.proof = found.proof
        self.ticket = Ticket(found.issuer, found.claims, trust.catalogue.product(found.claims.product))
        return self.ticket

    def need_current(self, ticket: Ticket, freshness: Freshness | None, challenge: int | None) -> None:
        """Validity, then the moment. Without `freshness` time is at least `at`: only what has ended can be told."""
        claims, issuer, at = ticket.claims, ticket.issuer, self.at
        if at >= issuer.valid_until or (freshness and at < issuer.valid_from):
            self.refuse(Reason.ISSUER_KEY_EXPIRED)
        if freshness and at < claims.valid_from:
            raise Refusal(Reason.NOT_YET_VALID)
        if at >= claims.valid_until:
            self.refuse(Reason.EXPIRED)
        if freshness and self.proof is not None:
            _fresh(self.proof, at, freshness)
        if challenge is not None and (self.proof is None or self.proof.challenge != challenge):
            raise Refusal(Reason.CHALLENGE)

    def need_allowed(self, ticket: Ticket, trust: TrustBundle) -> None:
        if trust.denies(ticket.issuer, ticket.claims.ticket_id):
            raise Refusal(Reason.DENIED)

    def need_young(self, trust: TrustBundle) -> None:
        """First soft, then closed."""
        age = trust.age(self.at)
        if age is TrustAge.CLOSED:
            self.refuse(Reason.TRUST_EXPIRED)
        if age is TrustAge.STALE:
            self.flags.add("stale-trust")


def verify(
    code: str | bytes,
    trust: TrustBundle,
    at: int | None = None,
    *,
    freshness: Freshness = METRO,
    challenge: int | None = None,
) -> Verdict:
    """Whether `code` is a genuine ticket at `at` (UTC seconds; default: now). Never raises on bad input.

    It keeps no state: whether the ticket was used already, and whether it is good for this place, `Validator` knows.
    `challenge` is the number that this reader shows; the proof must carry it then.
    """
    case = Case(clock.now() if at is None else at)
    try:
        case.need_young(trust)
        case.judge(code, trust, freshness, challenge)
    except Refusal as refusal:
        return case.verdict(refusal.reason, refusal.detail)
    return case.verdict(Reason.OK)


def _fresh(proof: Proof, at: int, freshness: Freshness) -> None:
    age = at - proof.moment
    if age > freshness.late:
        raise Refusal(Reason.CODE_TOO_OLD, f"{age} s")
    if age < -freshness.early:
        raise Refusal(Reason.CODE_FROM_FUTURE, f"{-age} s")
