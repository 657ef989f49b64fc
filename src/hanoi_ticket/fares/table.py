"""Reading one CSV table of a feed, strictly: every refusal names the file, the line and the field.

The dialect is that of GTFS Schedule, "File Requirements": comma separated, a header line, RFC 4180 quotes, UTF-8 with
an optional byte order mark, LF or CRLF.
"""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeVar

from hanoi_ticket.fares.errors import FaresRejected

MAX_FIELD = 1000  # characters; the longest of a sane feed are names
MAX_COLUMNS = 100

T = TypeVar("T")
Choice = TypeVar("Choice", bound=IntEnum)


@dataclass(frozen=True, slots=True)
class Row:
    """One record. The line counts from 1, the header."""

    file: str
    line: int
    fields: dict[str, str]

    def reject(self, field: str, problem: str) -> FaresRejected:
        return FaresRejected(problem, file=self.file, line=self.line, field=field)

    def text(self, field: str) -> str:
        """Return a field that must have a value."""
        value = self.fields.get(field, "")
        if not value:
            raise self.reject(field, "a value is required")
        return value

    def optional(self, field: str) -> str:
        return self.fields.get(field, "")

    def parse(self, field: str, parser: Callable[[str], T]) -> T:
        """Parse a required field; the parser's ValueError becomes a refusal."""
        value = self.text(field)
        try:
            return parser(value)
        except ValueError as error:
            raise self.reject(field, f"{value!r} {error}") from error

    def whole(self, field: str, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number; `default` stands for an empty field."""
        if default is not None and not self.optional(field):
            return default
        value = self.text(field)
        digits = value.removeprefix("-") if least < 0 else value
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 16 or not least <= int(value) <= most:
            raise self.reject(field, f"{value!r} is no whole number from {least} to {most}")
        return int(value)

    def flag(self, field: str) -> bool:
        """Return a 0 or 1; an empty field is 0."""
        return bool(self.whole(field, 0, 1, default=0))

    def day(self, field: str) -> date:
        """Return a GTFS date, YYYYMMDD."""
        return self.parse(field, parse_day)

    def last_day(self, field: str, first: date) -> date | None:
        """Return a last day that is not before the first; None where it is empty."""
        if not self.optional(field):
            return None
        last = self.day(field)
        if last < first:
            raise self.reject(field, "the last day is before the first")
        return last

    def choice(self, field: str, kind: type[Choice]) -> Choice:
        """Return the member of an IntEnum that a lower-case word names."""
        value = self.text(field)
        if value != value.lower() or value.upper() not in kind.__members__:
            raise self.reject(field, f"{value!r} is none of {', '.join(kind.__members__).lower()}")
        return kind[value.upper()]

    def words(self, field: str) -> list[str]:
        """Return the space-separated words of a field, none twice."""
        words = self.optional(field).split()
        if len(set(words)) != len(words):
            raise self.reject(field, "a word stands twice")
        return words


def parse_day(text: str) -> date:
    if len(text) != 8 or not (text.isascii() and text.isdigit()):
        raise ValueError("is no day written YYYYMMDD")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise ValueError("is no day of the calendar") from None


def read_rows(
    file: str, data: bytes, key: tuple[str, ...], needs: tuple[str, ...], max_rows: int
) -> tuple[list[str], list[Row]]:
    """Return the header and the rows of a table.

    `key` are the primary key's fields: no two rows share them, and one that the header lacks counts as empty. `needs`
    are fields that the header must have.
    """
    header: list[str] = []
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    for line, values in _records(file, data):
        if not header:
            header = _header(file, values, needs)
            continue
        if len(values) != len(header):
            raise FaresRejected(f"{len(values)} fields where the header has {len(header)}", file=file, line=line)
        row = Row(file, line, dict(zip(header, values, strict=True)))
        identity = tuple(row.optional(part) for part in key)
        if key and seen.setdefault(identity, line) != line:
            raise row.reject(" ".join(key), f"the key {' '.join(identity)!r} stands already on line {seen[identity]}")
        rows.append(row)
        if len(rows) > max_rows:
            raise FaresRejected(f"more than {max_rows} rows", file=file, line=line)
    if not header:
        raise FaresRejected("the header is missing", file=file, line=1)
    return header, rows


def _records(file: str, data: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FaresRejected("not UTF-8", file=file, line=line) from error
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for values in reader:
            if values:
                yield line, [_clean(file, line, value) for value in values]
            line = reader.line_num + 1
    except csv.Error as error:
        raise FaresRejected(f"broken CSV, {error}", file=file, line=reader.line_num) from error


def _clean(file: str, line: int, value: str) -> str:
    value = value.strip(" ")
    if len(value) > MAX_FIELD:
        raise FaresRejected(f"a field longer than {MAX_FIELD} characters", file=file, line=line)
    if not value.isprintable():
        raise FaresRejected(f"control characters in {value[:20]!r}", file=file, line=line)
    return value


def _header(file: str, names: list[str], needs: tuple[str, ...]) -> list[str]:
    if len(names) > MAX_COLUMNS:
        raise FaresRejected(f"more than {MAX_COLUMNS} fields", file=file, line=1)
    for name in names:
        if not name or names.count(name) > 1:
            raise FaresRejected("a field name is empty or stands twice", file=file, line=1, field=name)
    for name in needs:
        if name not in names:
            raise FaresRejected("the header lacks the field", file=file, line=1, field=name)
    return names
