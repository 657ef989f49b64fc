"""--json on every command: standard output is JSON and nothing else."""

import json
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click
import pytest

from hanoi_ticket.commands import COMMANDS, main
from tests.city import START
from tests.commands.conftest import lines_of_json


def leaves() -> Iterator[tuple[str, click.Command]]:
    context = click.Context(main)
    for name in COMMANDS:
        command = main.get_command(context, name)
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", command.commands[inner]) for inner in command.commands)
        else:
            yield name, command


@pytest.mark.parametrize("command", [command for _, command in leaves()], ids=[name for name, _ in leaves()])
def test_every_command_has_the_option(command: click.Command) -> None:
    assert any("--json" in option.opts for option in command.params)


def calls(desk, folder: Path) -> dict[str, list[object]]:
    keys = ["--key", desk.path("authority.pem"), "--issuer", desk.path("issuer.pub.pem")]
    return {
        "keygen": [folder / "new.pem"],
        "bundle make": [folder / "b", "--version", "3", *keys],
        "bundle show": [desk.path("city.bundle"), "--signer", desk.path("authority.pub.pem"), "--at", START],
        "issue": [folder / "t", "--key", desk.path("issuer.pem"), "--product", "bus-single"],
        "present": [desk.path("day.ticket"), "--key", desk.path("phone.pem"), "--at", START],
        "qr": [desk.code],
        "inspect": [desk.code],
        "verify": [*desk.trust, desk.code],
        "tap": [*desk.trust, "--profile", "metro-entry", "--store", folder / "s.db", desk.code],
        "journal show": [folder / "s.db"],
        "clear": ["--issuer", desk.path("issuer.pub.pem"), folder / "s.db"],
        "products": ["--at", START],
        "fares check": [files("hanoi_ticket") / "data" / "hanoi"],
        "fares price": ["--from", "2a-cat-linh", "--to", "2a-yen-nghia", "--at", START],
        "doctor": [],
        "demo": [],
    }


def test_every_command_prints_json_alone(call, desk, tmp_path: Path) -> None:
    for name, arguments in calls(desk, tmp_path).items():
        result = call(*name.split(), *arguments, "--json")
        assert result.exit_code == 0, result.stderr
        values = lines_of_json(result)
        assert values
        assert all(isinstance(value, dict) for value in values)


def test_inspect_accounts_for_every_byte(call, desk) -> None:
    (value,) = lines_of_json(call("inspect", desk.code, "--json"))
    assert sum(part["size"] for part in value["parts"]) == value["bytes"] == sum(value["groups"].values())
    assert value["bytes"] <= value["budget"] == 240
    assert value["symbol"] == "11-M"
    assert value["signatures_checked"] is False


def test_a_printed_code_is_a_smaller_symbol(call, desk) -> None:
    (value,) = lines_of_json(call("inspect", desk.paper, "--json"))
    assert value["symbol"] == "7-M"


def test_inspect_takes_a_picture(call, desk, tmp_path: Path) -> None:
    call("qr", desk.code, "--out", tmp_path / "code.png")
    seen = json.loads(call("inspect", "--image", tmp_path / "code.png", "--json").stdout)
    assert seen == json.loads(call("inspect", desk.code, "--json").stdout)


def test_codes_ahead_are_those_of_their_moments(call, desk) -> None:
    arguments = ["present", desk.path("day.ticket"), "--key", desk.path("phone.pem"), "--at", START, "--count", 3]
    ahead = lines_of_json(call(*arguments, "--json"))
    assert [value["moment"] for value in ahead] == [START, START + 15, START + 30]
    for value in ahead:
        assert call("verify", *desk.trust[:-1], value["moment"], value["code"]).exit_code == 0
