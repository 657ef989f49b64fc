"""Reading plain values strictly: each refusal names the place in the value."""

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import TypeVar

from hanoi_ticket.fares.errors import FaresRejected

MAX_ROWS = 65_535
MAX_TEXT = 1000

T = TypeVar("T")
Choice = TypeVar("Choice", bound=IntEnum)


class ValueReader:
    """One value and its place."""

    def __init__(self, place: str, value: object) -> None:
        self._place = place
        self._value = value

    def reject(self, problem: str) -> FaresRejected:
        return FaresRejected(problem, file=self._place)

    def rows(self, parser: Callable[["ValueReader"], T]) -> list[T]:
        """Parse each item of a list."""
        if not isinstance(self._value, list) or len(self._value) > MAX_ROWS:
            raise self.reject(f"is no list of at most {MAX_ROWS}")
        return [parser(ValueReader(f"{self._place}[{index}]", item)) for index, item in enumerate(self._value)]

    def record(self, length: int) -> list["ValueReader"]:
        """Return the items of a list of a known length."""
        if not isinstance(self._value, list) or len(self._value) != length:
            raise self.reject(f"is no list of {length}")
        return self.rows(lambda item: item)

    def whole(self, least: int, most: int) -> int:
        if type(self._value) is not int or not least <= self._value <= most:
            raise self.reject(f"is no whole number from {least} to {most}")
        return self._value

    def text(self) -> str:
        if not isinstance(self._value, str) or not 1 <= len(self._value) <= MAX_TEXT or not self._value.isprintable():
            raise self.reject(f"is no text of 1 to {MAX_TEXT} printable characters")
        return self._value

    def choice(self, kind: type[Choice]) -> Choice:
        try:
            return kind(self.whole(0, 255))
        except ValueError as error:
            if isinstance(error, FaresRejected):
                raise
            raise self.reject(f"is no {kind.__name__.lower()}") from None

    def day(self) -> date:
        number = self.whole(10_000, 99_991_231)
        try:
            return date(number // 10_000, number // 100 % 100, number % 100)
        except ValueError:
            raise self.reject("is no day of the calendar") from None

    def day_or_none(self) -> date | None:
        return None if self.whole(0, 99_991_231) == 0 else self.day()
