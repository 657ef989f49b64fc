"""The demo's rows, its pictures and its exit status."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from hanoi_ticket.commands import city, demo
from hanoi_ticket.commands.output import Exit
from hanoi_ticket.reasons import Reason
from hanoi_ticket.validator.picture import read_codes

NAMED = {
    ("metro in", "OK"),
    ("metro in", "REPLAYED"),  # the same code again
    ("metro in", "CODE_TOO_OLD"),  # a screenshot a minute later
    ("metro in", "ISSUER_SIGNATURE"),  # a flipped byte
    ("metro in", "HOLDER_SIGNATURE"),
    ("metro in", "PROOF_MISSING"),
    ("metro in", "UNKNOWN_ISSUER"),
    ("metro in", "EXPIRED"),
    ("metro in", "DENIED"),
    ("metro in", "WRONG_AREA"),
    ("metro in", "CODE_FROM_FUTURE"),  # a phone five minutes off
    ("metro in", "ALREADY_USED"),  # a printed single used twice
    ("metro out", "OK"),
    ("bus 32", "OK"),
    ("bus 32", "PASSBACK"),
    ("bus 32", "ALREADY_USED"),
    ("bus 32", "WRONG_AREA"),
}


def test_every_row_comes_out_as_expected(call) -> None:
    result = call("demo", "--json")
    value = json.loads(result.stdout)
    assert [row["title"] for row in value["rows"] if row["reason"] != row["expected"]] == []
    assert result.exit_code == Exit.ACCEPT
    assert value["as_expected"] is True
    assert {(row["gate"], row["reason"]) for row in value["rows"]} >= NAMED
    assert value["timings"]["whole_demo_s"] < 10


def test_the_honest_are_let_in_and_nobody_else(call) -> None:
    rows = json.loads(call("demo", "--json").stdout)["rows"]
    assert all(row["accepted"] is (row["kind"] == "honest") for row in rows)
    assert all(row["vi"] and row["en"] and row["number"] == Reason[row["reason"]] for row in rows)


def test_people_see_the_same_rows(call) -> None:
    shown = call("demo").stdout
    for row in json.loads(call("demo", "--json").stdout)["rows"]:
        assert row["title"] in shown
        assert f"= {row['expected']}" in shown
    assert "▄▄▄▄▄" in shown
    assert max(len(line) for line in shown.splitlines()) <= 100
    assert "\x1b" not in shown


def test_the_pictures_are_those_that_were_scanned(call, tmp_path: Path) -> None:
    rows = json.loads(call("demo", "--json", "--save", tmp_path / "pictures").stdout)["rows"]
    pictures = sorted((tmp_path / "pictures").iterdir())
    assert [read_codes(picture) for picture in pictures] == [[row["code"].encode()] for row in rows]


def test_a_row_that_comes_out_otherwise_is_told(call, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = city.scenes

    def wrong(town: city.City) -> list[city.Scene]:
        first, *others = honest(town)
        return [replace(first, expected=Reason.DENIED), *others]

    monkeypatch.setattr(demo, "scenes", wrong)
    result = call("demo")
    assert result.exit_code == Exit.REFUSE
    assert "≠ DENIED" in result.stdout
    assert "24 of 25 taps" in result.stdout
