"""Profiles from files: what is wrong is named."""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from hanoi_ticket.validator import Profile, ProfileRejected, Validator

PACKAGED = files("hanoi_ticket") / "data" / "profiles" / "metro-entry.toml"


def test_a_file_that_is_no_text_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_bytes(b'reader = "\xff"')
    with pytest.raises(ProfileRejected, match=r"gate\.toml"):
        Profile.load(tmp_path / "gate.toml")


def test_a_gate_is_opened_by_a_packaged_name_or_a_file(city, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(PACKAGED.read_text("utf-8").replace('reader = "', 'reader = "own '), "utf-8")
    with Validator.open("metro-entry", city.trust, tmp_path / "a.db") as gate:
        assert gate.profile == Profile.named("metro-entry")
    for path in (own, str(own)):
        with Validator.open(path, city.trust, tmp_path / "b.db") as gate:
            assert gate.profile == replace(Profile.named("metro-entry"), reader=gate.profile.reader)
            assert gate.profile.reader.startswith("own ")
    with Validator.open(gate.profile, city.trust, tmp_path / "c.db") as same:
        assert same.profile is gate.profile
    with pytest.raises(ProfileRejected, match="no profile 'own'"):
        Validator.open("own", city.trust, tmp_path / "d.db")
