"""Ed25519 in eight lanes gives every signature the answer of the single path: the same status, whatever its
neighbours.
"""

import random

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hanoi_ticket.kernels import doors
from hanoi_ticket.kernels import edwards25519 as curve
from hanoi_ticket.kernels.batch25519x8 import CHUNK
from hanoi_ticket.kernels.comb25519 import table_words
from hanoi_ticket.kernels.comb25519x8 import ROW_WORDS, ROWS, TABLE_WORDS, WINDOWS
from hanoi_ticket.kernels.edwards25519 import Cached, Niels, Point
from hanoi_ticket.kernels.fe25519 import P
from hanoi_ticket.kernels.fe25519x8 import element8
from hanoi_ticket.kernels.status import OK
from hanoi_ticket.kernels.tracing import JIT, has_lanes
from tests.kernels import curve25519 as oracle
from tests.kernels.batches import joined
from tests.kernels.intervals import Unknown
from tests.kernels.mutations import mutated
from tests.kernels.test_fe25519x8 import lane_element, within

pytestmark = pytest.mark.skipif(JIT and not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")


class Issuers:
    """Some keys, their tables one after the other as a batch wants them, and the single path over the same keys."""

    def __init__(self, keys):
        self.base = doors.ed25519_base_table()
        self.base8 = doors.lane_table(self.base)
        self.keys = keys
        self.combs = [np.zeros(table_words(8), np.uint64) for _ in keys]
        self.tables = np.zeros(len(keys) * TABLE_WORDS, np.uint64)
        for i, (key, comb) in enumerate(zip(keys, self.combs, strict=True)):
            assert doors.ed25519_build_key_table(key, 8, comb) == OK
            self.tables[i * TABLE_WORDS : (i + 1) * TABLE_WORDS] = doors.lane_table(comb)

    def table(self, number):
        return self.tables[number * TABLE_WORDS : (number + 1) * TABLE_WORDS]

    def single(self, number, signature, message):
        return doors.ed25519_verify_known(self.keys[number], self.combs[number], 8, signature, message, self.base)

    def spread(self, number, signature, message):
        return doors.ed25519_verify_known8(self.keys[number], self.table(number), signature, message, self.base8)

    def batch(self, cases):
        numbers = np.array([number for number, _, _ in cases], np.uint64)
        signatures = np.frombuffer(b"".join(signature for _, signature, _ in cases), np.uint8)
        messages, starts = joined([message for _, _, message in cases])
        statuses = np.full(len(cases) + 1, 77, np.uint8)
        every = np.frombuffer(b"".join(self.keys), np.uint8)
        doors.ed25519_verify_known_batch8(
            len(cases), numbers, every, self.tables, signatures, messages, starts, self.base8, statuses
        )
        assert statuses[-1] == 77  # nothing is written past the last
        return statuses[:-1].tolist()


@pytest.fixture(scope="module")
def private():
    rng = random.Random(1)
    return [Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)) for _ in range(3)]


@pytest.fixture(scope="module")
def issuers(private):
    mixed = oracle.encode(oracle.add(oracle.BASE, oracle.SMALL_ORDER[1]))
    return Issuers([*(key.public_key().public_bytes_raw() for key in private), mixed])


def signed_cases(rng, private, count):
    cases = []
    for _ in range(count):
        number = rng.randrange(len(private))
        key, message = private[number], rng.randbytes(rng.choice((0, 1, 47, 48, 63, 64, 120, 300)))
        _, signature, message = mutated(rng, key.public_key().public_bytes_raw(), key.sign(message), message)
        cases.append((number, signature, message))
    return cases


def torsioned_cases(rng, count):
    """By the issuer whose key has a component of order 8: R has every torsion, so some verify and some do not."""
    key = oracle.encode(oracle.add(oracle.BASE, oracle.SMALL_ORDER[1]))
    cases = []
    for _ in range(count):
        r, message = rng.randrange(1, oracle.L), rng.randbytes(20)
        point = oracle.encode(oracle.add(oracle.multiple(r, oracle.BASE), rng.choice(oracle.SMALL_ORDER)))
        k = oracle.challenge(point, key, message)
        cases.append((3, point + ((r + k) % oracle.L).to_bytes(32, "little"), message))
    return cases


@pytest.mark.parametrize("count", [1, 7, 8, 9, CHUNK + 5] if JIT else [3, 9])
def test_batch_equals_single(count, issuers, private):
    rng = random.Random(count)
    cases = signed_cases(rng, private, count)
    expected = [issuers.single(*case) for case in cases]
    assert issuers.batch(cases) == expected
    assert [issuers.spread(*case) for case in cases[:100]] == expected[:100]


def test_many(issuers, private, cases):
    rng = random.Random(6)
    for _ in range(cases(4 if JIT else 1)):
        batch = signed_cases(rng, private, 1000 if JIT else 8)
        expected = [issuers.single(*case) for case in batch]
        assert issuers.batch(batch) == expected
        assert OK in expected


def any_batch(cases, base8):
    """The statuses of (key, signature, message) triples."""
    keys, signatures, messages = zip(*cases, strict=True)
    raw = [np.frombuffer(b"".join(column), np.uint8) for column in (keys, signatures)]
    statuses = np.full(len(cases) + 1, 77, np.uint8)
    doors.ed25519_verify_batch8(len(cases), *raw, *joined(messages), base8, statuses)
    assert statuses[-1] == 77
    return statuses[:-1].tolist()


