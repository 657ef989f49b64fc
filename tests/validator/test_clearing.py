"""A day's taps become amounts per operator: exact, with all readers together, and once."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from hanoi_ticket.fares.shares import split
from hanoi_ticket.validator import Profile
from hanoi_ticket.validator.clearing import clear
from tests.city import START, City
from tests.fares.tied import tied_hanoi

ENTRY, EXIT, BUS = Profile.named("metro-entry"), Profile.named("metro-exit"), Profile.named("bus")
DAY, HOUR = 86_400, 3600


def service_day(at: int) -> int:
    return (at + 7 * HOUR) // DAY


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        (10_000, [("a", 667), ("b", 333)], {"a": 6_670, "b": 3_330}),
        (1, [("a", 500), ("b", 500)], {"a": 1, "b": 0}),
        (2, [("a", 334), ("b", 333), ("c", 333)], {"a": 1, "b": 1, "c": 0}),
        (10, [("a", 333), ("b", 333), ("c", 334)], {"a": 3, "b": 3, "c": 4}),
        (-10, [("a", 333), ("b", 333), ("c", 334)], {"a": -3, "b": -3, "c": -4}),
        (7, [("a", 1000)], {"a": 7}),
        (0, [("a", 1), ("b", 999)], {"a": 0, "b": 0}),
    ],
)
def test_what_is_left_goes_to_the_largest_remainders(amount, shares, parts):
    assert split(amount, shares) == parts


def test_shares_add_up_to_the_last_unit(cases: Callable[[int], int]):
    chance = random.Random(1)
    for _ in range(cases(2_000)):
        cuts = sorted(chance.sample(range(1, 1000), chance.randrange(6)))
        shares = [(str(n), end - start) for n, (start, end) in enumerate(zip([0, *cuts], [*cuts, 1000], strict=True))]
        amount = chance.randrange(-(10**9), 10**9)
        parts = split(amount, shares)
        assert sum(parts.values()) == amount
        assert all(abs(parts[name] - amount * share / 1000) < 1 for name, share in shares)


@pytest.fixture
def tied(tmp_path):
    return City(tmp_path, catalogue=tied_hanoi(tmp_path / "feed"))


@pytest.fixture
def tap(tied):
    """Taps at a reader that shares its store with nobody: two buses out of each other's sight."""

    def at(rider, moment, place, profile=BUS):
        tied.time.seconds = moment
        with tied.gate(replace(profile, place=place, reader=f"{place} {profile.direction}"), f"{place}.db") as gate:
            if profile.mode == "bus":
                gate.start_trip(f"{place} {moment}")
            verdict = gate.tap(rider.code(moment))
            gate.passed(verdict)
        return verdict

    return at


def journals(city):
    taps = []
    for path in sorted(city.folder.glob("*.db")):
        with city.gate(BUS, path.name) as gate:
            taps += gate.store.taps()
    return taps


def rider_of(city, product):
    return city.rider(product, valid_from=0, valid_until=START + 30 * DAY)


def test_rides_that_readers_could_not_tie_are_tied_here(tied, tap):
    account = rider_of(tied, "pay-as-you-go")
    amounts = [tap(account, START, "bus-32").amount, tap(account, START + 900, "bus-27").amount]
    assert amounts == [10_000, 10_000]
    cleared = clear(journals(tied), tied.catalogue)
    assert (cleared.charged, cleared.due, cleared.total) == (20_000, 10_000, 10_000)
    assert cleared.operators == {"transerco": 10_000}


def test_the_cap_holds_over_all_readers(tied, tap):
    account = rider_of(tied, "pay-as-you-go")
    for n, place in enumerate(["bus-74", "bus-07", "bus-57", "bus-14", "bus-32"]):
        assert tap(account, START + 2 * HOUR * n, place).amount
    assert clear(journals(tied), tied.catalogue).total == 60_000


