"""`doctor scanner`: a test symbol on the screen, and what the scanner makes of it."""

import os
import select
import sys
import time
from pathlib import Path
from typing import Final

import click

from hanoi_ticket.commands.options import FILE
from hanoi_ticket.commands.output import Exit, Output, leave, note, with_output
from hanoi_ticket.commands.watch import qr_text
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.validator.scanner_check import TEST_TEXT, findings

_SILENCE: Final = 1.0
_MOST: Final = 4096


@click.command("scanner")
@click.option("--device", type=FILE, help="The scanner's serial port (default: standard input).")
@click.option("--baud", type=click.IntRange(300, 921_600), default=9600, show_default=True)
@click.option("--wait", type=click.FloatRange(0, 600), default=30.0, show_default=True, help="Seconds for the scan.")
@with_output
def scanner(out: Output, device: Path | None, baud: int, wait: float) -> None:
    """Draw a test symbol, read it back, and say what is wrong with the scanner.

    Exit status 1 when something is. A terminal hides how codes end: use --device, or a pipe.
    """
    note(qr_text(TEST_TEXT).plain)
    note("scan this symbol")
    received = _standard_input(wait) if device is None else _serial(device, baud, wait)
    found = findings(received)
    good = received.rstrip(b"\r\n") == TEST_TEXT.encode()
    out.result({"good": good, "characters": len(received), "findings": found}, *found)
    leave(Exit.ACCEPT if good else Exit.REFUSE)


def _standard_input(wait: float) -> bytes:
    """Until a line ends, a second of silence or the end; `wait` seconds for the first byte."""
    received, descriptor = b"", sys.stdin.fileno()
    while len(received) < _MOST and select.select([descriptor], [], [], _SILENCE if received else wait)[0]:
        data = os.read(descriptor, _MOST)
        if not data:
            break
        received += data
    return received


def _serial(device: Path, baud: int, wait: float) -> bytes:
    try:
        import serialx  # noqa: PLC0415  an extra
    except ImportError:
        raise HanoiTicketError("a serial port needs the extra: pip install 'hanoi-ticket[serial]'") from None
    received, buffer, deadline = b"", bytearray(_MOST), time.monotonic() + wait
    with serialx.serial_for_url(str(device), baudrate=baud) as port:
        while len(received) < _MOST:
            count = port.readinto(buffer, timeout=_SILENCE if received else max(0.0, deadline - time.monotonic()))
            if not count:
                break
            received += bytes(buffer[:count])
    return received
