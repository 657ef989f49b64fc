"""A reader program as an operator runs it: a process, its files, what it logs and what it shows."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Self

from hanoi_ticket import Holder, Issuer, TrustBundle, clock
from hanoi_ticket.signing import PrivateKey, public_pem
from hanoi_ticket.ticket import printed
from hanoi_ticket.validator import Profile

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 20.0
"""Seconds for which a test waits for something that takes a fraction of one."""


class Depot:
    """Keys, tickets and the files that a reader is started with."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.issuer, self.holder = Issuer.generate(), Holder.generate()
        self.authority = PrivateKey.generate("EdDSA")
        self.trust, self.pem, self.store = folder / "trust.vt1", folder / "authority.pem", folder / "store.db"
        self.pem.write_bytes(public_pem(self.authority.public_key))
        self.publish(version=1)

    def publish(self, version: int, *, denied: tuple[int, ...] = (), authority: PrivateKey | None = None) -> None:
        record = self.issuer.public_record()
        bundle = TrustBundle.of([record], denied={record.kid: denied})
        self.replace_trust(bundle.sign(authority or self.authority, version=version, at=clock.now()))

    def replace_trust(self, data: bytes) -> None:
        """As whoever brings bundles should do it: no reader ever sees half a file."""
        fresh = self.folder / "trust.new"
        fresh.write_bytes(data)
        fresh.replace(self.trust)

    def ticket(self, product: str = "metro-2a-single", **claims: int) -> bytes:
        now = clock.now()
        return self.issuer.issue(self.holder.public_key, product, now - 60, now + 3600, **claims)

    def code(self, product: str = "metro-2a-single", **claims: int) -> str:
        """A fresh code of a new ticket, bound to a phone."""
        return self.holder.present(self.ticket(product, **claims))

    def printed(self, product: str) -> str:
        now = clock.now()
        return printed(self.issuer.issue(None, product, now - 60, now + 3600))

    def profile(self, name: str = "metro-entry", **changes: object) -> Path:
        """A TOML file that differs from a packaged profile."""
        values = {field: getattr(Profile.named(name), field) for field in Profile.__slots__} | changes
        path = self.folder / f"profile-{len(list(self.folder.glob('profile-*')))}.toml"
        path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()), "utf-8")
        return path

    def arguments(self, *more: str | Path) -> list[str]:
        files = ["--trust", self.trust, "--authority", self.pem, "--store", self.store]
        return [str(word) for word in [*files, *more]]


def launch(program: str, arguments: list[str], **environment: str) -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), **environment}
    command = [sys.executable, "-m", f"validators.{program}", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT, env=env)


def run_once(program: str, arguments: list[str], codes: str = "", **environment: str) -> subprocess.CompletedProcess:
    process = launch(program, arguments, **environment)
    out, err = process.communicate(codes.encode(), PATIENCE)
    return subprocess.CompletedProcess(arguments, process.returncode, out.decode(), err.decode())


def complaint(program: str, arguments: list[str]) -> tuple[int, str]:
    """The exit code and the words of a program that does not start."""
    done = run_once(program, arguments)
    assert "Traceback" not in done.stderr
    assert not done.stdout
    return done.returncode, done.stderr


class Running:
    """A running reader; leaving the block stops it."""

    def __init__(self, program: str, arguments: list[str]) -> None:
        self.process = launch(program, [*arguments, "--json"])
        self._lines: dict[str, list[str]] = {"stdout": [], "stderr": []}
        self._news = threading.Condition()
        self._threads = [threading.Thread(target=self._collect, args=(name,), daemon=True) for name in self._lines]

    def _collect(self, name: str) -> None:
        for line in getattr(self.process, name):
            with self._news:
                self._lines[name].append(line.decode().rstrip("\n"))
                self._news.notify_all()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        self.wait_for("ready")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.stop()

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in list(self._lines["stdout"])]

    @property
    def shown(self) -> list[str]:
        return list(self._lines["stderr"])

    def wait_for(self, name: str, count: int = 1) -> list[dict[str, object]]:
        """The events of that name, once there are `count`."""

        def found() -> list[dict[str, object]]:
            return [event for event in self.events if event["event"] == name]

        with self._news:
            assert self._news.wait_for(lambda: len(found()) >= count, PATIENCE), (name, count, self._lines)
        return found()

    def taps(self, count: int) -> list[str]:
        """The reasons of all taps, once there are `count`."""
        return [str(tap["reason"]) for tap in self.wait_for("tap", count)]

    def send(self, *codes: str) -> None:
        self.write("".join(f"{code}\n" for code in codes).encode())

    def write(self, data: bytes) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(data)
        stdin.flush()

    def send_signal(self, number: int) -> None:
        self.process.send_signal(number)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Asks it to stop; gives the exit code once all it wrote was read."""
        self.send_signal(number)
        return self.ended()

    def ended(self) -> int:
        code = self.process.wait(PATIENCE)
        for thread in self._threads:
            thread.join(PATIENCE)
        return code


def eventually(condition) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
