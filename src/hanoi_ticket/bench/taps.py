"""One tap after the other, as riders see them: from the code to a decision that is on disk."""

import io
import multiprocessing
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from hanoi_ticket.bench.scene import NOW, Scene
from hanoi_ticket.bench.timing import Single, percentiles, single
from hanoi_ticket.clock import TrackedClock
from hanoi_ticket.native.library import LANES_SETTING
from hanoi_ticket.ticket import draw
from hanoi_ticket.validator import Validator, verify
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes

PARTS: Final = ("wall", "processor", "queued", "waited")
Percentiles = dict[str, float]


def measured(scene: Scene, count: int) -> Iterator[dict[str, dict[str, Percentiles]]]:
    """What was timed -> one of `PARTS` -> percentiles in seconds. Yields now and then; the last is whole."""
    codes = [scene.new_code() for _ in range(count)]
    results = {"verify": _told(single(partial(verify, code, scene.trust, NOW)) for code in codes)}
    yield results
    with (
        tempfile.TemporaryDirectory() as folder,
        Validator.open("metro-entry", scene.trust, Path(folder) / "gate.db", clock=TrackedClock(lambda: NOW)) as gate,
    ):
        results["tap with commit"] = _told(single(_accepted(gate, code)) for code in codes)
        results["tap, refused"] = _told(single(partial(gate.tap, code[:-8] + "00000000")) for code in codes)
    yield results
    picture = draw(scene.code)
    with suppress(PictureUnreadable):  # `work.symbols` says so
        results["QR read"] = _told(single(lambda: read_codes(io.BytesIO(picture))) for _ in range(min(count, 1000)))
    yield results


def without_lanes(count: int) -> dict[str, dict[str, Percentiles]]:
    """The whole of `measured` on this machine as if its processor had no lanes."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as process:
        return process.submit(_by_words, count).result()


def _by_words(count: int) -> dict[str, dict[str, Percentiles]]:
    os.environ[LANES_SETTING] = "off"
    return deque(measured(Scene(), count), maxlen=1).pop()


def _accepted(gate: Validator, code: str) -> Callable[[], None]:
    def tap() -> None:
        if not gate.tap(code).accepted:
            raise AssertionError("a tap that had to be accepted was not")

    return tap


def _told(singles: Iterator[Single]) -> dict[str, Percentiles]:
    every = list(singles)
    return {part: percentiles([getattr(one, part) for one in every]) for part in PARTS}
