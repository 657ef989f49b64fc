"""0 accept, 1 refuse, 2 usage, 3 cannot decide."""

from importlib.resources import files
from pathlib import Path

import pytest

from hanoi_ticket.commands import output
from hanoi_ticket.commands.output import Exit
from hanoi_ticket.reasons import Reason
from tests.city import DAY, START


def test_accept_refuse_usage_and_doubt(call, desk) -> None:
    assert call("verify", *desk.trust, desk.code).exit_code == Exit.ACCEPT
    assert call("verify", *desk.trust, desk.code[:-2] + "00").exit_code == Exit.REFUSE
    assert call("verify", desk.code).exit_code == Exit.USAGE
    assert call("verify", *desk.trust, stdin="").exit_code == Exit.CANNOT_DECIDE


def test_of_many_codes_the_worst_counts(call, desk) -> None:
    assert call("verify", *desk.trust, desk.code, desk.paper).exit_code == Exit.ACCEPT
    assert call("verify", *desk.trust, "VT1:", desk.code).exit_code == Exit.REFUSE
    assert call("verify", *desk.trust, desk.code, "VT1:").exit_code == Exit.REFUSE


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_status(reason: Reason) -> None:
    undecided = {"CLOCK_UNKNOWN", "TRUST_EXPIRED", "STORE_UNAVAILABLE", "STORE_FULL"}
    expected = Exit.CANNOT_DECIDE if reason.name in undecided else Exit.REFUSE if reason else Exit.ACCEPT
    assert output.status(reason) is expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["verify", "--issuer", "none.pem", "x"], "none.pem: No such file"),
        (["verify", "--issuer", "day.ticket", "x"], "day.ticket"),
        (["verify", "--issuer", "phone.pem", "x"], "phone.pem"),
        (["verify", "--image", "day.ticket", "--issuer", "issuer.pub.pem"], "not a picture"),
        (["present", "single.ticket", "--key", "city.bundle"], "city.bundle"),
        (["present", "city.bundle"], "longer than 252 bytes"),
        (["present", "issuer.pub.pem"], "is no ticket"),
        (["inspect", "--ticket", "none"], "none: No such file"),
        (["journal", "show", "issuer.pem"], "cannot be used"),
        (["bundle", "show", "day.ticket", "--signer", "authority.pub.pem"], "not a trust bundle"),
        (["tap", "--profile", "none.toml", "--store", "x.db", "--issuer", "issuer.pub.pem", "x"], "none.toml"),
        (["tap", "--profile", "issuer.pem", "--store", "x.db", "--issuer", "issuer.pub.pem", "x"], "no profile"),
        (["tap", "--profile", "bus", "--store", ".", "--issuer", "issuer.pub.pem", "x"], "store"),
        (["keygen", "none/deep.pem"], "none"),
    ],
)
def test_what_cannot_be_used_is_named_with_a_hint(call, desk, monkeypatch, arguments, says) -> None:
    monkeypatch.chdir(desk.folder)
    result = call(*arguments)
    assert result.exit_code == Exit.CANNOT_DECIDE
    assert result.stderr.startswith("error: ")
    assert says in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["verify", "--at", "yesterday", "--issuer", "issuer.pub.pem", "x"],
        ["verify", "--at", "2026-11-23T07:30:00", "--issuer", "issuer.pub.pem", "x"],
        ["verify", "--at", "-1", "--issuer", "issuer.pub.pem", "x"],
        ["verify", "--at", "9" * 30, "--issuer", "issuer.pub.pem", "x"],
        ["verify", "--challenge", "1000000", "--issuer", "issuer.pub.pem", "x"],
        ["issue", "t", "--key", "issuer.pem", "--product", "free-pass", "--holder", "phone.pub.pem"],
        ["issue", "t", "--key", "issuer.pem", "--product", "bus-single", "--rider", "senior"],
        ["issue", "t", "--key", "issuer.pem", "--product", "bus-single", "--area", "moon"],
        ["issue", "t", "--key", "issuer.pem", "--product", "bus-single", "--server"],
        ["issue", "t", "--key", "issuer.pem", "--product", "bus-single", "--from", "9", "--until", "9"],
        ["present", "single.ticket", "--watch"],
        ["present", "day.ticket", "--key", "phone.pem", "--watch", "--json"],
        ["nonsense"],
    ],
)
def test_wrong_usage(call, desk, monkeypatch, arguments) -> None:
    monkeypatch.chdir(desk.folder)
    result = call(*arguments)
    assert result.exit_code == Exit.USAGE
    assert "Error: " in result.stderr


