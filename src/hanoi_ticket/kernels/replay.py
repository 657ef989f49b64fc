"""The replay window: the last accepted use of each ticket, for as long as a window of time.

A hash table with open addressing (Knuth, TAOCP 6.4, linear probing, deletion by algorithm R) over the 128-bit key
(issuer, ticket). It is cut into shards. A shard has its own lock, so that check and record are one step for any number
of threads; probing never leaves it. Eight times in its span a shard is swept of what has expired, by the first use that
finds it due, and once more after the clock was set back. A shard that is full of uses still remembered refuses new
tickets: STORE_FULL, and nothing is recorded.

A use touches two lines of memory, its shard's head and its slot. The slot's is asked for before the lock is taken, so
that one waits while the other does.

Where everything stands in memory: kernels.slot.
"""

from hanoi_ticket.kernels import reason
from hanoi_ticket.kernels.jit import Numbers, batch, kernel, routine
from hanoi_ticket.kernels.lock import release, took
from hanoi_ticket.kernels.prefetch import prefetch
from hanoi_ticket.kernels.slot import (
    AT,
    CAPACITY,
    DIRECTION,
    ISSUER,
    LIVE,
    LOCK,
    MOMENT,
    NEXT_SWEEP,
    PASSED,
    READER,
    SHARD,
    SHARD_WORDS,
    SLOT_WORDS,
    TICKET,
    USE,
)
from hanoi_ticket.kernels.tracing import place

BUCKETS = 8  # in the span of the window
AHEAD = 12  # uses whose slots are on their way from memory
REPEATED = -1  # the same decision as a moment ago, no second use
MASK32 = (1 << 32) - 1


@kernel
def check_and_record(
    slots: Numbers,
    shards: Numbers,
    span: int,
    issuer: int,
    ticket: int,
    moment: int,
    use: int,
    passback: int,
    retry: int,
) -> int:
    """OK, and the use is recorded; REPEATED; or why not: REPLAYED, PASSBACK, STORE_FULL. Spans are seconds.

    A moment (-1 where nobody signed one) must be later than the last one.
    """
    hashed = mixed(issuer, ticket)
    prefetch(place(slots), (hashed & (len(slots) - 1)) * SLOT_WORDS)
    shard = locked(shards, hashed)
    answer = decided(slots, shards, shard, span, hashed, issuer, ticket, moment, use, passback, retry)
    unlock(shards, shard)
    return answer


@kernel
def check(
    slots: Numbers, shards: Numbers, issuer: int, ticket: int, moment: int, use: int, passback: int, retry: int
) -> int:
    """What `check_and_record` would say to a ticket that is remembered, and OK to others; nothing is recorded."""
    hashed = mixed(issuer, ticket)
    shard = locked(shards, hashed)
    k = slot_of(slots, shard, hashed, issuer, ticket)
    last, last_moment = slots[k, USE], slots[k, MOMENT]
    unlock(shards, shard)
    return reason.OK if last == 0 else judged(last, last_moment, use, moment, passback, retry)


@batch
def check_and_record_each(
    slots: Numbers, shards: Numbers, span: int, uses: Numbers, passback: int, retry: int, answers: Numbers
) -> None:
    """`check_and_record` for rows of (issuer, ticket, moment, use), in their order."""
    table, count = place(slots), len(uses)
    for k in range(count):
        if k + AHEAD < count:
            key = mixed(uses[k + AHEAD, ISSUER], uses[k + AHEAD, TICKET])
            prefetch(table, (key & (len(slots) - 1)) * SLOT_WORDS)
        issuer, ticket, moment, use = uses[k, ISSUER], uses[k, TICKET], uses[k, MOMENT], uses[k, USE]
        answers[k] = check_and_record(slots, shards, span, issuer, ticket, moment, use, passback, retry)


