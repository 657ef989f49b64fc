"""A run for people: tables with bars, widest where it matters."""

import math
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from hanoi_ticket.bench import targets
from hanoi_ticket.bench.compare import NOTABLE, Change
from hanoi_ticket.bench.question import Answer
from hanoi_ticket.bench.suite import Run

BAR = 16
"""Columns of the longest bar."""


def report(run: Run) -> Iterator[RenderableType]:
    yield _machine(run)
    for name, group in groupby(run.answers, lambda one: one.question):
        yield _question(name, list(group))
    yield _taps(run)
    yield _processes(run)
    yield _gates(run)
    if run.skipped:
        yield Group(
            Text("Left out", style="bold"), *(Text(f"  {name}: {why}", "dim") for name, why in run.skipped.items())
        )


def comparison(changes: Sequence[Change]) -> Table:
    table = _table(f"Against the older run (marked: more than {NOTABLE:.0%})", "", "before", "now", "change", "")
    for one in changes:
        style = "" if not one.notable else "green" if one.share > 0 else "red"
        values = (f"{one.before:,.2f}", f"{one.after:,.2f}", f"{one.share:+.1%}", one.kind)
        table.add_row(f"{one.question}: {one.contender}", *values, style=style)
    return table


def bar(value: float, most: float, width: int = BAR) -> str:
    """A bar in eighths of a column, at least one eighth."""
    whole, eighths = divmod(max(1, round(8 * width * min(value, most) / most)), 8)
    return "█" * whole + (" ▏▎▍▌▋▊▉"[eighths] if eighths else "")


def log_bar(value: float, least: float, most: float, width: int = BAR) -> str:
    """The same on a logarithmic scale from `least` to `most`."""
    span = math.log(most / least)
    return bar(math.log(max(value, least) / least) if span else 1, span or 1, width)


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for i, name in enumerate(columns):
        table.add_column(name, justify="left" if not i or not name else "right", no_wrap=True)
    return table


def _machine(run: Run) -> Group:
    about, versions, paths = run.machine, run.machine["versions"], run.machine["paths"]
    assert isinstance(versions, dict)  # noqa: S101  for the type checker
    assert isinstance(paths, dict)  # noqa: S101  for the type checker
    ways = ", ".join(f"{name}: {way}" for name, way in paths.items())
    return Group(
        Text(
            f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']}",
            "bold",
        ),
        Text(f"backend {about['serving']} ({ways})"),
        Text(f"load {about['load']}; {about['date']}{'; a quick run' if run.quick else ''}"),
        Text(", ".join(f"{name} {number}" for name, number in versions.items()), "dim"),
    )


def _question(name: str, answers: list[Answer]) -> Table:
    """Times are of the processor; the bar is the speed."""
    peer = answers[0].peer
    title = f"{name}: a {answers[0].unit}" + (f", times as fast as {peer}" if peer else "")
    table = _table(title, "", "µs", "± spread", "times" if peer else "", "")
    fastest, slowest = min(one.us for one in answers), max(one.us for one in answers)
    for one in answers:
        times = f"{one.ratio:.2f}" if one.ratio is not None else ""
        shown = log_bar(slowest / one.us * 1.2, 1, max(slowest / fastest * 1.2, 1.3)) if peer else ""
        style = "dim" if one.contender == peer else ""
        table.add_row(one.contender, f"{one.us:,.2f}", f"{one.spread:.0%}", times, Text(shown, "cyan"), style=style)
    if peer:
        table.caption, table.caption_justify = "bars: speed, logarithmic", "left"
    return table


def _taps(run: Run) -> Table:
    title = "Single calls: milliseconds on the wall clock, and what the 99th percentile of each part is"
    table = _table(title, "", "p50", "p99", "p99.9", "worst", "processor", "disk", "other programs")
    for name, parts in run.taps.items():
        wall = (f"{1e3 * seconds:.2f}" for seconds in parts["wall"].values())
        table.add_row(name, *wall, *(f"{1e3 * parts[part]['p99']:.2f}" for part in ("processor", "waited", "queued")))
    return table


def _processes(run: Run) -> Table:
    table = _table("A process: start, one tap, end", "", "first ms", "next ms", "resident MiB", "peak MiB", "")
    most = max((one.rss_mib for one in run.processes), default=1)
    for one in run.processes:
        values = (f"{one.cold_ms:,.0f}", f"{one.warm_ms:,.0f}", f"{one.rss_mib:.1f}", f"{one.peak_mib:.1f}")
        table.add_row(one.process, *values, Text(bar(one.rss_mib, most), "cyan"))
    table.caption, table.caption_justify = "first: no bytecode compiled yet; bars: resident memory", "left"
    return table


def _gates(run: Run) -> Group:
    table = _table("Will it keep up? Each demand on each gate", "", "demand", "target", "expected", "headroom", "")
    most = max(one.headroom for one in run.gates)
    for name, group in groupby(run.gates, lambda one: one.gate):
        for i, one in enumerate(group):
            demand = (one.demand, f"{one.target:,g} {one.unit}", f"{one.measured:,.1f}")
            headroom = Text(f"{one.headroom:,.1f}", "green" if one.met else "bold red")
            table.add_row("" if i else name, *demand, headroom, Text(log_bar(one.headroom, 1, most, 10), "green"))
        table.add_section()
    table.caption, table.caption_justify = "bars: headroom, logarithmic from 1", "left"
    missed = [one for one in run.gates if not one.met]
    verdict = Text("All targets are met.", "bold green")
    if missed:
        told = "; ".join(
            f"{one.gate}, {one.demand}: {one.measured:,.1f} {one.unit}, not {one.target:g}" for one in missed
        )
        verdict = Text(f"Missed: {told}", "bold red")
    return Group(table, *_factors(run), verdict)


def _factors(run: Run) -> Iterator[Text]:
    machines, _ = targets.load()
    for key, machine in machines.items():
        yield Text(
            f"{machine.name}: {run.factors[key]:.1f} times slower than here, commit {machine.disk_ms:g} ms", "dim"
        )
        yield Text(f"  {machine.source}; disk: {machine.disk_source}", "dim")
    yield Text(f"  {targets.NO_LANES_THERE}", "dim")
