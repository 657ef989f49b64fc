"""Three backends, one policy, the same answers."""

import random

import pytest

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, verify
from hanoi_ticket.claims import Binding
from hanoi_ticket.errors import Refusal
from hanoi_ticket.kernels import row
from hanoi_ticket.native import choice, selftest
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.issuer_key import IssuerKey
from hanoi_ticket.native.kernels import MAX_TEXT, Kernels, Moment
from hanoi_ticket.native.trust import table_words
from hanoi_ticket.signing import PrivateKey, admission, verify_signature, verify_signatures
from hanoi_ticket.ticket import printed
from hanoi_ticket.validator import authentic
from hanoi_ticket.wire import cbor, presentation
from tests.city import DAY, START
from tests.kernels.codes import base45
from tests.samples import fixed_key
from tests.signing.test_verifier import small_order_points

ALGS = ("EdDSA", "ES256")
MOMENT = Moment(START, 15, 45)


def bytes_of(vector):
    return (bytes.fromhex(vector[name]) for name in ("pk", "msg", "sig"))


@pytest.fixture(params=["words", "lanes"])
def verify_one(request, native):
    """One signature by itself: what serves first, and what serves once lanes pay."""
    if request.param == "words":
        return Kernels("words", native.ffi, native.entries).verify
    if native.lanes is None:
        pytest.skip("this processor has no lanes")
    return native.lanes.verify_one


def test_ed25519_vectors(verify_one, vectors):
    for vector in vectors("ed25519.json"):
        key, message, signature = bytes_of(vector)
        if (len(key), len(signature)) == (32, 64):
            assert verify_one("EdDSA", key, message, signature) is vector["expected"]["strict"], vector["id"]


def test_p256_vectors(verify_one, vectors):
    for vector in vectors("ecdsa_p256.json"):
        key, message, signature = bytes_of(vector)
        if len(key) in (33, 65) and len(signature) == 64:
            expected = verify_signature("ES256", key, message, signature, backend="openssl")
            assert verify_one("ES256", key, message, signature) is expected, vector["id"]


@pytest.mark.parametrize("alg", ALGS)
def test_mutated_signatures(verify_one, alg, cases):
    chance = random.Random(21)
    keys = [PrivateKey.generate(alg) for _ in range(8)]
    accepted = 0
    for _ in range(cases(1500)):
        key = chance.choice(keys)
        message = chance.randbytes(chance.choice((0, 1, 55, 56, 63, 64, 111, 112, 128, 230)))
        parts = [bytearray(key.public_key.raw), bytearray(message), bytearray(key.sign(message))]
        if chance.random() < 0.7:
            part = chance.choice([part for part in parts if part])
            part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
        raw, message, signature = map(bytes, parts)
        expected = verify_signature(alg, raw, message, signature, backend="openssl")
        assert verify_one(alg, raw, message, signature) is expected
        accepted += expected
    assert accepted > cases(1500) // 5


@pytest.mark.parametrize("alg", ALGS)
def test_many_at_once(place, monkeypatch, alg, cases):
    """Whatever the number, the lengths and the faults: the answers are those of one at a time."""
    fresh_choice(monkeypatch, place.parent)
    chance = random.Random(23)
    keys = [PrivateKey.generate(alg) for _ in range(8)]
    for count in [0, 1, 7, 8, 9, 31, 64, 65, *(chance.randrange(200) for _ in range(cases(6)))]:
        columns = [], [], []
        for _ in range(count):
            key, message = chance.choice(keys), chance.randbytes(chance.choice((0, 1, 55, 111, 120, 128, 300)))
            parts = [bytearray(key.public_key.raw), bytearray(message), bytearray(key.sign(message))]
            if chance.random() < 0.4:
                part = chance.choice([part for part in parts if part])
                part[chance.randrange(len(part))] ^= 1 << chance.randrange(8)
            if chance.random() < 0.05:
                del parts[chance.choice((0, 2))][-1:]
            for column, part in zip(columns, parts, strict=True):
                column.append(bytes(part))
        expected = verify_signatures(alg, *columns, backend="openssl")
        assert verify_signatures(alg, *columns, backend="native") == expected
        assert count < 64 or 0 < sum(expected) < count


def test_many_of_the_ed25519_vectors_at_once(native, vectors):
    found = [vector for vector in vectors("ed25519.json") if (len(vector["pk"]), len(vector["sig"])) == (64, 128)]
    columns = zip(*(tuple(bytes_of(vector)) for vector in found), strict=True)
    assert native.verify_many("EdDSA", *columns) == [vector["expected"]["strict"] for vector in found]


