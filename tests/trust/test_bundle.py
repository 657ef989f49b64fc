"""A reader takes a bundle whole, or keeps the one it has."""

import dataclasses
import threading
import time

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, Validator, verify
from hanoi_ticket.claims import PublicKey
from hanoi_ticket.errors import TrustRejected
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.signing import kid
from hanoi_ticket.trust import IssuerRecord, TrustAge, bundle
from hanoi_ticket.wire import cbor, cose
from tests.samples import ALGS, AT, AUTHORITY, HOLDER, ISSUER, fixed_key

SIGNER = AUTHORITY["EdDSA"]
RECORDS = [
    IssuerRecord(ISSUER["EdDSA"].public_key, "Hanoi Metro", 0, 2**53 - 1),
    IssuerRecord(ISSUER["ES256"].public_key, "Transerco", AT, AT + 9),
]
FEW = Catalogue.of("VND", 25_200, [], [], [])
TRUST = TrustBundle.of(RECORDS, denied={RECORDS[0].kid: [0, 7, 8, 70_000], RECORDS[1].kid: []}, catalogue=FEW)
FILE = TRUST.sign(SIGNER, version=5, at=AT, soft_age=10, closed_age=20)


def decoded(data: bytes = FILE, **options) -> TrustBundle:
    return TrustBundle.decode(data, SIGNER.public_key, **options)


def resigned(payload: object, *, header: bytes | None = None, aad: bytes = bundle.CONTEXT, signer=SIGNER) -> bytes:
    """The authority's signature over any content: what is believed must be well-formed all the same."""
    header = cose.protected_header(signer.public_key.alg, kid(signer.public_key)) if header is None else header
    body = payload if isinstance(payload, bytes) else cbor.encode(payload)
    return cose.Sign1(header, body, signer.sign(cose.to_be_signed(header, body, aad))).encode()


def content(**changes) -> dict:
    names = ["version", "issued", "soft", "closed", "issuers", "denied", "products"]
    value = cbor.decode(cose.Sign1.decode(FILE).payload)
    return value | {names.index(name) + 1: part for name, part in changes.items()}


@pytest.mark.parametrize("alg", ALGS)
def test_a_bundle_comes_back(alg, tmp_path):
    path = tmp_path / "trust.bundle"
    trust = TrustBundle.of(RECORDS, denied={RECORDS[0].kid: [3]})
    path.write_bytes(trust.sign(AUTHORITY[alg], version=5, at=AT, soft_age=10, closed_age=20))
    loaded = TrustBundle.load(path, AUTHORITY[alg].public_key)
    policy = {"version": 5, "issued_at": AT, "soft_age": 10, "closed_age": 20, "digest": loaded.digest}
    assert loaded == dataclasses.replace(trust, **policy)
    assert len(loaded.digest) == 32
    assert [loaded.find(record.kid) for record in RECORDS] == RECORDS
    assert loaded.find(b"none") is None


def test_denied_tickets_are_those_of_their_issuer():
    trust = decoded()
    assert [number for number in range(100) if trust.denies(RECORDS[0], number)] == [0, 7, 8]
    assert trust.denies(RECORDS[0], 70_000)
    assert not trust.denies(RECORDS[1], 7)
    assert not trust.denies(RECORDS[0], 2**32 - 1)


def test_another_signer():
    for other in (fixed_key("EdDSA", 9), AUTHORITY["ES256"], ISSUER["EdDSA"]):
        with pytest.raises(TrustRejected, match="signed by another key"):
            TrustBundle.decode(FILE, other.public_key)


def test_another_signer_under_the_authoritys_name():
    header = cose.protected_header("EdDSA", kid(SIGNER.public_key))
    with pytest.raises(TrustRejected, match="signature is wrong"):
        decoded(resigned(content(), header=header, signer=fixed_key("EdDSA", 9)))


@pytest.mark.parametrize("aad", [b"", b"VT1/proof", b"VT1/bundle "])
def test_a_signature_for_another_use(aad):
    with pytest.raises(TrustRejected, match="signature is wrong"):
        decoded(resigned(content(), aad=aad))


def test_a_flipped_bit_in_every_byte():
    for at in range(len(FILE)):
        changed = bytearray(FILE)
        changed[at] ^= 1 << at % 8
        with pytest.raises(TrustRejected):
            decoded(bytes(changed))


def test_every_cut_and_what_follows():
    for length in range(len(FILE)):
        with pytest.raises(TrustRejected):
            decoded(FILE[:length])
    with pytest.raises(TrustRejected):
        decoded(FILE + b"\0")


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: b"\xd2\x84" + data))
def test_any_bytes(data):
    with pytest.raises(TrustRejected):
        decoded(data)


