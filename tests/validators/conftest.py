from pathlib import Path

import pytest

from tests.validators.reader_program import Depot


@pytest.fixture
def depot(tmp_path: Path) -> Depot:
    return Depot(tmp_path)
