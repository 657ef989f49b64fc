"""Bundles as the kernels read them are kept for the next code, also while threads judge by several at once."""

import sys
import threading

import pytest

from hanoi_ticket import TrustBundle
from hanoi_ticket.validator import authentic


class Compiled:
    """Takes the place of the kernels: only what is kept is looked at."""

    def trust(self, issuers: list[object], *, closes: int, comb_bytes: int) -> tuple[object, ...]:
        return (closes, comb_bytes, *issuers)


@pytest.fixture
def eager_threads():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("eager_threads")
def test_threads_that_judge_by_several_bundles(cases):
    bundles = [TrustBundle.of([]) for _ in range(6)]
    errors = []

    def judge(first: int) -> None:
        try:
            for number in range(cases(60_000)):
                authentic.prepared(Compiled(), bundles[(number * 7 + first) % len(bundles)])
        except Exception as error:  # noqa: BLE001  any is one too many
            errors.append(error)

    threads = [threading.Thread(target=judge, args=(first,)) for first in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(authentic._blocks) <= authentic._KEPT
