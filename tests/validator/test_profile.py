"""Profiles from files: what is wrong is named."""

from pathlib import Path

import pytest

from hanoi_ticket.validator import Profile, ProfileRejected


def test_a_file_that_is_no_text_is_rejected(tmp_path: Path) -> None:
    (tmp_path / "gate.toml").write_bytes(b'reader = "\xff"')
    with pytest.raises(ProfileRejected, match=r"gate\.toml"):
        Profile.load(tmp_path / "gate.toml")
