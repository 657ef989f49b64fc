"""Codes for a command: from its arguments, from image files, or line by line from standard input."""

import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

import click
from rich.text import Text

from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import STYLE, Exit, Output, hint, leave, note, status
from hanoi_ticket.validator import Lines, Verdict
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes
from hanoi_ticket.validator.scan import TERMINATORS

P = ParamSpec("P")
R = TypeVar("R")
_CHUNK: Final = 1 << 16


def with_codes(function: Callable[Concatenate[Iterator[bytes], P], R]) -> Callable[P, R]:
    """Gives a command its codes, as they come."""

    @click.argument("codes", nargs=-1, metavar="[CODE]...")
    @click.option("--image", type=FILE, multiple=True, help="Read the codes from a picture; needs the extra `camera`.")
    @click.option(
        "--terminator",
        type=click.Choice(list(TERMINATORS)),
        default="lf",
        show_default=True,
        help="What ends a code on standard input.",
    )
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        codes, image, terminator = (kwargs.pop(name) for name in ("codes", "image", "terminator"))
        return function(_codes(codes, image, terminator), *args, **kwargs)  # type: ignore[arg-type]  # click's values

    return wrapper


def _codes(arguments: tuple[str, ...], images: tuple[Path, ...], terminator: str) -> Iterator[bytes]:
    for code in arguments:
        yield code.encode("utf-8", "surrogateescape")
    for path in images:
        found = read_codes(path)
        if not found:
            raise PictureUnreadable(f"{path}: no QR code in the picture")
        yield from found
    if not arguments and not images:
        yield from _standard_input(Lines(terminator))


def _standard_input(lines: Lines) -> Iterator[bytes]:
    if sys.stdin.isatty():
        note("waiting for codes, one a line; end with Ctrl-D")
    while data := sys.stdin.buffer.read1(_CHUNK):  # type: ignore[union-attr]  # it is a buffered reader
        yield from lines.feed(data)
    if rest := lines.rest():
        yield rest


def judge_all(out: Output, codes: Iterator[bytes], judge: Callable[[bytes], Verdict]) -> None:
    """Prints the verdict on each code, and leaves with the worst of them; with none, nothing could be decided."""
    worst = None
    for code in codes:
        verdict = judge(code)
        show(out, verdict)
        worst = max(worst or Exit.ACCEPT, status(verdict.reason))
    if worst is None:
        note("error: no code came in")
        hint("give a code as argument, a picture with --image, or lines on standard input")
        leave(Exit.CANNOT_DECIDE)
    leave(worst)


def show(out: Output, verdict: Verdict) -> None:
    values = verdict.as_dict()
    mark = (f"{verdict.signal.symbol} {verdict.reason.name}", f"bold {STYLE[verdict.signal]}")
    known = [f"  {name} {values[name]}" for name in ("product", "ticket") if values[name] is not None]
    known += [f"  to pay {verdict.amount}"] if verdict.amount else []
    known += [f"  ({part})" for part in (*values["flags"], verdict.detail) if part]
    out.result(values, Text.assemble(mark, *known), f"  {verdict.text('vi')}", f"  {verdict.text('en')}")
