"""What changed since an older run: ratios where there are, and no run is no traceback."""

import pytest

from hanoi_ticket.bench.compare import changes


def run(ratio, us):
    rows = [
        {"question": "q", "contender": "peer", "peer": "peer", "us": 1.0, "ratio": 1.0},
        {"question": "q", "contender": "ours", "peer": "peer", "us": 1.0, "ratio": ratio},
        {"question": "alone", "contender": "ours", "peer": "", "us": us, "ratio": None},
    ]
    return {"answers": rows}


def test_faster_is_positive_slower_negative():
    ratio, alone = changes(run(2.0, 10.0), run(3.0, 20.0))
    assert (ratio.share, ratio.notable, ratio.kind) == (0.5, True, "ratio")
    assert (alone.share, alone.notable, alone.kind) == (-0.5, True, "µs")
    assert not changes(run(2.0, 10.0), run(2.2, 10.0))[0].notable


@pytest.mark.parametrize("old", [[], {}, {"answers": 3}, {"answers": [{}]}, {"answers": [{"question": "q"}]}])
def test_what_is_no_run_is_refused(old):
    with pytest.raises(ValueError, match="not a run"):
        changes(old, run(2.0, 10.0))
