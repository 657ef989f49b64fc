"""What was measured on, and with which versions: enough to compare, nothing that names the machine."""

import os
import platform
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from cryptography.hazmat.backends.openssl import backend as openssl

from hanoi_ticket.native.choice import automatic

PACKAGES: Final = ("hanoi-ticket", "cryptography", "cbor2", "numba", "cffi", "segno", "pynacl", "base45", "zxing-cpp")


def described() -> dict[str, object]:
    serving, _ = automatic()
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}",
        "load": round(os.getloadavg()[0], 1),
        "lanes": serving is not None and serving.lanes is not None,
        "serving": serving.name if serving else "openssl",
        "paths": serving.paths if serving else {"single": "openssl", "batch": "openssl"},
        "versions": _versions(),
    }


def _processor() -> str:
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or "unknown"


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    found["openssl"] = openssl.openssl_version_text()
    for package in PACKAGES:
        with suppress(PackageNotFoundError):
            found[package] = version(package)
    return found
