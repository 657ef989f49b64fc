"""The rush hour as a picture, as lines in the terminal, and as a table: queues and waits of each gate."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.rush_hour_outcome import HEADWAY, SAMPLE, Outcome

COLUMNS: Final = 72
LEVELS: Final = "▁▂▃▄▅▆▇█"


def in_terminal(outcomes: list[Outcome]) -> Iterator[str]:
    """The longest queue in each of 72 spans of the peak, one line a gate, all to one scale of time and riders."""
    samples = max(len(gate.lengths) for outcome in outcomes for gate in outcome.gates)
    most = max(max(gate.lengths) for outcome in outcomes for gate in outcome.gates)
    minutes = samples * SAMPLE / 60
    yield f"riders at each gate, from 0 ({LEVELS[0]}) to {most} ({LEVELS[-1]}), over {minutes:.0f} minutes"
    for outcome in outcomes:
        for number, gate in enumerate(outcome.gates, 1):
            edges = [i * samples // COLUMNS for i in range(COLUMNS + 1)]
            spans = [gate.lengths[a : max(b, a + 1)] for a, b in itertools.pairwise(edges)]
            longest = [max(span, default=0) for span in spans]
            name = f"{outcome.service * 1000:4.0f} ms" if number == 1 else ""
            line = "".join(LEVELS[min(7, 8 * one // max(1, most))] for one in longest)
            yield f"{name:7}  gate {number}  {line}"


def table(outcomes: list[Outcome]) -> Iterator[str]:
    yield "riders at each gate; seconds from the queue's end to having passed"
    yield "answer   gate  riders   queue p50   p99   wait p50    p99"
    for outcome in outcomes:
        told = outcome.summary()
        for number, gate in enumerate(outcome.gates, 1):
            one = gate.told()
            name = f"{told['service_ms']:>4} ms" if number == 1 else ""
            queue, wait = (one["queue_p50"], one["queue_p99"]), (one["wait_p50_s"], one["wait_p99_s"])
            yield (
                f"{name:7}  {number:4}  {one['riders']:6}   {queue[0]:9.0f} {queue[1]:5.0f}   "
                f"{wait[0]:8.1f} {wait[1]:6.1f}"
            )
        yield f"         {told['riders_a_minute_a_gate']} riders a minute a gate at most"
        yield f"         wait p50 {told['wait_p50_s']} s, p99 {told['wait_p99_s']} s at all gates"
        yield f"         tap, no disk waited for: p50 {told['tap_p50_ms']} ms, p99 {told['tap_p99_ms']} ms"
        yield "         " + ", ".join(f"{reason} {count}" for reason, count in outcome.reasons.most_common())


def plot(outcomes: list[Outcome], path: Path, seed: int) -> None:
    """A panel a service time with the queue of every gate over the whole peak, and one with who waits how long."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, panels = plt.subplots(len(outcomes) + 1, 1, figsize=(10, 11), constrained_layout=True)
    most = max(max(gate.lengths) for outcome in outcomes for gate in outcome.gates)
    longest = max(len(gate.lengths) for outcome in outcomes for gate in outcome.gates) * SAMPLE / 60
    *queues, waits = panels
    for panel, outcome in zip(queues, outcomes, strict=True):
        label = f"{outcome.service * 1000:.0f} ms to the answer"
        for number, gate in enumerate(outcome.gates, 1):
            times = [i * SAMPLE / 60 for i in range(len(gate.lengths))]
            panel.step(times, gate.lengths, where="post", linewidth=0.9, label=f"gate {number}")
        panel.set(title=label, xlabel="minutes", ylabel="riders at the gate", xlim=(0, longest), ylim=(0, 1.05 * most))
        ordered = sorted(outcome.waits)
        waits.plot(ordered, [100 * (i + 1) / len(ordered) for i in range(len(ordered))], label=label)
    queues[0].legend(ncols=len(outcomes[0].gates), fontsize=8, loc="upper right")
    waits.set(xlabel="seconds from the queue's end to having passed", ylabel="% of riders", xscale="log", ylim=(0, 102))
    waits.axhline(99, color="grey", linewidth=0.8, linestyle=":")
    waits.legend(fontsize=8)
    for panel in panels:
        panel.grid(alpha=0.3)
    figure.suptitle(
        f"Cát Linh, a full train every {HEADWAY // 60} minutes, {len(outcomes[0].gates)} gates out\n"
        f"seed {seed}; walking times and trouble are assumed, see the script"
    )
    figure.savefig(path, dpi=110)
    plt.close(figure)
