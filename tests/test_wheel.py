"""The wheel holds all that the command needs: profiles, the sample, the entry point."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
USE = """
from pathlib import Path
import hanoi_ticket
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.validator import Profile
assert Path(hanoi_ticket.__file__).is_relative_to(Path.cwd())
assert hanoi_sample().product("metro-2a-day")
print(*(Profile.named(name).mode for name in ("metro-entry", "metro-exit", "bus")))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from hatchling.builders.wheel import WheelBuilder

    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("dist")), versions=["standard"])
    return Path(built)


def test_it_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", USE], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == "metro metro bus\n"
    for program in ("metro", "bus"):
        command = [sys.executable, "-m", f"hanoi_ticket_validators.{program}", "--help"]
        subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=True)


def test_it_installs_the_library_the_readers_and_their_commands(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (points,) = (name for name in names if name.endswith("entry_points.txt"))
        commands = dict(line.split(" = ") for line in archive.read(points).decode().splitlines() if " = " in line)
    assert commands == {
        "hanoi-ticket": "hanoi_ticket.commands:main",
        "hanoi-ticket-bus": "hanoi_ticket_validators.bus:main",
        "hanoi-ticket-inspector": "hanoi_ticket_validators.inspector:main",
        "hanoi-ticket-metro": "hanoi_ticket_validators.metro:main",
        "hanoi-ticket-parking": "hanoi_ticket_validators.parking:main",
    }
    packages = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert packages == {"hanoi_ticket", "hanoi_ticket_validators"}  # `validators` on PyPI is somebody else's
    assert "hanoi_ticket/py.typed" in names
