"""Every way to check a signature, and OpenSSL, over valid and broken signatures of every kind: 100,000 cases.

    HANOI_TICKET_CASES=20 python -m pytest -n 0 tests/kernels/test_differential.py

takes 2,000,000, half of them Ed25519 and half P-256, and tells on stderr how far it is.
"""

import random
import sys
import time
from collections import Counter

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from hanoi_ticket.kernels import doors, p256_comb
from hanoi_ticket.kernels.fe25519 import P
from hanoi_ticket.kernels.phone_set import SET_WORDS
from hanoi_ticket.kernels.status import BAD_KEY, OK, WEAK_KEY, WEAK_SIGNATURE_POINT
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from tests.kernels import curve25519 as oracle
from tests.kernels import curve_p256, test_ecdsa_p256, test_ed25519
from tests.kernels.mutations import mutated
from tests.kernels.test_ecdsa_p256 import ALGORITHM, as_raw, raw
from tests.kernels.test_ed25519x8 import Issuers, alone, any_batch
from tests.kernels.test_p256x8 import Batch, rare_cases, table8

pytestmark = pytest.mark.skipif(not JIT, reason="Python would take days")

CHUNK = 2000
CASES = 50_000  # of each algorithm
LENGTHS = (0, 1, 47, 48, 55, 63, 64, 120, 300)


class Ed25519:
    """Triples of key, signature and message, and the ways to check them."""

    def __init__(self, rng, vectors):
        self.rng = rng
        self.signers = [Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(3)]
        keys = [signer.public_key().public_bytes_raw() for signer in self.signers]
        triples = [tuple(bytes.fromhex(vector[name]) for name in ("pk", "sig", "msg")) for vector in vectors]
        self.vectors = [triple for triple in triples if (len(triple[0]), len(triple[1])) == (32, 64)]
        self.secrets = [(a, torsion) for a in (1, rng.randrange(oracle.L)) for torsion in oracle.SMALL_ORDER]
        self.torsioned = {pair: oracle.encode(point_of(*pair)) for pair in self.secrets}
        weak = [(0, torsion) for torsion in oracle.SMALL_ORDER]
        nonces = [(r, torsion) for r in (rng.randrange(oracle.L) for _ in range(8)) for torsion in oracle.SMALL_ORDER]
        self.points = {pair: oracle.encode(point_of(*pair)) for pair in [*weak, *nonces]}
        self.weak_keys = [*(self.points[pair] for pair in weak), *loose_encodings()]
        self.base = doors.ed25519_base_table()
        mixed = self.torsioned[1, oracle.SMALL_ORDER[1]]
        self.issuers = Issuers([*keys, mixed]) if has_lanes() else None

    def triple(self):
        rng, message = self.rng, self.rng.randbytes(self.rng.choice(LENGTHS))
        kind = rng.randrange(8)
        if kind == 0:
            return mutated(rng, *rng.choice(self.vectors)) if self.vectors else self.crafted(message)
        if kind == 1:
            return self.crafted(message)
        if kind == 2:
            return self.with_weak_key(message)
        signer = rng.choice(self.signers)
        return mutated(rng, signer.public_key().public_bytes_raw(), signer.sign(message), message)

    def crafted(self, message):
        """A and R with components of small order, R weak on its own among them: [S]B = [r + k a]B."""
        a, torsion = self.rng.choice(self.secrets)
        (r, _), point = self.rng.choice(list(self.points.items()))
        key = self.torsioned[a, torsion]
        s = (r + oracle.challenge(point, key, message) * a) % oracle.L
        return key, point + s.to_bytes(32, "little"), message

    def with_weak_key(self, message):
        """A of small order, in each of its encodings; R is a multiple of B, so that a lax verifier takes some."""
        (r, _), point = self.rng.choice(list(self.points.items()))
        return self.rng.choice(self.weak_keys), point + r.to_bytes(32, "little"), message

    def answers(self, triples):
        """The statuses by each way."""
        yield "any", range(len(triples)), [doors.ed25519_verify(*triple, self.base) for triple in triples]
        if self.issuers is None:
            return
        yield "any, lanes", range(len(triples)), alone(triples, self.issuers.base8)
        yield "any, batch", range(len(triples)), any_batch(triples, self.issuers.base8)
        numbers = {key: number for number, key in enumerate(self.issuers.keys)}
        mine = [i for i, (key, _, _) in enumerate(triples) if key in numbers]
        known = [(numbers[triples[i][0]], *triples[i][1:]) for i in mine]
        yield "known", mine, [self.issuers.single(*case) for case in known]
        yield "known, lanes", mine, [self.issuers.spread(*case) for case in known]
        yield "known, batch", mine, self.issuers.batch(known)

    def openssl(self, triple):
        return test_ed25519.openssl(*triple)

    def is_stricter(self, triple, status):
        """The classes that OpenSSL takes and policy `strict` does not: small orders, and loose encodings of A."""
        y = int.from_bytes(triple[0], "little") & (1 << 255) - 1
        return status in (WEAK_KEY, WEAK_SIGNATURE_POINT) or (status == BAD_KEY and (y >= P or y in (1, P - 1)))


def point_of(n, torsion):
    return oracle.add(oracle.multiple(n, oracle.BASE), torsion)


def loose_encodings():
    """Of points of small order: y + p, and a sign where x is zero."""
    numbers = [P, P + 1, 1 | 1 << 255, P - 1 | 1 << 255, P | 1 << 255, P + 1 | 1 << 255]
    return [number.to_bytes(32, "little") for number in numbers]


