"""Whatever comes in gets a verdict: no exception, no long wait, and nothing that was touched is accepted."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hanoi_ticket import Holder, Reason, TrustBundle, verify
from hanoi_ticket.claims import Binding, Claims
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.wire import base45
from tests.samples import ALGS, AT, HOLDER, ISSUER, signed

TRUST = TrustBundle.of([IssuerRecord(ISSUER[alg].public_key) for alg in ALGS])
CODES = [
    Holder(HOLDER[h]).present(
        signed(Claims(7, AT - 60, AT + 60, 110, binding=Binding.DEVICE, holder=HOLDER[h].public_key), i),
        AT,
        challenge=1234,
    )
    for i in ALGS
    for h in ALGS
]
FRAMES = [base45.decode(code[4:].encode()) for code in CODES]
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256, FIPS 186-5."""


def refused(code: str | bytes) -> None:
    verdict = verify(code, TRUST, AT)
    assert isinstance(verdict.reason, Reason)
    assert not verdict.accepted, code
    assert verdict.text("vi")


def test_the_codes_are_good():
    assert [verify(code, TRUST, AT).reason for code in CODES] == [Reason.OK] * 4


@pytest.mark.parametrize("frame", FRAMES)
def test_every_bit_of_every_byte(frame):
    for at in range(len(frame)):
        for bit in range(8):
            changed = bytearray(frame)
            changed[at] ^= 1 << bit
            refused("VT1:" + base45.encode(bytes(changed)))


@given(st.sampled_from(FRAMES), st.data())
def test_bytes_changed_put_in_and_taken_out(frame, data):
    start = data.draw(st.integers(0, len(frame)))
    end = data.draw(st.integers(start, min(len(frame), start + 4)))
    instead = data.draw(st.binary(max_size=4).filter(lambda new: new != frame[start:end]))
    changed = frame[:start] + instead + frame[end:]
    if changed != frame:
        refused("VT1:" + base45.encode(changed))


@given(st.sampled_from(CODES), st.data())
def test_characters_changed_put_in_and_taken_out(code, data):
    start = data.draw(st.integers(0, len(code)))
    end = data.draw(st.integers(start, min(len(code), start + 3)))
    instead = data.draw(st.text(max_size=3) | st.text(base45.ALPHABET.decode(), max_size=3))
    changed = code[:start] + instead + code[end:]
    if changed != code:
        refused(changed)


@pytest.mark.parametrize("code", CODES)
def test_every_cut(code):
    for length in range(len(code)):
        refused(code[:length])
        refused(code[:length].encode())


@given(st.binary(max_size=500) | st.binary(max_size=380).map(lambda data: b"VT1:" + data))
@example(b"")
def test_any_bytes(data):
    refused(data)


@given(st.text(max_size=500) | st.text(base45.ALPHABET.decode(), max_size=378).map(lambda text: "VT1:" + text))
@example("\ud800")
def test_any_text(text):
    refused(text)


@given(st.binary(max_size=252))
def test_any_frame(data):
    refused("VT1:" + base45.encode(data))


@pytest.mark.parametrize("size", [382, 383, 10_000, 50_000_000])
@pytest.mark.parametrize("unit", ["0", "\n", "€", b"\x00", b"\xff", b"VT1:"])
def test_any_size_in_bounded_time(size, unit):
    whole = (unit * size)[:size]
    start = time.perf_counter()
    refused(whole)
    assert time.perf_counter() - start < 0.5


def test_the_other_s_is_the_same_signature():
    """ES256 verifies with s and with n - s: two texts, one ticket and moment, on which replay is keyed."""
    frame = FRAMES[3]
    s = int.from_bytes(frame[-32:], "big")
    twin = "VT1:" + base45.encode(frame[:-32] + (N - s).to_bytes(32, "big"))
    first, second = verify(CODES[3], TRUST, AT), verify(twin, TRUST, AT)
    assert twin != CODES[3]
    assert first == second
    assert first.accepted
