from collections.abc import Iterator

import click

from hanoi_ticket.commands.options import at_option, challenge_option, with_trust
from hanoi_ticket.commands.output import Output, with_output
from hanoi_ticket.commands.scanned import judge_all, with_codes
from hanoi_ticket.rotation import BUS, METRO
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator import verify


@click.command("verify")
@with_trust
@with_codes
@at_option
@challenge_option
@click.option(
    "--freshness",
    type=click.Choice(["metro", "bus"]),
    default="metro",
    show_default=True,
    help="How far a code's moment may lie from the time: -15 to +45 s, or -30 to +75 s.",
)
@with_output
def command(  # noqa: PLR0917  an option each
    out: Output, codes: Iterator[bytes], trust: TrustBundle, at: int | None, challenge: int | None, freshness: str
) -> None:
    """Judge codes offline and without memory: signatures, validity, freshness, deny list.

    Codes come as arguments, from pictures, or one a line on standard input. Whether a ticket was used before, and
    whether it is good for a place, is for `hanoi-ticket tap`.
    """
    window = {"metro": METRO, "bus": BUS}[freshness]
    judge_all(out, codes, lambda code: verify(code, trust, at, freshness=window, challenge=challenge))
