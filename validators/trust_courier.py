"""Brings newer trust bundles to a reader: from a web server, or from a directory that may be a USB stick.

What is signed by the authority and newer than the reader's own file replaces that file; the reader takes it from there
between two taps. So a restart begins with the newest bundle, and there is one door for all of them.
"""

import http.client
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hanoi_ticket import TrustBundle
from hanoi_ticket.files import read_capped, write_atomically
from hanoi_ticket.signing import load_public_key
from hanoi_ticket.trust.bundle import MAX_BYTES

from .log import Log, told

TIMEOUT: Final = 10.0
"""Seconds for which a server may be silent,"""
LONGEST: Final = 120.0
"""and that a whole answer may take."""
CHUNK: Final = 1 << 16
MOST_FILES: Final = 16
"""Bundles of a directory that one look reads, by name; a stick full of files must not keep the reader busy."""
SUFFIX: Final = ".vt1"


class WebSource:
    """One URL. Nothing but HTTP is spoken, and no redirection is followed: the URL is what the operator wrote."""

    def __init__(self, url: str) -> None:
        self.name = url
        self._tag = ""
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.HTTPHandler,
            urllib.request.HTTPSHandler,
            urllib.request.HTTPErrorProcessor,
            urllib.request.HTTPDefaultErrorHandler,
        ):
            self._opener.add_handler(handler())

    def bundles(self) -> Iterator[bytes]:
        """The answer when it is another one than before. Raises `OSError`."""
        request = urllib.request.Request(self.name, headers={"If-None-Match": self._tag} if self._tag else {})  # noqa: S310  its scheme is checked where it is read
        deadline = time.monotonic() + LONGEST
        try:
            with self._opener.open(request, timeout=TIMEOUT) as answer:
                data = b""
                while part := answer.read1(CHUNK):
                    data += part
                    if len(data) > MAX_BYTES:
                        raise OSError(f"more than {MAX_BYTES} bytes")
                    if time.monotonic() > deadline:
                        raise TimeoutError(f"not done after {LONGEST:.0f} s")
                self._tag = answer.headers.get("ETag", "")
        except urllib.error.HTTPError as error:
            error.close()
            if error.code != 304:
                raise
            return
        except (ValueError, http.client.HTTPException) as error:  # an answer that is no HTTP
            raise OSError(f"{type(error).__name__}: {error}") from error
        yield data


class DirectorySource:
    """The `.vt1` files of a directory, each once until it changes. A directory that is not there has none."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self._path = path
        self._seen: dict[str, tuple[int, int]] = {}

    def bundles(self) -> Iterator[bytes]:
        try:
            names = sorted(path.name for path in self._path.iterdir() if path.suffix == SUFFIX)[:MOST_FILES]
        except (FileNotFoundError, NotADirectoryError):
            names = []
        self._seen = {name: stamp for name, stamp in self._seen.items() if name in names}
        for name in names:
            status = (self._path / name).stat()
            stamp = status.st_mtime_ns, status.st_size
            if self._seen.get(name) != stamp:
                data = read_capped(self._path / name, MAX_BYTES)
                self._seen[name] = stamp
                yield data or b""


class TrustCourier:
    """Looks at its sources now and then, in a thread of its own: a slow server keeps no rider waiting."""

    def __init__(self, sources: list[str], target: Path, authority: Path, every: float, log: Log) -> None:
        """Raises `KeyRejected` or `OSError` for the authority's file."""
        self._sources = [_source(text) for text in sources]
        self._target, self._authority = target, load_public_key(authority)
        self._every, self._log = every, log
        self._told: dict[str, str] = {}
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trust", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """It does not wait for a server: what is under way is dropped."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.is_set():
            for source in self._sources:
                self._look(source)
            self._stopped.wait(self._every)

    def _look(self, source: WebSource | DirectorySource) -> None:
        """What goes wrong is said once, and again when it goes wrong in another way."""
        trouble = ""
        try:
            for data in source.bundles():
                self._bring(source, data)
        except Exception as error:  # noqa: BLE001  a thread that ends would end the updates unseen
            trouble = told(error)
        if trouble and self._told.get(source.name) != trouble:
            self._log.event("trust-not-fetched", source=source.name, detail=trouble)
        self._told[source.name] = trouble

    def _bring(self, source: WebSource | DirectorySource, data: bytes) -> None:
        """Raises `TrustRejected` for what is not the authority's; passes over what is not newer."""
        bundle = TrustBundle.decode(data, self._authority)
        held = TrustBundle.load(self._target, self._authority)
        if bundle.version > held.version and not self._stopped.is_set():
            write_atomically(self._target, data)
            self._log.event("trust-fetched", source=source.name, version=bundle.version)


def _source(text: str) -> WebSource | DirectorySource:
    web = urllib.parse.urlsplit(text).scheme in {"http", "https"}
    return WebSource(text) if web else DirectorySource(Path(text))
