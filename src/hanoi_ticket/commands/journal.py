"""The tap journal: shown, handed over by the reader, received by the back office, acknowledged."""

from collections.abc import Iterable
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import click
from rich.table import Table

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.commands.options import FILE, password_option, secret
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, when, with_output
from hanoi_ticket.errors import HanoiTicketError, JournalRejected
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.files import read_capped, write_atomically
from hanoi_ticket.signing import PrivateKey, load_public_key
from hanoi_ticket.validator.journal import EMPTY, Tap, first_break
from hanoi_ticket.validator.segment import Acknowledgement
from hanoi_ticket.validator.store import Store, read_journal

LONGEST = 4096
"""Bytes of an acknowledgement; it has some 150."""


@click.group("journal")
def command() -> None:
    """List a store's tap journal, hand it over, acknowledge it."""


@command.command()
@click.argument("store", type=FILE)
@click.option("--last", type=click.IntRange(1), help="Only so many taps, the newest (default: all).")
@with_output
def show(out: Output, store: Path, last: int | None) -> None:
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


@command.command()
@click.argument("store", type=FILE)
@click.argument("folder", type=FILE, metavar="DIR")
@click.option("--key", type=FILE, required=True, help="The reader's private key, which seals the batches.")
@password_option
@click.option("--reader", required=True, help="The reader's name, as in its profile.")
@with_output
def export(  # noqa: PLR0917  an option each
    out: Output, store: Path, folder: Path, key: Path, password: str | None, reader: str
) -> None:
    """Write what DIR lacks of a store's journal there: Parquet batches, each with the reader's seal.

    A gate may be at work. Nothing leaves the store before it is acknowledged.
    """
    _need_parquet()
    from hanoi_ticket.validator.outbox import hand_over  # noqa: PLC0415  an extra

    signer = PrivateKey.load(key, secret(password))
    with _existing(store) as opened:
        count = 0
        while path := hand_over(opened, folder, reader, signer):
            count += 1
            out.result({"batch": str(path), "bytes": path.stat().st_size}, str(path))
    if not count:
        note("nothing new: what is not acknowledged stands there already")


@command.command()
@click.argument("batch", type=FILE)
@click.option("--sealed-by", type=FILE, required=True, help="The reader's public key (PEM).")
@click.option("--key", type=FILE, required=True, help="The receiver's private key, which acknowledges.")
@password_option
@click.option("--after", type=FILE, help="What was acknowledged of this journal before (default: nothing).")
@with_output
def receive(  # noqa: PLR0917  an option each
    out: Output, batch: Path, sealed_by: Path, key: Path, password: str | None, after: Path | None
) -> None:
    """Check a batch as the back office does, and write the acknowledgement beside it (.ack).

    Keep the batch for good first: the reader drops what is acknowledged. Exit status 1 when it is not to be believed.
    """
    _need_parquet()
    from hanoi_ticket.validator.export import read_batch  # noqa: PLC0415  an extra

    signer, reader = PrivateKey.load(key, secret(password)), load_public_key(sealed_by)
    try:
        anchor = _opened(after, signer.public_key).anchor if after else EMPTY
        received = read_batch(batch, reader, anchor)
    except JournalRejected as error:
        note(f"error: {error}")
        leave(Exit.REFUSE)
    written = batch.with_suffix(".ack")
    write_atomically(written, received.acknowledgement.sign(signer))
    seal = received.seal
    out.result(
        {"acknowledgement": str(written), "reader": seal.reader, "first": seal.first, "last": seal.last},
        f"{seal.reader}: taps {seal.first} to {seal.last}, the chain holds",
        str(written),
    )


@command.command()
@click.argument("store", type=FILE)
@click.argument("acknowledgement", type=FILE)
@click.option("--receiver", type=FILE, required=True, help="The back office's public key (PEM).")
@with_output
def ack(out: Output, store: Path, acknowledgement: Path, receiver: Path) -> None:
    """Drop from a store's journal what the back office has acknowledged.

    A gate may be at work. Exit status 1 when the acknowledgement is not the receiver's, or of another journal.
    """
    key = load_public_key(receiver)
    try:
        told = _opened(acknowledgement, key)
        with _existing(store) as opened:
            opened.acknowledge(told.journal, told.anchor)
    except JournalRejected as error:
        note(f"error: {error}")
        leave(Exit.REFUSE)
    out.result({"acknowledged": told.number}, f"acknowledged up to tap {told.number}")


def _need_parquet() -> None:
    if find_spec("pyarrow") is None:
        raise HanoiTicketError("batches are Parquet files: pip install 'hanoi-ticket[export]'")


def _existing(path: Path) -> Store:
    """An absent file is no empty journal."""
    path.stat()
    return Store(path)


def _opened(path: Path, key: PublicKey) -> Acknowledgement:
    return Acknowledgement.open(read_capped(path, LONGEST) or b"", key)


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