def test_a_full_store_cannot_decide(call, desk, tmp_path: Path) -> None:
    call("tap", "--profile", "metro-entry", "--store", tmp_path / "a.db", *desk.trust, desk.code)
    profile = tmp_path / "small.toml"
    text = (files("hanoi_ticket") / "data" / "profiles" / "metro-entry.toml").read_text("utf-8")
    profile.write_text(text.replace("1_000_000", "1"), "utf-8")
    result = call("tap", "--profile", profile, "--store", tmp_path / "a.db", *desk.trust, desk.paper, "--json")
    assert '"STORE_FULL"' in result.stdout
    assert result.exit_code == Exit.CANNOT_DECIDE


def test_an_old_bundle_cannot_decide(call, desk) -> None:
    later = [*desk.trust[:-1], str(START + 8 * DAY)]
    assert call("verify", *later, desk.code).exit_code == Exit.CANNOT_DECIDE


def test_moments_are_read_in_both_forms(call, desk) -> None:
    for at in (str(START), "2026-11-22T09:00:00+07:00", "2026-11-22T02:00:00Z"):
        assert call("verify", *desk.trust[:-1], at, desk.code).exit_code == Exit.ACCEPT


def test_a_last_line_needs_no_terminator(call, desk) -> None:
    for stdin in (desk.code, desk.code + "\n"):
        assert call("verify", *desk.trust, stdin=stdin).exit_code == Exit.ACCEPT
    assert call("verify", *desk.trust, stdin=desk.code + "\r\n").exit_code == Exit.REFUSE
    assert call("verify", *desk.trust, "--terminator", "crlf", stdin=desk.code + "\r\n").exit_code == Exit.ACCEPT


def test_staff_who_have_looked_let_a_senior_in(call, desk, tmp_path: Path) -> None:
    ticket, holder = tmp_path / "senior.ticket", ["--holder", desk.path("phone.pub.pem")]
    bought = ["--product", "free-pass", "--rider", "senior", "--from", START]
    assert call("issue", ticket, "--key", desk.path("issuer.pem"), *bought, *holder).exit_code == 0
    code = call("present", ticket, "--key", desk.path("phone.pem"), "--at", START).stdout.strip()
    tap = ["tap", *desk.trust, "--profile", "metro-entry", "--store", tmp_path / "s.db", code]
    assert "CONCESSION_CHECK" in call(*tap).stdout
    assert call(*tap, "--checked").exit_code == Exit.ACCEPT


def test_a_key_without_its_numbers_signs_nothing_until_told_where_to_begin(call, tmp_path: Path) -> None:
    key, ticket = tmp_path / "issuer.pem", tmp_path / "t"
    call("keygen", key)
    buy = ["issue", ticket, "--key", key, "--product", "bus-single"]
    assert call(*buy).exit_code == 0
    assert "number 1," in call(*buy).stdout
    Path(f"{key}.next").unlink()
    lost = call(*buy)
    assert lost.exit_code == Exit.CANNOT_DECIDE
    assert "issuer.pem.next is not there" in lost.stderr
    assert "number 500," in call(*buy, "--next", 500).stdout
    assert call(*buy, "--next", 3).exit_code == Exit.CANNOT_DECIDE
    assert "number 501," in call(*buy).stdout
