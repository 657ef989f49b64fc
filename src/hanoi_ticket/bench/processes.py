"""A reader process: how long from its start to the first verdict, and how much memory it takes with each backend."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hanoi_ticket.bench.scene import NOW, Scene
from hanoi_ticket.native.choice import SETTING
from hanoi_ticket.signing import PrivateKey

FIRST_TAP: Final = """
import sys
from hanoi_ticket import TrustBundle, Validator
from hanoi_ticket.claims import PublicKey
from hanoi_ticket.clock import TrackedClock
bundle, signer, store, code, at = sys.argv[1:]
trust = TrustBundle.load(bundle, PublicKey("EdDSA", bytes.fromhex(signer)))
gate = Validator.open("metro-entry", trust, store, clock=TrackedClock(lambda: int(at)))
assert gate.tap(code).accepted
"""
PEER: Final = """
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
key, signature, message = map(bytes.fromhex, sys.argv[1:])
Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
"""
_MEMORY: Final = """
import json
names = ("VmRSS", "VmHWM")
found = dict(line.split(":", 1) for line in open("/proc/self/status"))
print(json.dumps([int(found[name].split()[0]) / 1024 for name in names]))
"""


@dataclass(frozen=True, slots=True)
class Started:
    """Medians over some starts: wall milliseconds to the process's end, MiB resident at the end and at most."""

    process: str
    cold_ms: float
    """The first start, with no bytecode compiled yet."""
    warm_ms: float
    rss_mib: float
    peak_mib: float


class Desk:
    """The files that a reader starts from."""

    def __init__(self, scene: Scene, folder: Path) -> None:
        authority = PrivateKey.generate("EdDSA")
        self.folder, self.scene = folder, scene
        self.bundle, self.signer = folder / "city.bundle", authority.public_key.raw.hex()
        self.bundle.write_bytes(scene.trust.sign(authority, version=1, at=NOW - 3600))
        message = os.urandom(120)
        self.peer = [authority.public_key.raw.hex(), authority.sign(message).hex(), message.hex()]

    def reader(self, backend: str, rounds: int) -> Started:
        """Raises `CalledProcessError` where the backend cannot serve."""
        store = self.folder / f"{backend}.db"
        arguments = [str(self.bundle), self.signer, str(store), self.scene.code, str(NOW)]
        return self._started(f"reader, backend {backend}", FIRST_TAP, arguments, rounds, {SETTING: backend})

    def usual(self, rounds: int) -> Started:
        """A process that imports `cryptography` and verifies one Ed25519 signature."""
        return self._started("cryptography, one signature", PEER, self.peer, rounds, {})

    def _started(self, name: str, program: str, arguments: list[str], rounds: int, settings: dict[str, str]) -> Started:
        with tempfile.TemporaryDirectory(dir=self.folder) as bytecode:
            environment = {**os.environ, **settings, "PYTHONPYCACHEPREFIX": bytecode, "PYTHONDONTWRITEBYTECODE": ""}
            environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
            command = [sys.executable, "-c", program + _MEMORY, *arguments]
            times, memory = [], []
            for _ in range(rounds + 1):
                begun = time.perf_counter()
                done = subprocess.run(command, env=environment, capture_output=True, check=True, text=True)  # noqa: S603  ours
                times.append((time.perf_counter() - begun) * 1e3)
                memory.append(json.loads(done.stdout))
        rss, peak = (statistics.median(column) for column in zip(*memory, strict=True))
        return Started(
            name, round(times[0], 1), round(statistics.median(times[1:] or times), 1), round(rss, 1), round(peak, 1)
        )
