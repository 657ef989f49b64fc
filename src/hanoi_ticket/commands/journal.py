from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click
from rich.table import Table

from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, when, with_output
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.validator.journal import Tap, first_break
from hanoi_ticket.validator.store import read_journal


@click.command("journal")
@click.argument("store", type=FILE)
@click.option("--last", type=click.IntRange(1), help="Only so many taps, the newest (default: all).")
@with_output
def command(out: Output, store: Path, last: int | None) -> None:
    """List a store's accepted taps and check that each is chained to the one before.

    Reads only; a gate may be at work. Exit status 1 when the chain is broken.
    """
    anchor, rows = read_journal(store)
    broken = first_break(rows, anchor)
    sound = [(number, record) for number, record, _ in rows if broken is None or number < broken]
    shown = [(number, Tap.decode(record)) for number, record in (sound[-last:] if last else sound)]
    if out.as_json:
        for number, tap in shown:
            out.result({"number": number, **asdict(tap), "issuer": tap.issuer.hex()})
    else:
        out.console.print(_table(shown))
    if broken is not None:
        note(f"error: {store}: record {broken} does not follow from those before")
        hint("keep the file: somebody or a failing disk has changed it")
        leave(Exit.REFUSE)
    note(f"{len(rows)} tap{'s' * (len(rows) != 1)}, the chain holds")


def _table(taps: Iterable[tuple[int, Tap]]) -> Table:
    catalogue = hanoi_sample()
    table = Table("#", "at", "reader", "direction", "product", "issuer", "ticket", "flags", box=None, pad_edge=False)
    for number, tap in taps:
        product = catalogue.product(tap.product)
        name = product.id if product else str(tap.product)
        time = when(tap.at, catalogue.utc_offset)
        ticket = (tap.issuer.hex()[:8], str(tap.ticket_id))
        table.add_row(str(number), time, tap.reader, tap.direction, name, *ticket, " ".join(tap.flags))
    return table
