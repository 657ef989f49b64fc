"""`fares check`, `fares price` and `products`: what they print and how they exit."""

import json
import shutil
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from hanoi_ticket.commands import fares, main, products
from tests.fares.tied import tied_hanoi

SAMPLE = str(files("hanoi_ticket") / "data" / "hanoi")
MORNING = "2026-11-23T07:30:00+07:00"


def run(command: click.Command, *arguments: str) -> Result:
    assert command.name
    return CliRunner().invoke(main, [command.name, *arguments])


def priced(*arguments: str) -> dict[str, int]:
    result = run(fares.command, "price", "--json", *arguments)
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return {row["product"]: row["amount"] for row in value["products"]}


def test_check_counts_a_sound_feed() -> None:
    result = run(fares.command, "check", SAMPLE, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["products"] == 36


def test_check_names_the_place_of_a_mistake(tmp_path: Path) -> None:
    feed = tmp_path / "feed"
    shutil.copytree(SAMPLE, feed)
    path = feed / "ticket_riders.txt"
    path.write_text(path.read_text("utf-8").replace("senior,4,", "senior,40,"), "utf-8")
    result = run(fares.command, "check", str(feed), "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["sound"], found["file"], found["line"], found["field"]) == (
        False,
        "ticket_riders.txt",
        6,
        "rider_code",
    )
    assert "hint: docs/fares.md" in result.stderr


def test_a_ride_is_priced_by_id_number_and_name() -> None:
    expected = {"metro-2a-single-2": 9_000, "metro-2a-day": 30_000, "metro-2a-month": 200_000}
    for start, end in (("2a-cat-linh", "2a-lang"), ("101", "104"), ("Cát Linh", "Ga Láng"), ("cat linh", "LANG")):
        assert priced("--from", start, "--to", end, "--at", MORNING) == expected


def test_a_bus_is_priced_by_its_route_and_by_the_day() -> None:
    assert priced("--from", "bus-32", "--at", MORNING)["bus-single-2"] == 10_000
    assert priced("--from", "bus-32", "--at", "2024-10-31T23:59:59+07:00")["bus-single-2"] == 7_000
    assert priced("--from", "bus-32", "--at", MORNING, "--class", "priority") == {
        "bus-month-route-priority": 70_000,
        "bus-month-all-priority": 140_000,
    }
    assert priced("--from", "bus-32", "--at", MORNING, "--class", "senior") == {"free-pass": 0}


LINES = ("--from", "2a-yen-nghia", "--via", "2a-cat-linh/31-cau-giay", "--to", "31-nhon")
BUSES = ("--from", "bus-32", "--via", "bus-32/bus-27", "--via", "bus-27/bus-32")


@pytest.mark.parametrize(
    ("arguments", "legs"),
    [
        (LINES, [("metro-2a-single", 15_000, None), ("metro-through", 3_000, "joined")]),
        (BUSES, [("bus-single-2", 10_000, None), ("bus-single-2", 0, "transfer"), ("bus-single-2", 10_000, None)]),
        ((*BUSES, "--minutes", "61"), [("bus-single-2", 10_000, None)] * 3),
        (
            ("--from", "2a-yen-nghia", "--via", "2a-lang", "--to", "2a-cat-linh"),
            [
                ("metro-2a-single-6", 13_000, None),
                ("metro-2a-single-2", 9_000, None),
            ],
        ),
    ],
)
def test_a_journey_is_priced_leg_by_leg(tmp_path: Path, arguments: tuple[str, ...], legs: list[object]) -> None:
    tied_hanoi(tmp_path / "feed")
    options = ("--feed", str(tmp_path / "feed"), "--at", MORNING)
    value = json.loads(run(fares.command, "price", "--json", *options, *arguments).stdout)
    assert [(leg["product"], leg["amount"], leg["transfer"]) for leg in value["legs"]] == legs
    assert value["total"] == sum(leg["amount"] for leg in value["legs"])
    shown = run(fares.command, "price", *options, *arguments).stdout
    assert f"{value['total']:,}" in shown.splitlines()[-1]
    assert ("one leg with the one before" in shown) == (arguments == LINES)


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--from", "2a-lang", "--via", "2a-cat-linh", "--to", "31-nhon"), "the leg from 2a-cat-linh to 31-nhon"),
        (("--from", "2a-cat-linh", "--to", "31-nhon"), "nothing is sold for this ride on 2026-11-23"),
        (("--from", "2a-cat-linh", "--at", "2020-01-01T00:00:00Z"), "nothing is sold for this ride on 2020-01-01"),
    ],
)
def test_a_ride_that_nothing_is_sold_for_is_refused(arguments: tuple[str, ...], problem: str) -> None:
    result = run(fares.command, "price", "--at", MORNING, *arguments)
    assert result.exit_code == 1
    assert problem in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--from", "Sài Gòn"), ("--from", "bus-32", "--class", "tourist"), ("--from", "bus-32", "--via", "/"), ()],
)
def test_unknown_names_are_usage_errors(arguments: tuple[str, ...]) -> None:
    assert run(fares.command, "price", *arguments).exit_code == 2


def test_products_lists_every_product_with_its_price_of_the_day() -> None:
    result = run(products.command, "--json", "--at", MORNING)
    listed = {row["product"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert len(listed) == 36
    assert listed["metro-2a-day"]["prices"] == {"ordinary": 30_000}
    assert listed["metro-2a-day"]["number"] == 110
    assert set(listed["free-pass"]["prices"]) == {"merit", "senior", "child", "poor", "disabled"}
    shown = run(products.command, "--at", "2010-01-01T00:00:00Z").stdout
    assert "not sold" in shown
