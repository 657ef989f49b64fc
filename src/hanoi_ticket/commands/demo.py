"""The demo: every tap goes through a picture and a real decoder to a real reader."""

import contextlib
import io
import re
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

import click
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from hanoi_ticket.commands.city import START, City, Kind, Scene, scenes
from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import STYLE, Exit, Output, hint, leave, note, when, with_output
from hanoi_ticket.commands.watch import qr_text
from hanoi_ticket.rotation import PERIOD
from hanoi_ticket.ticket import draw
from hanoi_ticket.validator import Verdict, verify
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes
from hanoi_ticket.wire import presentation

T = TypeVar("T")
_KIND: Final[dict[Kind, str]] = {"honest": "green", "mistake": "yellow", "attack": "red"}


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a scene. Times are milliseconds."""

    scene: Scene
    verdict: Verdict
    picture: bytes
    drawing: float
    reading: float
    tapping: float

    @property
    def as_expected(self) -> bool:
        return self.verdict.reason is self.scene.expected


@click.command("demo")
@click.option("--save", type=FILE, metavar="DIR", help="Keep the pictures that were scanned.")
@with_output
def command(out: Output, save: Path | None) -> None:
    """Show the whole way of a ticket, honest taps and attacks.

    Issue, rotate, draw, scan, verify, decide, record: each tap is drawn as a PNG, read back by zxing-cpp and judged
    offline by a metro gate or a bus reader. Exit status 0 only if every row came out as expected.
    """
    started = time.perf_counter()
    note("making keys, a signed trust bundle and three readers")
    with tempfile.TemporaryDirectory() as folder, contextlib.closing(City(Path(folder))) as city:
        morning = scenes(city)
        first = morning[0].code
        ticket = presentation.decode(first).ticket.raw
        codes = {START + after: city.show(ticket, after) for after in range(0, 4 * PERIOD, PERIOD)}
        rows = [_play(city, scene) for scene in morning]
        timings = _timings(city, first, rows)
    timings["whole_demo_s"] = round(time.perf_counter() - started, 2)
    if save is not None:
        _save(save, rows)
    good = all(row.as_expected for row in rows)
    out.result(
        {"rows": [_plain(i, row) for i, row in enumerate(rows, 1)], "timings": timings, "as_expected": good},
        _phone(first, city.catalogue.utc_offset),
        _rotation(codes, city.catalogue.utc_offset),
        _table(rows, city.catalogue.utc_offset),
        _summary(rows, timings),
    )
    hint("hanoi-ticket inspect takes a code apart; hanoi-ticket demo --save DIR keeps the pictures")
    leave(Exit.ACCEPT if good else Exit.REFUSE)


def _play(city: City, scene: Scene) -> Row:
    """Draw, scan, tap: only pixels pass from the phone to the reader."""
    city.now = START + scene.after
    gate = city.gates[scene.gate]
    picture, drawing = _timed(lambda: draw(scene.code, paper=scene.paper))
    found, reading = _timed(lambda: read_codes(io.BytesIO(picture)))
    if len(found) != 1:
        raise PictureUnreadable(f"{scene.title}: {len(found)} codes found in the picture")
    verdict, tapping = _timed(lambda: gate.tap(found[0]))
    if scene.goes_through:
        gate.passed(verdict)
    return Row(scene, verdict, picture, drawing, reading, tapping)


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    result = work()
    return result, (time.perf_counter() - start) * 1000


def _timings(city: City, code: str, rows: list[Row]) -> dict[str, float]:
    """Medians in milliseconds: where the time of a tap goes."""
    stateless = [_timed(lambda: verify(code, city.trust, START))[1] for _ in range(25)]
    parts = {
        "draw": [row.drawing for row in rows],
        "decode_picture": [row.reading for row in rows],
        "verify": stateless,
        "tap_accepted": [row.tapping for row in rows if row.verdict.accepted],
        "tap_refused": [row.tapping for row in rows if not row.verdict.accepted],
    }
    return {f"{name}_ms": round(median(values), 2) for name, values in parts.items()}


def _save(folder: Path, rows: list[Row]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for i, row in enumerate(rows, 1):
        name = re.sub(r"\W+", "-", row.scene.title.lower(), flags=re.ASCII).strip("-")
        (folder / f"{i:02}-{name}.png").write_bytes(row.picture)
    note(f"{len(rows)} pictures in {folder}")


def _plain(number: int, row: Row) -> dict[str, Any]:
    scene, verdict = row.scene, row.verdict.as_dict()
    return {
        "row": number,
        "kind": scene.kind,
        "gate": scene.gate,
        "title": scene.title,
        "expected": scene.expected.name,
        "as_expected": row.as_expected,
        **verdict,
        "code": scene.code,
        "draw_ms": round(row.drawing, 2),
        "read_ms": round(row.reading, 2),
        "tap_ms": round(row.tapping, 2),
    }


def _phone(code: str, offset: int) -> Group:
    title = f"A day ticket for line 2A on a phone, {when(START, offset)}: {len(code)} characters"
    return Group(Text(title, style="bold"), qr_text(code))


def _rotation(codes: dict[int, str], offset: int) -> Group:
    """What changes from one period to the next: the moment and the phone's signature; the ticket stays."""
    texts = list(codes.values())
    same = next(i for i, pair in enumerate(zip(*texts, strict=False)) if len(set(pair)) > 1)
    lines = [Text(f"It rotates every {PERIOD} s: the ticket stays, the moment and its signature are new", style="bold")]
    for moment, code in codes.items():
        time_of_day = when(moment, offset)[11:19]
        lines.append(Text.assemble(f"  {time_of_day}  {code[:12]}…", (code[same : same + 40], "cyan"), "…"))
    return Group(*lines, Text())


