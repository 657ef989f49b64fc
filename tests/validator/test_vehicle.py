"""Where a bus is: all its doors know it, and a restart does."""

from dataclasses import replace

import pytest

from hanoi_ticket.validator import Profile
from hanoi_ticket.validator.vehicle import MAX_TRIP
from tests.city import START

BUS, REAR = Profile.named("bus"), replace(Profile.named("bus"), reader="rear door")


def told(city, gate):
    """The place and the trip of a tap."""
    assert gate.tap(city.rider("bus-month-all").code(START)).accepted
    *_, tap = gate.store.taps()
    return tap.place, tap.trip


def number(city, area):
    return next(found.number for found in city.catalogue.areas.values() if found.id == area)


def test_a_tap_has_the_trip_and_the_stop_at_every_door_and_after_a_restart(city):
    front, rear = city.gate(BUS), city.gate(REAR)
    own, stop = number(city, BUS.place), number(city, "bus-27")
    assert own != stop
    assert told(city, front) == (own, "")
    front.start_trip("32-0900")
    front.stop_at("bus-27")
    assert told(city, front) == told(city, rear) == told(city, city.gate(BUS)) == (stop, "32-0900")


def test_a_trip_begins_at_the_reader_s_own_place(city):
    gate = city.gate(BUS)
    gate.stop_at("bus-27")
    gate.start_trip("32-0900")
    assert told(city, gate) == (number(city, BUS.place), "32-0900")
    gate.start_trip("")
    assert told(city, gate) == (number(city, BUS.place), "")


def test_a_stop_that_the_bundle_no_longer_knows_is_the_reader_s_own_place(city):
    gate = city.gate(BUS)
    gate.stop_at("bus-27")
    gate._places = {area: number for area, number in gate._places.items() if area != "bus-27"}
    assert told(city, gate) == (number(city, BUS.place), "")


@pytest.mark.parametrize("name", ["x" * (MAX_TRIP + 1), "32\n0900", "\x00"])
def test_a_trip_has_a_short_printable_name(city, name):
    gate = city.gate(BUS)
    gate.start_trip("x" * MAX_TRIP)
    with pytest.raises(ValueError, match="printable"):
        gate.start_trip(name)
    assert told(city, gate)[1] == "x" * MAX_TRIP


def test_an_unknown_stop_and_a_reader_in_no_vehicle_are_refused(city):
    gate = city.gate(BUS)
    with pytest.raises(ValueError, match="knows no area 'atlantis'"):
        gate.stop_at("atlantis")
    standing = city.gate(Profile.named("metro-entry"), "station.db")
    for move in (standing.start_trip, standing.stop_at):
        with pytest.raises(ValueError, match="no vehicle"):
            move("2a-cat-linh")
