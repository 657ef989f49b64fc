"""The phone's screen in a terminal: a code that rotates, and a bar that runs out."""

import time
from collections.abc import Callable

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.text import Text

from hanoi_ticket import clock
from hanoi_ticket.commands.output import when
from hanoi_ticket.rotation import PERIOD, moment, remaining
from hanoi_ticket.ticket import in_terminal


def watch(console: Console, present: Callable[[int], str]) -> None:
    """Runs until it is interrupted. `present` gives the code of a moment in UTC seconds."""
    shown, symbol = -1, Text()
    with Live(console=console, auto_refresh=False, screen=console.is_terminal) as live:
        while True:
            at = clock.now()
            if moment(at) != shown:
                shown = moment(at)
                symbol = qr_text(present(at))
            live.update(_screen(symbol, at), refresh=True)
            time.sleep(1 - time.time() % 1)


def qr_text(code: str, *, paper: bool = False) -> Text:
    """The symbol for any terminal, light or dark: light modules are drawn."""
    return Text(in_terminal(code, paper=paper).rstrip("\n"), style="bright_white on black", no_wrap=True)


def _screen(symbol: Text, at: int) -> Group:
    left = remaining(at)
    line = Text(f" {when(moment(at))[11:19]} UTC, next code in {left:2} s; Ctrl-C ends")
    return Group(symbol, line, ProgressBar(total=PERIOD, completed=left, width=40))
