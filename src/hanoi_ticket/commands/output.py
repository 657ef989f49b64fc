"""What a command prints: results on standard output, as JSON or for people; notes and hints on standard error."""

import functools
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import IntEnum
from typing import Any, Concatenate, Final, NoReturn, ParamSpec, TypeVar

import click
from rich.console import Console, RenderableType

from hanoi_ticket.reasons import Reason, Signal
from hanoi_ticket.standards import MAX_SECONDS

P = ParamSpec("P")
R = TypeVar("R")
PIPE_WIDTH: Final = 100
"""Columns where there is no terminal to ask."""
STYLE: Final = {Signal.ACCEPT: "green", Signal.REFUSE: "red", Signal.RETRY: "yellow"}
_UNDECIDED: Final = {Reason.CLOCK_UNKNOWN, Reason.TRUST_EXPIRED, Reason.STORE_UNAVAILABLE, Reason.STORE_FULL}


class Exit(IntEnum):
    """The exit status of every command."""

    ACCEPT = 0
    REFUSE = 1
    USAGE = 2
    CANNOT_DECIDE = 3


class _Console(Console):
    def on_broken_pipe(self) -> NoReturn:
        raise  # noqa: PLE0704  rich calls it where the error is handled; the group gives it our exit status


class Output:
    """Where a command's results go."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self.console = _Console(
            file=sys.stdout,
            width=None if sys.stdout.isatty() else PIPE_WIDTH,
            highlight=False,
            markup=False,  # what is printed may come from a stranger
            emoji=False,
        )

    def result(self, value: dict[str, Any], *shown: RenderableType) -> None:
        """One result: `value` as a line of JSON for programs, or what is `shown` to people."""
        if self.as_json:
            click.echo(json.dumps(value, ensure_ascii=False))
            return
        for item in shown:
            self.console.print(item, soft_wrap=isinstance(item, str))


def with_output(function: Callable[Concatenate[Output, P], R]) -> Callable[P, R]:
    """Gives a command its `Output` as the first argument, and the option --json."""

    @click.option("--json", "as_json", is_flag=True, help="Print results as JSON, one object a line.")
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        return function(Output(bool(kwargs.pop("as_json"))), *args, **kwargs)

    return wrapper


def note(text: str) -> None:
    click.echo(text, err=True)


def hint(text: str) -> None:
    """What to do next."""
    if text:
        note(f"hint: {text}")


def leave(code: Exit) -> NoReturn:
    raise click.exceptions.Exit(code)


def status(reason: Reason) -> Exit:
    """The exit status of a verdict; of many, the highest counts."""
    if reason in _UNDECIDED:
        return Exit.CANNOT_DECIDE
    return Exit.ACCEPT if reason is Reason.OK else Exit.REFUSE


def when(seconds: int, utc_offset: int = 0) -> str:
    """UTC seconds for people, at a catalogue's local time; the ends of all time are empty."""
    if seconds in (0, MAX_SECONDS):
        return ""
    try:
        zone = timezone(timedelta(seconds=utc_offset)) if utc_offset else UTC
        return datetime.fromtimestamp(seconds, zone).isoformat(" ")
    except (ValueError, OverflowError, OSError):
        return f"{seconds} s"
