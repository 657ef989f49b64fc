"""benchmarks/city_day.py on a few taps: from the generator and from a file, as many are accepted."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

pytest.importorskip("pyarrow")
TAPS = 5000


def city_day(place, *words):
    settings = os.environ | {"PYTHONPATH": str(ROOT / "src"), "HANOI_TICKET_NATIVE": str(place.parent)}
    command = [sys.executable, str(ROOT / "benchmarks" / "city_day.py"), *words]
    return subprocess.run(command, env=settings, check=True, capture_output=True, text=True).stdout


def test_each_tap_has_its_outcome(tmp_path, place):
    path = tmp_path / "taps.parquet"
    city_day(place, "write", str(path), "--taps", str(TAPS))
    once, twice = (json.loads(city_day(place, "clear", str(path), "--threads", n, "--json")) for n in "12")
    generated = json.loads(city_day(place, "clear", "--taps", str(TAPS), "--json"))
    assert once["outcomes"] == twice["outcomes"]
    assert once["outcomes"]["OK"] == generated["outcomes"]["OK"]
    assert once["taps"] == sum(once["outcomes"].values()) == TAPS
    assert 0.9 * TAPS < once["outcomes"]["OK"] < TAPS
