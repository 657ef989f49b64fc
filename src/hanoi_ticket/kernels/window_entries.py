"""The entries of the replay window: see `entries` for the form, and `replay` for what they do.

`count` is the number of shards; `slots` and `shards` are laid out as `slot` says, zero at first, aligned to a cache
line.
"""

from hanoi_ticket.kernels import replay
from hanoi_ticket.kernels.arrays import numbers_at, rows_of_4_at
from hanoi_ticket.kernels.entries import Entry
from hanoi_ticket.kernels.jit import Numbers
from hanoi_ticket.kernels.memory import WordPlace
from hanoi_ticket.kernels.slot import SHARD, SHARD_WORDS
from hanoi_ticket.kernels.tracing import kernel


@kernel
def window_at(slots: WordPlace, shards: WordPlace, count: int) -> tuple[Numbers, Numbers]:
    """The arrays of `replay`."""
    return rows_of_4_at(slots, count * SHARD), numbers_at(shards, count * SHARD_WORDS)


@kernel
def check(
    slots: WordPlace,
    shards: WordPlace,
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
    slots: WordPlace,
    shards: WordPlace,
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
    slots: WordPlace,
    shards: WordPlace,
    count: int,
    span: int,
    uses: WordPlace,
    n: int,
    passback: int,
    retry: int,
    answers: WordPlace,
) -> int:
    each, said = rows_of_4_at(uses, n), numbers_at(answers, n)
    replay.check_and_record_each(*window_at(slots, shards, count), span, each, passback, retry, said)
    return 0


@kernel
def mark_passed(slots: WordPlace, shards: WordPlace, count: int, issuer: int, ticket: int, reader: int) -> int:
    replay.mark_passed(*window_at(slots, shards, count), issuer, ticket, reader)
    return 0


WINDOW_ENTRIES = (
    Entry.of("window_check", check),
    Entry.of("window_check_and_record", check_and_record),
    Entry.of("window_check_and_record_each", check_and_record_each),
    Entry.of("window_mark_passed", mark_passed),
)
