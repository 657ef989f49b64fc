"""Ticket numbers in a file: each is given once, and a damaged file gives none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.ticket import FileNumbers, Holder, Issuer
from hanoi_ticket.wire.cwt import decode_ticket


def test_each_number_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem.next"
    FileNumbers(path).begin()
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: FileNumbers(path).next(), range(100)))
    assert sorted(given) == list(range(100))
    assert FileNumbers(path).next() == 100


@pytest.mark.parametrize("content", ["many", "", "-1", "1 2"])
def test_a_damaged_file_gives_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "issuer.pem.next"
    path.write_text(content)
    with pytest.raises(HanoiTicketError, match=r"issuer\.pem\.next"):
        FileNumbers(path).next()
    assert path.read_text() == content


def test_a_lost_file_gives_none_until_somebody_says_where_to_begin(tmp_path: Path) -> None:
    PrivateKey.generate("EdDSA").save(tmp_path / "issuer.pem")
    issuer, holder, numbers = Issuer.load(tmp_path / "issuer.pem"), Holder.generate(), FileNumbers.beside
    with pytest.raises(HanoiTicketError, match=r"issuer\.pem\.next is not there"):
        issuer.issue(holder.public_key, "metro-2a-day", 0, 1)
    assert not (tmp_path / "issuer.pem.next").exists()
    numbers(tmp_path / "issuer.pem").begin(70)
    assert decode_ticket(issuer.issue(holder.public_key, "metro-2a-day", 0, 1)).claims.ticket_id == 70


def test_counting_goes_on_from_higher_up_but_never_back(tmp_path: Path) -> None:
    numbers = FileNumbers(tmp_path / "issuer.pem.next")
    numbers.begin(5)
    assert numbers.next() == 5
    with pytest.raises(HanoiTicketError, match="come to 6"):
        numbers.begin(5)
    numbers.begin(100)
    assert numbers.next() == 100
