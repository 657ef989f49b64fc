"""An inspector's reader: it judges and uses nothing up, shows what is known, and can ask the phone to sign digits.

The digits are the one answer to a code that somebody else's phone sends over the air at this moment: only who stands
before the inspector can read them.
"""

import secrets
import sys
import time
from typing import TYPE_CHECKING, Final

from hanoi_ticket import Reason, TrustBundle, Validator, Verdict
from hanoi_ticket.clock import local_text

from .console import Output, StaffLine
from .program import arguments, serve

if TYPE_CHECKING:
    from hanoi_ticket.validator import Use

ANSWER_WITHIN: Final = 60.0
"""Seconds for which digits wait for their code."""


class Inspection:
    """Decides for a reader in place of its gate's `tap`, and is its screen."""

    def __init__(self, output: Output, *, ask: bool) -> None:
        self._output, self._ask = output, ask
        self._line = StaffLine(output)
        self._digits: int | None = None
        self._asked_at = 0.0
        self._last: Use | None = None

    def decide(self, gate: Validator, code: bytes, *, checked: bool) -> Verdict:
        """`checked` changes nothing: an inspector is staff."""
        del checked
        if time.monotonic() - self._asked_at > ANSWER_WITHIN:
            self._digits = None
        answered = self._digits is not None
        verdict, self._last = gate.inspect(code, challenge=self._digits)
        if verdict.accepted:
            self._digits = None
        if verdict.accepted and not answered and self._ask and verdict.moment is not None:
            self._digits, self._asked_at = secrets.randbelow(1_000_000), time.monotonic()
        return verdict

    def tell(self, verdict: Verdict, trust: TrustBundle) -> None:
        self._line.tell(verdict, trust)
        if verdict.ticket is not None:
            claims, offset = verdict.ticket.claims, trust.catalogue.utc_offset
            start, end = local_text(claims.valid_from, offset), local_text(claims.valid_until, offset)
            self._output.line(f"> có giá trị từ {start} đến {end} | valid from {start} to {end}")
            self._output.line(self._used(offset))
        if self._digits is not None and (verdict.accepted or verdict.reason is Reason.CHALLENGE):
            self._output.line(f"? {self._digits:06d}")

    def _used(self, offset: int) -> str:
        if self._last is None:
            return "> chưa thấy lượt dùng nào | no use is known here"
        at, reader, direction = local_text(self._last.at, offset), self._last.reader, self._last.direction
        return f"> lần dùng cuối {at} tại {reader} ({direction}) | last used {at} at {reader} ({direction})"


def main() -> int:
    parser = arguments("hanoi-ticket-inspector", "An inspector's reader: it judges and uses nothing up.", profile="bus")
    parser.add_argument("--ask", action="store_true", help="ask each phone to sign six digits")
    options = parser.parse_args()
    inspection = Inspection(Output(2), ask=options.ask)
    return serve(options, None, screen=inspection, decide=inspection.decide)


if __name__ == "__main__":
    sys.exit(main())
