"""A real server of the system's packages (redis-server or valkey-server), started and stopped by the test."""

import shutil
import socket
import subprocess
import time

import pytest
import valkey

PROGRAM = shutil.which("valkey-server") or shutil.which("redis-server")


class RedisServer:
    def __init__(self, folder, *options):
        if PROGRAM is None:
            pytest.skip("neither valkey-server nor redis-server is installed")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"valkey://127.0.0.1:{self.port}"
        self._command = [
            PROGRAM,
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--dir",
            folder,
            "--save",
            "",
            *options,
        ]
        self.start()

    def start(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        client = valkey.Valkey.from_url(self.url)
        for _ in range(200):
            try:
                client.ping()
            except valkey.ValkeyError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("the server does not start")

    def client(self):
        return valkey.Valkey.from_url(self.url)

    def stop(self):
        self._process.kill()
        self._process.wait()

    def freeze(self):
        """It takes connections and never answers, like a machine that hangs."""
        self._process.send_signal(19)

    def thaw(self):
        self._process.send_signal(18)
