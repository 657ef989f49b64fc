"""The reader programs as processes: taps, signals, trust updates, trouble at the start and while they run."""

import json
import os
import re
import signal
import sqlite3

import pytest

from hanoi_ticket import TrustBundle, clock
from hanoi_ticket.rotation import PERIOD
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.validator import Store
from tests.validators.reader_program import PATIENCE, Depot, Running, complaint, launch, run_once


def test_a_metro_gate_lets_a_day_pass_in_once(depot: Depot) -> None:
    code = depot.code("metro-2a-day")
    with Running("metro", depot.arguments("--passage", "0")) as gate:
        gate.send(code, code, "hello")
        assert gate.taps(3) == ["OK", "REPLAYED", "WRONG_PREFIX"]
        assert gate.stop() == 0
    assert gate.shown[0] == "| barrier open"
    words = "Mời qua. Chúc quý khách một chuyến đi tốt lành.  Please go through. Have a good journey."
    assert gate.shown[1] == f"✓ green (one high tone)  {words}"
    assert sum("barrier open" in line for line in gate.shown) == 1
    assert [tap.ticket_id for tap in Store(depot.store).taps()] == [0]


def test_until_the_rider_has_gone_through_the_same_code_opens_again(depot: Depot) -> None:
    code = depot.code()
    with Running("metro", depot.arguments("--passage", "60")) as gate:
        gate.send(code, code)
        taps = gate.wait_for("tap", 2)
    assert [tap["flags"] for tap in taps] == [[], ["repeated"]]
    assert len(list(Store(depot.store).taps())) == 1


def test_a_single_runs_in_and_out_but_not_further_than_was_paid(depot: Depot) -> None:
    whole = depot.ticket("metro-2a-single")
    short = depot.ticket("metro-2a-single-1")  # 8,000 VND; to the end of the line it is 15,000
    now = clock.now()

    def codes(moment: int) -> list[str]:
        return [depot.holder.present(ticket, moment) for ticket in (whole, short)]

    with (
        Running("metro", depot.arguments("--passage", "0")) as entry,
        Running("metro", depot.arguments("--profile", "metro-exit")) as leaving,
    ):
        entry.send(*codes(now - PERIOD))
        assert entry.taps(2) == ["OK", "OK"]
        leaving.send(*codes(now))
        assert leaving.taps(2) == ["OK", "WRONG_AREA"]
        entry.send(*codes(now))
        assert entry.taps(4)[2:] == ["ALREADY_USED", "ALREADY_USED"]


def test_a_bus_shows_its_driver_what_was_bought(depot: Depot) -> None:
    with Running("bus", depot.arguments()) as bus:
        bus.send(depot.printed("bus-single-2"), depot.code("bus-month-all-group", rider=2), "VT1:")
        assert bus.taps(3) == ["OK", "OK", "TRUNCATED"]
        bus.stop()
    driver = [line for line in bus.shown if line.startswith(">")]
    assert driver == [
        f"> {vi} | {en}"
        for vi, en in [
            (
                "Vé lượt xe buýt, cự ly từ 15 đến dưới 25 km; vé in, xem vé giấy; Hành khách phổ thông",
                "Bus single, routes 15 to under 25 km; printed, look at the paper; Ordinary rider",
            ),
            (
                "Vé tháng xe buýt liên tuyến, tập thể; vé trên điện thoại; Mua theo tập thể",
                "Bus monthly pass, all routes, group; in the app; Group purchase",
            ),
        ]
    ]
    assert not any("barrier" in line for line in bus.shown)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_when_asked(depot: Depot, number: int) -> None:
    with Running("metro", depot.arguments()) as gate:
        gate.send(depot.code())
        gate.taps(1)
        assert gate.stop(number) == 0
    assert gate.events[-1]["event"] == "stopped"
    assert not any("Traceback" in line for line in gate.shown)
    assert not depot.store.with_name("store.db-wal").exists()  # SQLite removes it when the last one closes


