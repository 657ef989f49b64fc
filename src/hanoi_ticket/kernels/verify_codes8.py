"""A whole verification of many codes in eight lanes: stage by stage, each for all of them.

Read, issuers' signatures, bindings, holders' signatures, the rules of the moment. What a stage refuses, no later one
looks at; so each code has the answer that it has alone (`verify_code`).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from hanoi_ticket.kernels import ecdsa_p256x8, ed25519x8, ed25519x8_any, field, reason, row
from hanoi_ticket.kernels.arrays import as_bytes, numbers_at
from hanoi_ticket.kernels.authenticate import bound, read
from hanoi_ticket.kernels.memory import BytePlace, WordPlace, at
from hanoi_ticket.kernels.room import (
    FIELDS,
    KEYS,
    LENGTHS,
    MESSAGES,
    NUMBERS,
    RESULT_WORDS,
    SIGNATURES,
    STARTS,
    STATUSES,
    VERDICTS,
)
from hanoi_ticket.kernels.rules import closed
from hanoi_ticket.kernels.tracing import kernel
from hanoi_ticket.kernels.verify_code import put_result
from hanoi_ticket.kernels.workbench import data_place, gather_issued, gather_proven, refuse


class Known(NamedTuple):
    """The issuers' keys by number, and their tables for lanes, OKP and EC2; unless `has_tables` is 0."""

    has_tables: int
    okp_keys: BytePlace
    okp_tables: WordPlace
    ec2_keys: BytePlace
    ec2_lengths: WordPlace
    ec2_tables: WordPlace


class Bases(NamedTuple):
    """The tables of the base points: B's for lanes, the comb of G, and G's for lanes."""

    okp: WordPlace
    ec2_comb: WordPlace
    ec2: WordPlace


@kernel
def read_each(count: int, texts: Any, starts: Any, moments: Any, trust: Any, work: Any) -> None:
    begins, nows = numbers_at(starts, count + 1), numbers_at(moments, count)
    verdicts = numbers_at(at(work, VERDICTS), count)
    for code in range(count):
        text, n = at(texts, begins[code]), begins[code + 1] - begins[code]
        if closed(trust, nows[code]):
            verdicts[code] = reason.TRUST_EXPIRED
        else:
            verdicts[code] = read(text, n, data_place(work, code), at(work, FIELDS + field.COUNT * code), trust)


@kernel
def bind_each(count: int, trust: Any, work: Any) -> None:
    verdicts = numbers_at(at(work, VERDICTS), count)
    rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[row.COUNT] * row.WORDS)
    for code in range(count):
        if verdicts[code] == reason.OK:
            f = numbers_at(at(work, FIELDS + field.COUNT * code), field.COUNT)
            verdicts[code] = bound(f, data_place(work, code), rows, trust)


@kernel
def vartime_check_known(found: int, kind: int, work: Any, known: Known, bases: Bases) -> None:
    """The gathered signatures, by the issuers' tables."""
    numbers, starts, statuses = at(work, NUMBERS), at(work, STARTS), as_bytes(at(work, STATUSES))
    signatures, messages = as_bytes(at(work, SIGNATURES)), as_bytes(at(work, MESSAGES))
    if kind == field.OKP:
        ed25519x8.vartime_verify_known_batch8(
            found, numbers, known.okp_keys, known.okp_tables, signatures, messages, starts, bases.okp, statuses
        )
    else:
        ecdsa_p256x8.vartime_verify_known_batch8(
            found,
            numbers,
            known.ec2_keys,
            known.ec2_lengths,
            known.ec2_tables,
            bases.ec2_comb,
            signatures,
            messages,
            starts,
            bases.ec2,
            statuses,
        )


@kernel
def vartime_check_any(found: int, kind: int, work: Any, bases: Bases) -> None:
    """The gathered signatures, by the keys gathered with them."""
    keys, starts, statuses = as_bytes(at(work, KEYS)), at(work, STARTS), as_bytes(at(work, STATUSES))
    signatures, messages = as_bytes(at(work, SIGNATURES)), as_bytes(at(work, MESSAGES))
    if kind == field.OKP:
        ed25519x8_any.vartime_verify_batch8(found, keys, signatures, messages, starts, bases.okp, statuses)
    else:
        lengths = at(work, LENGTHS)
        ecdsa_p256x8.vartime_verify_batch8(
            found, keys, lengths, bases.ec2_comb, signatures, messages, starts, bases.ec2, statuses
        )


@kernel
def vartime_verify_codes8(
    count: int,
    texts: BytePlace,
    starts: WordPlace,
    moments: WordPlace,
    trust: WordPlace,
    early: int,
    late: int,
    work: WordPlace,
    results: WordPlace,
    bases: Bases,
    known: Known,
) -> int:
    """At most room.CODES codes; texts and results as for `verify_code.vartime_verify_codes`. How many are OK.

    `work` has room.WORDS. Issuers' keys without tables are keys like any other.
    """
    read_each(count, texts, starts, moments, trust, work)
    for kind in range(field.OKP, field.EC2 + 1):
        found = gather_issued(count, kind, work, trust)
        if known.has_tables == 0:
            vartime_check_any(found, kind, work, bases)
        else:
            vartime_check_known(found, kind, work, known, bases)
        refuse(found, work, reason.ISSUER_SIGNATURE)
    bind_each(count, trust, work)
    for kind in range(field.OKP, field.EC2 + 1):
        found = gather_proven(count, kind, work)
        vartime_check_any(found, kind, work, bases)
        refuse(found, work, reason.HOLDER_SIGNATURE)
    verdicts, nows = numbers_at(at(work, VERDICTS), count), numbers_at(moments, count)
    accepted = 0
    for code in range(count):
        fields = at(work, FIELDS + field.COUNT * code)
        verdict = put_result(at(results, RESULT_WORDS * code), verdicts[code], fields, trust, nows[code], early, late)
        accepted += int(verdict == reason.OK)
    return accepted
