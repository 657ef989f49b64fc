"""From the reader's journal to the back office and back: nothing is dropped before it is acknowledged."""

import hashlib

import pyarrow.parquet as pq
import pytest

from hanoi_ticket import Reason
from hanoi_ticket.errors import JournalRejected
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.validator import journal
from hanoi_ticket.validator.export import read_batch, write_batch
from hanoi_ticket.validator.segment import Acknowledgement, Seal
from hanoi_ticket.validator.store import read_journal
from tests.city import DAY, START

READER, RECEIVER = PrivateKey.generate("EdDSA"), PrivateKey.generate("ES256")


class Depot:
    """One gate, and the receiver that its batches go to."""

    def __init__(self, city):
        self.city, self.gate = city, city.gate("metro-entry")
        self.folder = city.folder

    def taps(self, count):
        for _ in range(count):
            assert self.gate.tap(self.city.rider("metro-2a-single").code(START)).accepted

    def batch(self, **options):
        return write_batch(self.gate.store, self.folder, "2A-CAT-LINH-01", READER, **options)

    def acknowledge(self, batch):
        signed = Acknowledgement.open(batch.acknowledgement.sign(RECEIVER), RECEIVER.public_key)
        self.gate.store.acknowledge(signed.journal, signed.anchor)
        return signed.anchor

    def numbers(self):
        return [row[0] for row in self.gate.store.journal_rows()]


@pytest.fixture
def depot(city):
    return Depot(city)


def test_a_batch_is_carried_checked_acknowledged_and_dropped(depot):
    depot.taps(5)
    batch = read_batch(depot.batch(), READER.public_key)
    assert [tap.ticket_id for tap in batch.taps] == [0, 1, 2, 3, 4]
    assert batch.taps == tuple(depot.gate.store.taps())
    assert depot.numbers() == [1, 2, 3, 4, 5]
    depot.acknowledge(batch)
    assert depot.numbers() == []
    assert depot.batch() is None


def test_the_chain_goes_on_from_what_was_acknowledged(depot):
    depot.taps(3)
    anchor = depot.acknowledge(read_batch(depot.batch(), READER.public_key))
    depot.taps(2)
    again = read_batch(depot.batch(), READER.public_key, anchor)
    assert (again.seal.first, again.seal.last) == (4, 5)
    depot.gate.close()
    with depot.city.gate("metro-entry") as gate:
        assert gate.store.set_aside is None
        assert journal.first_break(gate.store.journal_rows(), anchor) is None
        assert read_journal(gate.store.path)[0] == anchor


def test_a_restart_after_everything_was_acknowledged_goes_on_counting(depot):
    depot.taps(2)
    anchor = depot.acknowledge(read_batch(depot.batch(), READER.public_key))
    depot.gate.close()
    depot.gate = depot.city.gate("metro-entry")
    depot.taps(1)
    assert read_batch(depot.batch(), READER.public_key, anchor).seal.first == 3


def test_what_was_dropped_is_still_remembered_at_the_gate(depot):
    rider = depot.city.rider("metro-2a-single")
    depot.gate.passed(depot.gate.tap(rider.code(START)))
    depot.acknowledge(read_batch(depot.batch(), READER.public_key))
    assert depot.gate.tap(rider.code(START)).reason is Reason.ALREADY_USED


def test_a_lost_batch_is_written_again_with_what_came_since(depot):
    depot.taps(2)
    depot.batch()
    depot.taps(2)
    assert len(read_batch(depot.batch(), READER.public_key).taps) == 4


def test_a_receiver_that_has_the_beginning_takes_a_longer_batch(depot):
    depot.taps(2)
    first = read_batch(depot.batch(), READER.public_key)
    depot.taps(2)
    anchor = first.acknowledgement.anchor
    assert read_batch(depot.batch(), READER.public_key, anchor).seal.last == 4
    with pytest.raises(JournalRejected, match="does not join"):
        read_batch(depot.batch(), READER.public_key, (anchor[0], bytes(32)))


def test_a_gap_between_two_batches_is_refused(depot):
    depot.taps(2)
    depot.acknowledge(read_batch(depot.batch(), READER.public_key))
    depot.taps(1)
    with pytest.raises(JournalRejected, match="does not join"):
        read_batch(depot.batch(), READER.public_key, (1, bytes(32)))