class Office:
    """Issuers and holders of both algorithms, and a code of each kind."""

    def __init__(self) -> None:
        self.issuers = [Issuer.generate(alg) for alg in ALGS]
        self.trust = TrustBundle.of([issuer.public_record() for issuer in self.issuers])
        self.codes = []
        for issuer in self.issuers:
            for alg in ALGS:
                holder = Holder.generate(alg)
                for binding in (Binding.DEVICE, Binding.SERVER):
                    ticket = issuer.issue(holder.public_key, "metro-2a-day", START, START + DAY, binding=binding)
                    self.codes += [holder.present(ticket, START), holder.present(ticket, START, challenge=123_456)]
                    self.codes.append(holder.present(ticket, START, clock_quality=2))
            self.codes.append(printed(issuer.issue(None, "metro-2a-single", START, START + DAY)))


def test_the_order_of_a_key(native):
    """The order-8 point turns an honest key into one of mixed order."""
    honest = fixed_key("EdDSA", 1).public_key.raw
    x, y = max(small_order_points())
    a, b, z, _ = admission._add(admission._decompress(honest), (x, y, 1, x * y % admission.P))
    a, b = (c * pow(z, -1, admission.P) % admission.P for c in (a, b))
    mixed = (b | (a & 1) << 255).to_bytes(32, "little")
    for key, expected in (honest, True), (mixed, False):
        assert native.has_prime_order(key) is expected
        assert admission.has_prime_order(admission._decompress(key)) is expected


@pytest.fixture(scope="module")
def office():
    return Office()


def both(native, code, trust):
    def attempt(way, *arguments):
        try:
            return Reason.OK, way(*arguments)
        except Refusal as refusal:
            return refusal.reason, refusal.detail

    compiled = attempt(authentic._in_one_call, native, code, trust, MOMENT)
    plain = attempt(authentic._step_by_step, code, trust)
    if plain[0] is Reason.OK:
        plain = Reason.OK, plain[1]._replace(settled=True)
    assert compiled == plain, code
    text = code.encode("ascii", "replace") if isinstance(code, str) else code
    if len(text) <= presentation.MAX_CHARACTERS:
        assert native.verify_code(text, authentic.prepared(native, trust), MOMENT).reason == plain[0], code
    return plain[0]


def test_honest_codes(native, office):
    for code in office.codes:
        assert both(native, code, office.trust) is Reason.OK
        assert both(native, code.encode(), office.trust) is Reason.OK


def taken_apart(code):
    return list(cbor.decode(presentation.base45.decode(code[4:].encode())))


def put_together(frame):
    return "VT1:" + base45(cbor.encode(frame)).decode()


def test_forged_codes(native, office, cases):
    chance = random.Random(31)
    seen = set()
    for _ in range(cases(1500)):
        frame = taken_apart(chance.choice(office.codes))
        other = taken_apart(chance.choice(office.codes))
        match chance.randrange(5):
            case 0:
                frame = frame[:1]
            case 1:
                frame[1:] = other[1:]
            case 2:
                frame = [other[0], *frame[1:]]
            case _:
                part = chance.randrange(len(frame))
                data = bytearray(frame[part])
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                frame[part] = bytes(data)
        seen.add(both(native, put_together(frame), office.trust))
    wanted = {"UNKNOWN_ISSUER", "ISSUER_SIGNATURE", "HOLDER_SIGNATURE", "PROOF_MISSING", "PROOF_UNEXPECTED"}
    assert {Reason[name] for name in wanted} <= seen


def test_a_key_of_the_other_algorithm_and_an_issuers_key_as_holder(native):
    for alg, other in (ALGS, ALGS[::-1]):
        signer = PrivateKey.generate(alg)
        issuer, namesake = Issuer.generate(alg), Issuer(signer)
        holder = Holder(signer)
        code = holder.present(issuer.issue(holder.public_key, "metro-2a-day", START, START + DAY), START)
        trust = TrustBundle.of([issuer.public_record(), namesake.public_record()])
        assert both(native, code, trust) is Reason.HOLDER_KEY
        assert both(native, code, TrustBundle.of([])) is Reason.UNKNOWN_ISSUER
        frame = taken_apart(code)
        numbers = {"EdDSA": b"\x01\x27", "ES256": b"\x01\x26"}
        frame[0] = frame[0].replace(numbers[alg], numbers[other], 1)
        assert both(native, put_together(frame), TrustBundle.of([issuer.public_record()])) is Reason.ALGORITHM_MISMATCH


