"""`hanoi-ticket doctor scanner`: the symbol it draws is read back, as a scanner would."""

import json
import os
import subprocess
import sys
import threading
import time
import tty

import pytest

from hanoi_ticket.validator.scanner_check import TEST_TEXT
from tests.conftest import ROOT

COMMAND = [sys.executable, "-m", "cli", "doctor", "scanner", "--json"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "src")}


@pytest.mark.parametrize(
    ("received", "good", "said"),
    [
        (TEST_TEXT + "\r\n", True, "--terminator crlf"),
        (TEST_TEXT[:100] + "\n", False, "cut after 100"),
        ("", False, "nothing came"),
    ],
)
def test_what_comes_from_a_pipe_is_judged(received: str, good: bool, said: str) -> None:
    done = subprocess.run(
        COMMAND, input=received.encode(), capture_output=True, cwd=ROOT, env=ENVIRONMENT, timeout=60, check=False
    )
    value = json.loads(done.stdout)
    assert (value["good"], done.returncode) == (good, 0 if good else 1)
    assert said in " ".join(value["findings"])
    assert "█" in done.stderr.decode()


def test_a_serial_scanner_is_judged() -> None:
    pytest.importorskip("serialx")
    master, slave = os.openpty()
    tty.setraw(slave)
    process = subprocess.Popen(
        [*COMMAND, "--device", os.ttyname(slave), "--baud", "115200"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=ENVIRONMENT,
    )  # fmt: skip

    def scan() -> None:
        for line in process.stderr:
            if b"scan this symbol" in line:
                time.sleep(0.5)  # the port is opened after the word
                os.write(master, TEST_TEXT.encode() + b"\r")

    thread = threading.Thread(target=scan)
    thread.start()
    out = process.stdout.read()
    assert process.wait(30) == 0
    thread.join()
    assert json.loads(out)["findings"] == ["codes end with CR: --terminator cr"]
    os.close(master)
    os.close(slave)
