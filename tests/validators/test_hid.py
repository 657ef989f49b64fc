"""A scanner that types: key codes to characters, and a whole device where the kernel lets a test make one."""

import os

import pytest

from hanoi_ticket.validator.scanner_check import BASE45
from tests.validators.reader_program import Depot, Running, eventually
from validators.hid import Keys

ecodes = pytest.importorskip("evdev.ecodes")
SHIFT = ecodes.KEY_LEFTSHIFT
NAMED = {" ": "SPACE", "-": "MINUS", ".": "DOT", "/": "SLASH"}
UNDER_SHIFT = {"$": "4", "%": "5", "*": "8", "+": "EQUAL", ":": "SEMICOLON"}


def strokes(text: str) -> list[tuple[int, int]]:
    """(key, value) as a scanner set to a US keyboard sends them."""
    events = []
    for letter in text:
        shifted = letter in UNDER_SHIFT or letter.isupper()
        key = getattr(ecodes, f"KEY_{UNDER_SHIFT.get(letter) or NAMED.get(letter) or letter.upper()}")
        stroke = [(key, 1), (key, 0)]
        events += [(SHIFT, 1), *stroke, (SHIFT, 0)] if shifted else stroke
    return events


def test_every_character_of_a_code_is_typed_and_read() -> None:
    keys = Keys()
    assert "".join(keys.feed(*stroke) for stroke in strokes(BASE45)) == BASE45


def test_a_key_that_repeats_is_one_and_an_unknown_one_spoils_the_code() -> None:
    keys = Keys()
    assert [keys.feed(ecodes.KEY_A, value) for value in (1, 2, 2, 0)] == ["a", "", "", ""]
    assert keys.feed(ecodes.KEY_F1, 1) == "?"


@pytest.mark.skipif(not os.access("/dev/uinput", os.W_OK), reason="no /dev/uinput to make a keyboard with")
def test_a_keyboard_that_is_grabbed_lets_a_rider_in(depot: Depot) -> None:
    import evdev

    with evdev.UInput(name="hanoi-ticket-test") as keyboard:
        eventually(lambda: os.access(keyboard.device.path, os.R_OK))
        with Running("metro", depot.arguments("--scanner", f"hid:{keyboard.device.path}")) as gate:
            with pytest.raises(OSError, match="busy"):
                evdev.InputDevice(keyboard.device.path).grab()
            for key, value in [*strokes(depot.code()), (ecodes.KEY_ENTER, 1), (ecodes.KEY_ENTER, 0)]:
                keyboard.write(ecodes.EV_KEY, key, value)
                keyboard.syn()
            assert gate.taps(1) == ["OK"]
