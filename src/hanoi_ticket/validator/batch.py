"""Many codes at once: a concentrator, an inspection, a city's nightly clearing. The answers are those of `verify`."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice, repeat
from operator import index
from typing import Any, Final, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from hanoi_ticket import clock
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import room
from hanoi_ticket.native.choice import kernels
from hanoi_ticket.native.kernels import Kernels, Texts
from hanoi_ticket.reasons import Reason
from hanoi_ticket.rotation import METRO, Freshness
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.validator.authentic import need_text, prepared
from hanoi_ticket.validator.verdict import Verdict
from hanoi_ticket.validator.verify import Case, verify
from hanoi_ticket.wire.presentation import MAX_CHARACTERS

RESULT: Final = np.dtype(
    {
        "names": ["status", "issuer", "ticket", "moment"],
        "formats": ["u1", "<i4", "<u8", "<i8"],
        "offsets": [0, 4, 8, 16],
        "itemsize": 8 * room.RESULT_WORDS,
    }
)
"""What is told of a code: its `Reason`'s number; where both signatures hold, the issuer's place in
`TrustBundle.issuers`, the ticket's number and the moment that the holder signed. Else -1, 0 and -1; a printed ticket's
moment is -1 too."""
Codes = Sequence[str | bytes]
_Part = tuple[Codes, NDArray[np.int64]]


class Verdicts(Sequence[Verdict]):
    """The answers to a batch, in its order. A `Verdict` is made when it is asked for, from its code.

    `array` holds them all at once: a structured array of dtype `RESULT`.
    """

    def __init__(self, array: NDArray[Any], codes: Codes, moments: NDArray[np.int64], view: "_View") -> None:
        self.array = array
        self._codes, self._moments, self._view = codes, moments, view

    def __len__(self) -> int:
        return len(self.array)

    @overload
    def __getitem__(self, index: int) -> Verdict: ...
    @overload
    def __getitem__(self, index: slice) -> "Verdicts": ...
    def __getitem__(self, index: int | slice) -> "Verdict | Verdicts":
        if isinstance(index, slice):
            return Verdicts(self.array[index], self._codes[index], self._moments[index], self._view)
        return self._view.verdict(self._codes[index], int(self._moments[index]), Reason(self.array["status"][index]))


class _View(NamedTuple):
    """What a batch is judged by."""

    trust: TrustBundle
    freshness: Freshness
    compiled: Kernels | None

    def verdict(self, code: str | bytes, at: int, reason: Reason) -> Verdict:
        """That of a code whose reason is known."""
        if self.compiled is None:
            return verify(code, self.trust, at, freshness=self.freshness)
        case = Case(at)
        try:
            case.need_young(self.trust)
            case.judge_again(code, self.trust, self.freshness, reason)
        except Refusal as refusal:
            return case.verdict(refusal.reason, refusal.detail)
        return case.verdict(Reason.OK)

    def verdicts(self, part: _Part) -> Verdicts:
        codes, moments = part
        array = np.zeros(len(codes), RESULT)
        if self.compiled is None:
            places = {record.kid: place for place, record in enumerate(self.trust.issuers)}
            for i, code in enumerate(codes):
                array[i] = _told(self.verdict(code, int(moments[i]), Reason.OK), places)
        else:
            window = self.freshness.early, self.freshness.late
            texts, starts = _joined(codes)
            self.compiled.verify_codes(
                Texts(texts, starts, moments), prepared(self.compiled, self.trust), window, array
            )
        return Verdicts(array, codes, moments, self)


def verify_stream(
    codes: Iterable[str | bytes],
    trust: TrustBundle,
    at: int | Iterable[int] | None = None,
    *,
    freshness: Freshness = METRO,
    threads: int = 1,
) -> Iterator[Verdicts]:
    """The answers of `verify` for codes that come from anywhere, in their order, some hundred at a time.

    `at` is one moment for all (UTC seconds; default: now), or one for each code. `threads` work side by side, each on a
    core. Codes are taken as answers are given: memory does not grow with their number.

    Raises `TypeError` for what is no text or no whole second, and `ValueError` for fewer moments than codes, or more of
    them in a sequence: an iterator may go on.
    """
    if isinstance(codes, str | bytes | bytearray):
        raise TypeError(f"codes are many, not one {type(codes).__name__}: verify() judges one")
    if threads < 1:
        raise ValueError(f"threads: at least 1, not {threads}")
    return _judged(_View(trust, freshness, kernels()), _parts(codes, at), threads)


def _judged(view: _View, parts: Iterator[_Part], threads: int) -> Iterator[Verdicts]:
    if threads == 1:
        yield from map(view.verdicts, parts)
        return
    pending: deque[_Share] = deque()
    with ThreadPoolExecutor(threads - 1) as others:
        for part in parts:
            pending.append(_Share(part, others.submit(view.verdicts, part)))
            if len(pending) > 2 * threads:
                yield _first_of(pending, view)
        while pending:
            yield _first_of(pending, view)


@dataclass(slots=True)
class _Share:
    part: _Part
    answer: Future[Verdicts]


def _first_of(pending: deque[_Share], view: _View) -> Verdicts:
    """The first answer. Until it is there, this thread does what no other has begun: if it waited in place of one more
    thread, it would wake on a core that another needs, and keep that one from the interpreter.
    """
    while not pending[0].answer.done():
        unbegun = next((share for share in pending if share.answer.cancel()), None)
        if unbegun is None:
            break
        unbegun.answer = Future()
        unbegun.answer.set_result(view.verdicts(unbegun.part))
    return pending.popleft().answer.result()


def verify_batch(
    codes: Iterable[str | bytes],
    trust: TrustBundle,
    at: int | Iterable[int] | None = None,
    *,
    freshness: Freshness = METRO,
    threads: int = 1,
    progress: Callable[[int], object] | None = None,
) -> Verdicts:
    """The answers of `verify` for many codes; `at`, `freshness` and `threads` are those of `verify_stream`.

    `progress` is told now and then how many codes are done.
    """
    kept = codes if isinstance(codes, Sequence) else list(codes)
    done, parts = 0, []
    for part in verify_stream(kept, trust, at, freshness=freshness, threads=threads):
        parts.append(part)
        done += len(part)
        if progress:
            progress(done)
    view = _View(trust, freshness, kernels())
    if not parts:
        return Verdicts(np.zeros(0, RESULT), kept, np.zeros(0, np.int64), view)
    array = np.concatenate([part.array for part in parts])
    return Verdicts(array, kept, np.concatenate([part._moments for part in parts]), view)  # noqa: SLF001


def _parts(codes: Iterable[str | bytes], at: int | Iterable[int] | None) -> Iterator[_Part]:
    """As many codes as go through the lanes at a time, with their moments."""
    moments = map(index, at if isinstance(at, Iterable) else repeat(clock.now() if at is None else at))
    taken = iter(codes)
    while part := list(islice(taken, room.CODES)):
        for code in part:
            need_text(code)
        seen = np.fromiter(islice(moments, len(part)), np.int64)
        if len(seen) < len(part):
            raise ValueError("fewer moments than codes")
        yield part, seen
    if isinstance(at, Sized) and next(moments, None) is not None:
        raise ValueError("more moments than codes")


def _joined(codes: Codes) -> tuple[bytes, NDArray[np.uint64]]:
    """The texts as one, and where each starts. Of one that is longer than any code, as much as shows it."""
    lengths = np.fromiter(map(len, codes), np.uint64, len(codes))
    if (lengths > MAX_CHARACTERS).any():
        codes = [code[: MAX_CHARACTERS + 1] for code in codes]
        lengths = np.minimum(lengths, MAX_CHARACTERS + 1)
    try:
        text = "".join(codes).encode("ascii", "replace")  # type: ignore[arg-type]
    except TypeError:
        text = b"".join(code.encode("ascii", "replace") if isinstance(code, str) else bytes(code) for code in codes)
    starts = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(lengths, out=starts[1:])
    return text, starts


def _told(verdict: Verdict, places: dict[bytes, int]) -> tuple[int, int, int, int]:
    """A verdict as the kernels tell it."""
    ticket = verdict.ticket
    if ticket is None:
        return int(verdict.reason), room.NOBODY, 0, room.NO_MOMENT
    moment = room.NO_MOMENT if verdict.moment is None else verdict.moment
    return int(verdict.reason), places[ticket.issuer.kid], ticket.claims.ticket_id, moment
