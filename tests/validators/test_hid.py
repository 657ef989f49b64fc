"""A scanner that types: key codes to characters, and a whole device where the kernel lets a test make one."""

import os
import struct
import time

import pytest

from hanoi_ticket import Holder, Issuer, clock
from hanoi_ticket.validator.scanner_check import BASE45, layout_damage
from tests.validators.reader_program import Depot, Running, eventually
from validators import burst
from validators.hid import HidScanner, Keys

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


class Keyboard:
    """A device file that is a pipe: `struct input_event` as the kernel writes it, read by evdev's own reader."""

    def __init__(self) -> None:
        self.fd, self._end = os.pipe()
        self.grabbed = False

    def read(self):
        from evdev import InputEvent, _input

        return [InputEvent(*values) for values in _input.device_read_many(self.fd)]

    def grab(self) -> None:
        self.grabbed = True

    def close(self) -> None:
        os.close(self.fd)

    def press(self, keys: list[tuple[int, int]], kind: int = ecodes.EV_KEY) -> None:
        """Each key and its SYN_REPORT, as a driver sends them."""
        for key, value in keys:
            events = [(kind, key, value), (ecodes.EV_SYN, ecodes.SYN_REPORT, 0)]
            os.write(self._end, b"".join(struct.pack("@llHHi", 1, 2, *event) for event in events))


ENTER = [(ecodes.KEY_ENTER, 1), (ecodes.KEY_ENTER, 0)]


@pytest.fixture
def keyboard(monkeypatch) -> Keyboard:
    keyboard = Keyboard()
    monkeypatch.setattr("evdev.InputDevice", lambda _: keyboard)
    return keyboard


@pytest.fixture
def scanner(keyboard: Keyboard) -> HidScanner:
    scanner = HidScanner("/dev/input/by-id/usb-scanner-event-kbd")
    scanner.open()
    assert keyboard.grabbed
    return scanner


def codes(scanner: HidScanner, looks: int = 6) -> list[bytes]:
    return [code for _ in range(looks) for code in scanner.read(0.02)]


def test_codes_come_out_of_the_kernel_s_events(keyboard: Keyboard, scanner: HidScanner) -> None:
    issuer, holder, now = Issuer.generate(), Holder.generate(), clock.now()
    sent = [holder.present(issuer.issue(holder.public_key, "metro-2a-day", now, now + 60)) for _ in range(2)]
    for code in sent:
        keyboard.press([*strokes(code), *ENTER])  # some 45 KB of events: a pipe holds 64
        assert codes(scanner, 60) == [code.encode()]


def test_half_a_code_is_delivered_after_a_silence_and_spoils_no_other(
    keyboard: Keyboard, scanner: HidScanner, monkeypatch
) -> None:
    monkeypatch.setattr(burst, "SILENCE", 0.1)
    keyboard.press(strokes("VT1:HALF"))
    assert codes(scanner, 2) == []
    time.sleep(0.1)
    assert codes(scanner) == [b"VT1:HALF"]
    keyboard.press([*strokes("VT1:WHOLE"), *ENTER])
    assert codes(scanner) == [b"VT1:WHOLE"]


def test_keys_that_the_kernel_dropped_spoil_the_code_and_no_shift_stays(
    keyboard: Keyboard, scanner: HidScanner
) -> None:
    keyboard.press([*strokes("VT1:A"), (SHIFT, 1)])
    keyboard.press([(ecodes.SYN_DROPPED, 0)], ecodes.EV_SYN)  # the release of Shift is among what was lost
    keyboard.press([*strokes("1/2"), *ENTER])
    assert codes(scanner) == [b"VT1:A?1/2"]


def test_what_is_no_key_is_passed_over(keyboard: Keyboard, scanner: HidScanner) -> None:
    keyboard.press([(ecodes.MSC_SCAN, 458_756)], ecodes.EV_MSC)
    keyboard.press([(ecodes.LED_CAPSL, 1)], ecodes.EV_LED)
    keyboard.press([*strokes("VT1:"), *ENTER])
    assert codes(scanner) == [b"VT1:"]


def test_both_shifts_hold_until_the_last_is_up() -> None:
    keys, key = Keys(), ecodes.KEY_4
    events = [(SHIFT, 1), (ecodes.KEY_RIGHTSHIFT, 1), (SHIFT, 0), (key, 1), (ecodes.KEY_RIGHTSHIFT, 0), (key, 1)]
    assert "".join(keys.feed(*event) for event in events) == "$4"


def test_the_number_pad_types_the_same_digits() -> None:
    keys = Keys()
    assert "".join(keys.feed(getattr(ecodes, f"KEY_KP{digit}"), 1) for digit in range(10)) == "0123456789"


@pytest.mark.parametrize(
    ("positions", "seen"),
    [
        ("V T SHIFT+1 DOT", "VT!."),  # a scanner set to French types Shift for a digit, the colon where US has the dot
        ("V T 1 SHIFT+DOT", "VT1>"),  # to German: the colon is Shift and the dot's key
    ],
)
def test_a_scanner_set_to_another_layout_never_gives_a_code(positions: str, seen: str) -> None:
    keys, typed = Keys(), ""
    for position in positions.split():
        shift, _, name = position.rpartition("+")
        key, held = getattr(ecodes, f"KEY_{name}"), bool(shift) or name in "VT"
        typed += "".join(keys.feed(*event) for event in [(SHIFT, int(held)), (key, 1), (key, 0), (SHIFT, 0)])
    assert typed == seen
    assert layout_damage(typed)


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
