"""Does a reader stay as it was? Taps at a steady rate into a running program; memory, handles and latency a minute.

    python -m benchmarks.soak [--seconds 600] [--rate 50]

It fails when memory grows by more than 4 MiB or a handle from the second minute (or tenth) to the last, or the 99.9th
percentile of a tap doubles, which a noisy neighbour may also cause.
"""

import argparse
import json
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


@dataclass
class Window:
    """What was seen in a tenth of the time."""

    memory: int
    handles: int
    milliseconds: list[float] = field(default_factory=list)

    def high(self) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[int(0.999 * (len(ordered) - 1))]


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
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.reasons: dict[str, int] = {}
        self.milliseconds: list[float] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            event = json.loads(line)
            if event["event"] == "tap":
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
    taps = len(window.milliseconds)
    print(
        f"{number:3}  {taps} taps  {window.memory / 2**20:6.1f} MiB  {window.handles} handles"
        f"  p99.9 {window.high():.1f} ms",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--rate", type=float, default=50.0)
    options = parser.parse_args()
    windows = soak(options.seconds, options.rate)
    settled, last = windows[1], windows[-1]
    steady = max(window.high() for window in windows[1:5])
    assert last.memory - settled.memory <= GROWTH, "memory grows"
    assert last.handles <= settled.handles, "handles grow"
    assert max(window.high() for window in windows[-3:]) <= 2 * steady, "the slowest taps get slower"


if __name__ == "__main__":
    main()
