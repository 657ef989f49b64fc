from collections.abc import Iterator
from pathlib import Path

import click

from hanoi_ticket import clock
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.commands.options import FILE, at_option, challenge_option, with_trust
from hanoi_ticket.commands.output import Output, with_output
from hanoi_ticket.commands.scanned import judge_all, with_codes
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator import Validator, Verdict


@click.command("tap")
@with_trust
@with_codes
@click.option("--profile", required=True, help="metro-entry, metro-exit, bus, or the path of a TOML file.")
@click.option("--store", type=FILE, required=True, help="What the gate remembers; made when absent.")
@at_option
@challenge_option
@click.option("--checked", is_flag=True, help="Staff have seen that the rider is entitled.")
@click.option("--passed", is_flag=True, help="The rider goes through after each accepted tap.")
@with_output
def command(  # noqa: PLR0917  an option each
    out: Output,
    codes: Iterator[bytes],
    trust: TrustBundle,
    profile: str,
    store: Path,
    at: int | None,
    challenge: int | None,
    checked: bool,
    passed: bool,
) -> None:
    """Judge codes as a gate does: with fares, its memory of earlier taps, and a journal.

    An accepted tap is on disk before it is printed.
    """
    source = clock.now if at is None else lambda: at
    with Validator.open(profile, trust, store, clock=TrackedClock(source)) as gate:

        def tap(code: bytes) -> Verdict:
            verdict = gate.tap(code, challenge=challenge, checked=checked)
            if passed:
                gate.passed(verdict)
            return verdict

        judge_all(out, codes, tap)
