"""Whole codes go through the kernels as plain Python too, eight lanes among them, and the tests take every branch."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TEST = Path(__file__).parent / "test_verify_codes.py"
NAMES = (
    "authenticate",
    "issuers",
    "phones",
    "rules",
    "signed_bytes",
    "verify_code",
    "verify_code8",
    "verify_codes8",
    "workbench",
)
KERNELS = ",".join(f"*/kernels/{name}.py" for name in NAMES)


@pytest.mark.timeout(900)
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run it starts")
def test_the_same_rules_hold_without_the_compiler(tmp_path):
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "COVERAGE_FILE": str(tmp_path / "coverage")}
    coverage = [sys.executable, "-m", "coverage"]
    run = [*coverage, "run", "--branch", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(TEST)]
    result = subprocess.run(run, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
    assert "skipped" not in result.stdout
    report = [*coverage, "report", "-m", f"--include={KERNELS}", "--fail-under=95"]
    result = subprocess.run(report, env=environment, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout
