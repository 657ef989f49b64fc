"""Codes on their way through the lanes: from what each says to the signatures that go side by side, and back.

The place for it is laid out in `room`. A gathering takes the signatures of one kind of key, of the codes that nothing
refused yet, to where the batch kernels want them; `refuse` takes the answers back to the codes.
"""

from __future__ import annotations

from typing import Any

from hanoi_ticket.kernels import field, reason, row, status
from hanoi_ticket.kernels.arrays import as_bytes, numbers_at
from hanoi_ticket.kernels.issuers import key_of
from hanoi_ticket.kernels.memory import at, byte
from hanoi_ticket.kernels.room import (
    CODES,
    DATA,
    DATA_WORDS,
    FIELDS,
    KEY_BYTES,
    KEYS,
    LENGTHS,
    MESSAGES,
    NUMBERS,
    SIGNATURES,
    STARTS,
    STATUSES,
    VERDICTS,
    WHICH,
)
from hanoi_ticket.kernels.sha2 import copy
from hanoi_ticket.kernels.signed_bytes import POINT_BYTES, put_holder_key, put_issued, put_proven
from hanoi_ticket.kernels.tracing import kernel


@kernel
def data_place(work: Any, code: int) -> Any:
    return as_bytes(at(work, DATA + DATA_WORDS * code))


@kernel
def key_place(work: Any, kind: int, number: int) -> Any:
    return at(as_bytes(at(work, KEYS)), number * (32 if kind == field.OKP else KEY_BYTES))


@kernel
def message_place(work: Any, number: int) -> Any:
    return at(as_bytes(at(work, MESSAGES)), numbers_at(at(work, STARTS), number + 1)[number])


@kernel
def put_signature(work: Any, number: int, code: int, length: int, signature: Any, n: int) -> None:
    """Signature number `number` is of this code; its key has `length` bytes, its message n."""
    numbers_at(at(work, WHICH), number + 1)[number] = code
    numbers_at(at(work, LENGTHS), number + 1)[number] = length
    copy(at(as_bytes(at(work, SIGNATURES)), 64 * number), signature, 64)
    starts = numbers_at(at(work, STARTS), number + 2)
    starts[number + 1] = starts[number] + n


@kernel
def gather_issued(count: int, kind: int, work: Any, trust: Any) -> int:
    """The issuers' signatures under one kind of key. How many."""
    verdicts, numbers = numbers_at(at(work, VERDICTS), count), numbers_at(at(work, NUMBERS), count)
    rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[row.COUNT] * row.WORDS)
    found, length = 0, 32 if kind == field.OKP else POINT_BYTES
    numbers_at(at(work, STARTS), 1)[0] = 0
    for code in range(count):
        f = numbers_at(at(work, FIELDS + field.COUNT * code), field.COUNT)
        if verdicts[code] == reason.OK and rows[f[field.ISSUER] + row.KIND] == kind:
            data, issuer = data_place(work, code), f[field.ISSUER]
            numbers[found] = rows[issuer + row.NUMBER]
            copy(key_place(work, kind, found), key_of(trust, issuer), length)
            n = put_issued(message_place(work, found), f, data)
            put_signature(work, found, code, length, at(data, f[field.ISSUER_SIGNATURE]), n)
            found += 1
    return found


@kernel
def gather_proven(count: int, kind: int, work: Any) -> int:
    """The holders' signatures under one kind of key. How many."""
    verdicts = numbers_at(at(work, VERDICTS), count)
    found = 0
    numbers_at(at(work, STARTS), 1)[0] = 0
    for code in range(count):
        f = numbers_at(at(work, FIELDS + field.COUNT * code), field.COUNT)
        if verdicts[code] == reason.OK and f[field.CNF_KEY] == kind:
            data = data_place(work, code)
            length = put_holder_key(key_place(work, kind, found), f, data)
            n = put_proven(message_place(work, found), f, data)
            put_signature(work, found, code, length, at(data, f[field.HOLDER_SIGNATURE]), n)
            found += 1
    return found


@kernel
def refuse(found: int, work: Any, why: int) -> None:
    """The codes whose signatures turned out wrong."""
    verdicts, which = numbers_at(at(work, VERDICTS), CODES), numbers_at(at(work, WHICH), found)
    statuses = as_bytes(at(work, STATUSES))
    for number in range(found):
        if byte(statuses, number) != status.OK:
            verdicts[which[number]] = why
