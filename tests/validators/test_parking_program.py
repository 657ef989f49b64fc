"""The parking reader as a process."""

import time

from hanoi_ticket import clock
from hanoi_ticket.rotation import PERIOD
from tests.validators.reader_program import Depot, Running


def test_a_car_goes_in_and_out_and_staff_see_the_price(depot: Depot) -> None:
    car, now = depot.ticket("parking-car"), clock.now()
    with (
        Running("parking", depot.arguments("--passage", "0")) as entry,
        Running("parking", depot.arguments("--profile", "parking-exit", "--passage", "0")) as leaving,
    ):
        entry.send(depot.holder.present(car, now - PERIOD))
        assert entry.taps(1) == ["OK"]
        time.sleep(1)  # a stay of no second costs nothing
        leaving.send(depot.holder.present(car, now))
        (tap,) = leaving.wait_for("tap")
        leaving.stop()
    assert (tap["reason"], tap["amount"]) == ("OK", 25_000)
    assert "| barrier open" in leaving.shown
    line = next(line for line in leaving.shown if line.startswith(">"))
    assert "phải trả 25,000 VND" in line
    assert "to pay 25,000 VND" in line
