"""`hanoi-ticket warmup` and `doctor`."""

import json

import pytest
from click.testing import CliRunner

from hanoi_ticket.commands import main
from hanoi_ticket.native import build, cache, choice


@pytest.fixture
def call(monkeypatch, place):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(place.parent))
    for answer in (choice.automatic, choice._loaded):
        answer.cache_clear()
    yield lambda *words: CliRunner().invoke(main, words)
    for answer in (choice.automatic, choice._loaded):
        answer.cache_clear()


def test_the_doctor_finds_the_library(call, place):
    value = json.loads(call("doctor", "--json").stdout)
    assert value["serves"].startswith("native-")
    assert value["library"] == str(place)
    assert set(value["backends"]) == {"native", "jit", "openssl"}
    assert "native-" in call("doctor").stdout.splitlines()[0]


def test_the_doctor_names_the_paths(call, monkeypatch):
    if json.loads(call("doctor", "--json").stdout)["serves"] == "native-ifma":
        paths = json.loads(call("doctor", "--json").stdout)["paths"]
        phones = "0 of at most 3096 remembered"
        assert paths == {"single": "lanes, after the first 256", "batch": "lanes", "phones": phones}
    monkeypatch.setenv("HANOI_TICKET_LANES", "off")
    for answer in (choice.automatic, choice._loaded):
        answer.cache_clear()
    scalar = {"single": "scalar", "batch": "scalar", "phones": "none is remembered"}
    assert json.loads(call("doctor", "--json").stdout)["paths"] == scalar
    assert "scalar" in call("doctor").stdout
    monkeypatch.setenv("HANOI_TICKET_BACKEND", "openssl")
    choice.automatic.cache_clear()
    assert json.loads(call("doctor", "--json").stdout)["paths"] == {"single": "openssl", "batch": "openssl"}


def test_lanes_can_be_asked_for(call, place, monkeypatch, tmp_path):
    monkeypatch.setenv("HANOI_TICKET_LANES", "on")
    result = call("doctor", "--json")
    if choice.library.load(place).lanes is None:
        assert result.exit_code == 3
    else:
        assert json.loads(result.stdout)["paths"]["batch"] == "lanes"
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(tmp_path))
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()
    result = call("doctor")
    assert result.exit_code == 3
    assert result.stdout.startswith("nothing serves: HANOI_TICKET_LANES=on, and there are no lanes: no library at")
    monkeypatch.setenv("HANOI_TICKET_LANES", "yes")
    choice.automatic.cache_clear()
    assert "HANOI_TICKET_LANES is one of auto, on, off, not 'yes'" in call("doctor").stdout


def test_the_doctor_says_why_there_is_none(call, monkeypatch, tmp_path):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(tmp_path))
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    result = call("doctor", "--json")
    value = json.loads(result.stdout)
    assert value["serves"] == "openssl"
    assert "hint: hanoi-ticket warmup" in value["why"]
    assert "NUMBA_DISABLE_JIT" in value["backends"]["jit"]
    assert result.exit_code == 0


def test_the_doctor_cannot_help_a_backend_that_was_pinned_and_is_not_there(call, monkeypatch, tmp_path):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(tmp_path))
    monkeypatch.setenv("HANOI_TICKET_BACKEND", "native")
    result = call("doctor")
    assert result.exit_code == 3
    assert result.stdout.startswith("nothing serves: no library at")


def test_warmup_keeps_a_good_library(call, monkeypatch, place):
    monkeypatch.setattr(build, "build", lambda *_: pytest.fail("it was good"))
    value = json.loads(call("warmup", "--json").stdout)
    assert value["library"] == str(place / cache.LIBRARY)
    assert value["backend"].startswith("native-")


def test_warmup_builds_where_there_is_none_and_shows_what_it_does(call, monkeypatch, place, tmp_path):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(tmp_path / "new"))

    def copied(where, progress):
        progress("1.0 s  compile everything")
        where.parent.mkdir(mode=0o700)
        place_of(place, where)

    monkeypatch.setattr(build, "build", copied)
    result = call("warmup")
    assert result.exit_code == 0, result.output
    assert "compile everything" in result.stderr
    assert "serves from" in result.stdout


def place_of(source, target):
    target.mkdir(mode=0o700)
    for file in source.iterdir():
        (target / file.name).write_bytes(file.read_bytes())
        (target / file.name).chmod(0o600)
