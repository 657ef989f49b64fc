"""Runs the sessions in tests/transcripts and compares what they print.

`$ ` begins a line for bash; what follows is its output: standard output as it is, standard error after `! `, and
`? 3` for an exit status that is not 0. `…` in a line stands for anything, a line of `…` alone for any lines.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
MARK = "=== next ==="


@dataclass(frozen=True)
class Step:
    command: str
    expected: list[str]


def read(path: Path) -> list[Step]:
    """The steps of a file; lines before the first command are its explanation."""
    _, *blocks = re.split(r"^\$ ", path.read_text("utf-8"), flags=re.MULTILINE)
    return [Step(lines[0], lines[1:]) for lines in (block.rstrip("\n").split("\n") for block in blocks)]


def run(steps: list[Step], folder: Path) -> list[list[str]]:
    """What each step prints, all in one shell that begins in an empty folder."""
    launcher = folder / "bin" / "hanoi-ticket"
    launcher.parent.mkdir()
    launcher.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "cli.py"}" "$@"\n')
    launcher.chmod(0o755)
    work = folder / "work"
    work.mkdir()
    script = "\n".join(
        f"{{ {step.command}\n}} 2> ../stderr; status=$?; sed 's/^/! /' ../stderr; "
        f"[ $status = 0 ] || echo \"? $status\"; echo '{MARK}'"
        for step in steps
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HANOI_", "COLUMNS"))}
    environment |= {"PATH": f"{launcher.parent}:{os.environ['PATH']}", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=work,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    )
    outputs = done.stdout.decode("utf-8").split(f"{MARK}\n")[:-1]
    return [[line.rstrip() for line in output.split("\n")[:-1]] for output in outputs]


def matches(expected: list[str], printed: list[str]) -> bool:
    if not expected:
        return not printed
    head, *rest = expected
    if head == "…":
        return any(matches(rest, printed[skipped:]) for skipped in range(len(printed) + 1))
    pattern = ".*".join(re.escape(part) for part in head.split("…"))
    return bool(printed) and re.fullmatch(pattern, printed[0]) is not None and matches(rest, printed[1:])
