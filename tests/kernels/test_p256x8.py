"""P-256 in eight lanes: the field and the bounds, and batches that answer what the single path answers."""

import random

import numba
import numpy as np
import pytest

from hanoi_ticket.kernels import doors, p256_keys8, p256x8
from hanoi_ticket.kernels.elements import products, squares
from hanoi_ticket.kernels.fn256x8 import BYTE_BIAS, Scalar8, minus_bytes, odd_nibbles
from hanoi_ticket.kernels.fp256 import P
from hanoi_ticket.kernels.fp256x8 import Fe8, is_zero8, load8, store8
from hanoi_ticket.kernels.lanes import Row
from hanoi_ticket.kernels.limbs52 import joined52, limbs52
from hanoi_ticket.kernels.memory import place
from hanoi_ticket.kernels.p256 import Affine, Point, add, add_co_z, add_mixed, cached, curve, double, double_co_z
from hanoi_ticket.kernels.p256_scalars8 import usable
from hanoi_ticket.kernels.phone_set import SET_WORDS
from hanoi_ticket.kernels.residues8 import R8
from hanoi_ticket.kernels.status import BAD_KEY, BAD_SIGNATURE_SCALAR, OK
from hanoi_ticket.kernels.tracing import formula, has_lanes
from hanoi_ticket.kernels.words import MASK52
from tests.kernels import curve_p256
from tests.kernels.batches import joined
from tests.kernels.curve_p256 import G, N
from tests.kernels.edges import limb
from tests.kernels.intervals import Overflow, Unknown
from tests.kernels.intervals import signed as lane
from tests.kernels.test_ecdsa_p256 import mutated, raw, sign

TOP = Fe8.KEPT
compiled = pytest.mark.skipif(not has_lanes(), reason="this processor has no AVX-512 IFMA, or it is set off")


def element(values):
    return Fe8([Row(v >> 52 * i & MASK52 for v in values) for i in range(4)] + [Row(v >> 208 for v in values)])


def values(f):
    return [sum(limbs[i] << 52 * k for k, limbs in enumerate(f.tight)) % P for i in range(8)]


def edge_values(rng):
    return [sum(limb(rng, MASK52) << 52 * i for i in range(4)) + (limb(rng, TOP - 1) << 208) for _ in range(8)]


def results_of(f, g):
    return [*products((f, g), (g, f)), *squares(f, g), f + g, f - g, -f, f - (g + g), f.doubled(3), *differences(f, g)]


def differences(f, g):
    """Of products, with one reduction."""
    return [
        (f.long_product(g) - g.long_square().doubled(3)).reduced,
        (f.long_square() - (f + g).long_product(f - g)).reduced,
    ]


def expected_of(a, b):
    one_over_r = pow(R8, -1, P)
    product = a * b * one_over_r
    squared = (a * a * one_over_r, b * b * one_over_r)
    sums = a + b, a - b, -a, a - 2 * b, 8 * a
    merged = product - 8 * squared[1], squared[1]
    return [n % P for n in (product, product, *squared, *sums, *merged)]


def test_operations_over_integers(cases):
    rng = random.Random(1)
    for _ in range(cases(20)):
        a, b = edge_values(rng), edge_values(rng)
        got = [values(h) for h in results_of(element(a), element(b))]
        assert [list(row) for row in zip(*got, strict=True)] == [expected_of(x, y) for x, y in zip(a, b, strict=True)]


@formula
def all_results(f, g):
    return tuple(results_of(f, g))


@numba.njit(error_model="numpy")
def operate(operands, results):
    source, target = place(operands), place(results)
    for i, h in enumerate(all_results(load8(source, 0), load8(source, 1))):
        store8(target, i, h)


@compiled
def test_operations_compiled(cases):
    rng = random.Random(2)
    results = np.zeros(40 * 11, np.uint64)
    for _ in range(cases(200)):
        a, b = edge_values(rng), edge_values(rng)
        operands = np.array([w for f in (element(a), element(b)) for row in f for w in row], np.uint64)
        operate(operands, results)
        rows = results.reshape(11, 5, 8)
        for i in range(8):
            got = [sum(int(limbs[i]) << 52 * k for k, limbs in enumerate(row)) % P for row in rows]
            assert got == expected_of(a[i], b[i])


