"""The README's figures are those of the run that it names."""

import json

from benchmarks import readme


def test_the_section_is_drawn_from_the_run():
    source = readme.newest()
    run, written = json.loads(source.read_text("utf-8")), readme.README.read_text("utf-8")
    assert readme.renewed(written, run, source.stem) == written, "run: python -m benchmarks.readme"


def test_another_figure_is_another_text():
    source = readme.newest()
    run, written = json.loads(source.read_text("utf-8")), readme.README.read_text("utf-8")
    run["gates"][0]["headroom"] = 0.01
    run["met"] = False
    assert readme.renewed(written, run, source.stem) != written


def test_the_run_names_no_machine():
    text = readme.newest().read_text("utf-8")
    assert "/" not in text.replace("taps/s", "").replace("codes/s", "").replace("\\u", "")
