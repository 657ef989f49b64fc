"""Ports for a terminal: the lamp, the barrier and the line for staff as text."""

import contextlib
import os
import time
from collections import deque
from typing import Final

from hanoi_ticket import TrustBundle, Verdict
from hanoi_ticket.fares.model import Kind

_ANSI: Final = {"green": "1;32", "red": "1;31", "amber": "1;33"}
_BINDINGS: Final = (
    ("vé in, xem vé giấy", "printed, look at the paper"),
    ("vé trên điện thoại", "in the app"),
    ("vé trong ví điện tử", "in a wallet"),
)
_FLAGS: Final = {
    "cut-off": ("mất liên lạc với ga", "cut off from the station"),
    "clock": ("đồng hồ máy chưa chắc chắn", "this reader's clock is in doubt"),
    "no-entry": ("không thấy lượt vào", "no entry was seen"),
    "no-exit": ("không thấy lượt ra trước đó", "the exit before was not seen"),
    "unpriced": ("chưa tính được giá lượt đi", "no rule prices this ride"),
    "repeated": ("quét lại, không tính thêm lượt", "scanned again, not counted again"),
    "expired": ("vé hết hạn giữa lượt đi", "the ticket ended on the way"),
    "issuer-key-expired": ("khóa phát hành vé đã hết hạn", "the issuer's key has ended"),
    "trust-expired": ("dữ liệu tin cậy đã quá hạn", "the trust bundle is too old"),
    "store-unavailable": ("không đọc được bộ nhớ, chưa tính tiền", "the store failed, not priced"),
    "store-full": ("bộ nhớ đã đầy", "the store is full"),
    "stale-trust": ("dữ liệu tin cậy đã cũ", "the trust bundle is old"),
}


class Output:
    """Whole lines to a file descriptor, one write each. A reader goes on when nobody listens any more."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.coloured = os.isatty(descriptor) and not os.environ.get("NO_COLOR")  # no-color.org

    def line(self, text: str) -> None:
        data = f"{text}\n".encode(errors="backslashreplace")  # a file's name may be no text
        with contextlib.suppress(OSError):
            while data:
                data = data[os.write(self._descriptor, data) :]


class ConsoleLamp:
    """Colour, symbol and tone in words, so that no rider depends on one of them."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def show(self, verdict: Verdict) -> None:
        signal = verdict.signal
        light = f"{signal.symbol} {signal.colour}"
        if self._output.coloured:
            light = f"\x1b[{_ANSI[signal.colour]}m{light}\x1b[0m"
        self._output.line(f"{light} ({signal.tone})  {verdict.text('vi')}  {verdict.text('en')}")


class ConsoleBarrier:
    """A barrier in words; its rider walks through `passage` seconds after it opens."""

    def __init__(self, output: Output, passage: float) -> None:
        self._output, self._passage = output, passage
        self._riders: deque[float] = deque()

    def open(self) -> None:
        self._output.line("| barrier open")
        self._riders.append(time.monotonic() + self._passage)

    def passages(self) -> int:
        count = 0
        while self._riders and self._riders[0] <= time.monotonic():
            self._riders.popleft()
            count += 1
        if count:
            self._output.line("| rider through, barrier closed")
        return count


class StaffLine:
    """One line for staff: what was bought, for whom, what it costs now, what to look at. A lamp cannot say that."""

    def __init__(self, output: Output) -> None:
        self._output = output

    def tell(self, verdict: Verdict, trust: TrustBundle) -> None:
        ticket = verdict.ticket
        if ticket is None:
            return
        words = [_BINDINGS[ticket.claims.binding]]
        if ticket.product is not None:
            words.insert(0, (ticket.product.name_vi, ticket.product.name_en))
        rider = trust.catalogue.riders.get(ticket.claims.rider)
        if rider is not None:
            words.append((rider.name_vi, rider.name_en))
        if verdict.amount:
            price = f"{verdict.amount:,} {trust.catalogue.currency}"
            account = verdict.accepted and ticket.product is not None and ticket.product.kind is Kind.ACCOUNT
            vi, en = ("tính vào tài khoản", "charged to the account") if account else ("phải trả", "to pay")
            words.append((f"{vi} {price}", f"{en} {price}"))
        words += [_FLAGS[flag] for flag in sorted(verdict.flags)]
        vi, en = ("; ".join(side) for side in zip(*words, strict=True))
        self._output.line(f"> {vi} | {en}")
