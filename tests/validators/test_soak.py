"""The soak of benchmarks/soak.py, short: the reader takes every tap and keeps its handles."""

import pytest

from benchmarks.soak import Window, soak, verdict


def test_a_reader_takes_every_tap_and_keeps_its_handles() -> None:
    windows = soak(seconds=6, rate=50)
    assert sum(len(window.milliseconds) for window in windows) > 200
    assert {window.handles for window in windows[2:]} == {windows[2].handles}


def windows(last: Window) -> list[Window]:
    return [*(Window(50 << 20, 12, [1.0] * 1000) for _ in range(9)), last]


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (
            Window(50 << 20, 12, [1.0] * 1000),
            "verdict: steady: memory +0.0 MiB, handles +0, p99.9 1.0 ms early and 1.0",
        ),
        (Window(60 << 20, 12, [1.0] * 1000), "not steady (memory): memory +10.0 MiB"),
        (Window(50 << 20, 13, [1.0] * 1000), "not steady (handles): memory +0.0 MiB, handles +1"),
        (Window(50 << 20, 12, [1.0] * 990 + [9.0] * 10), "not steady (p99.9)"),
    ],
)
def test_the_verdict_names_what_has_grown(last: Window, words: str) -> None:
    steady, told = verdict(windows(last))
    assert words in told
    assert steady == ("not steady" not in told)
