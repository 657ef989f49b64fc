"""Clearing: the taps of readers' stores into amounts per operator."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import click
from rich.table import Table

from hanoi_ticket.commands.options import FILE, with_trust
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, with_output
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator.clearing import Clearing, clear
from hanoi_ticket.validator.journal import Tap, first_break
from hanoi_ticket.validator.store import read_journal

EPOCH = date(1970, 1, 1)


@click.command("clear")
@with_trust
@click.argument("stores", type=FILE, nargs=-1, required=True, metavar="STORE...")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The service day on which rides began (default: all).")
@with_output
def command(out: Output, trust: TrustBundle, stores: tuple[Path, ...], day: datetime | None) -> None:
    """Clear the taps in readers' stores: what each operator gets, to the last dong.

    Rides on accounts are priced once more with all taps together; singles count on the day of their first ride, stays
    in a car park on the day they began. Passes are cleared where they are sold. Reads only.
    """
    taps = [tap for store in stores for tap in _taps(store)]
    service_day = (day.replace(tzinfo=UTC).date() - EPOCH).days if day else None
    cleared = clear(taps, trust.catalogue, service_day)
    catalogue = trust.catalogue
    operators = dict(sorted(cleared.operators.items()))
    out.result(
        {
            "day": day and f"{day:%Y-%m-%d}",
            "currency": catalogue.currency,
            "taps": len(taps),
            "operators": operators,
            "products": {catalogue.products[number].id: amount for number, amount in sorted(cleared.products.items())},
            "total": cleared.total,
            "corrected": cleared.due - cleared.charged,
            "double": [{"issuer": issuer.hex(), "ticket": ticket} for issuer, ticket in cleared.double],
            "unpriced": cleared.unpriced,
            "unknown": cleared.unknown,
        },
        _table(catalogue, operators, cleared),
    )
    note(f"{len(taps)} taps; accounts come to {cleared.due - cleared.charged:+,} against what their gates said")
    for issuer, ticket in cleared.double:
        note(f"used more often than paid: ticket {ticket} of issuer {issuer.hex()}")
    if cleared.unpriced or cleared.unknown:
        note(f"{cleared.unpriced} rides without a price, {cleared.unknown} taps of unknown products")


def _taps(store: Path) -> Iterator[Tap]:
    anchor, rows = read_journal(store)
    broken = first_break(rows, anchor)
    if broken is not None:
        note(f"error: {store}: record {broken} does not follow from those before")
        hint("`hanoi-ticket journal` shows what holds; money is cleared from whole journals alone")
        leave(Exit.REFUSE)
    return (Tap.decode(record) for _, record, _ in rows)


def _table(catalogue: Catalogue, operators: dict[str, int], cleared: Clearing) -> Table:
    table = Table("operator", catalogue.currency, box=None, pad_edge=False)
    for operator, amount in operators.items():
        table.add_row(operator or "(no shares)", f"{amount:,}")
    table.add_row("total", f"{cleared.total:,}")
    return table
