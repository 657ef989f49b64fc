"""Every reason is given by a reader program: a scenario says what it reaches, and together they reach all."""

import json
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hanoi_ticket import Issuer, Reason, TrustBundle, clock
from hanoi_ticket.claims import Binding, Claims, PublicKey
from hanoi_ticket.fares.rules import Frame, Service
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.rotation import PERIOD
from hanoi_ticket.ticket import printed
from hanoi_ticket.trust import IssuerRecord
from tests.samples import ISSUER, signed
from tests.validators.reader_program import Depot, Running

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "refusals.json").read_text("utf-8"))["vectors"]
BY_BYTES = sorted(
    {vector["reason"] for vector in VECTORS if Reason.OK < Reason[vector["reason"]] < Reason.ISSUER_KEY_EXPIRED}
)
DAY = 86_400
DAY_PASS = 110


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    """The issuer is that of the vectors."""
    depot = Depot(tmp_path)
    depot.issuer = Issuer(ISSUER["EdDSA"])
    depot.publish(version=2)
    return depot


def publish(depot: Depot, bundle: TrustBundle, age: int = 0) -> None:
    depot.replace_trust(bundle.sign(depot.authority, version=3, at=clock.now() - age))


def told(depot: Depot, *codes: str, program: str = "metro", options: tuple[str | Path, ...] = ()) -> list[str]:
    with Running(program, depot.arguments(*options)) as reader:
        reader.send(*codes)
        return reader.taps(len(codes))


def bytes_and_signatures(depot: Depot) -> list[str]:
    of_a_line = [vector for vector in VECTORS if not set(vector["code"]) & set("\r\n") and vector["code"].isascii()]
    wanted = [vector for vector in of_a_line if vector["reason"] in BY_BYTES]
    reasons = told(depot, *(vector["code"] for vector in wanted))
    assert reasons == [vector["reason"] for vector in wanted]
    return reasons


def dates_and_proofs(depot: Depot) -> list[str]:
    now, holder = clock.now(), depot.holder
    early = depot.issuer.issue(holder.public_key, "metro-2a-day", now + 600, now + 3600)
    ended = depot.issuer.issue(holder.public_key, "metro-2a-day", now - 3600, now - 600)
    ticket = depot.ticket("metro-2a-day")
    moments = [holder.present(ticket, now - 300), holder.present(ticket, now + 300)]
    return told(depot, holder.present(early), holder.present(ended), *moments)


def ended_key(depot: Depot) -> list[str]:
    publish(depot, TrustBundle.of([IssuerRecord(depot.issuer.public_record().key, valid_until=clock.now() - 1)]))
    return told(depot, depot.code())


def unknown_time(depot: Depot) -> list[str]:
    return told(depot, depot.code(), options=("--clock", "ntp"))


def old_trust(depot: Depot) -> list[str]:
    publish(depot, TrustBundle.of([depot.issuer.public_record()]), age=8 * DAY)
    return told(depot, depot.code())


def denied(depot: Depot) -> list[str]:
    record = depot.issuer.public_record()
    publish(depot, TrustBundle.of([record], denied={record.kid: [0]}))
    return told(depot, depot.code())


def relayed(depot: Depot) -> list[str]:
    ticket = depot.ticket("bus-single-2")
    codes = [depot.holder.present(ticket)] * 2
    return told(depot, *codes, program="inspector", options=("--ask",))


def fares(depot: Depot) -> list[str]:
    now = clock.now()
    key: PublicKey = depot.holder.public_key
    unsold = signed(Claims(9, now - 60, now + 3600, 65_000, 0, 0, Binding.DEVICE, key))
    codes = [depot.code(product) for product in ("bus-month-all", "metro-31-day")]
    return told(depot, depot.holder.present(unsold), *codes, depot.code("free-pass", rider=4))


def closed_hours(depot: Depot) -> list[str]:
    sample = hanoi_sample()
    past = Service(1, 0b1111111, date(2020, 1, 1), date(2020, 1, 2), frozenset(), frozenset())
    legs = tuple(rule._replace(start_frame=1) if rule.product == DAY_PASS else rule for rule in sample.rules.legs)
    rules = sample.rules._replace(legs=legs, frames=(Frame(1, 0, DAY, 1),), services=(past,))
    publish(depot, TrustBundle.of([depot.issuer.public_record()], catalogue=replace(sample, rules=rules)))
    return told(depot, depot.code("metro-2a-day"))


def uses(depot: Depot) -> list[str]:
    now, holder = clock.now(), depot.holder
    single, ticket = (
        printed(depot.issuer.issue(None, "bus-single-2", now - 60, now + 60)),
        depot.ticket("bus-month-all"),
    )
    first, second = holder.present(ticket, now - PERIOD), holder.present(ticket, now)
    profile = depot.profile("bus", retry=0)
    with Running("bus", depot.arguments("--profile", profile)) as bus:
        bus.send(single, first)
        bus.taps(2)
        time.sleep(1.1)  # a retry of 0 seconds is one within the second
        bus.send(first, second)
        return [
            *bus.taps(4),
            *told(depot, single, program="bus", options=("--profile", depot.profile("bus", reader="B2"))),
        ]


def missing_entry(depot: Depot) -> list[str]:
    profile = depot.profile("metro-exit", missing_entry="refuse")
    return told(depot, depot.code(), options=("--profile", profile))


def full_store(depot: Depot) -> list[str]:
    return told(depot, depot.code(), depot.code(), options=("--profile", depot.profile(capacity=1)))


def locked_store(depot: Depot) -> list[str]:
    with Running("metro", depot.arguments()) as gate:
        other = sqlite3.connect(depot.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        gate.send(depot.code())
        reasons = gate.taps(1)
        other.close()
        return reasons


SCENARIOS: dict[Callable[[Depot], list[str]], list[str]] = {
    bytes_and_signatures: BY_BYTES,
    dates_and_proofs: ["NOT_YET_VALID", "EXPIRED", "CODE_TOO_OLD", "CODE_FROM_FUTURE"],
    ended_key: ["ISSUER_KEY_EXPIRED"],
    unknown_time: ["CLOCK_UNKNOWN"],
    old_trust: ["TRUST_EXPIRED"],
    denied: ["DENIED"],
    relayed: ["OK", "CHALLENGE"],
    fares: ["UNKNOWN_PRODUCT", "WRONG_MODE", "WRONG_AREA", "CONCESSION_CHECK"],
    closed_hours: ["WRONG_TIME"],
    uses: ["OK", "REPLAYED", "PASSBACK", "ALREADY_USED"],
    missing_entry: ["NO_ENTRY"],
    full_store: ["OK", "STORE_FULL"],
    locked_store: ["STORE_UNAVAILABLE"],
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_a_reader_program_gives_the_reason(depot: Depot, scenario: Callable[[Depot], list[str]]) -> None:
    assert set(scenario(depot)) == set(SCENARIOS[scenario])


def test_the_scenarios_reach_every_reason() -> None:
    assert {reason for reasons in SCENARIOS.values() for reason in reasons} == {reason.name for reason in Reason}
