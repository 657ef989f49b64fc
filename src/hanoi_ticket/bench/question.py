"""A question that contenders answer in turns, and its answers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from hanoi_ticket.bench.timing import Contender, interleaved


@dataclass
class Question:
    """`contenders` are timed for one `unit` of work each; ratios are to the one named `peer`."""

    name: str
    unit: str
    peer: str = ""
    contenders: dict[str, Contender] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    """Who does not take part, and why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Median microseconds of processor time a unit, the middle half of the rounds as a share of it, and the ratio."""

    question: str
    contender: str
    unit: str
    us: float
    spread: float
    ratio: float | None
    """How many times as fast as the peer; None where there is none."""
    peer: str


def answers(question: Question, rounds: int) -> Iterator[list[Answer]]:
    """Yields after each round, with answers from the second on; the last yield is the result."""
    for done, series in enumerate(interleaved(question.contenders, rounds), 1):
        peer = series.get(question.peer)
        yield (
            []
            if done < max(2, rounds)
            else [
                Answer(
                    question.name,
                    name,
                    question.unit,
                    round(one.median * 1e6, 3),
                    round(one.spread, 3),
                    round(one.ratio_to(peer), 3) if peer else None,
                    question.peer if peer else "",
                )
                for name, one in series.items()
            ]
        )
