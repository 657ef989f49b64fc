"""From a picture to the texts of the codes in it, by zxing-cpp (the extra `camera`)."""

from pathlib import Path
from typing import Any, BinaryIO, Final

from hanoi_ticket.errors import HanoiTicketError

MOST_PIXELS: Final = 50_000_000
"""A picture of more is not decoded."""


class PictureUnreadable(HanoiTicketError):  # noqa: N818  a state, not a mistake
    """No picture that can be looked at, or nothing here to look with."""


def read_codes(picture: Path | BinaryIO) -> list[bytes]:
    """The QR symbols in an image file, as scanned; none is no error. Raises `PictureUnreadable` or `OSError`."""
    zxingcpp, pil = need_decoder()
    try:
        with pil.open(picture) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise PictureUnreadable(f"a picture of more than {MOST_PIXELS} pixels")
            image = opened.convert("L")
    except FileNotFoundError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, pil.DecompressionBombError) as error:
        raise PictureUnreadable(f"not a picture: {error}") from None
    return [found.bytes for found in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode)]


def need_decoder() -> tuple[Any, Any]:
    """The two packages; raises `PictureUnreadable` where the extra is not installed."""
    try:
        import zxingcpp  # noqa: PLC0415  an extra
        from PIL import Image  # noqa: PLC0415
    except ImportError:
        raise PictureUnreadable("reading pictures needs the extra: pip install 'hanoi-ticket[camera]'") from None
    return zxingcpp, Image
