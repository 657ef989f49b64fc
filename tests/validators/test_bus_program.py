"""The bus reader as a process: trips, stops, two doors, and what a restart knows of them."""

import time
from dataclasses import replace
from pathlib import Path

import pytest

from hanoi_ticket import Issuer, TrustBundle, clock
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Area
from hanoi_ticket.fares.rules import LegRule
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.rotation import PERIOD
from hanoi_ticket.validator import Store
from tests.validators.reader_program import Depot, Running, launch

ROUTE_74, SHORT, MIDDLE, RETURN = 25, 301, 303, 300
STOPS = {"74-my-dinh": 5001, "74-cau-dien": 5002, "74-nhon": 5003}
ACCOUNT = "pay-as-you-go"


def distance_bands() -> Catalogue:
    """The sample with stops on route 74: 8,000 to the next stop, 12,000 to the one after, else the whole route.

    The dearest bus single is one of two rides, and an account's passback is a second.
    """
    sample = hanoi_sample()
    areas = [Area(number, name, frozenset({ROUTE_74}), name, name) for name, number in STOPS.items()]
    near = [LegRule(0, ROUTE_74, start, start + 1, 0, 0, SHORT, 0) for start in (5001, 5002)]
    rules = sample.rules._replace(legs=(*sample.rules.legs, *near, LegRule(0, ROUTE_74, 5001, 5003, 0, 0, MIDDLE, 0)))
    changes = {ACCOUNT: {"passback": 1}, "bus-single": {"rides": 2}}
    products = [replace(product, **changes.get(product.id, {})) for product in sample.products.values()]
    riders = sample.riders.values()
    return Catalogue.of("VND", sample.utc_offset, riders, [*sample.areas.values(), *areas], products, rules)


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    depot, catalogue = Depot(tmp_path), distance_bands()
    depot.issuer = Issuer.generate(catalogue=catalogue)
    bundle = TrustBundle.of([depot.issuer.public_record()], catalogue=catalogue)
    depot.replace_trust(bundle.sign(depot.authority, version=2, at=clock.now()))
    return depot


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    return tmp_path / "control"


def bus(depot: Depot, profile: str, *options: str | Path, **changes: object) -> Running:
    profile_file = depot.profile(profile, place="bus-74", **changes)
    return Running("bus", depot.arguments("--profile", profile_file, *options))


def test_the_trip_is_told_and_stands_in_the_journal_also_after_a_restart(depot: Depot, pipe: Path) -> None:
    single, now = depot.ticket("bus-single"), clock.now()
    with bus(depot, "bus", "--control", pipe, retry=0) as reader:
        pipe.write_text("trip 74-0730\n")
        reader.wait_for("control")
        reader.send(depot.holder.present(single, now - 2 * PERIOD))
        reader.taps(1)
        time.sleep(1.1)
        reader.send(depot.holder.present(single, now - PERIOD))
        assert reader.taps(2) == ["OK", "ALREADY_USED"]
    with bus(depot, "bus", "--control", pipe, retry=0) as reader:
        reader.send(depot.holder.present(single, now - PERIOD))
        assert reader.taps(1) == ["ALREADY_USED"]
        pipe.write_text("trip 74-0915\n")
        reader.wait_for("control")
        reader.send(depot.holder.present(single, now), depot.code("bus-month-all"))
        assert reader.taps(3) == ["ALREADY_USED", "OK", "OK"]
        pipe.write_text("trip 74-1100\n")
        reader.wait_for("control", 2)
        reader.send(depot.holder.present(single, now + PERIOD))
        assert reader.taps(4)[-1] == "ALREADY_USED"  # both rides are used up
    with Store(depot.store) as store:
        assert [tap.trip for tap in store.taps()] == ["74-0730", "74-0915", "74-0915"]


