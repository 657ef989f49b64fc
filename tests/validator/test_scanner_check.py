"""Each way of spoiling the test symbol is named."""

import pytest

from hanoi_ticket.validator.scanner_check import TEST_TEXT, findings

WHOLE = TEST_TEXT.encode()
TELEX = TEST_TEXT.replace("AB", "ÂB").encode()


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (b"", "nothing came"),
        (WHOLE, "codes end with nothing"),
        (WHOLE + b"\r", "--terminator cr"),
        (WHOLE + b"\n", "--terminator lf"),
        (WHOLE + b"\r\n", "--terminator crlf"),
        (WHOLE + b"\t", "TAB"),
    ],
)
def test_a_whole_code_needs_only_its_end_told(received: bytes, said: str) -> None:
    (line,) = findings(received)
    assert said in line


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (b"VT&M\xc3\xa0&" + WHOLE[8:], "AZERTY"),
        ("VT1Ö".encode() + WHOLE[4:], "QWERTZ"),
        ("VTă:".encode() + WHOLE[4:], "keyboard is Vietnamese"),
        (TEST_TEXT.swapcase().encode(), "Caps Lock"),
        (b"VT1;" + WHOLE[4:], "Shift key is lost"),
        (b"VT!:" + WHOLE[4:], "Shift key stays down"),
        (TELEX, "input method"),
        (WHOLE[:64], "cut after 64 of 367"),
        (WHOLE[3:], "first 3 characters are lost"),
        (b"]Q1" + WHOLE, "adds ']Q1' before"),
        (WHOLE * 2, "two codes run together"),
        (bytes(byte | 0x80 for byte in WHOLE), "baud"),
        (WHOLE[:10] + b"X" + WHOLE[11:], "character 11 is 'X' and should be '6'"),
    ],
)
def test_damage_is_named(received: bytes, said: str) -> None:
    damage, ending = findings(received + b"\r")
    assert said in damage
    assert "--terminator cr" in ending
