import json
import sys
from pathlib import Path
from typing import Any, Self

import click
from rich.console import Console
from rich.status import Status

from hanoi_ticket.bench.compare import changes
from hanoi_ticket.bench.report import comparison, report
from hanoi_ticket.bench.suite import FULL, QUICK, run
from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, with_output
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.files import read_capped

MAX_BYTES = 1 << 20


@click.command("bench")
@click.option("--quick", is_flag=True, help="Under a minute: fewer rounds, and no process that compiles first.")
@click.option("--compare", "older", type=FILE, metavar="OLD.json", help="Show what changed since a run of --json.")
@with_output
def command(out: Output, quick: bool, older: Path | None) -> None:
    """Measure this machine, and hold it to what each kind of gate must sustain.

    Contenders take turns; figures are medians of their rounds, ratios are taken round by round. Gates stand on slower
    machines: the table names the factor and where it comes from. Exit status 1 when a target is missed.
    """
    before = _read(older) if older else None
    with _Progress() as progress:
        outcome = run(QUICK if quick else FULL, progress.tell)
    value = outcome.as_dict()
    shown = list(report(outcome))
    if before is not None:
        found = _changes(before, value, older)
        value["changes"] = [change._asdict() for change in found]
        shown.append(comparison(found))
    out.result(value, *shown)
    if outcome.machine["serving"] == "openssl":
        hint("`hanoi-ticket warmup` builds the native library, which verifies faster and starts sooner")
    leave(Exit.ACCEPT if outcome.met else Exit.REFUSE)


def _read(path: Path) -> Any:  # noqa: ANN401  JSON
    data = read_capped(path, MAX_BYTES)
    try:
        return json.loads(data or b"")
    except ValueError as error:
        raise HanoiTicketError(f"{path} is no run that `bench --json` printed: {error}") from None


def _changes(before: Any, value: dict[str, Any], path: Path | None) -> list[Any]:  # noqa: ANN401
    try:
        return list(changes(before, value))
    except ValueError as error:
        raise HanoiTicketError(f"{path}: {error}") from None


class _Progress:
    """One moving line in a terminal; elsewhere a line for each thing that is begun."""

    def __init__(self) -> None:
        self._status = Status("measuring", console=Console(stderr=True)) if sys.stderr.isatty() else None
        self._last = ""

    def tell(self, text: str) -> None:
        if text != self._last:
            self._last = text
            if self._status:
                self._status.update(text)
            else:
                note(text)

    def __enter__(self) -> Self:
        if self._status:
            self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._status:
            self._status.stop()
