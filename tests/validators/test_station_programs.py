"""Two gates of one station as an operator runs them: two programs, two stores, one server that comes and goes."""

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hanoi_ticket import clock
from hanoi_ticket.rotation import PERIOD
from tests.validator.redis_server import RedisServer
from tests.validators.reader_program import Depot, Running, complaint, eventually


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path, "--appendonly", "yes")
    yield server
    server.stop()


def gate(depot: Depot, server: RedisServer, name: str, kind: str = "metro-entry") -> Running:
    profile = depot.profile(kind, reader=name, place="2a-cat-linh", station=server.url, late=600)
    arguments = depot.arguments("--profile", profile, "--passage", "0")
    arguments[arguments.index("--store") + 1] = str(depot.folder / f"{name}.db")
    return Running("metro", arguments)


@pytest.fixture
def gates(depot: Depot, server: RedisServer) -> Iterator[tuple[Running, Running]]:
    with contextlib.ExitStack() as opened:
        yield tuple(opened.enter_context(gate(depot, server, name)) for name in "AB")


def told(reader: Running, code: str) -> tuple[str, list[str]]:
    before = len([event for event in reader.events if event["event"] == "tap"])
    reader.send(code)
    tap = reader.wait_for("tap", before + 1)[before]
    return str(tap["reason"]), list(tap["flags"])


def test_what_enters_at_one_gate_is_passback_at_the_other(depot: Depot, gates) -> None:
    first, second = gates
    ticket, now = depot.ticket("metro-2a-day"), clock.now()
    assert told(first, depot.holder.present(ticket, now - PERIOD)) == ("OK", [])
    assert told(second, depot.holder.present(ticket, now))[0] == "PASSBACK"
    single = depot.code()
    assert [told(reader, single)[0] for reader in gates] == ["OK", "ALREADY_USED"]


def test_the_exit_of_another_program_sees_the_entry(depot: Depot, server: RedisServer, gates) -> None:
    ticket, now = depot.ticket(), clock.now()
    told(gates[0], depot.holder.present(ticket, now - PERIOD))
    with gate(depot, server, "X", "metro-exit") as leaving:
        assert told(leaving, depot.holder.present(ticket, now)) == ("OK", [])


def test_cut_off_gates_flag_and_reconcile_by_themselves_when_the_server_is_back(
    depot: Depot, server: RedisServer, gates
) -> None:
    first, second = gates
    shared, own = depot.code(), depot.code()
    server.stop()
    for reader in gates:
        assert told(reader, shared) == ("OK", ["cut-off"])  # the stated exposure: once at each gate
    assert told(first, own) == ("OK", ["cut-off"])
    for reader in gates:
        assert reader.wait_for("station-lost")[0]["detail"]
    server.start()
    for reader in gates:
        reader.wait_for("station-back")
    eventually(lambda: len(server.client().keys("use:*")) == 2)  # nobody has tapped since
    assert told(second, own)[0] == "ALREADY_USED"
    assert told(second, depot.code()) == ("OK", [])


def test_a_server_that_lost_everything_is_told_again_by_itself(depot: Depot, server: RedisServer, gates) -> None:
    first, second = gates
    codes = [depot.code() for _ in range(4)]
    assert [told(first, code) for code in codes] == [("OK", [])] * 4
    server.client().flushall()
    eventually(lambda: len(server.client().keys("use:*")) == 4)
    assert [told(second, code)[0] for code in codes] == ["ALREADY_USED"] * 4
    assert told(second, depot.code()) == ("OK", ["cut-off"])  # for a minute: a third gate may not have told yet


def test_a_server_that_would_forget_keeps_the_gate_shut(depot: Depot, tmp_path: Path) -> None:
    forgetful = RedisServer(tmp_path)
    try:
        code, text = complaint("metro", depot.arguments("--profile", depot.profile(station=forgetful.url)))
    finally:
        forgetful.stop()
    assert code == 3
    assert "appendonly" in text


def test_a_station_that_is_no_server_is_usage(depot: Depot) -> None:
    code, text = complaint("metro", depot.arguments("--profile", depot.profile(station="10.0.0.2")))
    assert code == 2
    assert re.search(r"station: a server such as valkey://10\.0\.0\.2:6379, not '10\.0\.0\.2'", text)
