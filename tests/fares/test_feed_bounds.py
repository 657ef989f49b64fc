"""Feeds that are huge, zipped or damaged: refused in bounded time and memory, and never by another exception."""

import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from hanoi_ticket.fares import feed as feed_module
from hanoi_ticket.fares import gate, legs, product_table, references
from hanoi_ticket.fares import source as source_module
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.feed import Feed
from hanoi_ticket.fares.reader import build_catalogue, read_feed
from hanoi_ticket.fares.sample import hanoi_sample
from tests.fares.feeds import JOINS, SAMPLE, TIMEFRAMES, TRANSFERS, place_of


def test_huge_files_are_refused_before_they_are_parsed(feed: Path) -> None:
    with (feed / "stops.txt").open("r+b") as stream:
        stream.truncate(source_module.MAX_BYTES + 1)
    assert place_of(feed) == f"stops.txt: larger than {source_module.MAX_BYTES} bytes"


def test_too_many_rows_are_refused(feed: Path) -> None:
    rows = "\n".join(str(number) for number in range(feed_module.MAX_ROWS + 1))
    (feed / "areas.txt").write_text(f"area_id\n{rows}\n")
    assert place_of(feed) == f"areas.txt:{feed_module.MAX_ROWS + 2}: more than {feed_module.MAX_ROWS} rows"


@pytest.mark.parametrize(
    ("module", "limit", "problem"),
    [
        (legs, "MAX_CELLS", "the leg rules fill more than 5 cells"),
        (gate, "MAX_CELLS", "products times areas are more than 5"),
        (product_table, "MAX_PRICES", "ticket_prices.txt:53:fare_product_id: more than 5 prices"),
        (references, "MAX_WITHIN", "lies within more than 5 others"),
    ],
)
def test_what_would_fill_the_memory_is_refused(
    feed: Path, monkeypatch: pytest.MonkeyPatch, module: ModuleType, limit: str, problem: str
) -> None:
    monkeypatch.setattr(module, limit, 5)
    with (feed / "ticket_prices.txt").open("a", encoding="utf-8") as stream:
        stream.writelines(f"free-pass,{rider},20100101,20101231,0,none\n" for rider in ("merit", "senior"))
    with (feed / "ticket_areas.txt").open("a", encoding="utf-8") as stream:
        stream.writelines(f"box-{n},{5000 + n},{f'box-{n + 1}' if n < 5 else ''},Hộp,Box\n" for n in range(6))
    assert problem in place_of(feed)


def zipped(feed: Path, folder: str = "") -> Path:
    path = feed.parent / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in feed.glob("*.txt"):
            archive.write(file, folder + file.name)
    return path


def test_a_zip_reads_as_its_directory(feed: Path) -> None:
    assert read_feed(zipped(feed)) == hanoi_sample()


def test_a_zip_with_its_files_in_a_folder_lacks_them(feed: Path) -> None:
    assert place_of(zipped(feed, "hanoi/")) == "agency.txt: the file is missing"


def test_a_zip_bomb_is_not_inflated(feed: Path) -> None:
    (feed / "stops.txt").write_bytes(b"0" * (source_module.MAX_BYTES + 1))
    assert "larger than" in place_of(zipped(feed))


def test_a_damaged_zip_is_refused(feed: Path) -> None:
    path = zipped(feed)
    data = bytearray(path.read_bytes())
    data[200:260] = bytes(60)
    path.write_bytes(data)
    assert "cannot be unpacked" in place_of(path)
    path.write_bytes(b"PK\x03\x04")
    assert place_of(path) == "feed.zip: is no zip that can be read"
    assert place_of(feed.parent / "absent") == "absent: is no zip that can be read"


class MemorySource:
    """A feed in memory, for damage by the thousand."""

    def __init__(self, tables: dict[str, bytes]) -> None:
        self.tables = tables

    def read(self, file: str) -> bytes | None:
        return self.tables.get(file)


def test_damage_is_refused_or_harmless(cases: Callable[[int], int]) -> None:
    """Any bytes anywhere: a refusal that names the file, or a catalogue; never another exception."""
    whole = {name: (SAMPLE / name).read_bytes() for name in feed_module.FILES if (SAMPLE / name).is_file()}
    whole["timeframes.txt"] = f"{TIMEFRAMES}peak,06:30:00,09:00:00,daily\n".encode()
    whole["fare_transfer_rules.txt"] = f"{TRANSFERS}metro-2a,metro-31,,3600,1,0,\nmetro-2a,metro-2a,1,,,0,\n".encode()
    whole["fare_leg_join_rules.txt"] = f"{JOINS}metro-2a,metro-2a,2a-01,2a-02\n".encode()
    assert build_catalogue(Feed.read(MemorySource(whole)))
    chance = random.Random(11)
    refused = []
    for _ in range(cases(150)):
        file = chance.choice(list(whole))
        damaged = bytearray(whole[file])
        place = chance.randrange(len(damaged))
        junk = chance.choice([b"", b",", b'"', b"\n", b"\xff", b"0", b"9" * 20, b"\r", b"-1", b" ", b"metro-2a"])
        damaged[place : place + chance.choice([0, 1, 1, 40])] = junk
        try:
            build_catalogue(Feed.read(MemorySource({**whole, file: bytes(damaged)})))
        except FaresRejected as error:
            refused.append(error.file)
    assert refused
    assert all(refused)