def test_it_stops_when_the_input_ends_and_decides_what_came_last(depot: Depot) -> None:
    done = run_once("metro", depot.arguments("--json"), depot.code())  # no terminator
    assert done.returncode == 0
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["ready", "tap", "stopped"]


@pytest.mark.parametrize(("terminator", "end"), [("cr", b"\r"), ("lf", b"\n"), ("crlf", b"\r\n")])
def test_it_strips_the_agreed_terminator_and_no_other(depot: Depot, terminator: str, end: bytes) -> None:
    good = depot.code()
    with Running("metro", depot.arguments("--terminator", terminator)) as gate:
        gate.write(good.encode() + end + good.encode() + b" " + end + good.encode() + b"\t" + end)
        first, with_space, with_tab = gate.taps(3)
    assert (first, with_tab) == ("OK", "BASE45_CHARACTER")
    assert with_space != "OK"  # a space is a Base45 character: which rule it breaks depends on the length


def test_a_log_line_names_the_ticket_and_nothing_of_its_holder(depot: Depot) -> None:
    code = depot.code("bus-month-all-priority", rider=1)
    done = run_once("bus", depot.arguments(), f"{code}\nVT1:{'A' * 500}\n")
    lines = done.stdout.splitlines()
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ tap reader=BUS-32-0417 accepted=true reason=OK number=0 signal=ACCEPT at=\d+"
        r" moment=\d+ issuer=[0-9a-f]{8} ticket=0 product=bus-month-all-priority amount=0 flags=\[\] ms=[\d.]+",
        lines[1],
    )
    assert 'detail="504 characters"' in lines[2]
    assert code[10:40] not in done.stdout
    assert "AAAA" not in done.stdout


def test_a_new_bundle_is_taken_between_two_taps_and_an_old_one_is_not(depot: Depot) -> None:
    first, second, third = (depot.ticket("metro-2a-day") for _ in range(3))
    with Running("metro", depot.arguments()) as gate:
        gate.send(depot.holder.present(first))
        gate.taps(1)
        depot.publish(version=2, denied=(1,))
        assert gate.wait_for("trust")[0]["version"] == 2
        gate.send(depot.holder.present(second), depot.holder.present(third))
        assert gate.taps(3) == ["OK", "DENIED", "OK"]
        depot.publish(version=1)
        assert "rolled back: version 1 after version 2" in gate.wait_for("trust-refused")[0]["detail"]
        depot.publish(version=9, authority=PrivateKey.generate("EdDSA"))
        assert "another key" in gate.wait_for("trust-refused", 2)[1]["detail"]
        depot.replace_trust(depot.trust.read_bytes()[:100])
        gate.wait_for("trust-refused", 3)
        depot.trust.unlink()
        assert "No such file" in gate.wait_for("trust-refused", 4)[3]["detail"]
        gate.send(depot.holder.present(second))
        assert gate.taps(4)[3] == "DENIED"
        depot.publish(version=3)
        gate.wait_for("trust", 2)
        gate.send(depot.holder.present(second))
        assert gate.taps(5)[4] == "OK"


def test_no_tap_is_dropped_while_bundles_change(depot: Depot) -> None:
    codes = [depot.code() for _ in range(120)]
    with Running("metro", depot.arguments()) as gate:
        for version in range(2, 42):
            depot.publish(version)
            gate.send(*codes[3 * (version - 2) : 3 * (version - 1)])
            gate.send_signal(signal.SIGHUP)
        assert gate.taps(120) == ["OK"] * 120
        assert gate.wait_for("trust")


def test_hang_up_asks_for_the_bundle_at_once(depot: Depot) -> None:
    with Running("metro", depot.arguments()) as gate:
        depot.replace_trust(TrustBundle.of([]).sign(depot.authority, version=0, at=0))
        gate.wait_for("trust-refused")
        gate.send_signal(signal.SIGHUP)  # the file is as it was: only the signal makes it look again
        gate.wait_for("trust-refused", 2)


