"""What tests share: public vectors by one setting, a fixed moment, a small city, and the native library."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from hanoi_ticket.native import build, cache
from tests.city import City

ROOT = Path(__file__).resolve().parent.parent
VECTORS = Path(os.environ.get("HANOI_TICKET_VECTORS", ROOT.parent / "shared" / "vectors"))
CASES = float(os.environ.get("HANOI_TICKET_CASES", "1"))
"""Multiplies the number of random cases; 1 in CI."""


settings.register_profile("shared", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("shared")
"""A shared machine keeps no deadlines, and CI draws the same cases each time: a new one is found at a desk."""


@pytest.fixture
def vectors() -> Callable[[str], list[dict[str, Any]]]:
    """The vectors of one public file; a test that asks for an absent one is skipped, and says so."""

    def load(name: str) -> list[dict[str, Any]]:
        path = VECTORS / name
        if not path.is_file():
            pytest.skip(f"public vectors are absent: {path} (set HANOI_TICKET_VECTORS)")
        return json.loads(path.read_text("utf-8"))["vectors"]

    return load


@pytest.fixture
def cases() -> Callable[[int], int]:
    """A number of random cases, grown by HANOI_TICKET_CASES."""
    return lambda count: max(1, int(count * CASES))


@pytest.fixture
def city(tmp_path: Path) -> City:
    return City(tmp_path)


@pytest.fixture(scope="session")
def place(request: pytest.FixtureRequest) -> Path:
    """The library that tests load: built once for these sources, kept in pytest's cache."""
    kept = Path(request.config.cache.mkdir("native"))
    kept.chmod(0o700)
    where = kept / cache.digest()
    if not where.is_dir():
        build.build(where, lambda _: None)
    return where
