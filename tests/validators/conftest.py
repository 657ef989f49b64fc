from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.validators.cable import Cable
from tests.validators.reader_program import Depot


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    return Depot(tmp_path)


@pytest.fixture
def cable(tmp_path: Path) -> Iterator[Cable]:
    cable = Cable(tmp_path / "cable")
    yield cable
    cable.unplug()
