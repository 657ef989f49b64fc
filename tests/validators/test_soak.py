"""The soak of benchmarks/soak.py, short: the reader takes every tap and keeps its handles."""

from benchmarks.soak import soak


def test_a_reader_takes_every_tap_and_keeps_its_handles() -> None:
    windows = soak(seconds=6, rate=50)
    assert sum(len(window.milliseconds) for window in windows) > 200
    assert {window.handles for window in windows[2:]} == {windows[2].handles}