def test_zero_is_seen_in_each_form():
    forms = [0, P, 2 * P, 1, P - 1, P + 1, 2 * P - 1, R8 % P]
    assert list(is_zero8(element(forms))) == [True, True, True, False, False, False, False, False]


ANY = Fe8([lane(0, MASK52)] * 4 + [lane(0, TOP - 1)])


def test_bounds():
    """Every limb of every result is what a product takes, from any operands; the top one stays below its bound."""
    p, q = Point(ANY, ANY, ANY), Affine(ANY, ANY)
    sums = *double(p), *add_mixed(p, q, Unknown()), *add(p, cached(p), Unknown())
    twice, once, z = double_co_z(q, ANY)
    both = *twice, *once, z, *(f for one in add_co_z(q, q)[:2] for f in one), add_co_z(q, q)[2]
    for f in [*results_of(ANY, ANY), *sums, *both, curve(ANY, ANY)]:
        *low, top = f.tight
        assert all(0 <= r.low <= r.high <= MASK52 for r in low)
        assert 0 <= top.low <= top.high < TOP
    product = ANY * ANY
    assert product.carried[4].high < (1 << 48) * 1.4


def test_a_broken_bound_is_seen():
    """A sum whose carries are not taken is no factor."""
    loose = Fe8(a + b for a, b in zip(ANY, ANY, strict=True))
    with pytest.raises(Overflow):
        loose * ANY


ANY_NUMBER = [lane(0, MASK52)] * 4 + [lane(0, (1 << 48) - 1)]
ANY_SCALAR = Scalar8([lane(0, MASK52)] * 4 + [lane(0, TOP - 1)])


def test_bounds_of_scalars():
    """What is kept of a product is kept, and of a number of 256 bits times a scalar nothing is above 2 n."""
    product = Scalar8(ANY_NUMBER) * ANY_SCALAR
    assert product.top < 2 * (N >> 208)
    for f in (product, ANY_SCALAR * ANY_SCALAR):
        *low, top = f.tight
        assert all(0 <= r.low <= r.high <= MASK52 for r in low)
        assert 0 <= top.low <= top.high < TOP
    for form in (odd_nibbles, minus_bytes):
        joined52([limb.as_bits() for limb in form(product)[0]])  # without leaving a word
    with pytest.raises(OverflowError):
        (ANY_SCALAR + ANY_SCALAR).tight  # noqa: B018


def scalars_of(numbers):
    """In Montgomery form."""
    return Scalar8(map(Row, zip(*(limbs52(n * R8 % N, 5) for n in numbers), strict=True)))


def numbers_of(limbs):
    return [sum(limb << 52 * i for i, limb in enumerate(column)) for column in zip(*limbs, strict=True)]


