"""A scanner that is a USB keyboard, read as key codes through evdev: no layout of the host comes between.

The device is grabbed: what it types reaches no terminal. The scanner itself must be set to a US keyboard.
"""

import select
from collections.abc import Iterable
from typing import Any

from .burst import Burst

_PLAIN = {
    **dict(zip(range(2, 12), "1234567890", strict=True)),  # KEY_1 ... KEY_0 of linux/input-event-codes.h
    **dict(zip(range(16, 26), "qwertyuiop", strict=True)),
    **dict(zip(range(30, 39), "asdfghjkl", strict=True)),
    **dict(zip(range(44, 51), "zxcvbnm", strict=True)),
    12: "-", 13: "=", 39: ";", 51: ",", 52: ".", 53: "/", 57: " ", 28: "\n", 96: "\n",
    55: "*", 74: "-", 78: "+", 83: ".", 98: "/",  # of the number pad
    **dict(zip((71, 72, 73, 75, 76, 77, 79, 80, 81, 82), "7894561230", strict=True)),
}  # fmt: skip
_SHIFTED = dict(zip("1234567890-=;,./", "!@#$%^&*()_+:<>?", strict=True))
_SHIFTS = {42, 54}
_SPOILT = "?"
"""No character of a code."""
_SYNC_EVENT, _KEY_EVENT = 0, 1
_DROPPED = 3  # SYN_DROPPED: the kernel's buffer ran over


class Keys:
    """Key presses to the characters of a US keyboard; a key that no code needs gives "?", so that it is refused."""

    def __init__(self) -> None:
        self._held: set[int] = set()

    def text(self, events: Iterable[Any]) -> str:
        """What the events typed. Keys that the kernel dropped spoil the code, and Shift may be up by now."""
        typed = ""
        for event in events:
            if event.type == _KEY_EVENT:
                typed += self.feed(event.code, event.value)
            elif (event.type, event.code) == (_SYNC_EVENT, _DROPPED):
                self._held.clear()
                typed += _SPOILT
        return typed

    def feed(self, code: int, value: int) -> str:
        """`value` as evdev has it: 0 up, 1 down, 2 repeated."""
        if code in _SHIFTS:
            (self._held.add if value else self._held.discard)(code)
            return ""
        if value != 1:
            return ""
        plain = _PLAIN.get(code, _SPOILT)
        return _SHIFTED.get(plain, plain.upper()) if self._held else plain


class HidScanner:
    """Reads `path`, such as /dev/input/by-id/...-event-kbd. The Enter key ends a code."""

    def __init__(self, path: str) -> None:
        import evdev  # noqa: PLC0415  an extra

        self._evdev = evdev
        self._path = path
        self._device: Any = None
        self._burst, self._keys = Burst("lf"), Keys()

    def open(self) -> None:
        self._burst, self._keys = Burst("lf"), Keys()
        self._device = self._evdev.InputDevice(self._path)
        self._device.grab()

    def read(self, wait: float) -> Iterable[bytes]:
        if not select.select([self._device.fd], [], [], wait)[0]:
            return self._burst.feed(b"")
        return self._burst.feed(self._keys.text(self._device.read()).encode())

    def close(self) -> None:
        if self._device is not None:
            self._device.close()
            self._device = None