def alone(cases, base8):
    """The statuses of the same, one call each, the coordinates of a point in lanes."""
    return [doors.ed25519_verify8(*case, base8) for case in cases]


def key_cases(rng, private, count):
    """Good ones and every kind of broken ones, side by side: no lane may disturb another."""
    off_curve = [e for e in (i.to_bytes(32, "little") for i in range(2, 99)) if oracle.decode(e) is None]
    out_of_range = [(P + i).to_bytes(32, "little") for i in range(19)]
    zero_x = [(y | 1 << 255).to_bytes(32, "little") for y in (1, P - 1)]
    cases = []
    for _ in range(count):
        key = rng.choice(private)
        message = rng.randbytes(rng.choice((0, 1, 47, 48, 63, 64, 120, 300)))
        public, signature, message = mutated(rng, key.public_key().public_bytes_raw(), key.sign(message), message)
        if rng.random() < 0.3:
            public = rng.choice([*off_curve, *out_of_range, *zero_x])
        cases.append((public, signature, message))
    return cases


@pytest.mark.parametrize("count", [1, 8, 9, 16, 17, CHUNK + 5] if JIT else [3, 9])
def test_any_key_batch_equals_single(count, issuers, private):
    rng = random.Random(count)
    cases = key_cases(rng, private, count)
    expected = [doors.ed25519_verify(*case, issuers.base) for case in cases]
    assert any_batch(cases, issuers.base8) == expected
    assert alone(cases, issuers.base8) == expected


def test_many_any_keys(issuers, private, cases):
    rng = random.Random(8)
    for _ in range(cases(2 if JIT else 1)):
        batch = key_cases(rng, private, 1000 if JIT else 8)
        expected = [doors.ed25519_verify(*case, issuers.base) for case in batch]
        assert any_batch(batch, issuers.base8) == expected
        assert alone(batch, issuers.base8) == expected
        assert OK in expected


def test_torsioned(issuers):
    batch = torsioned_cases(random.Random(7), 64 if JIT else 24)
    expected = [issuers.single(*case) for case in batch]
    assert issuers.batch(batch) == expected
    assert [issuers.spread(*case) for case in batch] == expected
    triples = [(issuers.keys[3], *case[1:]) for case in batch]
    assert any_batch(triples, issuers.base8) == expected
    assert alone(triples, issuers.base8) == expected
    assert len(set(expected)) > 1


def test_public_vectors(vectors, issuers):
    """Every vector in one batch, and those whose key is admitted as an issuer's over all lanes."""
    every = vectors("ed25519.json")
    sized = [vector for vector in every if (len(vector["pk"]), len(vector["sig"])) == (64, 128)]
    cases = [tuple(bytes.fromhex(vector[name]) for name in ("pk", "sig", "msg")) for vector in sized if JIT]
    for way in any_batch, alone:
        for vector, status in zip(sized, way(cases, issuers.base8) if JIT else [], strict=JIT):
            assert (status == OK) == vector["expected"]["strict"], vector["id"]
    for vector in every if JIT else every[::60]:
        key, message, signature = (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))
        comb = np.zeros(table_words(8), np.uint64)
        if (len(key), len(signature)) != (32, 64) or doors.ed25519_build_key_table(key, 8, comb) != OK:
            continue
        table = doors.lane_table(comb)
        status = doors.ed25519_verify_known8(key, table, signature, message, issuers.base8)
        assert (status == OK) == vector["expected"]["strict"], vector["id"]


def test_rows(issuers):
    """A sample of rows against their definition, the neutral ones among them."""
    table = issuers.base8.reshape(WINDOWS, ROWS, ROW_WORDS)
    half = pow(2, -1, P)
    for window, row in ((0, 0), (31, 0), (0, 1), (0, 128), (17, 77), (31, 128)):
        x, y = oracle.multiple(row << 8 * window, oracle.BASE)
        expected = ((y - x) * half % P, (y + x) * half % P, curve.D * x * y % P)
        found = [sum(int(w) << 51 * i for i, w in enumerate(table[window, row, 5 * k : 5 * k + 5])) for k in range(3)]
        assert tuple(n % P for n in found) == expected
        assert table[window, row, 15] == 0


@pytest.mark.parametrize(
    "formula",
    [
        lambda p: curve.extended(curve.sum_with_niels(p, Niels(*p[:3]), Unknown())),
        lambda p: curve.extended(curve.sum_with(p, Cached(*p), Unknown())),
        lambda p: curve.extended(curve.sum_of(p, curve.cached(p, element8(2 * curve.D)))),
        lambda p: curve.extended(curve.doubled(p)),
        lambda p: Point(*(f.tight for f in curve.affine(Niels(*p[:3]), element8(1), Unknown())[:2]), p.z, p.t),
    ],
    ids=["add niels", "add", "add points", "double", "from a row"],
)
def test_points_stay_reduced(formula):
    """The curve's formulas over lanes: no factor is cut, and the limbs of the result are reduced again."""
    assert all(within(f) for f in formula(Point(*[lane_element()] * 4)))
