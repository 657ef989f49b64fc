"""One tap at a time: parsing and the replay window inside their kernels, a whole `verify(code)`, and a process's start.

    hanoi-ticket warmup && python benchmarks/one_tap.py [--rounds 15] [--json]

Peers run in the same rounds. The peer of `verify` does the same job with base45, cbor2 and `cryptography`; the peer of
the start is a process that imports `cryptography` and verifies once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import base45
import cbor2
import numpy as np
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from numba import njit

from hanoi_ticket import Holder, Issuer, TrustBundle, verify
from hanoi_ticket.bench.machine import described
from hanoi_ticket.bench.native_doors import Doors, settled, with_phones
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.kernels import field, grammar, replay
from hanoi_ticket.kernels.base45 import MAX_BYTES
from hanoi_ticket.native import choice
from hanoi_ticket.native.build import build
from hanoi_ticket.native.phones import PHONE_BYTES
from hanoi_ticket.signing import PrivateKey, verify_signature

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_795_312_800
LIVE = 1 << 20
TARGETS = {
    "parse, ns in the kernel": ("<=", 800),
    "replay, ns in the kernel, 2^20 live": ("<=", 40),
    "verify(code), times the peer's speed": (">=", 2),
    "raw call, us over its kernel": ("<=", 1),
    "start to first verdict, times the peer's": ("<=", 3),
    "memory at first verdict, times the peer's": ("<=", 2.5),
}

FIRST_VERDICT = """
import sys
from hanoi_ticket import TrustBundle, verify
from hanoi_ticket.claims import PublicKey
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.trust import IssuerRecord
issuer = IssuerRecord(PublicKey("EdDSA", bytes.fromhex(sys.argv[1])))
trust = TrustBundle.of([issuer], catalogue=Catalogue.of("VND", 25200, [], [], []))
assert verify(sys.argv[2], trust, int(sys.argv[3])).accepted
"""
PEERS_FIRST = """
import sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
key, signature, message = map(bytes.fromhex, sys.argv[1:])
Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
"""
PEAK = "\nprint([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')][0])"


@njit
def _parse_often(text, data, fields, count):  # noqa: ANN001, ANN202
    total = 0
    for _ in range(count):
        total += grammar.parse(text, data, fields)
    return total


@njit
def _one_by_one(slots, shards, span, uses, passback, retry, answers):  # noqa: ANN001, ANN202, PLR0917
    """Without looking ahead: what a lone call costs."""
    for k in range(len(uses)):
        issuer, ticket, moment, use = uses[k, 0], uses[k, 1], uses[k, 2], uses[k, 3]
        answers[k] = replay.check_and_record(slots, shards, span, issuer, ticket, moment, use, passback, retry)


def timed(call: Callable[[], object], count: int) -> float:
    """Seconds a call."""
    start = time.perf_counter()
    for _ in range(count):
        call()
    return (time.perf_counter() - start) / count


class Scene:
    """An issuer (Ed25519), a phone (P-256), a code, and a naive reader of it."""

    def __init__(self) -> None:
        signer = PrivateKey.generate("EdDSA")
        issuer, holder = Issuer(signer), Holder.generate()
        ticket = issuer.issue(holder.public_key, "metro-2a-day", NOW - 86_400, NOW + 86_400)
        self.key, self.signer = signer.public_key.raw, signer
        self.code = holder.present(ticket, NOW)
        self.trust = TrustBundle.of([issuer.public_record()], catalogue=hanoi_sample())
        self.keys = {issuer.public_record().kid: ed25519.Ed25519PublicKey.from_public_bytes(self.key)}

    def readers(self) -> list[Callable[[], object]]:
        """To one the phone is always new, to the other it comes back."""
        return [with_phones(lambda: verify(self.code, self.trust, NOW), room) for room in (0, PHONE_BYTES)]

    def naive(self) -> int:
        """The same checks with the usual packages, none of the strictness."""
        ticket, proof, signature = cbor2.loads(base45.b45decode(self.code[4:]))
        protected, payload, issued = cbor2.loads(ticket)
        key = self.keys[cbor2.loads(protected)[4]]
        key.verify(issued, cbor2.dumps(["Signature1", protected, b"", payload]))
        claims = cbor2.loads(payload)
        cose = claims[8][1]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes([2 + cose[-3]]) + cose[-2])
        aad = hashlib.sha256(b"VT1/proof" + ticket).digest()
        message = cbor2.dumps(["Signature1", cbor2.dumps({1: -7}), aad, proof])
        der = utils.encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        point.verify(der, message, ec.ECDSA(hashes.SHA256()))
        assert claims[5] <= NOW < claims[4]
        return int(cbor2.loads(proof)[0])


def kernels_alone(scene: Scene) -> dict[str, float]:
    text = np.frombuffer(scene.code.encode(), np.uint8)
    data, fields = np.zeros(MAX_BYTES, np.uint8), np.zeros(field.COUNT, np.int64)
    _parse_often(text, data, fields, 1)
    parse = timed(lambda: _parse_often(text, data, fields, 20_000), 1) / 20_000
    return {"parse, ns in the kernel": parse * 1e9, **replayed()}


class Window:
    """A replay window with 2^20 tickets in it, and as many taps in another order."""

    def __init__(self) -> None:
        self.slots, self.shards = np.zeros((2 * LIVE, 4), np.int64), np.zeros(2 * LIVE // replay.SHARD * 8, np.int64)
        self.uses, self.answers = np.zeros((LIVE, 4), np.int64), np.zeros(LIVE, np.int64)
        self.uses[:, replay.ISSUER] = -0x0123456789ABCDEF
        self.uses[:, replay.TICKET] = np.random.default_rng(1).permutation(LIVE)
        self.at = NOW
        self.tap(replay.check_and_record_each)

    def tap(self, kernel: Callable[..., None]) -> float:
        """Nanoseconds a tap; every one is accepted and recorded."""
        self.at += 1000
        self.uses[:, replay.MOMENT], self.uses[:, replay.USE] = self.at, self.at << 24 | 1
        start = time.perf_counter()
        kernel(self.slots, self.shards, 1 << 30, self.uses, 600, 8, self.answers)
        seconds = (time.perf_counter() - start) / LIVE
        assert not self.answers.any()
        return seconds * 1e9


_windows: list[Window] = []


def replayed() -> dict[str, float]:
    if not _windows:
        _windows.append(Window())
        _windows[0].tap(_one_by_one)
    return {
        "replay, ns in the kernel, 2^20 live": _windows[0].tap(replay.check_and_record_each),
        "replay, a lone call, ns in the kernel": _windows[0].tap(_one_by_one),
    }


def calls(scene: Scene) -> dict[str, float]:
    kernels = choice.kernels()
    assert kernels is not None, "hanoi-ticket warmup comes first"
    message = os.urandom(120)
    signature = scene.signer.sign(message)
    whole, back = (timed(call, 300) for call in scene.readers())
    peer = timed(scene.naive, 100)
    raw = settled(partial(verify_signature, "EdDSA", scene.key, message, signature))
    doors = Doors("EdDSA", [scene.key])
    entry = (doors.any_key8 if doors.lanes else doors.any_key)(scene.key, message, signature)
    before, inside, after = timed(raw, 250), timed(entry, 500), timed(raw, 250)
    return {
        "verify(code), us": whole * 1e6,
        "verify(code), a phone that comes back, us": back * 1e6,
        "verify(code), times the peer's speed": peer / whole,
        "verify(code), back, times the peer's speed": peer / back,
        "raw call, us over its kernel": ((before + after) / 2 - inside) * 1e6,
    }


def starts(scene: Scene) -> dict[str, float]:
    message = b"Cat Linh" * 15
    ours = [sys.executable, "-c", FIRST_VERDICT, scene.key.hex(), scene.code, str(NOW)]
    peer = [sys.executable, "-c", PEERS_FIRST, scene.key.hex(), scene.signer.sign(message).hex(), message.hex()]
    seconds = [timed(lambda command=command: run(command), 1) for command in (ours, peer)]
    peaks = [int(run([*command[:2], command[2] + PEAK, *command[3:]])) for command in (ours, peer)]
    return {
        "start to first verdict, ms": seconds[0] * 1e3,
        "start to first verdict, times the peer's": seconds[0] / seconds[1],
        "memory at first verdict, times the peer's": peaks[0] / peaks[1],
    }


def run(command: list[str]) -> str:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    result = subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return result.stdout


def built() -> dict[str, float]:
    with tempfile.TemporaryDirectory() as scratch:
        start = os.times()
        build(Path(scratch).resolve() / "library", lambda _: None)
        end = os.times()
    return {
        "building the library, s": end.elapsed - start.elapsed,
        "building the library, s of processor time": end.children_user - start.children_user,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    scene = Scene()
    rounds = [{**kernels_alone(scene), **calls(scene), **starts(scene)} for _ in range(options.rounds)]
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]} | built()
    if options.json:
        print(json.dumps({"machine": described(), "medians": medians}, indent=1))
        return
    for name, value in medians.items():
        sign, target = TARGETS.get(name, ("", ""))
        print(f"{name:45} {value:9.2f}   {sign} {target}")


if __name__ == "__main__":
    main()
