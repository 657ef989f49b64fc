"""What the benchmarks call: every path takes what is right, and none is timed over what is wrong."""

import pytest

from hanoi_ticket.bench.native_doors import Doors, with_phones
from hanoi_ticket.native import choice
from hanoi_ticket.native.phones import Phones
from hanoi_ticket.signing import PrivateKey


@pytest.fixture
def library_serves(monkeypatch, place):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(place.parent))
    choice._loaded.cache_clear()
    yield
    choice._loaded.cache_clear()


@pytest.mark.usefixtures("library_serves")
@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_each_path_takes_a_right_signature_and_no_wrong_one(alg):
    signers = [PrivateKey.generate(alg) for _ in range(3)]
    keys, messages = [signer.public_key.raw for signer in signers], [bytes([i]) * 120 for i in range(11)]
    signatures = [signers[i % 3].sign(message) for i, message in enumerate(messages)]
    doors, one = Doors(alg, keys), (messages[0], signatures[0])
    assert doors.build_table()() == 0
    alone, together = [doors.known_key], []
    assert doors.any_key(keys[0], *one)() == 0
    if doors.lanes:
        alone.append(doors.known_key8)
        together += [doors.any_keys, doors.known_keys]
        assert doors.any_key8(keys[0], *one)() == 0
    if doors.lanes and alg == "ES256":
        phones = Phones(doors.lanes.ffi, 1 << 20)
        assert doors.phone8(keys[0], *one, phones)() == 0
        assert phones.remembered == 1
        with pytest.raises(AssertionError, match="refuses"):
            doors.phone8(keys[1], *one, phones)
    for path in alone:
        assert path(*one)() == 0
        with pytest.raises(AssertionError, match="refuses"):
            path(messages[0], signatures[1])
    for batch in together:
        batch(messages, signatures)()
        with pytest.raises(AssertionError, match="refuses"):
            batch(messages, signatures[::-1])


@pytest.mark.usefixtures("library_serves")
def test_a_reader_that_remembers_and_one_that_does_not():
    choice.automatic.cache_clear()
    lanes = choice.kernels().lanes
    if lanes is None:
        pytest.skip("this processor has no lanes")
    usual, rooms = lanes.phones, []
    for room in (0, 1 << 20):
        with_phones(lambda: rooms.append(lanes.phones.capacity), room)()
    assert set(rooms[: len(rooms) // 2]) == {0}
    assert 0 not in rooms[len(rooms) // 2 :]
    assert lanes.phones is usual
