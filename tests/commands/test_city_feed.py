"""Another city's feed: into the signed bundle, and from there to the issuer."""

import shutil
from importlib.resources import as_file, files
from pathlib import Path

from hanoi_ticket.commands.output import Exit
from tests.city import START
from tests.commands.conftest import lines_of_json


def city_feed(folder: Path) -> Path:
    """The sample with its line 2A day pass under another name."""
    with as_file(files("hanoi_ticket") / "data" / "hanoi") as sample:
        feed = Path(shutil.copytree(sample, folder / "feed"))
    for table in feed.glob("*.txt"):
        table.write_text(table.read_text("utf-8").replace("metro-2a-day", "tram-day"), "utf-8")
    return feed


def test_a_ticket_is_of_the_bundle_s_products(call, desk, tmp_path) -> None:
    bundle, ticket = tmp_path / "city.bundle", tmp_path / "day.ticket"
    issuer, phone = desk.path("issuer.pem"), desk.path("phone.pub.pem")
    made = call(
        *("bundle", "make", bundle, "--key", desk.path("authority.pem"), "--issuer", desk.path("issuer.pub.pem")),
        *("--version", 2, "--at", START, "--feed", city_feed(tmp_path)),
    )
    assert made.exit_code == Exit.ACCEPT, made.stderr
    sell = ["issue", ticket, "--key", issuer, "--holder", phone, "--product", "tram-day", "--from", START, "--json"]
    assert call(*sell).exit_code == Exit.USAGE  # the sample has no such product
    trust = ["--trust", bundle, "--signer", desk.path("authority.pub.pem")]
    assert call(*sell, *trust[:2]).exit_code == Exit.USAGE
    (sold,) = lines_of_json(call(*sell, *trust))
    assert (sold["product"], sold["price"]) == ("tram-day", 30_000)
    (code,) = lines_of_json(call("present", ticket, "--key", desk.path("phone.pem"), "--at", START, "--json"))
    (verdict,) = lines_of_json(call("verify", *trust, "--at", START, code["code"], "--json"))
    assert (verdict["accepted"], verdict["product"]) == (True, "tram-day")
