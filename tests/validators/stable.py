"""Reader programs by fork: a process that has loaded everything forks one for each order, ready in a few milliseconds.

An order is a datagram on the inherited socket, {"program", "arguments"}, with the descriptors of its input, output and
errors; the answer is the child's process id. Apart from the way it began, a child is the program itself.
"""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 65_536


class Forked:
    """A program that was forked: what a test needs of a `Popen`."""

    def __init__(self, pid: int, stdin: int, stdout: int) -> None:
        self.pid, self.stdin, self.stdout = pid, stdin, stdout

    def kill(self) -> bytes:
        """SIGKILL; gives what it had written that was not read yet, once it is no more."""
        os.kill(self.pid, signal.SIGKILL)
        rest = b""
        while more := os.read(self.stdout, LONGEST):
            rest += more
        for descriptor in (self.stdin, self.stdout):
            os.close(descriptor)
        return rest


class Stable:
    """The parent of all; leaving the block ends it."""

    def __enter__(self) -> Self:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket = ours
        env = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
        command = [sys.executable, "-m", "tests.validators.stable", str(theirs.fileno())]
        self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT, env=env)
        theirs.close()
        return self

    def launch(self, program: str, arguments: list[str]) -> Forked:
        (stdin, ours_in), (ours_out, stdout) = os.pipe(), os.pipe()
        null = os.open(os.devnull, os.O_WRONLY)
        order = json.dumps({"program": program, "arguments": arguments}).encode()
        socket.send_fds(self._socket, [order], [stdin, stdout, null])
        for descriptor in (stdin, stdout, null):
            os.close(descriptor)
        return Forked(int(self._socket.recv(LONGEST)), ours_in, ours_out)

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        self._process.wait(20)


def main() -> None:
    orders = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a killed child
    for program in ("metro", "bus"):
        importlib.import_module(f"validators.{program}")
    importlib.import_module("hanoi_ticket.validator.store")
    while True:
        message, descriptors, _, _ = socket.recv_fds(orders, LONGEST, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            become(json.loads(message), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        orders.send(b"%d" % pid)


def become(order: dict, descriptors: list[int]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
    sys.argv = [order["program"], *order["arguments"]]
    os._exit(importlib.import_module(f"validators.{order['program']}").main())


if __name__ == "__main__":
    main()
