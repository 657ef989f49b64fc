"""A running reader hands its journal over to a directory that comes, goes and fills up; no tap is lost on the way."""

import os
import subprocess
from pathlib import Path

import pytest

from hanoi_ticket.signing import PrivateKey, public_pem
from hanoi_ticket.validator import Store
from hanoi_ticket.validator.journal import EMPTY
from tests.validators.reader_program import Depot, Running, complaint, eventually

pytest.importorskip("pyarrow")
from hanoi_ticket.validator.export import read_batch


class Office:
    """The receiver: it takes what it finds in the directory, in order, and acknowledges it there."""

    def __init__(self, depot: Depot) -> None:
        self.depot, self.folder = depot, depot.folder / "stick"
        self.folder.mkdir()
        self.key, self.reader = PrivateKey.generate("ES256"), PrivateKey.generate("EdDSA")
        self.reader.save(depot.folder / "reader.pem")
        (depot.folder / "receiver.pem").write_bytes(public_pem(self.key.public_key))
        self.anchor, self.tickets = EMPTY, []

    def options(self) -> list[str | Path]:
        keys = ["--journal-key", self.depot.folder / "reader.pem", "--receiver", self.depot.folder / "receiver.pem"]
        return ["--journal-to", self.folder, "--journal-every", "0.1", "--passage", "0", *keys]

    def batches(self) -> list[Path]:
        return sorted(path.with_suffix(".parquet") for path in self.folder.glob("*.seal"))

    def take(self, key: PrivateKey | None = None) -> None:
        for path in self.batches():
            batch = read_batch(path, self.reader.public_key, self.anchor)
            self.tickets += [tap.ticket_id for tap in batch.taps][self.anchor[0] - batch.seal.first + 1 :]
            self.anchor = batch.acknowledgement.anchor
            path.with_suffix(".ack").write_bytes(batch.acknowledgement.sign(key or self.key))

    def left(self) -> int:
        with Store(self.depot.store) as store:
            return len(list(store.journal_rows()))


@pytest.fixture
def office(depot: Depot) -> Office:
    return Office(depot)


def test_batches_are_written_acknowledged_and_cleared_away_while_it_runs(depot: Depot, office: Office) -> None:
    with Running("metro", depot.arguments(*office.options())) as gate:
        gate.send(*(depot.code() for _ in range(5)))
        gate.taps(5)
        eventually(lambda: len(office.tickets) == 5 or office.take())
        assert gate.wait_for("journal-acknowledged")
        gate.send(*(depot.code() for _ in range(3)))
        gate.taps(8)
        eventually(lambda: len(office.tickets) == 8 or office.take())
        eventually(lambda: not list(office.folder.iterdir()))
        assert gate.stop() == 0
    assert office.tickets == list(range(8))
    assert office.left() == 0


def test_a_directory_that_is_gone_is_said_once_and_filled_when_it_is_back(depot: Depot, office: Office) -> None:
    away = office.folder.with_name("away")
    with Running("metro", depot.arguments(*office.options())) as gate:
        gate.send(depot.code())
        gate.wait_for("journal-written")
        office.folder.rename(away)  # the stick is pulled
        gate.send(depot.code())
        assert "No such file" in gate.wait_for("journal-not-handed-over")[0]["detail"]
        assert gate.taps(2) == ["OK", "OK"]
        office.folder.mkdir()  # another stick: it gets all that is not acknowledged
        gate.wait_for("journal-written", 2)
        office.take()
        gate.wait_for("journal-acknowledged")
        assert len(gate.wait_for("journal-not-handed-over")) == 1
    assert office.tickets == [0, 1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a file system to fill")
def test_a_full_stick_gets_nothing_half_and_the_rest_when_there_is_room(depot: Depot, office: Office) -> None:
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "stick", str(office.folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (office.folder / "other").write_bytes(bytes(60_000))
        with Running("metro", depot.arguments(*office.options())) as gate:
            gate.send(*(depot.code() for _ in range(3)))
            assert "No space left" in gate.wait_for("journal-not-handed-over")[0]["detail"]
            assert gate.taps(3) == ["OK"] * 3
            assert not list(office.folder.glob(".*"))
            (office.folder / "other").unlink()
            eventually(lambda: len(office.tickets) == 3 or office.take())
            gate.stop()
    finally:
        subprocess.run(["umount", office.folder], check=True)


def test_an_acknowledgement_of_somebody_else_drops_nothing(depot: Depot, office: Office) -> None:
    with Running("metro", depot.arguments(*office.options())) as gate:
        gate.send(depot.code())
        gate.wait_for("journal-written")
        office.take(PrivateKey.generate("ES256"))
        assert "not signed by the party expected" in gate.wait_for("journal-not-handed-over")[0]["detail"]
        gate.stop()
    assert office.left() == 1


def test_what_was_handed_over_before_a_restart_is_not_written_twice(depot: Depot, office: Office) -> None:
    for count in (2, 3):
        with Running("metro", depot.arguments(*office.options())) as gate:
            gate.send(*(depot.code() for _ in range(count)))
            gate.taps(count)
            last = f"{2 if count == 2 else 5:09}"
            eventually(lambda last=last: any(path.stem.endswith(last) for path in office.batches()))
    spans = [path.stem.split("-")[1:] for path in office.batches()]
    assert [int(first) for first, _ in spans] == [1, *(int(last) + 1 for _, last in spans[:-1])]


def test_the_options_go_together_and_keys_are_needed_at_the_start(depot: Depot, office: Office) -> None:
    code, text = complaint("metro", depot.arguments("--journal-to", office.folder))
    assert (code, text) == (2, "error: --journal-to, --journal-key and --receiver go together\n")
    options = [*office.options()[:-1], depot.folder / "absent"]
    assert complaint("metro", depot.arguments(*options))[0] == 3
