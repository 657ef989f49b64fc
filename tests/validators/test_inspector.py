"""An inspector's reader uses nothing up, says what is known, and catches a relay by digits."""

import signal

from hanoi_ticket import clock
from hanoi_ticket.rotation import PERIOD
from hanoi_ticket.validator import Store
from tests.validators.reader_program import Depot, Running, eventually


def digits(reader: Running) -> list[str]:
    return [line[2:] for line in reader.shown if line.startswith("? ")]


def test_it_uses_nothing_up_and_shows_the_last_use(depot: Depot) -> None:
    ticket, now = depot.ticket("bus-single-2"), clock.now()
    code = depot.holder.present(ticket)
    with Running("inspector", depot.arguments()) as inspector, Running("bus", depot.arguments()) as bus:
        inspector.send(code, code)
        assert inspector.taps(2) == ["OK", "OK"]
        assert not list(Store(depot.store).taps())
        bus.send(depot.holder.present(ticket, now))
        assert bus.taps(1) == ["OK"]
        inspector.send(code, depot.code("metro-2a-day"), depot.code("free-pass", rider=4))
        assert inspector.taps(5)[2:] == ["OK", "WRONG_MODE", "OK"]
        inspector.stop()
    assert len([line for line in inspector.shown if "no use is known here" in line]) == 4
    assert len([line for line in inspector.shown if "at BUS-32-0417 (ride)" in line]) == 1
    assert sum("valid from" in line for line in inspector.shown) == 5
    assert not digits(inspector)


def test_a_relayed_code_does_not_carry_the_digits(depot: Depot) -> None:
    ticket = depot.ticket("bus-single-2")
    with Running("inspector", depot.arguments("--ask")) as inspector:
        inspector.send(depot.holder.present(ticket))
        inspector.taps(1)
        eventually(lambda: digits(inspector))
        asked = int(digits(inspector)[0])
        relayed = depot.holder.present(ticket, challenge=(asked + 1) % 1_000_000)
        honest = depot.holder.present(ticket, challenge=asked)
        inspector.send(depot.holder.present(ticket), relayed, honest)
        assert inspector.taps(4)[1:] == ["CHALLENGE", "CHALLENGE", "OK"]
        inspector.send(honest)  # the digits are spent: new ones are asked
        assert inspector.taps(5)[4] == "OK"
        eventually(lambda: len(digits(inspector)) == 4)
        assert len(set(digits(inspector)[:3])) == 1
        assert digits(inspector)[3] != digits(inspector)[0]


def test_paper_is_asked_for_no_digits(depot: Depot) -> None:
    with Running("inspector", depot.arguments("--ask")) as inspector:
        inspector.send(depot.printed("bus-single-2"))
        assert inspector.taps(1) == ["OK"]
        inspector.stop()
    assert not digits(inspector)


def test_one_press_of_checked_lets_one_senior_in(depot: Depot) -> None:
    now = clock.now()
    one, two = (depot.ticket("free-pass", rider=4) for _ in range(2))
    with Running("metro", depot.arguments("--passage", "0")) as gate:
        gate.send(depot.holder.present(one, now - PERIOD))
        assert gate.taps(1) == ["CONCESSION_CHECK"]
        gate.send_signal(signal.SIGUSR1)
        gate.send(depot.holder.present(one, now), depot.holder.present(two, now))
        assert gate.taps(3)[1:] == ["OK", "CONCESSION_CHECK"]