@pytest.mark.parametrize(
    "text", ["", "VT1:", "VT2:", "é" * 9, "VT1:" + "é" * 9, "x" * 10_000, b"", b"\xff\xfe\x00", "VT1:\n"]
)
def test_texts_that_are_no_code(native, office, text):
    assert both(native, text, office.trust) is not Reason.OK


def test_combs_get_narrower_where_memory_is_short_and_answers_stay(native, office):
    issuers = [IssuerKey(record.kid, record.alg, record.key.raw) for record in office.trust.issuers]
    one_each = {width: 8 * sum(table_words(alg, width) for alg in ALGS) for width in (8, 7, 6, 5, 4)}
    assert MAX_TEXT == presentation.MAX_CHARACTERS
    assert (8 * table_words("EdDSA", 8), 8 * table_words("ES256", 8)) == (393_216, 270_336)
    for width, size in one_each.items():
        trust = native.trust(issuers, comb_bytes=size)
        assert trust.width == width
        assert all(native.verify_code(code.encode(), trust, MOMENT).reason == 0 for code in office.codes)
    trust = native.trust(issuers, comb_bytes=one_each[4] - 1)
    assert trust.width == 0
    assert all(native.verify_code(code.encode(), trust, MOMENT).reason == 0 for code in office.codes)


def test_the_sizes_of_combs_are_the_kernels_own():
    comb25519 = pytest.importorskip("hanoi_ticket.kernels.comb25519")
    p256_comb = pytest.importorskip("hanoi_ticket.kernels.p256_comb")
    for width in (4, 5, 6, 7, 8):
        assert table_words("EdDSA", width) == comb25519.table_words(width)
        assert table_words("ES256", width) == p256_comb.table_words(width)


def test_many_issuers_each_found_by_its_kid(native):
    issuers = [Issuer.generate(chosen) for chosen in ALGS * 20]
    trust = TrustBundle.of([issuer.public_record() for issuer in issuers])
    for issuer in issuers:
        code = printed(issuer.issue(None, "metro-2a-single", START, START + DAY))
        assert both(native, code, trust) is Reason.OK
        assert authentic._in_one_call(native, code, trust, MOMENT).issuer == issuer.public_record()
    assert 8 * (row.VALID_FROM - row.KEY) >= 33


def fresh_choice(monkeypatch, place):
    monkeypatch.setenv("HANOI_TICKET_NATIVE", str(place))
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()


@pytest.fixture(autouse=True)
def forget_the_choice():
    yield
    choice.automatic.cache_clear()
    choice._loaded.cache_clear()


def test_auto_takes_the_library_where_it_is_present(monkeypatch, place):
    fresh_choice(monkeypatch, place.parent)
    assert choice.kernels().name.startswith("native-")
    assert "self-test" in choice.automatic()[1]


def test_auto_takes_openssl_where_it_is_not(monkeypatch, tmp_path):
    fresh_choice(monkeypatch, tmp_path)
    assert choice.kernels() is None
    assert "warmup" in choice.automatic()[1]
    with pytest.raises(NativeRefused, match="no library"):
        verify_signature("EdDSA", bytes(32), b"", bytes(64), backend="native")


def test_an_operator_can_pin_a_backend(monkeypatch, place):
    fresh_choice(monkeypatch, place.parent)
    monkeypatch.setenv("HANOI_TICKET_BACKEND", "openssl")
    assert choice.kernels() is None
    choice.automatic.cache_clear()
    monkeypatch.setenv("HANOI_TICKET_BACKEND", "fastest")
    with pytest.raises(NativeRefused, match="HANOI_TICKET_BACKEND is one of"):
        choice.kernels()


def test_an_operator_can_bound_the_memory_of_the_combs(monkeypatch, place, office):
    fresh_choice(monkeypatch, place.parent)
    widths = []
    for chosen in ("1", "0"):
        monkeypatch.setenv("HANOI_TICKET_COMB_MIB", chosen)
        monkeypatch.setattr(authentic, "_blocks", {})
        assert verify(office.codes[0], office.trust, START).accepted
        widths.append(authentic.prepared(choice.kernels(), office.trust).width)
    assert widths == [8, 0]
    choice.automatic.cache_clear()
    monkeypatch.setenv("HANOI_TICKET_COMB_MIB", "much")
    with pytest.raises(NativeRefused, match="HANOI_TICKET_COMB_MIB is a number of MiB"):
        choice.kernels()


def test_the_jit_gives_the_known_answers(office):
    """Numba in this process, the same entries: some twenty seconds of compiling."""
    kernels = choice.kernels("jit")
    selftest.must_pass(kernels)
    for code in office.codes[:3]:
        assert both(kernels, code, office.trust) is Reason.OK