def test_a_ride_through_the_interchange_is_shared(tied, tap):
    account, single = rider_of(tied, "pay-as-you-go"), rider_of(tied, "metro-through")
    ride = [("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY), ("31-nhon", EXIT)]
    for n, (place, profile) in enumerate(ride):
        assert tap(account, START + 900 * n, place, profile).accepted
        assert tap(single, START + 900 * n, place, profile).accepted
    cleared = clear(journals(tied), tied.catalogue)
    assert cleared.due == 18_000
    # the single's 18,000 and the account's last 3,000 go by the through single's shares, its first 15,000 by line 2A's
    assert cleared.operators == {"a": 14_007, "b": 6_993, "hanoi-metro": 15_000}
    assert cleared.total == sum(cleared.operators.values()) == 36_000
    assert not cleared.double


def test_a_missing_exit_is_the_account_s_own_amount(tied, tap):
    account = rider_of(tied, "pay-as-you-go")
    tap(account, START, "2a-yen-nghia", ENTRY)
    tap(account, START + 3 * HOUR, "bus-32")
    cleared = clear(journals(tied), tied.catalogue)
    assert cleared.operators == {"city": 20_000, "transerco": 10_000}
    assert (cleared.charged, cleared.due) == (10_000, 30_000)  # the bus did not know of the metro's entry


def test_a_day_has_the_rides_that_began_on_it(tied, tap):
    midnight = START + 15 * HOUR
    account, car = rider_of(tied, "pay-as-you-go"), rider_of(tied, "parking-car")
    tap(account, midnight - 600, "2a-yen-nghia", ENTRY)
    tap(account, midnight + 600, "2a-cat-linh", EXIT)
    tap(account, midnight + 2 * HOUR, "bus-14")
    park = "parking-ly-thuong-kiet"
    tap(car, midnight - 600, park, Profile.named("parking-entry"))
    paid = tied.gate(replace(Profile.named("parking-exit"), place=park), f"{park}.db")
    tied.time.seconds = midnight + 600
    assert paid.tap(car.code(midnight + 600)).amount == 25_000
    taps = journals(tied)
    first, second = (clear(taps, tied.catalogue, service_day(midnight) - n) for n in (1, 0))
    assert first.operators == {"hanoi-metro": 15_000, "parking-operator": 25_000}
    assert second.operators == {"transerco": 8_000}
    assert clear(taps, tied.catalogue).total == first.total + second.total


def test_a_single_is_paid_once_and_its_second_use_is_named(tied, tap):
    paper = tied.rider("bus-single-2", paper=True)
    late = START + 2 * HOUR
    for moment, place in ((START, "bus-32"), (START + 1800, "bus-27"), (late, "bus-14")):
        assert tap(paper, moment, place).accepted
    cleared = clear(journals(tied), tied.catalogue)
    assert cleared.operators == {"transerco": 10_000}
    (tap_of_it,) = {(tap.issuer, tap.ticket_id) for tap in journals(tied)}
    assert cleared.double == [tap_of_it]


def test_an_exit_whose_entry_nobody_saw_is_a_ride(tied, tap):
    """A transfer is told at the entry."""
    single = rider_of(tied, "bus-single-2")
    for n, (place, profile) in enumerate([("bus-32", BUS), ("bus-27", Profile.named("bus-exit"))]):
        assert tap(single, START + 900 * n, place, profile).accepted
    assert len(clear(journals(tied), tied.catalogue).double) == 1


def test_passes_move_no_money_and_unknown_products_are_counted(tied, tap):
    tap(rider_of(tied, "bus-month-all"), START, "bus-32")
    taps = journals(tied)
    assert clear(taps, tied.catalogue).total == 0
    assert clear([replace(taps[0], product=65_000)], tied.catalogue).unknown == 1


def test_what_gates_charged_is_what_is_cleared_where_they_share_a_store(tied):
    """Random days on one store: the replay of the journal comes to the gates' own amounts, tap by tap."""
    chance = random.Random(3)
    riders = [rider_of(tied, "pay-as-you-go") for _ in range(6)]
    places = [("bus-32", BUS), ("bus-57", BUS), ("2a-yen-nghia", ENTRY), ("2a-cat-linh", EXIT), ("31-cau-giay", ENTRY)]
    gates = {
        (place, profile.direction): tied.gate(replace(profile, place=place, reader=f"{place} {profile.direction}"))
        for place, profile in places
    }
    at = START
    for n in range(150):
        at += chance.choice([60, 300, 1800, 4000])
        gate = gates[chance.choice(list(gates))]
        tied.time.seconds = at
        if gate.profile.mode == "bus":
            gate.start_trip(f"trip {n // 4}")
        gate.passed(gate.tap(chance.choice(riders).code(at)))
    taps = list(gate.store.taps())
    cleared = clear(taps, tied.catalogue)
    assert len(taps) > 60
    assert cleared.charged == cleared.due == cleared.total == sum(tap.amount for tap in taps) > 0
