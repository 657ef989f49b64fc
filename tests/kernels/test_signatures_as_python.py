"""Whole signature kernels run as plain Python too, lanes among them on any processor: the same tests, fewer cases."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = [
    str(HERE / f"test_{name}.py")
    for name in (
        "fe25519",
        "fe25519x8",
        "coordinates25519",
        "coordinates_p256",
        "scalar25519",
        "sha2",
        "point25519",
        "ed25519",
        "ed25519x8",
        "p256_teeth8",
        "phones",
    )
]


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run it starts")
def test_the_same_answers_without_the_compiler():
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "HANOI_TICKET_CASES": "0.1"}
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    result = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