def test_roll_back():
    current = decoded()
    newer = TRUST.sign(SIGNER, version=6, at=AT)
    older = TRUST.sign(SIGNER, version=4, at=AT + 100)
    same_number = TRUST.sign(SIGNER, version=5, at=AT + 1)
    assert decoded(newer, newer_than=current).version == 6
    assert decoded(FILE, newer_than=current) == current, "the same file may be read again"
    for data in (older, same_number):
        with pytest.raises(TrustRejected, match="rolled back"):
            decoded(data, newer_than=current)


def test_roll_back_across_a_restart(tmp_path):
    full = TrustBundle.of(RECORDS)
    versions = {n: TrustBundle.decode(full.sign(SIGNER, version=n, at=n), SIGNER.public_key) for n in (1, 2)}
    with Validator.open("metro-entry", versions[2], tmp_path / "gate.db") as gate, pytest.raises(TrustRejected):
        gate.update_trust(versions[1])
    with pytest.raises(TrustRejected, match="rolled back"):
        Validator.open("metro-entry", versions[1], tmp_path / "gate.db")


def test_an_oversized_file_is_not_parsed(tmp_path, monkeypatch):
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(bundle.MAX_BYTES + 1)
    monkeypatch.setattr(cbor.Reader, "head", lambda *_: pytest.fail("parsed"))
    with pytest.raises(TrustRejected, match="larger than"):
        TrustBundle.load(path, SIGNER.public_key)
    with pytest.raises(TrustRejected, match="more than"):
        decoded(bytes(bundle.MAX_BYTES + 1))


def test_nothing_is_walked_before_the_signature_holds():
    """A frame as large as allowed, full of items, is refused at once."""
    many = b"\xd2\x84" + b"\x9a" + (bundle.MAX_BYTES - 100).to_bytes(4) + bytes(bundle.MAX_BYTES - 100)
    body = cbor2.dumps(bytes(bundle.MAX_BYTES - 200))
    header = cbor2.dumps(cose.protected_header("EdDSA", kid(SIGNER.public_key)))
    start = time.perf_counter()
    for data in (many, b"\xd2\x84" + header + b"\xa0" + body + b"\x58\x40" + bytes(64)):
        with pytest.raises(TrustRejected):
            decoded(data)
    assert time.perf_counter() - start < 2


def test_age_is_soft_first_then_closed():
    trust = decoded()
    ages = {AT: TrustAge.FRESH, AT + 9: TrustAge.FRESH, AT + 10: TrustAge.STALE, AT + 19: TrustAge.STALE}
    assert {at: trust.age(at) for at in ages} == ages
    assert [trust.age(at) for at in (AT + 20, AT + 10**9)] == [TrustAge.CLOSED] * 2


def test_age_of_a_bundle_at_the_gate():
    trust = TrustBundle.decode(
        TrustBundle.of(RECORDS[:1]).sign(SIGNER, version=1, at=AT, soft_age=10, closed_age=20), SIGNER.public_key
    )
    holder = Holder(HOLDER["EdDSA"])
    code = holder.present(Issuer(ISSUER["EdDSA"]).issue(holder.public_key, "metro-2a-day", AT - 60, AT + 90), AT)
    fresh, stale, closed = (verify(code, trust, AT + age) for age in (9, 10, 20))
    assert (fresh.reason, fresh.flags) == (Reason.OK, frozenset())
    assert (stale.reason, stale.flags) == (Reason.OK, {"stale-trust"})
    assert closed.reason is Reason.TRUST_EXPIRED


def test_the_authoritys_key_is_no_issuers():
    both = TrustBundle.of([*RECORDS, IssuerRecord(SIGNER.public_key)], catalogue=FEW)
    with pytest.raises(ValueError, match="must not be an issuer's"):
        both.sign(SIGNER, version=1, at=AT)
    issuers = [*content()[5], [cose.key_value(SIGNER.public_key), "", 0, 1]]
    with pytest.raises(TrustRejected, match="own key is among"):
        decoded(resigned(content(issuers=issuers)))


def test_two_keys_of_one_kid(monkeypatch):
    with pytest.raises(TrustRejected, match="share a kid"):
        TrustBundle.of([RECORDS[0], RECORDS[0]])
    monkeypatch.setattr(bundle, "kid", lambda _: b"same")
    twins = [IssuerRecord(fixed_key("EdDSA", number).public_key) for number in (4, 5)]
    with pytest.raises(TrustRejected, match="share a kid"):
        TrustBundle.of(twins)


