"""The program's log: one structured line an event, for machines and for engineers.

It names tickets by number and never repeats a code, a key or a rider category: a log travels further than a journal.
"""

import json
from datetime import UTC, datetime
from typing import Any

from hanoi_ticket import Verdict, clock
from hanoi_ticket.errors import HanoiTicketError

from .console import Output


class Log:
    def __init__(self, output: Output, reader: str, *, as_json: bool) -> None:
        self._output, self._reader, self._json = output, reader, as_json

    def event(self, name: str, **fields: object) -> None:
        """Fields that are None are left out."""
        at = datetime.fromtimestamp(clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        known = {"reader": self._reader, **{key: value for key, value in fields.items() if value is not None}}
        if self._json:
            self._output.line(json.dumps({"time": at, "event": name, **known}, ensure_ascii=False))
        else:
            self._output.line(" ".join([at, name, *(f"{key}={_word(value)}" for key, value in known.items())]))

    def tap(self, verdict: Verdict, milliseconds: float) -> None:
        fields = verdict.as_dict()
        for words in ("vi", "en"):  # the lamp's, not the log's
            del fields[words]
        self.event("tap", **{**fields, "detail": verdict.detail or None, "ms": round(milliseconds, 1)})


def told(error: Exception) -> str:
    """An error's words; those of a kind that nobody foresaw begin with their kind."""
    expected = isinstance(error, HanoiTicketError | OSError)
    return str(error) if expected else f"{type(error).__name__}: {error}"


def _word(value: Any) -> str:  # noqa: ANN401  any JSON value
    """A value as logfmt has it: bare where it can be, else quoted as JSON."""
    if isinstance(value, str) and value.isprintable() and value and not set(value) & set(' "=\\'):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
