"""What the commands say of themselves, and that saying it is quick."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from hanoi_ticket.commands import COMMANDS, main
from tests.commands import cli_docs

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_page_is_the_help() -> None:
    written, printed = cli_docs.PAGE.read_text("utf-8"), cli_docs.page()
    assert written.split() == printed.split(), "run: python -m tests.commands.cli_docs"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_in_the_table_begins_the_commands_own_help(name: str) -> None:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert command.name == name
    assert command.help


def run(*arguments: str, **environment: str) -> str:
    command = [sys.executable, *arguments]
    environment = {"PYTHONPATH": "src", **environment}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False).stdout


def test_help_loads_no_command() -> None:
    show = "from hanoi_ticket.commands import main; main(['--help'], standalone_mode=False)"
    loaded = run("-c", f"import sys; {show}; print('LOADED', *sys.modules)").split("LOADED ")[1].split()
    assert "hanoi_ticket.commands" in loaded
    assert not {f"hanoi_ticket.commands.{name}" for name in COMMANDS} & set(loaded)
    assert not {"zxingcpp", "PIL", "numba"} & set(loaded)


def test_completion_answers() -> None:
    answer = run("cli.py", _HANOI_TICKET_COMPLETE="bash_complete", COMP_WORDS="hanoi-ticket ins", COMP_CWORD="1")
    assert answer == "plain,inspect\n"