def _table(rows: list[Row], offset: int) -> Table:
    table = Table(title="One morning, offline", title_justify="left", expand=True, box=box.MINIMAL, pad_edge=False)
    table.add_column("#", justify="right")
    table.add_column("tap", no_wrap=True)
    table.add_column("decided\n= expected", no_wrap=True)
    table.add_column("the rider reads", ratio=1)
    for i, row in enumerate(rows, 1):
        scene, verdict = row.scene, row.verdict
        if scene.kind == "honest" and i > 1 and rows[i - 2].scene.kind != "honest":
            table.add_section()
        when_where = f"{when(verdict.at, offset)[11:19]} {scene.gate}"
        tap = Text.assemble((f"{scene.kind:8}", _KIND[scene.kind]), f"{when_where}\n{scene.title}")
        decided = (f"{verdict.signal.symbol} {verdict.reason.name}\n", f"bold {STYLE[verdict.signal]}")
        expected = ("= ", "dim") if row.as_expected else ("≠ ", "bold red")
        decision = Text.assemble(decided, expected, (scene.expected.name, "dim"))
        table.add_row(str(i), tap, decision, f"{verdict.text('vi')}\n{verdict.text('en')}")
    return table


def _summary(rows: list[Row], timings: dict[str, float]) -> Table:
    count = sum(row.as_expected for row in rows)
    title = f"{count} of {len(rows)} taps came out as expected, in {timings['whole_demo_s']} s. The time of one:"
    table = Table(box=None, title=title, title_justify="left", show_header=False, pad_edge=False)
    words = {
        "draw_ms": "draw the code as a PNG",
        "decode_picture_ms": "decode the picture",
        "verify_ms": "verify both signatures, freshness and deny list",
        "tap_accepted_ms": "a tap that is accepted: the same, the fare, and the commit to disk",
        "tap_refused_ms": "a tap that is refused",
    }
    for name, meaning in words.items():
        table.add_row(Text(f"{timings[name]:8.2f} ms", justify="right"), meaning)
    return table
