"""A journal leaves a store by hand: exported, received, acknowledged, and only then dropped."""

from pathlib import Path

import pytest

from hanoi_ticket import Issuer
from hanoi_ticket.commands.output import Exit
from hanoi_ticket.signing import PrivateKey, public_pem
from hanoi_ticket.ticket import printed
from hanoi_ticket.validator import Store
from tests.city import DAY, START
from tests.commands.conftest import lines_of_json

pytest.importorskip("pyarrow")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the keys of a reader and a receiver, and an empty directory."""
    for name in ("reader", "receiver", "stranger"):
        key = PrivateKey.generate("EdDSA")
        key.save(tmp_path / f"{name}.pem")
        (tmp_path / f"{name}.pub.pem").write_bytes(public_pem(key.public_key))
    (tmp_path / "out").mkdir()
    return tmp_path


@pytest.fixture
def steps(call, desk, office: Path):
    issuer = Issuer(PrivateKey.load(desk.folder / "issuer.pem"))

    class Steps:
        def tap(self, count: int) -> None:
            codes = [printed(issuer.issue(None, "metro-2a-single", START, START + DAY)) for _ in range(count)]
            done = call("tap", *desk.trust, "--profile", "metro-entry", "--store", office / "gate.db", *codes)
            assert done.exit_code == 0

        def export(self):
            folder = (office / "gate.db", office / "out")
            return call("journal", "export", *folder, "--key", office / "reader.pem", "--reader", "G1", "--json")

        def receive(self, batch, *more, by: str = "reader"):
            keys = ("--sealed-by", office / f"{by}.pub.pem", "--key", office / "receiver.pem")
            return call("journal", "receive", batch, *keys, *more, "--json")

        def ack(self, path, receiver: str = "receiver"):
            return call("journal", "ack", office / "gate.db", path, "--receiver", office / f"{receiver}.pub.pem")

        def left(self) -> int:
            with Store(office / "gate.db") as store:
                return len(list(store.journal_rows()))

    return Steps()


def test_the_whole_round_by_hand(steps) -> None:
    steps.tap(3)
    (first,) = lines_of_json(steps.export())
    assert steps.export().stdout == ""  # it stands there already
    steps.tap(2)
    (second,) = lines_of_json(steps.export())
    (told,) = lines_of_json(steps.receive(first["batch"]))
    assert (told["reader"], told["first"], told["last"]) == ("G1", 1, 3)
    assert steps.receive(second["batch"]).exit_code == Exit.REFUSE  # it does not begin at 1
    (then,) = lines_of_json(steps.receive(second["batch"], "--after", told["acknowledgement"]))
    assert (then["first"], then["last"]) == (4, 5)
    assert steps.left() == 5
    assert steps.ack(told["acknowledgement"]).exit_code == 0
    assert steps.left() == 2
    assert steps.ack(then["acknowledgement"]).exit_code == 0
    assert steps.left() == 0


def test_strangers_are_refused(steps) -> None:
    steps.tap(1)
    (batch,) = lines_of_json(steps.export())
    assert steps.receive(batch["batch"], by="stranger").exit_code == Exit.REFUSE
    (told,) = lines_of_json(steps.receive(batch["batch"]))
    assert steps.ack(told["acknowledgement"], receiver="stranger").exit_code == Exit.REFUSE
    assert steps.left() == 1
    Path(batch["batch"]).write_bytes(b"PAR1")
    assert "not the file that the reader sealed" in steps.receive(batch["batch"]).stderr


def test_an_absent_store_is_not_begun(call, office: Path) -> None:
    done = call("journal", "export", office / "typo.db", office, "--key", office / "reader.pem", "--reader", "G1")
    assert done.exit_code == Exit.CANNOT_DECIDE
    assert not (office / "typo.db").exists()


def test_a_directory_that_is_not_there_is_named(call, steps, office: Path) -> None:
    steps.tap(1)
    files = (office / "gate.db", office / "absent")
    done = call("journal", "export", *files, "--key", office / "reader.pem", "--reader", "G1")
    assert done.exit_code == Exit.CANNOT_DECIDE
    assert "absent: No such file" in done.stderr