WEAK = {1: 1, -1: 6, -2: bytes(32)}
ROW = [cose.key_value(RECORDS[0].key), "name", 0, 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": -1},
        {"version": 2**53},
        {"version": "5"},
        {"version": True},
        {"soft": None},
        {"closed": [1]},
        {"issuers": 1},
        {"issuers": {}},
        {"issuers": [1]},
        {"issuers": [[]]},
        {"issuers": [ROW[:3]]},
        {"issuers": [[*ROW, 1]]},
        {"issuers": [[WEAK, *ROW[1:]]]},
        {"issuers": [[{}, *ROW[1:]]]},
        {"issuers": [[b"", *ROW[1:]]]},
        {"issuers": [[ROW[0], b"name", 0, 1]]},
        {"issuers": [[ROW[0], "name", "0", 1]]},
        {"issuers": [[ROW[0], "name", 0, True]]},
        {"issuers": [ROW, ROW]},
        {"denied": {}},
        {"denied": [[b"kid1", b""]]},
        {"denied": [["kid1", content()[6][0][1]]]},
        {"denied": [[content()[6][1][0], content()[6][0][1]]]},
        {"denied": content()[6] * 2},
        {"products": []},
        {"products": None},
    ],
    ids=lambda changes: repr(changes)[:50],
)
def test_content_that_the_authority_signed_by_mistake(changes):
    decoded(resigned(content()))
    with pytest.raises(TrustRejected):
        decoded(resigned(content(**changes)))


@pytest.mark.parametrize("payload", [b"", b"\xa0", [1, 2], {**content(), 8: 0}, {k: content()[k] for k in range(1, 7)}])
def test_content_of_another_shape(payload):
    with pytest.raises(TrustRejected):
        decoded(resigned(payload))


@pytest.mark.parametrize("header", ["a1 0127", "a1 0180", "80", "a2 01 38 22 04 44 00000000"])
def test_headers_of_another_shape(header):
    with pytest.raises(TrustRejected):
        decoded(resigned(content(), header=bytes.fromhex(header)))


def test_keys_roll_over_without_voiding_a_ticket():
    first, second = Issuer(ISSUER["EdDSA"], valid_until=AT + 100), Issuer(fixed_key("EdDSA", 6), valid_from=AT)
    with pytest.raises(ValueError, match="outlive"):
        first.issue(None, "metro-2a-single", AT, AT + 101)
    trust = TrustBundle.of([first.public_record(), second.public_record()])
    holder = Holder(HOLDER["EdDSA"])
    for issuer, last in ((first, AT + 99), (second, AT + 199)):
        ticket = issuer.issue(holder.public_key, "metro-2a-day", AT, last + 1)
        assert verify(holder.present(ticket, last), trust, last).accepted
    old = TrustBundle.of([dataclasses.replace(first.public_record(), valid_until=AT + 50)])
    ticket = first.issue(holder.public_key, "metro-2a-day", AT, AT + 100)
    assert verify(holder.present(ticket, AT + 50), old, AT + 50).reason is Reason.ISSUER_KEY_EXPIRED


def test_bundles_are_swapped_while_taps_go_on(tmp_path):
    """Each tap is judged by one bundle: all accepted under the one with the issuer, all refused under the other."""
    holder = Holder(HOLDER["EdDSA"])
    code = holder.present(Issuer(ISSUER["EdDSA"]).issue(holder.public_key, "metro-2a-day", 0, 2**40), int(time.time()))
    stranger = PublicKey("EdDSA", fixed_key("EdDSA", 8).public_key.raw)
    known = TrustBundle.of(RECORDS[:1])
    unknown = TrustBundle.of([IssuerRecord(stranger)])
    seen, stop = [], threading.Event()
    with Validator.open("metro-entry", known, tmp_path / "gate.db") as gate:

        def tap() -> None:
            while not stop.is_set():
                seen.append(gate.tap(code).reason)

        threads = [threading.Thread(target=tap) for _ in range(2)]
        for thread in threads:
            thread.start()
        for number in range(40):
            gate.update_trust(unknown if number % 2 == 0 else known)
            time.sleep(0.005)
        stop.set()
        for thread in threads:
            thread.join()
    assert set(seen) <= {Reason.OK, Reason.UNKNOWN_ISSUER, Reason.REPLAYED, Reason.PASSBACK}
    assert {Reason.OK, Reason.UNKNOWN_ISSUER} <= set(seen)