class P256:
    """The same for ECDSA over P-256."""

    def __init__(self, rng, vectors):
        self.rng = rng
        self.signers = [ec.derive_private_key(rng.randrange(1, curve_p256.N), ec.SECP256R1()) for _ in range(4)]
        numbers = [signer.public_key().public_numbers() for signer in self.signers]
        points = [(number.x, number.y) for number in numbers]
        self.keys = [curve_p256.encode(point, compressed=i % 2 == 0) for i, point in enumerate(points)]
        signatures = [(vector, as_raw(vector)) for vector in vectors]
        self.special = [*rare_cases()]
        self.special += [
            (bytes.fromhex(vector["pk"]), signature, bytes.fromhex(vector["msg"]))
            for vector, signature in signatures
            if signature
        ]
        self.base = doors.ecdsa_p256_base_table()
        self.combs = [np.zeros(p256_comb.table_words(8), np.uint64) for _ in self.keys]
        for key, comb in zip(self.keys, self.combs, strict=True):
            assert doors.ecdsa_p256_build_key_table(key, 8, comb) == OK
        if has_lanes():
            self.base8, self.tables = table8(self.base), [table8(comb) for comb in self.combs]
            self.phones = np.zeros(SET_WORDS, np.uint64)

    def triple(self):
        rng, message = self.rng, self.rng.randbytes(self.rng.choice(LENGTHS))
        if rng.randrange(8) == 0:
            return rng.choice(self.special)
        number = rng.randrange(len(self.keys))
        signature = raw(*decode_dss_signature(self.signers[number].sign(message, ALGORITHM)))
        triple = self.keys[number], signature, message
        return test_ecdsa_p256.mutated(rng, *triple) if rng.randrange(2) else triple

    def answers(self, triples):
        yield "any", range(len(triples)), [doors.ecdsa_p256_verify(*triple, self.base) for triple in triples]
        numbers = {key: number for number, key in enumerate(self.keys)}
        mine = [i for i, (key, _, _) in enumerate(triples) if key in numbers]
        known = [triples[i] for i in mine]
        combs = [self.combs[numbers[key]] for key, _, _ in known]
        verify = doors.ecdsa_p256_verify_known
        pairs = zip(combs, known, strict=True)
        yield "known", mine, [verify(comb, 8, *triple[1:], self.base) for comb, triple in pairs]
        if not has_lanes():
            return
        lanes = doors.ecdsa_p256_verify8
        statuses = [lanes(key, self.base, *signed, self.base8) for key, *signed in triples]
        yield "any, lanes", range(len(triples)), statuses
        short = [i for i, (key, _, _) in enumerate(triples) if len(key) == 33]
        lanes, phones = doors.ecdsa_p256_verify_phone8, [triples[i] for i in short]
        statuses = [lanes(key, self.phones, 1, self.base, *signed, self.base8) for key, *signed in phones]
        yield "phones that come back", short, statuses
        lanes = doors.ecdsa_p256_verify_known8
        tables = [self.tables[numbers[key]] for key, _, _ in known]
        pairs = zip(tables, known, strict=True)
        statuses = [lanes(key, table, self.base, *signed, self.base8) for table, (key, *signed) in pairs]
        yield "known, lanes", mine, statuses
        batch = Batch(triples)
        checked = batch.signatures, batch.messages, batch.starts, self.base8, batch.statuses
        doors.ecdsa_p256_verify_batch8(len(triples), batch.keys.ravel(), batch.lengths, self.base, *checked)
        yield "any, batch", range(len(triples)), batch.statuses.tolist()
        batch, keys = Batch(known), Batch([(key, bytes(64), b"") for key in self.keys])
        order = np.array([numbers[key] for key, _, _ in known], np.uint64)
        checked = batch.signatures, batch.messages, batch.starts, self.base8, batch.statuses
        listed = keys.keys.ravel(), keys.lengths, np.concatenate(self.tables)
        doors.ecdsa_p256_verify_known_batch8(len(known), order, *listed, self.base, *checked)
        yield "known, batch", mine, batch.statuses.tolist()

    def openssl(self, triple):
        return test_ecdsa_p256.openssl(*triple)

    def is_stricter(self, _triple, _status):
        return False


@pytest.mark.parametrize(("algorithm", "name"), [(Ed25519, "ed25519.json"), (P256, "ecdsa_p256.json")])
def test_all_ways_agree(algorithm, name, vectors, cases, capsys):
    one = algorithm(random.Random(20), vectors(name))
    total, found, started = cases(CASES), Counter(), time.monotonic()
    for done in range(0, total, CHUNK):
        triples = [one.triple() for _ in range(min(CHUNK, total - done))]
        (_, _, statuses), *others = one.answers(triples)
        for way, numbers, answers in others:
            assert answers == [statuses[i] for i in numbers], way
        for triple, status in zip(triples, statuses, strict=True):
            accepted = one.openssl(triple)
            stricter = accepted and status != OK and one.is_stricter(triple, status)
            assert stricter or accepted == (status == OK), [part.hex() for part in triple]
            found[status] += 1
            found["stricter"] += stricter
        if total > CASES:
            with capsys.disabled():
                rate = (done + len(triples)) / (time.monotonic() - started)
                sys.stderr.write(f"\r{name}: {done + len(triples):,} of {total:,}, {rate:,.0f} a second")
                sys.stderr.flush()
    assert found[OK] > total // 10
    assert len(found) > 4
