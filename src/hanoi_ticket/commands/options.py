"""Options that several commands share, and how their values are read."""

import functools
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

import click

from hanoi_ticket.errors import HanoiTicketError, Refusal
from hanoi_ticket.files import read_capped
from hanoi_ticket.signing import load_public_key
from hanoi_ticket.trust import IssuerRecord, TrustBundle
from hanoi_ticket.wire import cwt, presentation

P = ParamSpec("P")
R = TypeVar("R")
FILE: Final = click.Path(path_type=Path)
_LAST: Final = int(datetime.combine(date.max, datetime.min.time(), UTC).timestamp())


class Moment(click.ParamType):  # type: ignore[type-arg]  # generic since click 8.5 alone
    """UTC seconds, or ISO 8601 with its zone."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401
        if isinstance(value, int):
            return value
        try:
            if value.isascii() and value.isdigit():
                seconds = int(value)
            else:
                read = datetime.fromisoformat(value)
                if read.tzinfo is None:
                    self.fail(f"{value!r} has no zone; end it with Z or +07:00", param, ctx)
                seconds = int(read.timestamp())
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is neither UTC seconds nor ISO 8601, such as 2026-11-23T07:30:00+07:00", param, ctx)
        if not 0 <= seconds < _LAST:
            self.fail(f"{value!r} lies outside the years 1970 to 9999", param, ctx)
        return seconds


MOMENT: Final = Moment()
at_option = click.option("--at", type=MOMENT, help="Moment: UTC seconds or ISO 8601 with its zone (default: now).")
challenge_option = click.option(
    "--challenge", type=click.IntRange(0, 999_999), help="The number that the reader or inspector shows."
)
password_option = click.option(
    "--password",
    envvar="HANOI_TICKET_PASSWORD",
    show_envvar=True,
    prompt=True,
    prompt_required=False,
    hide_input=True,
    help="The key file's password; without a value, asks for it.",
)


def secret(password: str | None) -> bytes | None:
    return password.encode() if password else None


def read_ticket(path: Path, *, strict: bool = True) -> bytes:
    """The bytes of a ticket file; raises `HanoiTicketError` when it is too long, or no ticket where that is asked."""
    data = read_capped(path, presentation.MAX_BYTES)
    if data is None:
        raise HanoiTicketError(f"{path} is no ticket: longer than {presentation.MAX_BYTES} bytes")
    try:
        if strict:
            cwt.decode_ticket(data)
    except Refusal as refusal:
        raise HanoiTicketError(f"{path} is no ticket: {refusal}") from None
    return data


def with_trust(function: Callable[Concatenate[TrustBundle, P], R]) -> Callable[P, R]:
    """Gives a command the bundle that it judges by: a signed file, or bare issuer keys."""

    @click.option("--trust", type=FILE, help="A signed trust bundle; needs --signer.")
    @click.option("--signer", type=FILE, help="Public key (PEM) of the authority that signs bundles.")
    @click.option("--issuer", type=FILE, multiple=True, help="Public key (PEM) of an issuer, in place of a bundle.")
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        trust, signer, issuers = (kwargs.pop(name) for name in ("trust", "signer", "issuer"))
        return function(_bundle(trust, signer, issuers), *args, **kwargs)  # type: ignore[arg-type]  # click's values

    return wrapper


def _bundle(trust: Path | None, signer: Path | None, issuers: tuple[Path, ...]) -> TrustBundle:
    if trust is not None and signer is not None and not issuers:
        return TrustBundle.load(trust, load_public_key(signer))
    if issuers and trust is None and signer is None:
        return TrustBundle.of([IssuerRecord(load_public_key(path)) for path in issuers])
    raise click.UsageError("give --trust with --signer, or --issuer")
