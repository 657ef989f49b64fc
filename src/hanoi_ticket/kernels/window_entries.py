"""The entries of the replay window: see `entries` for the form, and `replay` for what they do.

`count` is the number of shards; `slots` and `shards` are laid out as `slot` says, zero at first, aligned to a cache
line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import replay
from hanoi_ticket.kernels.arrays import numbers_at, rows_of_4_at
from hanoi_ticket.kernels.entries import Entry
from hanoi_ticket.kernels.slot import SHARD, SHARD_WORDS
from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from hanoi_ticket.kernels.jit import Numbers

TABLE = (("slots", "words"), ("shards", "words"), ("count", "int"))
KEY = (("issuer", "int"), ("ticket", "int"))
RULES = (("passback", "int"), ("retry", "int"))


@kernel
def window_at(slots: Any, shards: Any, count: int) -> tuple[Numbers, Numbers]:
    """The arrays of `replay`."""
    return rows_of_4_at(slots, count * SHARD), numbers_at(shards, count * SHARD_WORDS)


@kernel
def check(
    slots: Any,
    shards: Any,
    count: int,
    issuer: int,
    ticket: int,
    moment: int,
    use: int,
    passback: int,
    retry: int,
) -> int:
    return replay.check(*window_at(slots, shards, count), issuer, ticket, moment, use, passback, retry)


@kernel
def check_and_record(
    slots: Any,
    shards: Any,
    count: int,
    span: int,
    issuer: int,
    ticket: int,
    moment: int,
    use: int,
    passback: int,
    retry: int,
) -> int:
    return replay.check_and_record(*window_at(slots, shards, count), span, issuer, ticket, moment, use, passback, retry)


@kernel
def check_and_record_each(
    slots: Any, shards: Any, count: int, span: int, uses: Any, n: int, passback: int, retry: int, answers: Any
) -> int:
    each, said = rows_of_4_at(uses, n), numbers_at(answers, n)
    replay.check_and_record_each(*window_at(slots, shards, count), span, each, passback, retry, said)
    return 0


@kernel
def mark_passed(slots: Any, shards: Any, count: int, issuer: int, ticket: int, reader: int) -> int:
    replay.mark_passed(*window_at(slots, shards, count), issuer, ticket, reader)
    return 0


WINDOW_ENTRIES = (
    Entry("window_check", (*TABLE, *KEY, ("moment", "int"), ("use", "int"), *RULES), check),
    Entry(
        "window_check_and_record",
        (*TABLE, ("span", "int"), *KEY, ("moment", "int"), ("use", "int"), *RULES),
        check_and_record,
    ),
    Entry(
        "window_check_and_record_each",
        (*TABLE, ("span", "int"), ("uses", "words"), ("n", "int"), *RULES, ("answers", "words")),
        check_and_record_each,
    ),
    Entry("window_mark_passed", (*TABLE, *KEY, ("reader", "int")), mark_passed),
)
