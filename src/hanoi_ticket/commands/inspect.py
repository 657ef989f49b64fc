import sys
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from hanoi_ticket.commands.options import FILE, read_ticket
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, with_output
from hanoi_ticket.errors import Refusal
from hanoi_ticket.ticket.symbol import measure
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes
from hanoi_ticket.wire import cwt, presentation
from hanoi_ticket.wire.annotate import GROUPS, Part, annotate

BUDGET = 240
"""Bytes of a presentation that fit QR 11-M (docs/format.md)."""


@click.command("inspect")
@click.argument("code", default="-")
@click.option("--ticket", type=FILE, help="Take apart a ticket file, in place of a code.")
@click.option("--image", type=FILE, help="Read the code from a picture; needs the extra `camera`.")
@with_output
def command(out: Output, code: str, ticket: Path | None, image: Path | None) -> None:
    """Show what a code or ticket says and where each byte goes.

    Needs no keys and checks no signature. Without CODE, or with -, reads it from standard input.
    Exit status 1 when the format itself is broken.
    """
    data = _data(code, ticket, image)
    parts, refused = _parts(data, is_ticket=ticket is not None)
    total = parts[-1].offset + parts[-1].size if parts else 0
    groups = {name: sum(part.size for part in parts if part.group == name) for name in GROUPS}
    version, modules = ("", 0) if ticket or refused else measure(data.decode("ascii"))
    value = {
        "bytes": total,
        "budget": BUDGET,
        "characters": None if ticket else len(data),
        "symbol": version or None,
        "modules": modules or None,
        "groups": groups,
        "parts": [asdict(part) for part in parts],
        "refused": refused and {"reason": refused.reason.name, "detail": refused.detail},
        "signatures_checked": False,
    }
    totals = _totals(groups, total, f"{len(data)} characters, QR {version} ({modules}x{modules})" if version else "")
    out.result(value, *([_table(parts), totals] if parts else []))
    note("no signature was checked; `hanoi-ticket verify` does")
    if refused:
        note(f"error: refused as {refused}")
        hint("docs/format.md has the rule of each reason")
        leave(Exit.REFUSE)


def _data(code: str, ticket: Path | None, image: Path | None) -> bytes:
    if ticket is not None:
        return read_ticket(ticket, strict=False)
    if image is not None:
        found = read_codes(image)
        if not found:
            raise PictureUnreadable(f"{image}: no QR code in the picture")
        return found[0]
    if code != "-":
        return code.encode("utf-8", "surrogateescape")
    return sys.stdin.buffer.read(presentation.MAX_CHARACTERS + 2).rstrip(b"\r\n")


def _parts(data: bytes, *, is_ticket: bool) -> tuple[list[Part], Refusal | None]:
    """As many parts as the bytes let see, and why the strict reader refuses them, if it does."""
    refused: Refusal | None = None
    try:
        cwt.decode_ticket(data) if is_ticket else presentation.decode(data)
    except Refusal as refusal:
        refused = refusal
    try:
        return annotate(data if is_ticket else data.decode("latin-1")), refused
    except Refusal as refusal:
        return [], refused or refusal


def _table(parts: Iterable[Part]) -> Table:
    table = Table("offset", "size", "bytes", "meaning", box=None, pad_edge=False)
    for part in parts:
        shown = part.hex if len(part.hex) <= 20 else f"{part.hex[:18]}…"
        table.add_row(str(part.offset), str(part.size), shown, Text("  " * part.depth + part.meaning))
    return table


def _totals(groups: dict[str, Any], total: int, drawn: str) -> Table:
    table = Table(title="\nwhere the bytes go", title_justify="left", box=None, show_header=False, pad_edge=False)
    for name, size in groups.items():
        if size:
            table.add_row(name, f"{size:4}", "█" * (size // 2))
    table.add_row("whole", f"{total:4}", f"of {BUDGET}{'; ' * bool(drawn)}{drawn}")
    return table
