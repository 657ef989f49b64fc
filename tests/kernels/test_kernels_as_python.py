"""Parsing and the replay window run as plain Python too, and their tests take every branch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TESTS = [str(HERE / name) for name in ("test_kernel_parse.py", "test_kernel_replay.py")]
KERNELS = "*/kernels/base45.py,*/kernels/cbor.py,*/kernels/grammar.py,*/kernels/replay.py"


@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run it starts")
def test_the_same_rules_hold_without_the_compiler(tmp_path):
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": str(tmp_path / "coverage")}
    coverage = [sys.executable, "-m", "coverage"]
    run = [*coverage, "run", "--branch", "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    result = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    report = [*coverage, "report", "-m", f"--include={KERNELS}", "--fail-under=95"]
    result = subprocess.run(report, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
