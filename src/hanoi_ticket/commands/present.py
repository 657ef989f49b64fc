from pathlib import Path

import click

from hanoi_ticket import clock
from hanoi_ticket.commands.options import FILE, at_option, challenge_option, password_option, read_ticket, secret
from hanoi_ticket.commands.output import Output, hint, with_output
from hanoi_ticket.commands.watch import watch as show_live
from hanoi_ticket.rotation import PERIOD, moment
from hanoi_ticket.ticket import Holder, printed
from hanoi_ticket.wire import cwt


@click.command("present")
@click.argument("path", type=FILE, metavar="TICKET")
@click.option("--key", type=FILE, help="The holder's private key; a printed ticket has none.")
@password_option
@at_option
@challenge_option
@click.option("--count", type=click.IntRange(1), default=1, help="So many codes ahead, one a line, as for a wallet.")
@click.option("--watch", is_flag=True, help="Show a live QR that rotates, with a countdown.")
@with_output
def command(  # noqa: PLR0917  an option each
    out: Output,
    path: Path,
    key: Path | None,
    password: str | None,
    at: int | None,
    challenge: int | None,
    count: int,
    watch: bool,
) -> None:
    """Turn a ticket into a code: the holder signs the moment.

    The text of the code goes to standard output, ready for `hanoi-ticket qr` or `verify`.
    """
    ticket = read_ticket(path)
    if cwt.decode_ticket(ticket).claims.holder is not None and key is None:
        raise click.UsageError("the ticket is bound to a key; give --key")
    holder = Holder.load(key, secret(password)) if key else None
    if watch:
        if out.as_json or holder is None:
            raise click.UsageError("--watch is for people, and for tickets that rotate")
        _watch(out, holder, ticket, challenge)
        return
    first = moment(clock.now() if at is None else at)
    try:
        for step in range(first, first + count * PERIOD, PERIOD):
            code = holder.present(ticket, step, challenge=challenge) if holder else printed(ticket)
            value = {"code": code, "moment": step if holder else None, "characters": len(code)}
            out.result(value, code)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    hint("hanoi-ticket qr CODE draws it, hanoi-ticket inspect CODE takes it apart")


def _watch(out: Output, holder: Holder, ticket: bytes, challenge: int | None) -> None:
    try:
        show_live(out.console, lambda at: holder.present(ticket, at, challenge=challenge))
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    except KeyboardInterrupt:
        return
