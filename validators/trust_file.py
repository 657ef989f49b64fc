"""The trust bundle as a file that somebody replaces now and then."""

from pathlib import Path

from hanoi_ticket import TrustBundle
from hanoi_ticket.signing import load_public_key

Stamp = tuple[int, int, int]


class TrustFile:
    """Reads a bundle, and notices that the file is another one than was read last."""

    def __init__(self, path: Path, authority: Path) -> None:
        """`authority` is the PEM file of the bundle signer's key; read once. Raises `KeyRejected` or `OSError`."""
        self._path, self._authority = path, load_public_key(authority)
        self._read: Stamp | None = None

    def load(self) -> TrustBundle:
        """Raises `TrustRejected` or `OSError`."""
        self._read = self._stamp()  # before the bytes: a file that changes meanwhile is read again
        return TrustBundle.load(self._path, self._authority)

    def changed(self) -> bool:
        return self._stamp() != self._read

    def _stamp(self) -> Stamp | None:
        try:
            status = self._path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_mtime_ns, status.st_size
