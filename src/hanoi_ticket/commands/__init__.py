"""The `hanoi-ticket` command: one file a subcommand, loaded only when it is asked for."""

import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from hanoi_ticket.commands.output import Exit, hint, note
from hanoi_ticket.errors import HanoiTicketError, KeyRejected, StoreUnavailable, TrustRejected

COMMANDS: Final = {
    "keygen": "Make a key pair for an issuer, a holder or an authority.",
    "bundle": "Make, sign and read trust bundles.",
    "products": "List what is sold, with its prices on a day.",
    "fares": "Check fare feeds and price rides.",
    "issue": "Sign a ticket.",
    "present": "Turn a ticket into a code, now or again each rotation period.",
    "qr": "Draw a code as PNG, SVG or in the terminal.",
    "inspect": "Show what a code or ticket says and where each byte goes.",
    "verify": "Judge codes offline and without memory.",
    "tap": "Judge codes as a gate does, with its store.",
    "journal": "List a store's tap journal, hand it over, acknowledge it.",
    "clear": "Turn readers' taps into what each operator gets.",
    "warmup": "Compile the signature checks once for this machine.",
    "doctor": "Say which backend checks signatures, and what is wrong with a scanner.",
    "bench": "Measure this machine against what gates must sustain.",
    "demo": "Show the whole way of a ticket, honest taps and attacks.",
}
"""Every subcommand and its line in the help, in the order of the data. The file of the same name has its `command`."""

_HINTS: Final[dict[type[Exception], str]] = {
    KeyRejected: "`hanoi-ticket keygen KEY.pem` makes keys; a key under a password needs --password",
    TrustRejected: "fetch the bundle again; --signer is the public key of the authority that signed it",
    StoreUnavailable: "the store must be a file that this user may write, on a local disk",
    FileNotFoundError: "check the path",
}


class Main(click.Group):
    """Loads subcommands late, so that help and completion are quick, and turns errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"hanoi_ticket.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401  as click has it
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  nobody reads any more
            code = Exit.CANNOT_DECIDE
        except (HanoiTicketError, OSError) as error:
            note(f"error: {_told(error)}")
            hint(next((text for kind, text in _HINTS.items() if isinstance(error, kind)), ""))
            code = Exit.CANNOT_DECIDE
        except (click.Abort, KeyboardInterrupt):
            note("error: stopped before there was an answer")
            code = Exit.CANNOT_DECIDE
        raise click.exceptions.Exit(code)


def _told(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}"
    return str(error)


@click.group(cls=Main, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="hanoi-ticket")
def main() -> None:
    """Dynamic QR transit tickets: issue, rotate, draw, and validate offline.

    Every command takes --json. Results go to standard output, everything else to standard error.
    Exit status: 0 accept, 1 refuse, 2 usage, 3 cannot decide.
    """
