"""The kernels run as plain Python too, lanes among them on any processor: the same tests, fewer cases.

Only so can the branches that they take be seen; with `--cov` what these runs saw counts in the report of the whole.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).parent
MARK = "as-python"


class Run(NamedTuple):
    tests: tuple[str, ...]
    kernels: tuple[str, ...]
    """Their every branch, all but a few."""


RUNS = {
    "parsing": Run(("kernel_parse", "kernel_replay"), ("base45", "cbor", "grammar", "replay")),
    "codes": Run(
        ("verify_codes",),
        (
            "authenticate",
            "ecdsa_p256_one8",
            "issuers",
            "p256_comb",
            "p256_keys8",
            "p256_scalars8",
            "p256_spread8",
            "p256_window",
            "p256x8",
            "rules",
            "signed_bytes",
            "verify_code",
            "verify_code8",
            "verify_codes8",
            "workbench",
        ),
    ),
    "signatures": Run(
        (
            "fe25519",
            "fe25519x8",
            "coordinates25519",
            "coordinates_p256",
            "scalar25519",
            "sha2",
            "sha2x8",
            "point25519",
            "ed25519",
            "ed25519x8",
            "p256_teeth8",
            "phones",
        ),
        (
            "batch25519x8",
            "comb25519",
            "comb25519x8",
            "ed25519",
            "ed25519x4",
            "ed25519x8",
            "ed25519x8_any",
            "p256_chain8",
            "p256_teeth8",
            "phones",
            "point25519",
            "point25519x4",
            "point25519x8",
            "power25519",
            "sha2x8",
        ),
    ),
}


@pytest.fixture
def seen(request, tmp_path):
    """Where a run puts what it saw: beside the report of the whole where there is one, which then takes it in."""
    if not request.config.getoption("cov_source", None):
        return tmp_path / "coverage"
    return request.config.rootpath / f".coverage.{MARK}.{request.node.callspec.id}"


@pytest.mark.timeout(900)
@pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="this is the run it starts")
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_the_same_answers_without_the_compiler(run, seen):
    settings = {"NUMBA_DISABLE_JIT": "1", "HANOI_TICKET_CASES": "0.1", "COVERAGE_FILE": str(seen)}
    tests = [str(HERE / f"test_{name}.py") for name in run.tests]
    coverage("run", "--branch", "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, settings=settings)
    kernels = ",".join(f"*/kernels/{name}.py" for name in run.kernels)
    coverage("report", "-m", f"--include={kernels}", "--fail-under=95", settings=settings)


def coverage(*words: str, settings: dict[str, str]) -> None:
    command = [sys.executable, "-m", "coverage", *words]
    result = subprocess.run(command, env=os.environ | settings, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