def test_a_ride_costs_as_far_as_it_went_and_the_whole_route_where_nobody_tapped_out(depot: Depot, pipe: Path) -> None:
    account, now = depot.ticket(ACCOUNT), clock.now()
    codes = [depot.holder.present(account, now + PERIOD * n) for n in (-3, -2, -1, 0, 1)]
    with bus(depot, "bus-entry", "--control", pipe, retry=0) as front, bus(depot, "bus-exit", retry=0) as back:
        pipe.write_text("trip 74-0730\nstop 74-my-dinh\n")
        front.wait_for("control", 2)
        front.send(codes[0])
        front.taps(1)
        pipe.write_text("stop 74-nhon\n")
        front.wait_for("control", 3)
        back.send(codes[1])
        back.taps(1)
        pipe.write_text("stop 74-cau-dien\n")
        front.wait_for("control", 4)
        front.send(codes[2])
        front.taps(2)
    time.sleep(1.1)
    with bus(depot, "bus-entry", retry=0) as front, bus(depot, "bus-exit", retry=0) as back:
        front.send(codes[3])
        (entry,) = front.wait_for("tap")
        back.send(codes[4])
        (leaving,) = back.wait_for("tap")
        assert (entry["reason"], entry["amount"], entry["flags"]) == ("OK", 20_000, ["no-exit"])
        assert (leaving["amount"], leaving["flags"]) == (20_000, [])  # no rule for a ride to where it began
        front.stop()
    line = next(line for line in front.shown if line.startswith(">"))
    assert "tính vào tài khoản 20,000 VND" in line
    assert "charged to the account 20,000 VND" in line
    with Store(depot.store) as store:
        assert [(tap.direction, tap.amount) for tap in store.taps()] == [
            ("entry", 0),
            ("exit", 12_000),
            ("entry", 0),
            ("entry", 20_000),
            ("exit", 20_000),
        ]
        assert {tap.trip for tap in store.taps()} == {"74-0730"}


def test_a_single_must_have_paid_for_as_far_as_it_went(depot: Depot, pipe: Path) -> None:
    """A band that was paid is judged at the way out; who taps out nowhere is asked for nothing more."""
    single, now = depot.ticket("bus-single"), clock.now()
    with bus(depot, "bus-entry", "--control", pipe, retry=0) as front, bus(depot, "bus-exit", retry=0) as back:
        pipe.write_text("trip 74-0730\nstop 74-my-dinh\n")
        front.wait_for("control", 2)
        front.send(depot.holder.present(single, now - PERIOD))
        assert front.taps(1) == ["OK"]
        pipe.write_text("stop 74-nhon\n")
        front.wait_for("control", 3)
        back.send(depot.holder.present(single, now))
        assert back.taps(1) == ["OK"]


@pytest.mark.parametrize(
    "line",
    ["stop nowhere", "drive on", "trip " + "9" * 65, "", "trip \x07", "\udcff".encode("utf-8", "surrogateescape")],
)
def test_what_cannot_be_done_is_said_and_stops_nothing(depot: Depot, pipe: Path, line: str | bytes) -> None:
    with bus(depot, "bus", "--control", pipe) as reader:
        pipe.write_bytes((line.encode() if isinstance(line, str) else line) + b"\n")
        (refused,) = reader.wait_for("control-refused")
        assert refused["detail"]
        reader.send(depot.code("bus-month-all"))
        assert reader.taps(1) == ["OK"]


def test_half_a_line_waits_for_its_end(depot: Depot, pipe: Path) -> None:
    with bus(depot, "bus", "--control", pipe) as reader:
        pipe.write_text("trip 74")
        reader.send(depot.code("bus-month-all"))
        reader.taps(1)
        pipe.write_text("-0730\n")
        assert [event["word"] for event in reader.wait_for("control")] == ["74-0730"]


def test_a_control_that_is_no_pipe_is_refused_at_the_start(depot: Depot, pipe: Path) -> None:
    pipe.write_text("a file")
    process = launch("bus", depot.arguments("--control", pipe))
    assert (process.wait(20), b"no named pipe" in process.communicate()[1]) == (3, True)
