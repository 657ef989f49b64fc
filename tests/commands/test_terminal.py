"""In a terminal: a live code, colours, an interrupted wait, a reader that goes away."""

import functools
import os
import pty
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

from tests.commands.transcript import ROOT

COMMAND = [sys.executable, str(ROOT / "cli.py")]
# A background job of a shell is started deaf to Ctrl-C, and its children inherit that.
hear_interrupts = functools.partial(signal.signal, signal.SIGINT, signal.SIG_DFL)


def in_terminal(arguments: list[str], *, until: bytes, **environment: str) -> tuple[bytes, int]:
    """Runs in a terminal of 100 columns until it has shown `until`, then interrupts; what it showed, and its status."""
    terminal, inside = pty.openpty()
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    size = {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "50"}
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdin=inside,
        stdout=inside,
        stderr=inside,
        env=plain | size | environment,
        preexec_fn=hear_interrupts,  # noqa: PLW1509  it only resets a signal
    )
    os.close(inside)
    shown = b""
    try:
        while until not in shown and select.select([terminal], [], [], 20)[0]:
            shown += os.read(terminal, 65_536)
        process.send_signal(signal.SIGINT)
        while data := os.read(terminal, 65_536):
            shown += data
    except OSError:  # the other end is closed
        os.close(terminal)
    return shown, process.wait(20)


def test_the_live_code_counts_down_and_ends_at_ctrl_c(desk) -> None:
    watch = ["present", desk.path("day.ticket"), "--key", desk.path("phone.pem"), "--watch"]
    shown, status = in_terminal(watch, until=b"Ctrl-C ends")
    assert status == 0
    assert re.search(rb"next code in +\d+ s", shown)
    assert "▄▄▄▄▄".encode() in shown


def test_a_wait_for_codes_can_be_interrupted(desk) -> None:
    shown, status = in_terminal(["verify", *desk.trust], until=b"Ctrl-D")
    assert status == 3
    assert b"Traceback" not in shown


def test_colours_in_a_terminal_and_none_when_not_wanted(desk) -> None:
    verify = ["verify", *desk.trust, desk.code]
    assert b"\x1b[1;32m" in in_terminal(verify, until=b"journey")[0]
    assert b"\x1b[1;32m" not in in_terminal(verify, until=b"journey", NO_COLOR="1")[0]


def test_a_reader_that_goes_away_is_no_refusal() -> None:
    for arguments in (["demo"], ["demo", "--json"]):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, check=False)
        os.close(writing)
        assert done.returncode == 3
        assert b"Traceback" not in done.stderr
        assert b"Exception ignored" not in done.stderr


def test_an_interrupted_wait_on_a_pipe(desk) -> None:
    command = [*COMMAND, "verify", *desk.trust]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        preexec_fn=hear_interrupts,  # noqa: PLW1509  it only resets a signal
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(desk.code.encode() + b"\n")
    process.stdin.flush()
    assert b"OK" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 3


def test_a_code_is_judged_as_soon_as_its_line_ends(desk, tmp_path: Path) -> None:
    tap = ["tap", *desk.trust, "--profile", "metro-entry", "--store", str(tmp_path / "s.db"), "--json"]
    process = subprocess.Popen([*COMMAND, *tap], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin is not None
    assert process.stdout is not None
    for expected in (b'"OK"', b'"repeated"'):
        process.stdin.write(desk.code.encode() + b"\n")
        process.stdin.flush()
        assert expected in process.stdout.readline()
    process.stdin.close()
    assert process.wait(10) == 0
