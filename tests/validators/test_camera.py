"""A camera's pictures through zxing-cpp: files once, and a directory that frames appear in."""

import io
import os
import signal
import time
from pathlib import Path

import pytest

from hanoi_ticket.ticket import draw
from tests.validators.reader_program import Depot, Running, launch
from validators.camera import MOST_FRAMES

pytest.importorskip("zxingcpp")
Image = pytest.importorskip("PIL.Image")


def frame(*codes: str) -> bytes:
    """A camera's picture with these codes in it, as JPEG."""
    picture = Image.new("L", (1280, 800), 90)
    for number, code in enumerate(codes):
        symbol = Image.open(io.BytesIO(draw(code, scale=4))).convert("L")
        picture.paste(symbol, (100 + 560 * number, 150))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return out.getvalue()


@pytest.fixture
def frames(tmp_path: Path) -> Path:
    folder = tmp_path / "frames"
    folder.mkdir()
    return folder


def write(path: Path, data: bytes) -> None:
    """Appears as a whole."""
    fresh = path.parent.parent / "frame.new"
    fresh.write_bytes(data)
    fresh.replace(path)


def test_image_files_are_scanned_once_in_the_order_of_their_names(depot: Depot, frames: Path) -> None:
    code = depot.code()
    (frames / "1.png").write_bytes(draw(code, scale=3))
    (frames / "2.jpg").write_bytes(frame(depot.code("metro-2a-day"), "HELLO WORLD"))
    (frames / "3.jpg").write_bytes(frame())
    (frames / "4.txt").write_text("not a picture")
    (frames / "5.png").write_bytes(draw(code)[:700])
    with Running("metro", depot.arguments("--scanner", f"images:{frames}", "--passage", "0")) as gate:
        assert gate.ended() == 0
    told = [(event["event"], event.get("reason", event.get("file"))) for event in gate.events]
    assert told[:2] == [("ready", None), ("tap", "OK")]
    assert sorted(told[2:4]) == [("tap", "OK"), ("tap", "WRONG_PREFIX")]
    assert told[4:] == [
        ("picture-empty", "3.jpg"),
        ("picture-unreadable", "4.txt"),
        ("picture-unreadable", "5.png"),
        ("stopped", None),
    ]


def test_one_image_file(depot: Depot, tmp_path: Path) -> None:
    picture = tmp_path / "code.png"
    picture.write_bytes(draw(depot.code()))
    with Running("metro", depot.arguments("--scanner", f"images:{picture}")) as gate:
        assert gate.taps(1) == ["OK"]
        assert gate.ended() == 0


def test_frames_are_scanned_as_they_appear(depot: Depot, frames: Path) -> None:
    (frames / "old.jpg").write_bytes(frame("HELLO WORLD"))
    with Running("metro", depot.arguments("--scanner", f"frames:{frames}", "--passage", "0")) as gate:
        code = depot.code()
        for number in range(5):  # a rider holds the phone still
            write(frames / f"{number}.jpg", frame(code))
        gate.taps(1)
        write(frames / "5.jpg", frame())
        (frames / "0.jpg").unlink()
        write(frames / "1.jpg", frame(depot.code("metro-2a-day")))  # a name that comes back
        assert gate.taps(2) == ["OK", "OK"]
        gate.stop()
    assert [event["event"] for event in gate.events] == ["ready", "tap", "tap", "stopped"]


def test_a_reader_that_falls_behind_looks_at_the_newest_frames(depot: Depot, frames: Path) -> None:
    with Running("metro", depot.arguments("--scanner", f"frames:{frames}")) as gate:
        gate.send_signal(signal.SIGSTOP)
        for number in range(MOST_FRAMES + 3):
            write(frames / f"{number}.jpg", frame(depot.code()))
            time.sleep(0.02)  # file systems count in steps
        gate.send_signal(signal.SIGCONT)
        gate.taps(MOST_FRAMES)
        gate.stop()
    tickets = [event["ticket"] for event in gate.events if event["event"] == "tap"]
    assert tickets == list(range(3, 3 + MOST_FRAMES))


def test_a_frame_is_read_when_it_is_whole(depot: Depot, frames: Path) -> None:
    data = frame(depot.code())
    with Running("metro", depot.arguments("--scanner", f"frames:{frames}")) as gate:
        with (frames / "now.jpg").open("wb", buffering=0) as file:
            for start in range(0, len(data), 2000):
                file.write(data[start : start + 2000])
        assert gate.taps(1) == ["OK"]


def test_a_camera_that_goes_away_is_missed_once(depot: Depot, frames: Path) -> None:
    with Running("metro", depot.arguments("--scanner", f"frames:{frames}")) as gate:
        frames.rmdir()
        gate.wait_for("device-lost")
        frames.mkdir()
        gate.wait_for("device-back")
        write(frames / "1.png", frame(depot.code()))
        assert gate.taps(1) == ["OK"]


def test_no_picture_stops_the_program(depot: Depot, frames: Path) -> None:
    whole = {"png": draw(depot.code(), scale=3), "jpg": frame(depot.code())}
    damaged = os.urandom(64)
    for kind, data in whole.items():
        for number in range(60):
            place = number * len(data) // 60
            (frames / f"{number:02}.{kind}").write_bytes(data[:place] + damaged + data[place + 64 :])
    (frames / "huge.pbm").write_bytes(b"P4 100000 100000\n" + bytes(10))
    (frames / "bomb.pbm").write_bytes(b"P4 900000 900000\n" + bytes(10))
    gate = launch("metro", depot.arguments("--scanner", f"images:{frames}"))
    _, messages = gate.communicate(timeout=60)
    assert gate.returncode == 0, messages[-2000:]
