"""The library that these tests load: built once for these sources, kept in pytest's cache."""

from pathlib import Path

import pytest

from hanoi_ticket.native import build, cache, library
from hanoi_ticket.native.kernels import Kernels


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Path:
    kept = Path(request.config.cache.mkdir("native"))
    kept.chmod(0o700)
    where = kept / cache.digest()
    if not where.is_dir():
        build.build(where, lambda _: None)
    return where


@pytest.fixture(scope="session")
def native(place: Path) -> Kernels:
    return library.load(place)
