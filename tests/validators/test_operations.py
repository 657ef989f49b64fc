"""What an operator's tools see: metrics, readiness and a watchdog."""

import os
import shutil
import signal
import socket
import subprocess
import urllib.request

import pytest

from tests.validators.reader_program import ROOT, Depot, Running, eventually

UNIT = ROOT / "validators" / "hanoi-ticket-reader.service"


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_metrics_count_reasons_and_name_no_ticket(depot: Depot, port: int) -> None:
    pytest.importorskip("prometheus_client")

    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return answer.read().decode()

    with Running("metro", depot.arguments("--metrics", str(port))) as gate:
        gate.send(depot.code(), depot.code(), "hello")
        gate.taps(3)
        eventually(lambda: 'hanoi_ticket_taps_total{reason="WRONG_PREFIX"} 1.0' in read())
        text = read()
        assert 'hanoi_ticket_taps_total{reason="OK"} 2.0' in text
        assert "hanoi_ticket_tap_seconds_count 3.0" in text
        assert "hanoi_ticket_trust_version 1.0" in text
        assert 'hanoi_ticket_clock_state{state="trusted"} 1.0' in text
        assert "ticket=" not in text
        assert gate.stop() == 0


def silent(manager: socket.socket) -> bool:
    """Whether no more comes, after what was under way."""
    try:
        return not all(manager.recv(100) for _ in range(10))
    except TimeoutError:
        return True


def test_it_says_ready_and_turns_the_watchdog(depot: Depot, monkeypatch) -> None:
    manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    manager.bind(str(depot.folder / "notify"))
    manager.settimeout(20)
    monkeypatch.setenv("NOTIFY_SOCKET", str(depot.folder / "notify"))
    with Running("metro", depot.arguments()) as gate:
        assert [manager.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
        gate.send_signal(signal.SIGSTOP)
        manager.settimeout(1)
        assert silent(manager)  # systemd would start it again
        gate.send_signal(signal.SIGCONT)
        assert manager.recv(100) == b"WATCHDOG=1"
        gate.stop()
        said = b""
        while said != b"STOPPING=1":
            said = manager.recv(100)
    manager.close()


def test_the_unit_is_one_that_systemd_understands(tmp_path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is absent")
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/hanoi-ticket/bin/hanoi-ticket-metro", "/bin/true"))
    env = {**os.environ, "SYSTEMD_PAGER": ""}
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, env=env, check=False
    )
    assert not [line for line in done.stderr.splitlines() if unit.name in line], done.stderr