@routine
def decided(
    slots: Numbers,
    shards: Numbers,
    shard: int,
    span: int,
    hashed: int,
    issuer: int,
    ticket: int,
    moment: int,
    use: int,
    passback: int,
    retry: int,
) -> int:
    """`check_and_record`, under the lock of the shard."""
    head, now = shard * SHARD_WORDS, use >> AT
    if not 0 < shards[head + NEXT_SWEEP] - now <= span:  # due, or the clock was set back
        sweep(slots, shards, shard, now, span)
    k = slot_of(slots, shard, hashed, issuer, ticket)
    last = slots[k, USE]
    if last == 0:
        if shards[head + LIVE] >= CAPACITY:
            return reason.STORE_FULL
        shards[head + LIVE] += 1
        slots[k, ISSUER], slots[k, TICKET] = issuer, ticket
    else:
        verdict = judged(last, slots[k, MOMENT], use, moment, passback, retry)
        if verdict != reason.OK:
            return verdict
    slots[k, MOMENT], slots[k, USE] = moment, use
    return reason.OK


@routine
def judged(last: int, last_moment: int, use: int, moment: int, passback: int, retry: int) -> int:
    """May the use follow the last one?"""
    elapsed = (use >> AT) - (last >> AT)
    same_way = (last & DIRECTION) == (use & DIRECTION)
    same_reader = (last >> READER & 0xFFFF) == (use >> READER & 0xFFFF)
    if same_way and same_reader and not last & PASSED and 0 <= elapsed <= retry and moment >= last_moment:
        return REPEATED
    if 0 <= moment <= last_moment:
        return reason.REPLAYED
    if same_way and elapsed < passback:
        return reason.PASSBACK
    return reason.OK


@kernel
def mark_passed(slots: Numbers, shards: Numbers, issuer: int, ticket: int, reader: int) -> None:
    """The rider has gone through the gate: from now on the same scan is no retry."""
    hashed = mixed(issuer, ticket)
    shard = locked(shards, hashed)
    k = slot_of(slots, shard, hashed, issuer, ticket)
    if slots[k, USE] >> READER & 0xFFFF == reader:
        slots[k, USE] |= PASSED
    unlock(shards, shard)


@routine
def locked(shards: Numbers, hashed: int) -> int:
    """The shard of a key, once its lock is ours."""
    shard = hashed // SHARD & (len(shards) // SHARD_WORDS - 1)
    while not took(place(shards), shard * SHARD_WORDS + LOCK):
        pass
    return shard


@routine
def unlock(shards: Numbers, shard: int) -> None:
    release(place(shards), shard * SHARD_WORDS + LOCK)


@routine
def slot_of(slots: Numbers, shard: int, hashed: int, issuer: int, ticket: int) -> int:
    """The slot of its shard in which the key stands, or would."""
    first, k = shard * SHARD, hashed % SHARD
    while slots[first + k, USE] != 0 and (slots[first + k, TICKET] != ticket or slots[first + k, ISSUER] != issuer):
        k = (k + 1) % SHARD
    return first + k


@routine
def sweep(slots: Numbers, shards: Numbers, shard: int, now: int, span: int) -> None:
    """Forget what is as old as the span."""
    shards[shard * SHARD_WORDS + NEXT_SWEEP] = now + span // BUCKETS
    first = shard * SHARD
    for k in range(SHARD):
        while slots[first + k, USE] != 0 and now - (slots[first + k, USE] >> AT) >= span:
            remove(slots, first, k)
            shards[shard * SHARD_WORDS + LIVE] -= 1


@routine
def remove(slots: Numbers, first: int, hole: int) -> None:
    """Empty a slot, and move back whatever a search would now miss (TAOCP 6.4, algorithm R)."""
    k = (hole + 1) % SHARD
    while slots[first + k, USE] != 0:
        home = mixed(slots[first + k, ISSUER], slots[first + k, TICKET]) % SHARD
        if (k - home) % SHARD >= (k - hole) % SHARD:
            for word in range(SLOT_WORDS):
                slots[first + hole, word] = slots[first + k, word]
            hole = k
        k = (k + 1) % SHARD
    slots[first + hole, USE] = 0


@routine
def mixed(issuer: int, ticket: int) -> int:
    """32 bits that hang on every bit of the key; no product leaves 63 bits. Ids are issued, no attacker picks them."""
    x = issuer ^ ticket
    x = (x ^ x >> 32) & MASK32
    x = (x ^ x >> 16) * 0x7FEB352D & MASK32
    x = (x ^ x >> 15) * 0x46CA68B5 & MASK32
    return x ^ x >> 16
