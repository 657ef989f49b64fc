"""The judgement: factors, budgets, and a miss that is called one."""

import pytest

from hanoi_ticket.bench import gates, targets
from hanoi_ticket.bench.question import Answer


def answer(question, contender, us):
    return Answer(question, contender, "signature", us, 0.0, 1.0, "")


def judged(tap_ms, rate=33_333.0, disk_ms=0.0):
    machines, _ = targets.load()
    answers = [
        answer("Ed25519 signatures", "cryptography", machines["controller"].microseconds / 10),
        answer("P-256 signatures", "cryptography", machines["board"].microseconds / 50),
    ]
    parts = {
        "processor": dict.fromkeys(("p50", "p99"), tap_ms / 1e3),
        "waited": dict.fromkeys(("p50", "p99"), disk_ms / 1e3),
    }
    found = gates.judge(answers, {"tap with commit": parts}, {2: rate})
    return {(one.gate, one.demand): one for one in found}


def test_a_board_is_as_much_slower_as_openssl_is_on_it():
    found = judged(0.5)
    assert found["metro gate", "compute p99"].measured == pytest.approx(25)
    assert found["station concentrator", "compute p99"].measured == pytest.approx(5)
    assert all(one.met for one in found.values())


def test_the_disk_counts_for_the_decision_alone():
    found = judged(0.5, disk_ms=60)
    assert found["bus reader", "compute p99"].met
    assert found["bus reader", "decision p99"].measured == pytest.approx(25 + 60)
    assert found["bus reader", "burst of 3"].measured == pytest.approx(3 * 85)
    assert not found["station concentrator", "burst of 20"].met


def test_a_miss_is_called_one():
    found = judged(1.1, rate=16_000.0)
    assert not found["metro gate", "compute p99"].met
    assert found["metro gate", "compute p99"].headroom == pytest.approx(50 / 55, abs=0.01)
    assert not found["city clearing", "2 cores"].met
