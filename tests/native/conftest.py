"""The kernels of the library that tests load."""

from pathlib import Path

import pytest

from hanoi_ticket.native import library
from hanoi_ticket.native.kernels import Kernels


@pytest.fixture(scope="session")
def native(place: Path) -> Kernels:
    return library.load(place)
