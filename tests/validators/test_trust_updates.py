"""Bundles come to a running reader from a web server, a directory and a stick: newer ones alone, between two taps."""

import contextlib
import http.server
import shutil
import threading
from collections.abc import Iterator

import pytest

from hanoi_ticket import Issuer, TrustBundle, clock
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.ticket import printed
from hanoi_ticket.trust.bundle import MAX_BYTES
from tests.validators.reader_program import Depot, Running, eventually

EAGER = ("--trust-every", "0.1")


class Web(http.server.ThreadingHTTPServer):
    """Answers every GET by `answer`, and counts what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.body, self.unchanged = 200, b"", 0
        self.url = f"http://127.0.0.1:{self.server_address[1]}/city.vt1"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    server: Web

    def do_GET(self) -> None:
        status, body = self.server.status, self.server.body
        tag = f'"{hash(body)}"'
        if status == 200 and self.headers["If-None-Match"] == tag:
            status, body = 304, b""
            self.server.unchanged += 1
        self.send_response(status)
        self.send_header("ETag", tag)
        if status == 302:
            self.send_header("Location", "/elsewhere")
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as server:
        yield server
        server.shutdown()


def bundle(depot: Depot, version: int, *issuers: Issuer, authority: PrivateKey | None = None) -> bytes:
    made = TrustBundle.of([issuer.public_record() for issuer in issuers or (depot.issuer,)])
    return made.sign(authority or depot.authority, version=version, at=clock.now())


def test_a_reader_fetches_what_is_newer_and_signed_and_nothing_else(depot: Depot, web: Web) -> None:
    web.body = bundle(depot, 1)
    with Running("metro", depot.arguments("--trust-from", web.url, *EAGER)) as gate:
        web.body = bundle(depot, 2)
        assert gate.wait_for("trust")[0]["version"] == 2
        web.body = bundle(depot, 9, authority=PrivateKey.generate("EdDSA"))
        assert "another key" in str(gate.wait_for("trust-not-fetched")[0]["detail"])
        web.body = bytes(MAX_BYTES + 1)
        assert f"more than {MAX_BYTES} bytes" in str(gate.wait_for("trust-not-fetched", 2)[1]["detail"])
        web.status = 302
        assert "302" in str(gate.wait_for("trust-not-fetched", 3)[2]["detail"])
        web.status, web.body = 500, b""
        assert "500" in str(gate.wait_for("trust-not-fetched", 4)[3]["detail"])
        web.status, web.body = 200, bundle(depot, 1)  # rolled back: passed over
        web.unchanged = 0
        gate.send(depot.code())
        assert gate.taps(1) == ["OK"]
        eventually(lambda: web.unchanged)
        web.body = bundle(depot, 3)
        assert gate.wait_for("trust", 2)[1]["version"] == 3
        gate.stop()
    assert [event["version"] for event in gate.events if event["event"] == "trust-fetched"] == [2, 3]
    with Running("metro", depot.arguments()) as again:
        assert again.wait_for("ready")[0]["trust"] == 3


def test_a_server_that_is_not_there_harms_nobody(depot: Depot) -> None:
    with Running("metro", depot.arguments("--trust-from", "http://127.0.0.1:9/x", *EAGER)) as gate:
        gate.wait_for("trust-not-fetched")
        gate.send(depot.code())
        assert gate.taps(1) == ["OK"]
        assert gate.stop() == 0
    assert len([event for event in gate.events if event["event"] == "trust-not-fetched"]) == 1


def test_a_stick_is_plugged_in_half_copied_and_pulled(depot: Depot) -> None:
    stick = depot.folder / "stick"
    with Running("bus", depot.arguments("--trust-from", str(stick), *EAGER)) as bus:
        stick.mkdir()
        data = bundle(depot, 5)
        (stick / "holiday.jpg").write_bytes(b"\xff\xd8")
        (stick / "a.vt1").write_bytes(data[: len(data) // 2])
        bus.wait_for("trust-not-fetched")
        (stick / "a.vt1").write_bytes(data)
        (stick / "old.vt1").write_bytes(bundle(depot, 1))
        assert bus.wait_for("trust")[0]["version"] == 5
        shutil.rmtree(stick)
        bus.send(depot.code("bus-single-2"))
        assert bus.taps(1) == ["OK"]
        stick.mkdir()
        (stick / "b.vt1").write_bytes(bundle(depot, 6))
        assert bus.wait_for("trust", 2)[1]["version"] == 6


def test_a_key_is_rolled_over_and_no_honest_ticket_is_refused(depot: Depot) -> None:
    """New key published, then used, then the old one withdrawn; readers take each step at different times."""
    old, new = depot.issuer, Issuer.generate()
    fresh = depot.folder / "fresh"
    fresh.mkdir()
    now = clock.now()
    term = 600

    def publish(version: int, *issuers: Issuer) -> None:
        (fresh / "next").write_bytes(bundle(depot, version, *issuers))
        (fresh / "next").replace(fresh / "city.vt1")

    def sold(issuer: Issuer, end: int) -> str:
        return printed(issuer.issue(None, "metro-2a-single", now - 60, end))

    slow = replace_store(depot)
    with (
        Running("metro", depot.arguments("--trust-from", str(fresh), *EAGER)) as gate,
        Running("metro", slow) as late,
    ):

        def taken(*codes: str) -> None:
            for reader in (gate, late):
                seen = len([event for event in reader.events if event["event"] == "tap"])
                reader.send(*codes)
                assert reader.taps(seen + len(codes))[seen:] == ["OK"] * len(codes)

        taken(sold(old, now + term))  # 1. the old key alone
        publish(2, old, new)
        gate.wait_for("trust")
        taken(sold(old, now + term))  # 2. both are published, the old one still signs: a late reader loses nothing
        (depot.folder / "late.new").write_bytes((fresh / "city.vt1").read_bytes())
        (depot.folder / "late.new").replace(depot.folder / "late.vt1")
        late.wait_for("trust")
        taken(sold(old, now + term), sold(new, now + term))  # 3. every reader knows the new key: now it signs
        publish(3, new)  # 4. when the last ticket of the old key has ended, the old key is withdrawn
        gate.wait_for("trust", 2)
        taken(sold(new, now + term))
        gate.send(sold(old, now + term))
        late.send(sold(old, now + term))
        assert gate.taps(6)[5] == "UNKNOWN_ISSUER"
        assert late.taps(6)[5] == "OK"  # it has not heard yet: still no honest ticket is refused


def replace_store(depot: Depot) -> list[str]:
    """The arguments of a second reader with files of its own."""
    shutil.copy(depot.trust, depot.folder / "late.vt1")
    files = ["--trust", depot.folder / "late.vt1", "--authority", depot.pem, "--store", depot.folder / "late.db"]
    return [str(word) for word in files]
