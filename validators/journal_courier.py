"""Hands the journal over while the reader runs: batches into a directory, acknowledgements out of it.

The directory may be a share, a spool that another program empties, or a USB stick that comes and goes. What is not
acknowledged stays in the store, so no batch can be lost on the way.
"""

import threading
from pathlib import Path
from typing import Final

from hanoi_ticket import Validator
from hanoi_ticket.signing import PrivateKey, load_public_key

from .log import Log, told

LAST_WORD: Final = 5.0
"""Seconds that a stop waits for a batch that is being written."""


class JournalCourier:
    """Looks at the directory now and then, in a thread of its own: a slow stick keeps no rider waiting."""

    def __init__(self, gate: Validator, folder: Path, log: Log, *, key: Path, receiver: Path, every: float) -> None:
        """`key` is the reader's own, `receiver` the PEM of the back office. Raises `KeyRejected` or `OSError`."""
        from hanoi_ticket.validator.outbox import hand_over, settle  # noqa: PLC0415  an extra

        self._hand_over, self._take_back = hand_over, settle
        self._gate, self._folder = gate, folder
        self._signer, self._receiver = PrivateKey.load(key), load_public_key(receiver)
        self._every, self._log = every, log
        self._told = ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(LAST_WORD)

    def _run(self) -> None:
        while not self._stopped.is_set():
            self._look()
            self._stopped.wait(self._every)

    def _look(self) -> None:
        """What goes wrong is said once, and again when it goes wrong in another way; then it is tried again."""
        trouble = ""
        for step in (self._settle, self._write):
            try:
                step()
            except Exception as error:  # noqa: BLE001  a thread that ends would end the hand-over unseen
                trouble = told(error)
        if trouble and trouble != self._told:
            self._log.event("journal-not-handed-over", directory=str(self._folder), detail=trouble)
        self._told = trouble

    def _settle(self) -> None:
        number = self._take_back(self._gate.store, self._folder, self._receiver)
        if number is not None:
            self._log.event("journal-acknowledged", number=number)

    def _write(self) -> None:
        while not self._stopped.is_set():
            path = self._hand_over(self._gate.store, self._folder, self._gate.profile.reader, self._signer)
            if path is None:
                return
            self._log.event("journal-written", file=path.name)
