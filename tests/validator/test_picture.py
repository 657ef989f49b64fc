"""Pictures: the codes in them, and what is no picture."""

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hanoi_ticket.ticket import draw
from hanoi_ticket.validator import picture
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes
from tests.city import START, City

PNG = draw("VT1:ABC")


def test_a_code_comes_back_from_its_picture(tmp_path: Path) -> None:
    code = City(tmp_path).rider().code(START)
    assert read_codes(io.BytesIO(draw(code))) == [code.encode()]
    (tmp_path / "code.png").write_bytes(draw(code, scale=3))
    assert read_codes(tmp_path / "code.png") == [code.encode()]


def test_a_picture_may_hold_none_or_several() -> None:
    plain = Image.new("L", (200, 200), 255)
    one, two = (Image.open(io.BytesIO(draw(f"VT1:{name}"))) for name in "AB")
    both = Image.new("L", (one.width * 2, one.height), 255)
    both.paste(one, (0, 0))
    both.paste(two, (one.width, 0))
    assert read_codes(as_file(plain)) == []
    assert sorted(read_codes(as_file(both))) == [b"VT1:A", b"VT1:B"]


def test_a_picture_of_too_many_pixels_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "MOST_PIXELS", 200 * 200 - 1)
    with pytest.raises(PictureUnreadable, match="pixels"):
        read_codes(as_file(Image.new("L", (200, 200))))


@given(st.integers(0, len(PNG) - 1), st.integers(1, 255), st.booleans())
def test_a_damaged_picture_is_read_or_refused(place: int, change: int, cut: bool) -> None:
    data = PNG[:place] if cut else PNG[:place] + bytes([PNG[place] ^ change]) + PNG[place + 1 :]
    with contextlib.suppress(PictureUnreadable):
        read_codes(io.BytesIO(data))


def as_file(image: Image.Image) -> io.BytesIO:
    out = io.BytesIO()
    image.save(out, "png")
    out.seek(0)
    return out
