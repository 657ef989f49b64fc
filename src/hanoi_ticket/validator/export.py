"""Journal batches for the back office: a Parquet file of taps, and beside it the reader's seal.

    write_batch -> carry both files -> read_batch -> keep -> Acknowledgement -> Store.acknowledge

Nothing leaves the reader's store before the receiver has acknowledged it; a batch that got lost is written again.
"""

import hashlib
import io
import itertools
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import JournalRejected
from hanoi_ticket.files import read_capped, write_atomically
from hanoi_ticket.signing import Signer
from hanoi_ticket.validator.journal import EMPTY, Anchor, Tap, link
from hanoi_ticket.validator.segment import Acknowledgement, Seal
from hanoi_ticket.validator.store import Store

MAX_TAPS: Final = 100_000
MAX_BYTES: Final = 1 << 26
COLUMNS: Final = pa.schema(
    [
        ("number", pa.int64()),
        ("at", pa.int64()),
        ("issuer", pa.binary()),
        ("ticket_id", pa.int64()),
        ("product", pa.int32()),
        ("rider", pa.int8()),
        ("area", pa.int32()),
        ("binding", pa.int8()),
        ("moment", pa.int64()),
        ("direction", pa.string()),
        ("place", pa.int32()),
        ("reader", pa.string()),
        ("amount", pa.int64()),
        ("flags", pa.list_(pa.string())),
        ("trust_version", pa.int64()),
        ("trip", pa.string()),
    ]
)


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that the receiver has checked."""

    seal: Seal
    taps: tuple[Tap, ...]

    @property
    def acknowledgement(self) -> Acknowledgement:
        """What to sign and send back once the taps are kept for good."""
        return Acknowledgement(self.seal.journal, self.seal.last, self.seal.after)


def write_batch(
    store: Store, folder: Path, reader: str, signer: Signer, *, limit: int = MAX_TAPS, after: int = 0
) -> Path | None:
    """Writes the oldest `limit` taps past number `after` that nobody has acknowledged.

    Gives the Parquet file, None when there are none. The seal stands beside it with the suffix `.seal`, written last.
    Raises `StoreUnavailable` or `OSError`.
    """
    with store.transaction() as step:
        journal_id = bytes(step.facts()["journal"])
        number, before = step.anchor()
        if after > number:
            number, before = after, step.link(after)
        rows = list(itertools.islice(store.journal_rows(number), min(limit, MAX_TAPS)))
    if not rows:
        return None
    table = pa.Table.from_pylist(
        [{"number": number, **asdict(Tap.decode(record))} for number, record, _ in rows], COLUMNS
    )
    file = io.BytesIO()
    pq.write_table(table, file, compression="zstd")
    data = file.getvalue()
    (first, _, _), (last, _, newest) = rows[0], rows[-1]
    seal = Seal(journal_id, reader, first, last, before, newest, hashlib.sha256(data).digest())
    path = folder / f"{journal_id.hex()}-{first:09}-{last:09}.parquet"
    write_atomically(path, data)
    write_atomically(path.with_suffix(".seal"), seal.sign(signer))
    return path


def read_batch(path: Path, key: PublicKey, anchor: Anchor = EMPTY) -> Batch:
    """The receiver's check: the seal of the reader's `key`, the file, and each tap's place in the chain after `anchor`.

    `anchor` is what the receiver has of this journal. A batch that begins earlier is taken too: it is checked from its
    own beginning, and must hold the anchor itself. Raises `JournalRejected`; `OSError` when a file cannot be read.
    """
    seal = Seal.open(path.with_suffix(".seal").read_bytes(), key)
    data = read_capped(path, MAX_BYTES)
    if data is None or hashlib.sha256(data).digest() != seal.digest:
        raise JournalRejected(f"{path} is not the file that the reader sealed")
    table = pq.read_table(io.BytesIO(data))
    if table.schema != COLUMNS:
        raise JournalRejected("not the columns of a journal batch")
    links = {seal.first - 1: seal.before}
    taps = []
    for expected, row in enumerate(table.to_pylist(), seal.first):
        if row.pop("number") != expected:
            raise JournalRejected(f"tap {expected} is missing")
        taps.append(Tap(**{**row, "flags": tuple(row["flags"])}))
        links[expected] = link(links[expected - 1], taps[-1].encode())
    if len(taps) != seal.last - seal.first + 1 or links[seal.last] != seal.after:
        raise JournalRejected("the taps are not those of the seal")
    if links.get(anchor[0]) != anchor[1]:
        raise JournalRejected(f"the batch does not join what was received up to tap {anchor[0]}")
    return Batch(seal, tuple(taps))
