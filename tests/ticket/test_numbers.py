"""Ticket numbers in a file: each is given once, and a damaged file gives none."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.ticket import FileNumbers


def test_each_number_is_given_once(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem.next"
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda _: FileNumbers(path).next(), range(100)))
    assert sorted(given) == list(range(100))
    assert FileNumbers(path).next() == 100


def test_a_damaged_file_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "issuer.pem.next"
    path.write_text("many")
    with pytest.raises(HanoiTicketError, match=r"issuer\.pem\.next"):
        FileNumbers(path).next()
    assert path.read_text() == "many"
