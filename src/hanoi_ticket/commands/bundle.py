"""Trust bundles: what every reader is fed with."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from hanoi_ticket import clock
from hanoi_ticket.commands.fares import feed_option, load
from hanoi_ticket.commands.options import FILE, MOMENT, at_option, password_option, secret
from hanoi_ticket.commands.output import Exit, Output, hint, leave, when, with_output
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.files import write_atomically
from hanoi_ticket.signing import PrivateKey, load_public_key
from hanoi_ticket.standards import KID_BYTES, MAX_SECONDS, MAX_TICKET_ID
from hanoi_ticket.trust import IssuerRecord, StatusList, TrustAge, TrustBundle
from hanoi_ticket.trust.bundle import DAY


@click.group("bundle")
def command() -> None:
    """Make, sign and read trust bundles."""


@command.command()
@click.argument("path", type=FILE, metavar="BUNDLE")
@click.option("--key", type=FILE, required=True, help="The authority's private key.")
@password_option
@click.option(
    "--issuer",
    "issuers",
    multiple=True,
    required=True,
    metavar="KEY.pub.pem[,name=..][,from=..][,until=..]",
    help="An issuer's public key, and the times between which its tickets are taken.",
)
@click.option("--denied", multiple=True, metavar="KID:NUMBER", help="A ticket to refuse: its issuer's kid and number.")
@click.option("--denied-file", type=FILE, help="More of these, one a line.")
@click.option("--version", type=click.IntRange(0, MAX_SECONDS), required=True, help="Rises with every bundle.")
@click.option("--soft-age", type=click.IntRange(0), default=DAY, show_default=True, help="Seconds until it is stale.")
@click.option("--closed-age", type=click.IntRange(0), default=7 * DAY, show_default=True, help="Until readers stop.")
@feed_option
@at_option
@with_output
def make(  # noqa: PLR0917  an option each
    out: Output,
    path: Path,
    key: Path,
    password: str | None,
    issuers: tuple[str, ...],
    denied: tuple[str, ...],
    denied_file: Path | None,
    version: int,
    soft_age: int,
    closed_age: int,
    feed: Path | None,
    at: int | None,
) -> None:
    """Sign a bundle of issuer keys, denied tickets and the products of a feed."""
    lines = [*denied, *(denied_file.read_text("ascii", "replace").split() if denied_file else [])]
    authority = PrivateKey.load(key, secret(password))
    moment = clock.now() if at is None else at
    try:
        lists = {name: StatusList.of(numbers) for name, numbers in _by_issuer(lines).items()}
        made = TrustBundle(tuple(_record(text) for text in issuers), lists, load(feed))
        data = made.sign(authority, version=version, at=moment, soft_age=soft_age, closed_age=closed_age)
    except HanoiTicketError:
        raise
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    write_atomically(path, data)
    out.result(
        {"bundle": str(path), "bytes": len(data), "version": version, "issued_at": moment},
        f"{path}: version {version}, {len(data)} bytes; issuers {len(made.issuers)}, denied tickets {len(lines)}",
    )
    hint(f"readers load it with --trust {path} and the authority's public key as --signer")


@command.command()
@click.argument("path", type=FILE, metavar="BUNDLE")
@click.option("--signer", type=FILE, required=True, help="Public key (PEM) of the authority.")
@at_option
@with_output
def show(out: Output, path: Path, signer: Path, at: int | None) -> None:
    """Check a bundle's signature and say what it holds.

    Exit status 3 when it is not to be believed, or is too old to open a gate by.
    """
    bundle = TrustBundle.load(path, load_public_key(signer))
    offset = bundle.catalogue.utc_offset
    age = bundle.age(clock.now() if at is None else at)
    denied = {name.hex(): sum(byte.bit_count() for byte in listed.bits) for name, listed in bundle.denied.items()}
    issuers = [_described(record, denied.get(record.kid.hex(), 0)) for record in bundle.issuers]
    table = Table("kid", "alg", "name", "taken from", "taken until", "denied", box=None, pad_edge=False)
    for row in issuers:
        times = (when(row["valid_from"], offset), when(row["valid_until"], offset))
        table.add_row(row["kid"], row["alg"], row["name"], *times, str(row["denied"]))
    out.result(
        {
            "version": bundle.version,
            "issued_at": bundle.issued_at,
            "age": age.value,
            "issuers": issuers,
            "products": len(bundle.catalogue.products),
            "digest": bundle.digest.hex(),
        },
        f"version {bundle.version}, signed {when(bundle.issued_at, offset)}, {age.value}",
        f"{len(bundle.catalogue.products)} products, {len(bundle.catalogue.areas)} areas",
        table,
    )
    if age is TrustAge.CLOSED:
        hint("readers refuse every tap by this bundle; sign a new one")
        leave(Exit.CANNOT_DECIDE)


def _described(record: IssuerRecord, denied: int) -> dict[str, Any]:
    return {
        "kid": record.kid.hex(),
        "alg": record.alg,
        "name": record.name,
        "valid_from": record.valid_from,
        "valid_until": record.valid_until,
        "denied": denied,
    }


def _record(text: str) -> IssuerRecord:
    """An issuer of --issuer, such as issuer.pub.pem,name=Hanoi Metro,until=2027-01-01T00:00:00Z."""
    path, *fields = text.split(",")
    values = dict(field.partition("=")[::2] for field in fields)
    if unknown := values.keys() - {"name", "from", "until"}:
        raise click.UsageError(f"--issuer: {min(unknown)!r} is none of name, from, until")
    start, end = (MOMENT.convert(values.get(name, default), None, None) for name, default in _ALWAYS.items())
    return IssuerRecord(load_public_key(path), values.get("name", ""), start, end)


_ALWAYS = {"from": 0, "until": MAX_SECONDS}


def _by_issuer(lines: Iterable[str]) -> dict[bytes, list[int]]:
    """Ticket numbers by issuer kid, of texts like "6044d4c5:17"."""
    found: dict[bytes, list[int]] = {}
    for line in lines:
        name, _, number = line.partition(":")
        try:
            kid, ticket = bytes.fromhex(name), int(number)
        except ValueError:
            kid, ticket = b"", -1
        if len(kid) != KID_BYTES or not 0 <= ticket <= MAX_TICKET_ID:
            raise click.UsageError(f"--denied: {line[:40]!r} is not KID:NUMBER, such as 6044d4c5:17")
        found.setdefault(kid, []).append(ticket)
    return found
