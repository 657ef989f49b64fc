"""The Hanoi sample: sound to a public validator, and marked as a sample."""

import csv
import zipfile
from importlib.resources import files
from pathlib import Path

import gtfs_guru
import pytest

SAMPLE = files("hanoi_ticket") / "data" / "hanoi"


def rows(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader((SAMPLE / file).read_text("utf-8").splitlines()))


def test_a_public_validator_has_nothing_to_say(tmp_path: Path) -> None:
    """gtfs-guru knows the rules of the canonical GTFS validator; our extra files are notes to it, no more."""
    path = tmp_path / "hanoi.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in SAMPLE.iterdir():
            if file.name.endswith(".txt"):
                archive.writestr(file.name, file.read_bytes())
    notices = gtfs_guru.validate(str(path)).notices
    assert {notice.code for notice in notices} == {"unknown_file"}
    assert {notice.get("filename") for notice in notices} == {
        file.name for file in SAMPLE.iterdir() if file.name.startswith("ticket_")
    }


def test_the_validator_would_speak_up(tmp_path: Path) -> None:
    path = tmp_path / "broken.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in SAMPLE.iterdir():
            if file.name.endswith(".txt"):
                archive.writestr(file.name, file.read_bytes().replace(b",metro-2a-day,0", b",metro-2a-dog,0"))
    assert "foreign_key_violation" in {notice.code for notice in gtfs_guru.validate(str(path)).notices}


def test_the_sample_says_that_it_is_one() -> None:
    assert "SAMPLE" in rows("feed_info.txt")[0]["feed_publisher_name"]
    assert "sample" in rows("feed_info.txt")[0]["feed_version"]
    assert "no official feed" in (SAMPLE / "README.md").read_text("utf-8")


@pytest.mark.parametrize("file", ["ticket_prices.txt", "ticket_parking.txt"])
def test_every_price_names_its_source_and_the_readme_has_it(file: str) -> None:
    readme = (SAMPLE / "README.md").read_text("utf-8")
    for row in rows(file):
        assert row["source"]
        for source in row["source"].split("; "):
            assert source.split()[0] in readme
            assert source.split()[-1] in readme
