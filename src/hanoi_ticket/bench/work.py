"""What else a tap is made of: reading the code's text, remembering its ticket, judging it, drawing and scanning."""

import io
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import cbor2

from hanoi_ticket.bench.native_doors import with_phones
from hanoi_ticket.bench.question import Question
from hanoi_ticket.bench.scene import DAY, NOW, Scene, usual_reader
from hanoi_ticket.bench.timing import Contender
from hanoi_ticket.native.choice import automatic
from hanoi_ticket.native.phones import PHONE_BYTES
from hanoi_ticket.ticket import draw
from hanoi_ticket.validator import Direction, Store, verify, verify_batch
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.picture import PictureUnreadable, read_codes
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.wire import presentation

USUAL: Final = "the usual packages"
"""base45, cbor2 and cryptography."""
BASE45: Final = "not installed (hint: pip install base45)"
BATCH: Final = 512
"""Codes, each of its own ticket and phone."""
LIVE: Final = 10_000


def parsing(scene: Scene) -> Question:
    """A code's text into its parts: Base45, the CBOR of both levels, and its grammar."""
    asked = Question("parsing", "code", "base45 + cbor2")
    if usual_reader(scene) is None:
        asked.skipped["base45 + cbor2"] = BASE45
    else:
        from base45 import b45decode  # noqa: PLC0415  not a dependency

        def usual() -> None:
            ticket, *_ = cbor2.loads(b45decode(scene.code[4:]))
            _, payload, _ = cbor2.loads(ticket)
            cbor2.loads(payload)

        asked.contenders["base45 + cbor2"] = Contender(usual)
    asked.contenders["strict, in Python"] = Contender(lambda: presentation.decode(scene.code))
    return asked


def judging(scene: Scene) -> Question:
    """From a code to a verdict, both signatures checked."""
    serving = automatic()[0]
    name = serving.name if serving else "openssl"
    asked = Question(f"whole verify, {name} serving", "code", USUAL)
    usual = usual_reader(scene)
    if usual is None:
        asked.skipped[USUAL] = BASE45
    else:
        asked.contenders[USUAL] = Contender(usual)
    asked.contenders["verify"] = Contender(with_phones(lambda: verify(scene.code, scene.trust, NOW), 0))
    if serving and serving.lanes:
        back = with_phones(lambda: verify(scene.code, scene.trust, NOW), PHONE_BYTES)
        asked.contenders["verify, a phone that comes back"] = Contender(back)
    forged = scene.code[:-8] + "00000000"
    asked.contenders["verify, a forged code"] = Contender(lambda: verify(forged, scene.trust, NOW))
    codes = [scene.new_riders_code() for _ in range(BATCH)]
    asked.contenders["verify_batch"] = Contender(lambda: verify_batch(codes, scene.trust, NOW), BATCH)
    return asked


def remembering(open_files: ExitStack) -> Question:
    """Was this ticket used before? The look-up that a tap does, in a store with 10,000 of them."""
    folder = Path(open_files.enter_context(tempfile.TemporaryDirectory()))
    store = open_files.enter_context(Store(folder / "store.db"))
    issuer = bytes(8)
    use = Use(NOW, NOW, Direction.ENTRY, place=101, reader="bench", rides=1)
    with store.transaction() as step:
        for number in range(LIVE):
            tap = Tap(NOW, issuer, number, 110, 0, 0, 1, NOW, "entry", 101, "bench", 0, (), 1)
            step.record((issuer, number), NOW + DAY, use, tap, LIVE, new=True)
    asked = Question("replay look-up", "look-up")

    def look() -> None:
        with store.transaction() as step:
            step.last_use((issuer, LIVE // 2))

    asked.contenders["SQLite store"] = Contender(look)
    return asked


def symbols(scene: Scene) -> Question:
    """The code as a QR symbol: drawn by the phone, read by a camera from a clean picture."""
    asked = Question("QR symbol", "symbol")
    picture = draw(scene.code)
    asked.contenders["draw as PNG"] = Contender(lambda: draw(scene.code))
    try:
        read_codes(io.BytesIO(picture))
    except PictureUnreadable as unreadable:
        asked.skipped["read"] = str(unreadable)
    else:
        asked.contenders["read"] = Contender(lambda: read_codes(io.BytesIO(picture)))
    return asked