def test_a_large_journal_leaves_in_parts(depot):
    depot.taps(5)
    anchor, sizes = journal.EMPTY, []
    while path := depot.batch(limit=2):
        batch = read_batch(path, READER.public_key, anchor)
        sizes.append(len(batch.taps))
        anchor = depot.acknowledge(batch)
    assert sizes == [2, 2, 1]


def test_acknowledgements_out_of_order_drop_nothing_twice(depot):
    depot.taps(4)
    early = read_batch(depot.batch(limit=2), READER.public_key)
    late = read_batch(depot.batch(), READER.public_key)
    depot.acknowledge(late)
    depot.acknowledge(early)
    depot.taps(1)
    assert depot.numbers() == [5]


@pytest.mark.parametrize("number", [2, 3, 9])
def test_an_acknowledgement_must_fit_the_journal(depot, number):
    depot.taps(3)
    name = depot.gate.store.facts()["journal"]
    with pytest.raises(JournalRejected, match="not the one"):
        depot.gate.store.acknowledge(name, (number, bytes(32)))
    with pytest.raises(JournalRejected, match="another journal"):
        depot.gate.store.acknowledge(bytes(8), next((row[0], row[2]) for row in depot.gate.store.journal_rows()))
    assert depot.numbers() == [1, 2, 3]


@pytest.mark.parametrize("signed_by", [RECEIVER, PrivateKey.generate("EdDSA")])
def test_a_seal_of_another_key_is_refused(depot, signed_by):
    depot.taps(1)
    path = depot.batch()
    seal = Seal.open(path.with_suffix(".seal").read_bytes(), READER.public_key)
    path.with_suffix(".seal").write_bytes(seal.sign(signed_by))
    with pytest.raises(JournalRejected, match="signed by another key"):
        read_batch(path, READER.public_key)


def test_a_seal_is_no_acknowledgement():
    seal = Seal(bytes(8), "gate", 1, 1, bytes(32), bytes(32), bytes(32)).sign(READER)
    with pytest.raises(JournalRejected, match="signature is wrong"):
        Acknowledgement.open(seal, READER.public_key)
    with pytest.raises(JournalRejected, match="shape"):
        Seal.open(Seal(bytes(8), "gate", "1", 1, b"", b"", b"").sign(READER), READER.public_key)


def test_any_change_of_the_file_is_refused_before_it_is_parsed(depot):
    depot.taps(2)
    path = depot.batch()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(JournalRejected, match="sealed"):
        read_batch(path, READER.public_key)


@pytest.mark.parametrize("lie", ["amount", "missing", "columns"])
def test_a_reader_that_seals_what_its_chain_does_not_say_is_found_out(depot, lie):
    """The reader's key alone does not make a tap: the chain must hold it."""
    depot.taps(3)
    path = depot.batch()
    table = pq.read_table(path)
    if lie == "amount":
        table = table.set_column(12, table.schema.field("amount"), [[0, 9000, 0]])
    elif lie == "missing":
        table = table.slice(0, 2)
    else:
        table = table.drop_columns("amount")
    pq.write_table(table, path)
    seal = Seal.open(path.with_suffix(".seal").read_bytes(), READER.public_key)
    digest = hashlib.sha256(path.read_bytes()).digest()
    changed = Seal(seal.journal, seal.reader, seal.first, seal.last, seal.before, seal.after, digest)
    path.with_suffix(".seal").write_bytes(changed.sign(READER))
    with pytest.raises(JournalRejected, match=r"not those of the seal|columns"):
        read_batch(path, READER.public_key)


def test_a_new_store_is_another_journal(depot):
    depot.taps(1)
    name = depot.gate.store.facts()["journal"]
    with depot.city.gate("metro-entry", "other.db") as other:
        assert other.store.facts()["journal"] != name


def test_the_store_forgets_a_pruned_record_only_with_its_acknowledgement(depot):
    depot.taps(2)
    depot.city.time.seconds = START + 30 * DAY
    depot.gate.tidy()
    assert depot.numbers() == [1, 2]
