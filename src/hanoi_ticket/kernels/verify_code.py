"""A whole verification, of one code or of many, one after the other: genuine, and good now?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels import field, reason, row
from hanoi_ticket.kernels.arrays import numbers_at
from hanoi_ticket.kernels.authenticate import vartime_authenticate
from hanoi_ticket.kernels.memory import BytePlace, WordPlace, at
from hanoi_ticket.kernels.room import NO_MOMENT, NOBODY, RESULT_WORDS
from hanoi_ticket.kernels.rules import closed, judged
from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from collections.abc import Callable


@kernel
def judge(fields: Any, trust: Any, now: int, early: int, late: int, challenge: int) -> int:
    """The rules of the moment, for a genuine code."""
    rows = numbers_at(at(trust, row.FIRST), numbers_at(trust, row.FIRST)[row.COUNT] * row.WORDS)
    return judged(numbers_at(fields, field.COUNT), rows, trust, now, early, late, challenge)


def verifier(vartime_authenticate: Callable[..., int]) -> Callable[..., int]:
    """One code, by a way to authenticate it and the tables of that way."""

    @kernel
    def vartime_verify_code(
        text: BytePlace,
        n: int,
        data: BytePlace,
        fields: WordPlace,
        trust: WordPlace,
        now: int,
        early: int,
        late: int,
        challenge: int,
        tables: Any,
    ) -> int:
        """OK, or the reason (reason.py), and the fields of `field`. That the bundle is young, its caller knows."""
        verdict = vartime_authenticate(text, n, data, fields, trust, tables)
        if verdict != reason.OK:
            return verdict
        return judge(fields, trust, now, early, late, challenge)

    return vartime_verify_code


vartime_verify_code = verifier(vartime_authenticate)


@kernel
def vartime_verify_codes(
    count: int,
    texts: BytePlace,
    starts: WordPlace,
    moments: WordPlace,
    trust: WordPlace,
    early: int,
    late: int,
    data: BytePlace,
    fields: WordPlace,
    results: WordPlace,
    tables: Any,
) -> int:
    """`count` codes, RESULT_WORDS each in `results`: number i is texts[starts[i]:starts[i + 1]], seen at moments[i].

    `data` and `fields` are room for one code. How many are OK.
    """
    begins, nows = numbers_at(starts, count + 1), numbers_at(moments, count)
    accepted = 0
    for i in range(count):
        verdict = reason.TRUST_EXPIRED
        if not closed(trust, nows[i]):
            text, n = at(texts, begins[i]), begins[i + 1] - begins[i]
            verdict = vartime_authenticate(text, n, data, fields, trust, tables)
        verdict = put_result(at(results, RESULT_WORDS * i), verdict, fields, trust, nows[i], early, late)
        accepted += int(verdict == reason.OK)
    return accepted


@kernel
def put_result(result: Any, verdict: int, fields: Any, trust: Any, now: int, early: int, late: int) -> int:
    """Judge a code that is genuine (its verdict is OK so far), and write what came of it. Of others nothing is told."""
    out = numbers_at(result, RESULT_WORDS)
    issuer, out[1], out[2] = NOBODY, 0, NO_MOMENT
    if verdict == reason.OK:
        f = numbers_at(fields, field.COUNT)
        verdict = judge(fields, trust, now, early, late, field.NO_CHALLENGE)
        issuer, out[1] = f[field.ISSUER] // row.WORDS, f[field.TICKET_ID]
        if f[field.PROOF_SIZE] > 0:
            out[2] = f[field.MOMENT]
    out[0] = verdict | issuer << 32
    return verdict
