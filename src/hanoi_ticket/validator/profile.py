"""What one reader is: where it stands and how strict it is. A TOML file an operator can read."""

import os
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.rotation import Freshness


class ProfileRejected(HanoiTicketError, ValueError):  # noqa: N818  the profile is what was rejected
    """A reader profile that cannot be used; the text names the key."""


class Direction(StrEnum):
    ENTRY = "entry"
    EXIT = "exit"
    RIDE = "ride"
    """A bus with one tap a ride."""


class Doubt(StrEnum):
    """What a reader does where it cannot be sure."""

    REFUSE = "refuse"
    OPEN = "open"
    """Let the rider pass, and flag the tap for the back office."""


_RANGES: Final = {
    "early": (0, 600),
    "late": (0, 3600),
    "retry": (0, 60),
    "passback": (0, 86_400),
    "reentry": (0, 3600),
    "clock_error": (0, 600),
    "capacity": (1, 100_000_000),
}
_OPTIONAL: Final = {"reentry": 0, "station": ""}
_SERVER: Final = re.compile(r"(valkeys?|rediss?|unix)://.+")


@dataclass(frozen=True, slots=True)
class Profile:
    """One reader. Times are seconds."""

    reader: str
    """Its name in the journal."""
    mode: str
    """"metro", "bus" or "parking"."""
    place: str
    """The area where it stands: a station, a route, a car park; an area id of the bundle's catalogue."""
    direction: Direction
    early: int
    """How far a proof's moment may lie ahead of the reader's time,"""
    late: int
    """and how far behind."""
    retry: int
    """For so long the same reader gives the same decision again, until the gate is passed."""
    passback: int
    """For so long a pass does not open the same direction (metro) or the same vehicle (bus) again."""
    clock_error: int
    """The largest error of the reader's own clock by which it judges without doubt."""
    clock_doubt: Doubt
    """What it does past that error, or without any time."""
    missing_entry: Doubt
    """What an exit does that cannot see the entry."""
    release: Doubt
    """What an exit does with a genuine ticket when only its own store or trust, or the ticket's end, is in the way."""
    capacity: int
    """How many tickets the store remembers; past it, the gate refuses and says so."""
    reentry: int = 0
    """For so long after an entry a pass does not enter again, though it was tapped out; 0: it does at once."""
    station: str = ""
    """The server that the gates of a station share their uses by, as in valkey://10.0.0.2:6379; empty: none."""

    @property
    def freshness(self) -> Freshness:
        return Freshness(self.early, self.late)

    @classmethod
    def of(cls, name: str | os.PathLike[str]) -> "Profile":
        """A packaged profile by its name, or one of a file whose name ends in ".toml". Raises as `load`."""
        return cls.load(name) if os.fspath(name).endswith(".toml") else cls.named(os.fspath(name))

    @classmethod
    def named(cls, name: str) -> "Profile":
        """One of the packaged profiles: "bus" and "bus-", "metro-", "parking-" with "entry", "exit"."""
        folder = files("hanoi_ticket") / "data" / "profiles"
        names = sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir())
        if name not in names:
            raise ProfileRejected(f"no profile {name!r}; there are {', '.join(names)}, or give the path of a TOML file")
        return cls.parse((folder / f"{name}.toml").read_text("utf-8"), name)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Profile":
        """Raises `ProfileRejected`, or `OSError` when the file cannot be read."""
        try:
            text = Path(path).read_text("utf-8")
        except UnicodeDecodeError as error:
            raise ProfileRejected(f"{os.fspath(path)}: {error}") from None
        return cls.parse(text, os.fspath(path))

    @classmethod
    def parse(cls, text: str, source: str = "profile") -> "Profile":
        """Raises `ProfileRejected` with the line and the key that is wrong."""
        try:
            values = _OPTIONAL | tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ProfileRejected(f"{source}: {error}") from None
        known = dict(cls.__annotations__)
        for name in values.keys() ^ known.keys():
            what = "no such key" if name in values else "missing"
            raise ProfileRejected(f"{source}{_line(text, name)}: {name}: {what}")
        read = {name: _value(source + _line(text, name), name, kind, values[name]) for name, kind in known.items()}
        if read["release"] is Doubt.OPEN and read["direction"] is not Direction.EXIT:
            raise ProfileRejected(f"{source}{_line(text, 'release')}: release: 'open' is for exits alone")
        return cls(**read)


def _line(text: str, name: str) -> str:
    """Where a key stands, as ":7"; nothing for one that does not."""
    found = re.search(rf"^[ \t]*[\"']?{re.escape(name)}[\"']?[ \t]*[=.]", text, re.MULTILINE)
    return f":{text.count(chr(10), 0, found.start()) + 1}" if found else ""


def _value(source: str, name: str, kind: Any, value: object) -> Any:  # noqa: ANN401
    if kind is int:
        low, high = _RANGES[name]
        if type(value) is not int or not low <= value <= high:
            raise ProfileRejected(f"{source}: {name}: a whole number from {low} to {high}, not {value!r}")
        return value
    if name == "station":
        if not isinstance(value, str) or (value and not _SERVER.fullmatch(value)):
            raise ProfileRejected(f"{source}: {name}: a server such as valkey://10.0.0.2:6379, not {value!r}")
        return value
    try:
        if not isinstance(value, str) or not value:
            raise ValueError
        return kind(value)
    except ValueError:
        choices = f"one of {', '.join(kind)}" if issubclass(kind, StrEnum) else "a text"
        raise ProfileRejected(f"{source}: {name}: {choices}, not {value!r}") from None
