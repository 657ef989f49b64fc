import sys
from pathlib import Path
from typing import Literal

import click

from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import Output, with_output
from hanoi_ticket.commands.watch import qr_text
from hanoi_ticket.errors import HanoiTicketError, Refusal
from hanoi_ticket.files import write_atomically
from hanoi_ticket.ticket import draw
from hanoi_ticket.ticket.symbol import measure
from hanoi_ticket.wire import presentation


@click.command("qr")
@click.argument("code", default="-")
@click.option("--out", "path", type=FILE, help="A .png or .svg file (default: draw in the terminal).")
@click.option("--scale", type=click.IntRange(1, 100), default=6, show_default=True, help="Pixels a module.")
@click.option("--paper", is_flag=True, help="For printing: error correction level Q, not M.")
@with_output
def command(out: Output, code: str, path: Path | None, scale: int, paper: bool) -> None:
    """Draw a code as PNG, SVG or in the terminal. Without CODE, or with -, reads it from standard input."""
    if code == "-":
        code = sys.stdin.buffer.read(presentation.MAX_CHARACTERS + 2).decode("ascii", "replace").rstrip("\r\n")
    try:
        presentation.decode(code)
    except Refusal as refusal:
        raise HanoiTicketError(f"not a code: {refusal}") from None
    version, modules = measure(code, paper=paper)
    value = {"symbol": version, "modules": modules, "characters": len(code)}
    if path is None:
        shown = qr_text(code, paper=paper)
        out.result({**value, "text": shown.plain}, shown)
        return
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("png", "svg"):
        raise click.BadParameter(f"{path.name} must end in .png or .svg", param_hint="--out")
    kinds: dict[str, Literal["png", "svg"]] = {"png": "png", "svg": "svg"}
    image = draw(code, kinds[kind], scale=scale, paper=paper)
    write_atomically(path, image)
    out.result({**value, "file": str(path), "bytes": len(image)}, f"{path}: QR {version}, {modules}x{modules} modules")
