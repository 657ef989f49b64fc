"""Whatever comes in, a command ends with a message and a status. `call` raises what it should not see."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanoi_ticket.commands.output import Exit

garbage = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
lines = st.one_of(
    st.binary(max_size=600), st.binary(max_size=300).map(lambda data: b"VT1:" + data.hex().upper().encode())
)
STATUSES = set(Exit)
MAKE = ["bundle", "make", "out", "--key", "authority.pem", "--version", "1", "--issuer", "issuer.pub.pem"]


@garbage
@given(data=lines)
def test_standard_input(call, desk, tmp_path: Path, data: bytes) -> None:
    store = ["--profile", "metro-entry", "--store", tmp_path / "s.db"]
    for arguments in (
        ["verify", *desk.trust],
        ["tap", *desk.trust, *store],
        ["inspect"],
        ["inspect", "--json"],
        ["qr"],
    ):
        assert call(*arguments, stdin=data).exit_code in STATUSES - {Exit.ACCEPT}


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--issuer", "FILE", "x"],
        ["verify", "--issuer", "issuer.pub.pem", "--image", "FILE"],
        ["verify", "--trust", "FILE", "--signer", "authority.pub.pem", "x"],
        ["present", "FILE", "--key", "phone.pem"],
        ["present", "day.ticket", "--key", "FILE"],
        ["inspect", "--ticket", "FILE"],
        ["inspect", "--image", "FILE"],
        ["journal", "show", "FILE"],
        ["journal", "receive", "FILE", "--sealed-by", "issuer.pub.pem", "--key", "issuer.pem"],
        ["tap", "--profile", "FILE", "--store", "new.db", "--issuer", "issuer.pub.pem", "x"],
        [*MAKE, "--denied-file", "FILE"],
    ],
    ids=lambda arguments: "-".join(arguments[: arguments.index("FILE") + 1]),
)
@settings(parent=garbage, max_examples=15)
@given(data=st.binary(max_size=400))
def test_files(call, desk, monkeypatch, arguments: list[str], data: bytes) -> None:
    monkeypatch.chdir(desk.folder)
    path = desk.folder / "garbage.toml"
    path.write_bytes(data)
    result = call(*["garbage.toml" if part == "FILE" else part for part in arguments])
    assert result.exit_code in STATUSES
    assert "Traceback" not in result.stderr


@settings(parent=garbage, max_examples=60)
@given(name=st.sampled_from(["city.bundle", "day.ticket", "code.png", "s.db"]), data=st.data())
def test_good_files_with_a_wrong_byte(call, desk, tmp_path: Path, name: str, data: st.DataObject) -> None:
    call("qr", desk.code, "--out", tmp_path / "code.png")
    if not (tmp_path / "s.db").exists():
        call("tap", *desk.trust, "--profile", "metro-entry", "--store", tmp_path / "s.db", desk.code)
    source = desk.folder / name if (desk.folder / name).exists() else tmp_path / name
    bad = bytearray(source.read_bytes())
    bad[data.draw(st.integers(0, len(bad) - 1))] ^= data.draw(st.integers(1, 255))
    path = tmp_path / f"bad-{name}"
    path.write_bytes(bad)
    arguments = {
        "city.bundle": ["bundle", "show", path, "--signer", desk.path("authority.pub.pem")],
        "day.ticket": ["inspect", "--ticket", path],
        "code.png": ["inspect", "--image", path],
        "s.db": ["journal", "show", path],
    }[name]
    assert call(*arguments).exit_code in STATUSES


def test_arguments_that_are_no_text(call, desk) -> None:
    for code in ("\udcff\udcfe", "VT1:\x00", "VT1:" + "A" * 100_000, "[red]VT1:[/]", "\x1b[31m"):
        assert call("verify", *desk.trust, code).exit_code == Exit.REFUSE
        assert call("inspect", code).exit_code == Exit.REFUSE