def test_a_locked_store_refuses_and_recovers(depot: Depot) -> None:
    with Running("metro", depot.arguments()) as gate:
        other = sqlite3.connect(depot.store, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        gate.send(depot.code())
        assert gate.taps(1) == ["STORE_UNAVAILABLE"]
        other.execute("ROLLBACK")
        other.close()
        gate.send(depot.code())
        assert gate.taps(2) == ["STORE_UNAVAILABLE", "OK"]


def test_it_goes_on_when_nobody_reads_the_log(depot: Depot) -> None:
    gate = launch("metro", depot.arguments())
    for stream in (gate.stdout, gate.stderr):
        stream.close()
    gate.communicate(f"{depot.code()}\n{depot.code()}\n".encode(), PATIENCE)
    assert gate.returncode == 0
    assert len(list(Store(depot.store).taps())) == 2


def test_a_damaged_store_is_set_aside_and_named(depot: Depot) -> None:
    depot.store.write_bytes(b"SQLite format 3\0" + os.urandom(4096))
    with Running("metro", depot.arguments()) as gate:
        assert str(gate.wait_for("ready")[0]["store_set_aside"]).startswith(f"{depot.store}.damaged")


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("late", -1, "late: a whole number from 0 to 3600, not -1"),
        ("direction", "sideways", "direction: one of entry, exit, ride, not 'sideways'"),
        ("colour", "blue", "colour: no such key"),
        ("release", "open", "release: 'open' is for exits alone"),
        ("mode", "bus", "mode: this program is for 'metro', not 'bus'"),
    ],
)
def test_a_wrong_profile_is_usage_and_the_key_is_named(depot: Depot, key: str, value: object, words: str) -> None:
    path = depot.profile(**{key: value})
    keys = [line.split(" ")[0] for line in path.read_text("utf-8").splitlines()]
    place = path if key == "mode" else f"{path}:{keys.index(key) + 1}"
    code, text = complaint("metro", depot.arguments("--profile", path))
    assert (code, text) == (2, f"error: {place}: {words}\n")


def test_a_profile_in_another_encoding_is_usage(depot: Depot) -> None:
    path = depot.folder / "latin.toml"
    path.write_bytes('reader = "Cát Linh"'.encode("latin-1"))
    code, text = complaint("metro", depot.arguments("--profile", path))
    assert code == 2
    assert text.startswith(f"error: {path}: 'utf-8' codec")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--profile", "tram"],
        ["--profile", "absent.toml"],
        ["--scanner", "stdin:x"],
        ["--scanner", "serial:"],
        ["--scanner", "telepathy:x"],
        ["--terminator", "nul"],
        ["--baud", "9601"],
        ["--clock", "sundial"],
        ["--clock", "gnss"],
        ["--clock", "ntp:x"],
        ["--no-such-option"],
    ],
)
def test_wrong_usage_is_2(depot: Depot, arguments: list[str]) -> None:
    code, text = complaint("metro", depot.arguments(*arguments))
    assert code == 2
    assert "error: " in text


def test_what_keeps_it_from_starting_is_3(depot: Depot) -> None:
    stranger = depot.folder / "stranger.pem"
    stranger.write_bytes(depot.pem.read_bytes()[:40])
    for option, value in [
        ("--trust", depot.folder / "absent"),
        ("--trust", depot.pem),
        ("--authority", depot.folder / "absent"),
        ("--authority", stranger),
        ("--store", depot.folder / "absent" / "store"),
        ("--scanner", f"serial:{depot.folder}/absent"),
        ("--clock", f"gnss:{depot.folder}/absent"),
        ("--scanner", f"images:{depot.folder}/absent"),
        ("--scanner", f"frames:{depot.folder}/absent"),
    ]:
        code, text = complaint("metro", depot.arguments(option, value))
        assert code == 3, (option, value, text)
        assert text.startswith("error: ")


def test_a_restart_with_an_older_bundle_is_refused(depot: Depot) -> None:
    depot.publish(version=5)
    run_once("metro", depot.arguments())
    depot.publish(version=4)
    code, text = complaint("metro", depot.arguments())
    assert code == 3
    assert "rolled back" in text
