"""Draws the README's section on performance from the newest run in benchmarks/results, so that the two cannot drift.

python -m benchmarks.readme            # writes it between the markers
python -m benchmarks.readme --check    # exit status 1 when it is not what the figures say
"""

import argparse
import json
import sys
from itertools import groupby
from pathlib import Path
from typing import Any

from hanoi_ticket.bench import targets

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
BEGIN, END = "<!-- performance: written by benchmarks/readme.py -->", "<!-- performance ends -->"
SHOWN = {
    "Ed25519 signatures": (
        "backend native",
        "kernel, known issuer, one over 8 lanes",
        "kernel, any key, batch of 1024",
        "kernel, known issuer, batch of 1024",
    ),
    "P-256 signatures": (
        "backend native",
        "kernel, a phone that comes back, one over 8 lanes",
        "kernel, any key, batch of 1024",
        "kernel, known key, batch of 1024",
    ),
    "parsing": ("kernel, strict",),
    "whole verify": ("verify", "verify, a phone that comes back", "verify_batch"),
}
"""The rows that the README takes, by the beginning of the question's name."""


def newest() -> Path:
    return max(RESULTS.glob("????-??-??.json"))


def section(run: dict[str, Any], name: str) -> str:
    about = run["machine"]
    lines = [
        BEGIN,
        "## Performance",
        "",
        _machine(about, name),
        "Times are processor time, medians of rounds in which contenders take turns.",
        "",
        "| | µs | times as fast as |",
        "|---|---|---|",
        *(_row(one) for one in run["answers"] if _is_shown(one)),
        "",
        _tap(run),
        "",
        _memory(run),
        "",
        *_gates(run),
        "",
        f"![Speed of each path, and headroom of each gate](benchmarks/results/{name}.png)",
        END,
    ]
    return "\n".join(lines)


def _machine(about: dict[str, Any], name: str) -> str:
    where = (
        f"{about['processor']}, {about['cores']} shared cores, {about['system']}, Python {about['versions']['python']}"
    )
    when = f"backend {about['serving']}, {about['date']}, load {about['load']}"
    figures = f"[all figures](benchmarks/results/{name}.json)"
    return f"`hanoi-ticket bench` measures your machine. Here: {where}, {when} ({figures})."


def _is_shown(one: dict[str, Any]) -> bool:
    return any(one["question"].startswith(name) and one["contender"] in rows for name, rows in SHOWN.items())


def _row(one: dict[str, Any]) -> str:
    question = one["question"].split(",")[0]
    return f"| {question}: {one['contender']} | {one['us']:,.2f} | {one['ratio']:.1f} × {one['peer']} |"


def _tap(run: dict[str, Any]) -> str:
    parts = run["taps"]["tap with commit"]
    wall, processor, disk, queued = (
        {name: f"{1e3 * seconds:.2f}" for name, seconds in parts[part].items()}
        for part in ("wall", "processor", "waited", "queued")
    )
    told = (
        f"A whole tap with its commit to disk: p50 {wall['p50']} ms, p99 {wall['p99']} ms, p99.9 {wall['p99.9']} ms on"
    )
    parts_told = f"processor {processor['p99']} ms, disk {disk['p99']} ms, other programs' turns {queued['p99']} ms"
    return f"{told} the wall clock. The 99th percentiles of its parts: {parts_told}."


def _memory(run: dict[str, Any]) -> str:
    told = (f"{one['process']}: {one['rss_mib']:.0f} MiB, {one['warm_ms']:,.0f} ms" for one in run["processes"])
    return f"A process from its start to its end with one tap, and its resident memory: {'; '.join(told)}."


def _gates(run: dict[str, Any]) -> list[str]:
    """One row a gate, with the demand that has the least headroom."""
    machines, _ = targets.load()
    lines = ["| gate | its tightest demand | target | expected there | headroom |", "|---|---|---|---|---|"]
    for name, group in groupby(run["gates"], lambda one: one["gate"]):
        one = min(group, key=lambda judged: judged["headroom"])
        figures = f"{one['target']:,g} {one['unit']} | {one['measured']:,.1f} {one['unit']} | {one['headroom']:.1f}"
        lines.append(f"| {name} | {one['demand']} | {figures} |")
    factors = (f"{machines[key].name}: {factor:.0f} times" for key, factor in run["factors"].items())
    told = "All targets are met." if run["met"] else "**Not all targets are met.**"
    lines += ["", f"{told} Gates stand on slower machines ({'; '.join(factors)}), by what OpenSSL takes on both;"]
    lines.append(
        "[benchmarks/targets.toml](benchmarks/targets.toml) names the sources and what is assumed. "
        f"{targets.NO_LANES_THERE}"
    )
    return lines


def plot(run: dict[str, Any], path: Path) -> None:
    """Two panels of bars: speed against the peer, and headroom."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, (speed, room) = plt.subplots(1, 2, figsize=(13, 5.5), constrained_layout=True)
    rows = [one for one in run["answers"] if _is_shown(one)][::-1]
    names = [f"{one['question'].split(' ')[0].split(',')[0]}: {one['contender']}" for one in rows]
    bars = speed.barh(names, [one["ratio"] for one in rows], color="tab:blue")
    speed.bar_label(bars, [f" {one['ratio']:.1f}×" for one in rows])
    speed.set(xscale="log", xlabel="times as fast", title="Speed against cryptography and the usual packages")
    gates = run["gates"][::-1]
    bars = room.barh(
        [f"{one['gate']}: {one['demand']}" for one in gates], [one["headroom"] for one in gates], color="tab:green"
    )
    room.bar_label(bars, [f" {one['headroom']:.1f}" for one in gates])
    room.set(xscale="log", xlabel="times better than the target", title="Headroom on each gate's machine")
    for panel in (speed, room):
        panel.axvline(1, color="tab:red", linewidth=1)
        panel.margins(x=0.15)
        panel.tick_params(axis="y", labelsize=8)
    figure.savefig(path, dpi=110)


def renewed(readme: str, run: dict[str, Any], name: str) -> str:
    head, _, rest = readme.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return head + section(run, name) + tail


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--plot", action="store_true", help="draw the run's plot too (needs the extra `plots`)")
    options = parser.parse_args()
    source, readme = newest(), README.read_text("utf-8")
    run = json.loads(source.read_text("utf-8"))
    if options.plot:
        plot(run, source.with_suffix(".png"))
    written = renewed(readme, run, source.stem)
    if options.check:
        sys.exit(written != readme)
    README.write_text(written, "utf-8")


if __name__ == "__main__":
    main()