def test_forms_of_scalars(cases):
    """R w as the window and the comb take it, at the edges and anywhere."""
    rng = random.Random(4)
    edges = [1, 2, N - 1, N - 2, N // 2, N // 2 + 1, 2**256 - 1, 3]
    for numbers in [edges, *([rng.randrange(1, 2**256) for _ in range(8)] for _ in range(cases(20)))]:
        inverses = [1 if numbers is edges else rng.randrange(1, N) for _ in numbers]
        product = Scalar8(map(Row, zip(*(limbs52(n, 5) for n in numbers), strict=True))) * scalars_of(inverses)
        expected = [n * w % N for n, w in zip(numbers, inverses, strict=True)]
        assert numbers_of(product.remainder) == expected
        limbs, turned = odd_nibbles(product)
        odd = [N - v if flip else v for v, flip in zip(expected, turned, strict=True)]
        assert numbers_of(limbs) == [(v - 1) // 2 + 2**255 for v in odd]
        assert odd == [sum(16**i * (2 * (n >> 4 * i & 15) - 15) for i in range(64)) for n in numbers_of(limbs)]
        limbs, small = minus_bytes(product)
        assert numbers_of(limbs) == [BYTE_BIAS - min(u, N - u) for u in expected]
        assert list(small) == [u < N - u for u in expected]


class Batch:
    """Signatures as a batch takes them."""

    def __init__(self, triples):
        self.triples = triples
        self.keys = np.zeros((len(triples), p256_keys8.KEY_BYTES), np.uint8)
        for row, (key, _, _) in zip(self.keys, triples, strict=True):
            row[: len(key)] = list(key)
        self.lengths = np.array([len(key) for key, _, _ in triples], np.uint64)
        self.signatures = np.frombuffer(b"".join(signature for _, signature, _ in triples), np.uint8)
        self.messages, self.starts = joined([message for _, _, message in triples])
        self.statuses = np.full(len(triples), 99, np.uint8)


@pytest.fixture(scope="module")
def bases():
    comb = doors.ecdsa_p256_base_table()
    return comb, table8(comb)


def table8(comb):
    cells = np.zeros(p256x8.COMB_WORDS + 8, np.uint64)
    start = -(cells.ctypes.data // 8) % 8
    table = cells[start : start + p256x8.COMB_WORDS]
    doors.ecdsa_p256_build_table8(table, comb)
    return table


@pytest.fixture(scope="module")
def verify_one(bases):
    """One signature in lanes, by any key, a phone's and a known one, each status compared with the single path's."""
    comb, lanes = bases
    tables, phones = {}, np.zeros(SET_WORDS, np.uint64)

    def verify(key, signature, message):
        status = doors.ecdsa_p256_verify(key, signature, message, comb)
        assert doors.ecdsa_p256_verify8(key, comb, signature, message, lanes) == status
        if len(key) == 33:  # by a phone that comes for the first time, and again
            for _ in range(2):
                assert doors.ecdsa_p256_verify_phone8(key, phones, 1, comb, signature, message, lanes) == status
        if key not in tables:
            key_comb = np.zeros_like(comb)
            built = doors.ecdsa_p256_build_key_table(key, 8, key_comb)
            tables[key] = table8(key_comb) if built == OK else None
        if tables[key] is not None:
            assert doors.ecdsa_p256_verify_known8(key, tables[key], comb, signature, message, lanes) == status
        return status

    return verify


@pytest.fixture(scope="module")
def verify_batch(bases):
    """A batch of any keys, each status compared with the single path's."""
    comb, lanes = bases

    def verify(triples):
        batch = Batch(triples)
        accepted = doors.ecdsa_p256_verify_batch8(
            len(triples),
            batch.keys.ravel(),
            batch.lengths,
            comb,
            batch.signatures,
            batch.messages,
            batch.starts,
            lanes,
            batch.statuses,
        )
        statuses = batch.statuses.tolist()
        assert statuses == [doors.ecdsa_p256_verify(*triple, comb) for triple in triples]
        assert accepted == statuses.count(OK)
        return statuses

    return verify


def many(rng, count):
    """Valid and mutated signatures of many kinds; keys are 33 or 65 bytes."""
    triples = []
    for i in range(count):
        secret = rng.randrange(1, N)
        message = rng.randbytes(rng.randrange(150))
        key = curve_p256.encode(curve_p256.multiple(secret, G), compressed=bool(i % 3))
        triple = key, sign(secret, message, rng.randrange(1, N)), message
        triples.append(mutated(rng, *triple) if i % 2 else triple)
    return triples


@compiled
@pytest.mark.parametrize("count", [1, 7, 8, 9, 64, 81])
def test_batches_of_any_keys(verify_batch, count, cases):
    statuses = verify_batch(many(random.Random(count), count if count != 64 else cases(64)))
    assert OK in statuses


@compiled
def test_lanes_do_not_touch_one_another(verify_batch):
    """One bad signature among seven good ones, in every lane and of every kind."""
    message, secret = b"m", 7
    key = curve_p256.encode(curve_p256.multiple(secret, G), compressed=True)
    good = key, sign(secret, message, 11), message
    kinds = [
        (key, raw(0, 1), message, BAD_SIGNATURE_SCALAR),
        (key, raw(1, N), message, BAD_SIGNATURE_SCALAR),
        (b"\x05" + key[1:], good[1], message, BAD_KEY),
        (b"\x02" + raw(P, 0)[:32], good[1], message, BAD_KEY),
        (b"\x04" + bytes(64), good[1], message, BAD_KEY),
    ]
    for position in range(8):
        for *bad, expected in kinds:
            triples = [good] * 8
            triples[position] = tuple(bad)
            assert verify_batch(triples) == [expected if i == position else OK for i in range(8)]


def rare_cases():
    """Lanes that the formulas cannot decide: infinite sums, x = r + n, equal and opposite points, the start point."""
    e = curve_p256.digest(b"rare")
    x = next(x for x in range(N, N + 100) if curve_p256.y_of(x) is not None)
    total, r, s = (x, curve_p256.y_of(x)), x - N, 123456789
    q = curve_p256.multiple(
        pow(r, -1, N), curve_p256.add(curve_p256.multiple(s, total), curve_p256.multiple(-e % N, G))
    )
    yield curve_p256.encode(q, compressed=True), raw(r, s), b"rare"
    g = curve_p256.encode(G, compressed=True)
    minus_g = curve_p256.encode(curve_p256.negative(G), compressed=False)
    yield g, raw(N - e % N, 1), b"rare"  # u + v = 0: an infinite sum
    yield minus_g, raw(e % N, 1), b"rare"
    start = curve_p256.encode(p256x8.START, compressed=True)
    for v in (1, 2, 7, 8, N - 1, N - 8, 16, 1 << 252):  # v Q meets the start point on its way
        yield start, raw(v, 1), b"rare"
        yield curve_p256.encode(curve_p256.negative(p256x8.START), compressed=True), raw(v, 1), b"rare"
    for v in (N - 2, N - 4, N - 30, N - 32, 2, 30, 32):  # the last row meets itself, or does not
        yield g, raw(v, 1), b"rare"
        yield minus_g, raw(v, 1), b"rare"
    yield g, sign(1, b"rare", 5), b"rare"


@compiled
def test_rare_lanes_go_to_the_single_path(verify_batch):
    triples = list(rare_cases())
    statuses = verify_batch(triples)
    assert statuses[0] == statuses[-1] == OK
    assert statuses.count(OK) < len(statuses)


@compiled
def test_one_signature(verify_one, cases):
    statuses = [verify_one(*triple) for triple in many(random.Random(5), cases(12))]
    assert OK in statuses


@compiled
def test_one_rare_signature(verify_one):
    assert OK in [verify_one(*triple) for triple in rare_cases()]


@compiled
def test_the_lanes_alone_cannot_decide_them():
    """An r below p - n is flagged, whatever the lanes find."""
    rs = [1, P - N - 1, P - N, N - 1, N, 0, 5, 5]
    ss = [5, 5, 5, N - 1, 5, 5, 0, N]
    assert flagged(words_of(ss), words_of(rs)) == (0b1111, 0b11100011)


def words_of(numbers):
    return np.array([n >> 64 * i & (1 << 64) - 1 for i in range(4) for n in numbers], np.uint64)


@formula
def bits(s, r):
    return usable(s, r)[1:]


@numba.njit(error_model="numpy")
def flagged(ss, rs):
    return bits(place(ss), place(rs))


@compiled
def test_batches_of_known_keys(bases, cases):
    """Mixed keys in one batch, each status that of the single path."""
    comb, lanes = bases
    rng = random.Random(9)
    secrets = [rng.randrange(1, N) for _ in range(3)]
    keys = [curve_p256.encode(curve_p256.multiple(secret, G), compressed=True) for secret in secrets]
    combs = []
    for key in keys:
        combs.append(np.zeros_like(comb))
        assert doors.ecdsa_p256_build_key_table(key, 8, combs[-1]) == OK
    tables = np.concatenate([table8(one) for one in combs])
    for count in (1, 8, 13, 73, cases(64)):
        numbers = np.array([rng.randrange(3) for _ in range(count)], np.uint64)
        triples = []
        for number in map(int, numbers):
            message = rng.randbytes(rng.randrange(100))
            signature = sign(secrets[number], message, rng.randrange(1, N))
            _, signature, message = (
                mutated(rng, keys[number], signature, message) if rng.random() < 0.4 else (0, signature, message)
            )
            triples.append((keys[number], signature, message))
        batch, known = Batch(triples), Batch([(key, bytes(64), b"") for key in keys])
        accepted = doors.ecdsa_p256_verify_known_batch8(
            count,
            numbers,
            known.keys.ravel(),
            known.lengths,
            tables,
            comb,
            batch.signatures,
            batch.messages,
            batch.starts,
            lanes,
            batch.statuses,
        )
        expected = [doors.ecdsa_p256_verify(*triple, comb) for triple in triples]
        assert batch.statuses.tolist() == expected
        assert accepted == expected.count(OK)
