"""The kernels one by one, as calls of the native library: each path of a signature, a text or a replay key."""

import os
from functools import partial
from typing import Final

import numpy as np

from hanoi_ticket.bench.native_doors import BATCHES, NO_LANES, Doors, kernels
from hanoi_ticket.bench.question import Question
from hanoi_ticket.bench.scene import NOW, Scene
from hanoi_ticket.bench.timing import Contender
from hanoi_ticket.claims import Alg
from hanoi_ticket.kernels import field, slot
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.kernels import PRESENTATION
from hanoi_ticket.native.phones import PHONE_BYTES, Phones
from hanoi_ticket.signing import PrivateKey

KNOWN: Final[dict[Alg, str]] = {"EdDSA": "known issuer", "ES256": "known key"}
LIVE: Final = 1 << 20
TAPS: Final = 1 << 16
SPAN: Final = 1 << 40


def signed(alg: Alg, asked: Question) -> None:
    """Adds the paths to the question that holds the peer. Raises `NativeRefused` where there is no library."""
    private, known = PrivateKey.generate(alg), KNOWN[alg]
    key, messages = private.public_key.raw, [os.urandom(120) for _ in range(max(BATCHES))]
    signatures = [private.sign(message) for message in messages]
    doors, one = Doors(alg, [key]), (messages[0], signatures[0])
    asked.contenders["kernel, any key"] = Contender(doors.any_key(key, *one))
    asked.contenders[f"kernel, {known}"] = Contender(doors.known_key(*one))
    if not doors.lanes:
        asked.skipped["kernels in eight lanes"] = NO_LANES
        return
    asked.contenders["kernel, any key, one over 8 lanes"] = Contender(doors.any_key8(key, *one))
    if alg == "ES256":
        phones = Phones(doors.lanes.ffi, PHONE_BYTES)
        asked.contenders["kernel, a phone that comes back, one over 8 lanes"] = Contender(
            doors.phone8(key, *one, phones)
        )
    asked.contenders[f"kernel, {known}, one over 8 lanes"] = Contender(doors.known_key8(*one))
    for count in BATCHES:
        many = messages[:count], signatures[:count]
        asked.contenders[f"kernel, {known}, batch of {count}"] = Contender(doors.known_keys(*many), count)
        asked.contenders[f"kernel, any key, batch of {count}"] = Contender(doors.any_keys(*many), count)


def parsing(asked: Question, scene: Scene) -> None:
    """The text's fields, and whether its issuer is known."""
    serving, record, text = kernels(), scene.issuer.public_record(), scene.code.encode()
    trust = serving.trust([IssuerKey(record.kid, record.key.alg, record.key.raw)])
    data, fields = serving.ffi.new("uint8_t[]", PRESENTATION), serving.ffi.new("uint64_t[]", field.COUNT)
    read = partial(serving.entries["read_code"], text, len(text), data, fields, trust.block)
    asked.contenders["kernel, strict"] = Contender(read)


def remembering(asked: Question) -> None:
    """The replay window with 2^20 live tickets, half full; every tap is accepted and recorded."""
    serving = kernels()
    window, words = serving.window(LIVE, SPAN), partial(serving.ffi.from_buffer, "uint64_t[]")
    uses, answers = np.zeros((LIVE, 4), np.int64), np.zeros(LIVE, np.int64)
    uses[:, slot.ISSUER], uses[:, slot.TICKET] = 1, np.random.default_rng(1).permutation(LIVE)
    taken = partial(serving.entries["window_check_and_record_each"], *window.table, SPAN, words(uses))
    clock, told = iter(range(NOW, NOW + (1 << 30), 1000)), words(answers)

    def tap(count: int) -> None:
        at = next(clock)
        uses[:count, slot.MOMENT], uses[:count, slot.USE] = at, at << 24 | 1
        taken(count, 600, 8, told)

    tap(LIVE)
    if answers.any():
        raise AssertionError("the window refuses a first use")
    asked.contenders["kernel, window of 2^20"] = Contender(partial(tap, TAPS), TAPS)
