"""The identity port: evidence goes in, an entitlement comes out, and nothing else of the rider goes on.

The issuer asks once, before it signs. A ticket carries the number of a rider category and no name, document number or
birth date; a reader needs no more, and cannot know more.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Protocol, TypeVar

from hanoi_ticket.standards import MAX_SECONDS

Evidence_contra = TypeVar("Evidence_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Entitlement:
    """A rider category of the catalogue, and the UTC second from which it has to be asked for again."""

    rider: int
    until: int


class IdentityCheck(Protocol[Evidence_contra]):
    """What stands behind the port: VNeID, a counter, a school's or a factory's list.

    Evidence is whatever that route works with. It is looked at and forgotten: an implementation keeps and logs none.
    """

    def entitlement(self, evidence: Evidence_contra, at: int) -> Entitlement | None:
        """Return what the evidence entitles to at a moment in UTC seconds; None when it entitles to nothing."""


@dataclass(frozen=True, slots=True)
class AgeCheck:
    """The counter: a clerk reads a birth date from the chip ID. Children ride free until, seniors from, a birthday.

    `child` and `senior` are the codes of the rider categories; ages are in years, as the tariff names them.
    """

    child: int
    senior: int
    utc_offset: int
    child_ends: int = 6
    senior_begins: int = 60

    def entitlement(self, evidence: date, at: int) -> Entitlement | None:
        if at < self._birthday(evidence, self.child_ends):
            return Entitlement(self.child, self._birthday(evidence, self.child_ends))
        if at >= self._birthday(evidence, self.senior_begins):
            return Entitlement(self.senior, MAX_SECONDS)
        return None

    def _birthday(self, born: date, age: int) -> int:
        """Return the first local second of a birthday, in UTC; who was born on 29 February has it on 1 March."""
        leap = (born.month, born.day) == (2, 29)
        day = datetime(born.year + age, 3 if leap else born.month, 1 if leap else born.day, tzinfo=UTC)
        return int(day.timestamp()) - self.utc_offset
