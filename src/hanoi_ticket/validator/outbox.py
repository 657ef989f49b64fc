"""A directory that a reader hands its journal over by: batches wait there until their acknowledgement comes back.

    JOURNAL-000000001-000000250.parquet, .seal    the reader's
    JOURNAL-000000001-000000250.ack               the receiver's

What stands there decides what is written next, so a directory that was emptied or swapped for another stick is filled
again. Several readers may share one: a journal's name is its own.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import JournalRejected
from hanoi_ticket.files import read_capped
from hanoi_ticket.signing import Signer
from hanoi_ticket.validator.export import write_batch
from hanoi_ticket.validator.segment import Acknowledgement
from hanoi_ticket.validator.store import Store

SUFFIX: Final = ".ack"
LONGEST: Final = 4096
"""Bytes of an acknowledgement; it has some 150."""
AT_ONCE: Final = 10_000
"""Taps of one batch: a tap that comes in between waits some 10 ms."""
_SPAN: Final = re.compile(r"[0-9a-f]{16}-(\d{9,})-(\d{9,})")


def hand_over(store: Store, folder: Path, reader: str, signer: Signer, *, limit: int = AT_ONCE) -> Path | None:
    """Writes the next batch that `folder` lacks; gives the Parquet file, None when it has all.

    Raises `StoreUnavailable` or `OSError`; nothing is lost then, and nothing half written is left.
    """
    with store.transaction() as step:
        name, (reached, _) = bytes(step.facts()["journal"]).hex(), step.anchor()
    for path, first, last in sorted(_batches(folder, name), key=lambda batch: batch[1:]):
        if first <= reached + 1 and path.with_suffix(".parquet").exists():
            reached = max(reached, last)
    return write_batch(store, folder, reader, signer, limit=limit, after=reached)


def settle(store: Store, folder: Path, receiver: PublicKey) -> int | None:
    """Takes the acknowledgements in `folder` and clears away what they speak of; the number of the newest, if any.

    Raises `JournalRejected` for one that is not the receiver's or not of this journal, once the others are taken.
    """
    with store.transaction() as step:
        name, (acknowledged, _) = bytes(step.facts()["journal"]).hex(), step.anchor()
    newest, trouble = None, None
    for path in sorted(folder.glob(f"{name}-*{SUFFIX}")):
        try:
            told = Acknowledgement.open(read_capped(path, LONGEST) or b"", receiver)
            if told.number > acknowledged:
                store.acknowledge(told.journal, told.anchor)
                newest = acknowledged = told.number
        except JournalRejected as error:
            trouble = JournalRejected(f"{path.name}: {error}")
    for path, _, last in _batches(folder, name):
        if last <= acknowledged:
            for suffix in (".parquet", ".seal", SUFFIX):
                path.with_suffix(suffix).unlink(missing_ok=True)
    if trouble is not None:
        raise trouble
    return newest


def _batches(folder: Path, name: str) -> Iterator[tuple[Path, int, int]]:
    """(seal, first, last) of each sealed batch of that journal. Raises `OSError` without a directory."""
    for path in list(folder.iterdir()):
        found = _SPAN.fullmatch(path.stem)
        if found and path.suffix == ".seal" and path.name.startswith(name):
            yield path, int(found[1]), int(found[2])
