"""An identity check gives a rider category and nothing else, and renewals change their numbers."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.fares.identity import AgeCheck, Entitlement, IdentityCheck
from hanoi_ticket.standards import MAX_SECONDS
from hanoi_ticket.wire import cwt

DOCS = Path(__file__).resolve().parents[2] / "docs" / "fares.md"
COUNTER: IdentityCheck[date] = AgeCheck(child=5, senior=4, utc_offset=7 * 3600)


def midnight(day: str) -> int:
    return int(datetime.fromisoformat(f"{day}T00:00:00+07:00").astimezone(UTC).timestamp())


def test_a_child_rides_free_up_to_the_sixth_birthday() -> None:
    born, birthday = date(2020, 11, 23), midnight("2026-11-23")
    assert COUNTER.entitlement(born, birthday - 1) == Entitlement(5, birthday)
    assert COUNTER.entitlement(born, birthday) is None
    leap = midnight("2026-03-01")
    assert COUNTER.entitlement(date(2020, 2, 29), leap - 1) == Entitlement(5, leap)
    assert COUNTER.entitlement(date(2020, 2, 29), leap) is None


def test_a_senior_rides_free_from_the_sixtieth_birthday() -> None:
    born, birthday = date(1966, 11, 23), midnight("2026-11-23")
    assert COUNTER.entitlement(born, birthday - 1) is None
    assert COUNTER.entitlement(born, birthday) == Entitlement(4, MAX_SECONDS)


def test_the_example_of_the_docs_runs_and_its_ticket_says_no_more_than_the_class() -> None:
    example = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert example
    names: dict[str, object] = {}
    exec(compile(example[1], str(DOCS), "exec"), names)  # noqa: S102  our own docs
    ticket = names["ticket"]
    assert isinstance(ticket, bytes)
    claims = cwt.decode_ticket(ticket).claims
    assert (claims.product, claims.rider, claims.area) == (400, 4, 0)


def test_each_renewal_has_a_number_of_its_own() -> None:
    issuer, phone = Issuer.generate(), Holder.generate()
    weeks = [issuer.issue(phone.public_key, "metro-2a-month", week, week + 604_800) for week in (0, 604_800)]
    numbers = {cwt.decode_ticket(ticket).claims.ticket_id for ticket in weeks}
    assert len(numbers) == 2
