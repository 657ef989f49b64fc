"""docs/readers.md tells the truth: its commands run, its options and events are the programs'."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.validators.reader_program import ROOT

PAGE = (ROOT / "docs" / "readers.md").read_text("utf-8")


def test_the_commands_let_a_rider_in(tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "hanoi-ticket").write_text(
        f'#!{sys.executable}\nfrom hanoi_ticket.commands import main\nmain(prog_name="hanoi-ticket")\n'
    )
    (programs / "hanoi-ticket-metro").write_text(f'#!/bin/sh\nexec {sys.executable} -m validators.metro "$@"\n')
    for program in programs.iterdir():
        program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }
    done = subprocess.run(
        ["sh", "-e", "-c", script], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert " tap " in done.stdout
    assert re.search(r"^✓ .*", PAGE, re.MULTILINE).group() in done.stderr


def test_every_option_is_explained() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    told = ""
    for program in ("metro", "inspector", "bus"):
        command = [sys.executable, "-m", f"validators.{program}", "--help"]
        told += subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"^  (--[a-z-]+)", told, re.MULTILINE))
    assert options == set(re.findall(r"^\| `(--[a-z-]+)", PAGE, re.MULTILINE))


def test_every_event_is_explained() -> None:
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "validators").glob("*.py"))
    events = set(re.findall(r"\.event\(\"([a-z-]+)\"", sources))
    (table,) = re.findall(r"\| event \|.*?\n\n", PAGE, re.DOTALL)
    told = {name for row in table.strip().splitlines() for name in re.findall(r"`([a-z-]+)`", row.split("|")[1])}
    assert events == told
