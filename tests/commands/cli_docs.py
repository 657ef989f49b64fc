"""Writes docs/cli.md from the commands' own help: `python -m tests.commands.cli_docs`."""

from pathlib import Path
from typing import Final

import click
from click.testing import CliRunner

from hanoi_ticket.commands import COMMANDS, main

PAGE: Final = Path(__file__).resolve().parent.parent.parent / "docs" / "cli.md"
HEAD: Final = """\
# The command

`hanoi-ticket` does each step of a ticket's way. `python cli.py` is the same from a checkout; its docstring is the
manual page.

This page is generated from `--help` (`python -m tests.commands.cli_docs`), and a test holds the two together.

## What every command keeps to

- `--json` prints results as JSON, one object a line, for programs; without it they are for people.
- Results go to standard output; notes, errors and `hint:` lines to standard error.
- Exit status: 0 accept, 1 refuse, 2 usage, 3 cannot decide (unknown time, outdated trust, a store, key or file that
  cannot be used). Of many codes the highest counts.
- Moments are UTC seconds or ISO 8601 with a zone: `1795393800`, `2026-11-23T07:30:00+07:00`.
- `NO_COLOR` is honoured. `HANOI_TICKET_PASSWORD` holds a key file's password, so that it stands in no process list.

## Completion

The shell asks the command itself. Put one line in the shell's start-up file:

```sh
eval "$(_HANOI_TICKET_COMPLETE=bash_source hanoi-ticket)"      # ~/.bashrc
eval "$(_HANOI_TICKET_COMPLETE=zsh_source hanoi-ticket)"       # ~/.zshrc
_HANOI_TICKET_COMPLETE=fish_source hanoi-ticket | source       # ~/.config/fish/completions/hanoi-ticket.fish
```
"""


def page() -> str:
    context = click.Context(main)
    names = [[]]
    for name in COMMANDS:
        command = main.get_command(context, name)
        names.append([name])
        if isinstance(command, click.Group):
            names += [[name, inner] for inner in command.commands]
    return "\n".join([HEAD, *(_section(name) for name in names)])


def _section(name: list[str]) -> str:
    shown = CliRunner().invoke(main, [*name, "--help"], prog_name="hanoi-ticket", terminal_width=100).output
    title = " ".join(["hanoi-ticket", *name])
    return f"## {title}\n\n```\n{shown.rstrip()}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
