"""What is wrong with a scanner, told by what it makes of one known symbol."""

from typing import Final

from hanoi_ticket.validator.scan import TERMINATORS

BASE45: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
TEST_TEXT: Final = "VT1:" + BASE45 * 8 + "END"
"""As long as the longest code of a phone, with every character of the alphabet."""
_PREFIXES: Final = {
    "VT&M": "the host's keyboard is French (AZERTY), the scanner types for a US one",
    "VT1Ö": "the host's keyboard is German (QWERTZ), the scanner types for a US one",
    "VTă:": "the host's keyboard is Vietnamese, the scanner types for a US one",
    "VTĂ:": "the host's keyboard is Vietnamese, the scanner types for a US one",
    "VT!.": "the scanner types for a French keyboard (AZERTY), and is read as a US one",
    "VT1>": "the scanner types for a German keyboard (QWERTZ), and is read as a US one",
    "vt1:": "Caps Lock is on, or the scanner swaps upper and lower case",
    "vt1;": "the Shift key is lost: the scanner types faster than the host reads",
    "VT1;": "the Shift key is lost: the scanner types faster than the host reads",
    "VT!:": "the Shift key stays down: the scanner types faster than the host reads",
}
_FIX: Final = "set the scanner to serial (USB virtual COM), or read it through hid:, which no layout touches"


def layout_damage(text: str) -> str:
    """Which keyboard has spoilt a code, by what it made of "VT1:"; empty where none did."""
    return _PREFIXES.get(text[:4], "")


def findings(received: bytes, sent: str = TEST_TEXT) -> list[str]:
    """What is wrong, each with what to do; the last line says how codes end. A sound scanner has that line alone."""
    if not received:
        return ["nothing came: is it the right device, and does the scanner beep?"]
    body, ending = _ending(received)
    text = body.decode("utf-8", "replace")
    trouble = "" if text == sent else _trouble(body, text, sent)
    return [*([trouble] if trouble else []), ending]


def _ending(received: bytes) -> tuple[bytes, str]:
    for name in ("crlf", "cr", "lf"):
        if received.endswith(TERMINATORS[name]):
            return received.removesuffix(TERMINATORS[name]), f"codes end with {name.upper()}: --terminator {name}"
    if received.endswith(b"\t"):
        return received[:-1], "codes end with TAB: set the scanner's suffix to CR"
    return received, "codes end with nothing: set the scanner's suffix to CR"


def _trouble(body: bytes, text: str, sent: str) -> str:  # noqa: PLR0911  a kind of damage each
    if damage := layout_damage(text):
        return f"{damage}; {_FIX}"
    if text == sent * 2:
        return "two codes run together: set the scanner's suffix to CR"
    if sent.startswith(text):
        return f"the code is cut after {len(text)} of {len(sent)} characters: a limit or a timeout between characters"
    if sent.endswith(text):
        return (
            f"the first {len(sent) - len(text)} characters are lost: the device was opened late, or its buffer is small"
        )
    if sent in text:
        before, after = text.split(sent, 1)
        return f"the scanner adds {before!r} before and {after!r} after the code: turn prefix and suffix off"
    strange = sum(byte < 0x20 or byte >= 0x7F for byte in body)
    if 4 * strange > len(body):
        return "noise: the baud rate, the parity or the number of bits is another one than the scanner's"
    if any(letter.isalpha() and not letter.isascii() for letter in text):
        return f"a Vietnamese input method (Telex, VNI) changes what is typed: turn it off; {_FIX}"
    at = next(
        (index for index, (a, b) in enumerate(zip(text, sent, strict=False)) if a != b), min(len(text), len(sent))
    )
    return f"character {at + 1} is {text[at : at + 1]!r} and should be {sent[at : at + 1]!r}"
