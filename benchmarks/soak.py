"""Does a reader stay as it was? Steady taps into a running reader program; latency, memory and handles each minute.

    python -m benchmarks.soak [--seconds 600] [--rate 50]

The last line is the verdict, and the exit status 1 when the reader does not stay as it was: memory grows by more than
4 MiB or a handle from the second minute (or tenth) to the last, or the 99.9th percentile of a tap doubles, which a
noisy neighbour may also cause.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from hanoi_ticket import Holder, Issuer, TrustBundle, clock
from hanoi_ticket.signing import PrivateKey, public_pem

ROOT = Path(__file__).resolve().parent.parent
GROWTH = 4 << 20
WINDOWS = 10
SHARES = (0.5, 0.99, 0.999)


@dataclass
class Window:
    """What was seen in a tenth of the time."""

    memory: int
    handles: int
    milliseconds: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[int(share * (len(ordered) - 1))]


class Reader:
    def __init__(self, folder: Path, issuer: Issuer) -> None:
        authority = PrivateKey.generate("EdDSA")
        (folder / "authority.pem").write_bytes(public_pem(authority.public_key))
        bundle = TrustBundle.of([issuer.public_record()])
        (folder / "city.vt1").write_bytes(bundle.sign(authority, version=1, at=clock.now()))
        command = [sys.executable, "-m", "validators.metro", "--json", "--passage", "0"]
        command += ["--trust", str(folder / "city.vt1"), "--authority", str(folder / "authority.pem")]
        command += ["--store", str(folder / "store.db")]
        self.process = subprocess.Popen(  # noqa: S603  our own program
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._ready = threading.Event()
        self.reasons: dict[str, int] = {}
        self.milliseconds: list[float] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        assert self._ready.wait(60), "the reader does not start"

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            event = json.loads(line)
            if event["event"] == "ready":
                self._ready.set()
            elif event["event"] == "tap":
                self.reasons[event["reason"]] = self.reasons.get(event["reason"], 0) + 1
                self.milliseconds.append(event["ms"])

    def tap(self, code: str) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(f"{code}\n".encode())
        stdin.flush()

    def window(self) -> Window:
        status = Path(f"/proc/{self.process.pid}")
        resident = next(line for line in (status / "status").read_text().splitlines() if line.startswith("VmRSS"))
        taken, self.milliseconds = self.milliseconds, []
        return Window(1024 * int(resident.split()[1]), len(list((status / "fd").iterdir())), taken)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self._listener.join(20)


def soak(seconds: float, rate: float) -> list[Window]:
    issuer, holder = Issuer.generate(), Holder.generate()
    windows: list[Window] = []
    with tempfile.TemporaryDirectory() as folder:
        reader = Reader(Path(folder), issuer)
        begun = time.monotonic()
        for number in range(int(seconds * rate)):
            time.sleep(max(0.0, begun + number / rate - time.monotonic()))
            now = clock.now()
            reader.tap(holder.present(issuer.issue(holder.public_key, "metro-2a-single", now - 60, now + 3600)))
            if number + 1 >= (len(windows) + 1) * seconds * rate / WINDOWS:
                windows.append(reader.window())
                report(len(windows), windows[-1])
        reader.stop()
        print(f"reasons: {reader.reasons}; {len(windows)} windows in {time.monotonic() - begun:.0f} s")
        assert set(reader.reasons) == {"OK"}
    return windows


def report(number: int, window: Window) -> None:
    high = "  ".join(f"p{100 * share:g} {window.percentile(share):6.1f}" for share in SHARES)
    seen = f"{len(window.milliseconds):6} taps  {high} ms  RSS {window.memory / 2**20:5.1f} MiB"
    print(f"{number:3}  {seen}  {window.handles} handles", flush=True)


def verdict(windows: list[Window]) -> tuple[bool, str]:
    """Whether the reader stayed as it was, and by what figures."""
    settled, last = windows[1], windows[-1]
    grown, handles = last.memory - settled.memory, last.handles - settled.handles
    early = max(window.percentile(0.999) for window in windows[1:5])
    late = max(window.percentile(0.999) for window in windows[-3:])
    kept = {"memory": grown <= GROWTH, "handles": handles <= 0, "p99.9": late <= 2 * early}
    broken = ", ".join(name for name, good in kept.items() if not good)
    figures = f"memory {grown / 2**20:+.1f} MiB, handles {handles:+}, p99.9 {early:.1f} ms early and {late:.1f} ms late"
    return not broken, f"verdict: {f'not steady ({broken})' if broken else 'steady'}: {figures}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=50.0)
    options = parser.parse_args()
    steady, told = verdict(soak(options.seconds, options.rate))
    print(told)
    return 0 if steady else 1


if __name__ == "__main__":
    sys.exit(main())
