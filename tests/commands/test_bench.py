"""`hanoi-ticket bench` end to end, as small as it gets."""

import json

import pytest

from hanoi_ticket.bench import suite
from hanoi_ticket.commands import bench


@pytest.fixture
def _small(monkeypatch):
    monkeypatch.setattr(bench, "QUICK", suite.Depth(quick=True, rounds=3, taps=60, starts=1))


@pytest.mark.usefixtures("_small")
def test_one_run_as_json_then_compared_with_itself(call, tmp_path):
    result = call("bench", "--quick", "--json")
    run = json.loads(result.stdout)
    assert result.exit_code == (0 if run["met"] else 1)
    assert run["met"] == all(one["headroom"] >= 1 for one in run["gates"])
    assert {"p50", "p99", "p99.9"} <= set(run["taps"]["tap with commit"]["wall"])
    assert any(one["process"].endswith("openssl") and one["rss_mib"] > 5 for one in run["processes"])
    assert "single taps" in result.stderr
    old = tmp_path / "old.json"
    old.write_text(result.stdout, "utf-8")
    shown = call("bench", "--quick", "--compare", old).stdout
    for words in ("cryptography", "tap with commit", "metro gate", "headroom", "BeagleBone", "Against the older run"):
        assert words in shown


def test_what_is_no_run_is_refused_before_anything_is_measured(call, tmp_path):
    for text in ("", "no json", "\xff"):
        path = tmp_path / "old.json"
        path.write_bytes(text.encode("latin-1"))
        result = call("bench", "--quick", "--compare", path)
        assert result.exit_code == 3
        assert "is no run" in result.stderr
        assert result.stdout == ""
