"""A feed to break."""

import shutil
from pathlib import Path

import pytest

from tests.fares.feeds import SAMPLE


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Return a copy of the Hanoi sample to break."""
    folder = tmp_path / "feed"
    shutil.copytree(str(SAMPLE), folder)
    return folder
