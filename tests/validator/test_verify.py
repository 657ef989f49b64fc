"""The stateless half: both signatures, the binding class, the moment."""

from dataclasses import replace

import pytest

from hanoi_ticket import Holder, Issuer, Reason, clock, verify, verify_batch
from hanoi_ticket.claims import Binding
from hanoi_ticket.signing import kid
from hanoi_ticket.standards import ALG_ED25519, ALG_ES256, ALG_ESP256, HEADER_ALG, HEADER_KID
from hanoi_ticket.ticket import printed
from hanoi_ticket.wire import cbor, cose, cwt, presentation
from tests.city import DAY, START

ALGS = ("EdDSA", "ES256")


def ticket_of(city, holder="ES256", **claims):
    owner = Holder.generate(holder)
    return owner, city.issuer.issue(owner.public_key, "metro-2a-day", START, START + DAY, **claims)


@pytest.mark.parametrize("issuing", ALGS)
@pytest.mark.parametrize("holding", ALGS)
@pytest.mark.parametrize("binding", [Binding.DEVICE, Binding.SERVER])
def test_all_combinations_of_algorithms_verify(city, issuing, holding, binding):
    city.issuer = Issuer.generate(issuing)
    holder, ticket = ticket_of(city, holding, binding=binding)
    verdict = verify(holder.present(ticket, START), city.trust, START)
    assert verdict.accepted
    assert verdict.ticket.claims.binding is binding
    assert verdict.moment == START


def test_codes_signed_ahead_are_good_in_their_own_time(city):
    holder, ticket = ticket_of(city, binding=Binding.SERVER)
    codes = dict(holder.present_ahead(ticket, START + 7, 8))
    assert list(codes) == [START + 15 * i for i in range(8)]
    assert all(verify(code, city.trust, moment).accepted for moment, code in codes.items())
    assert verify(codes[START + 105], city.trust, START).reason is Reason.CODE_FROM_FUTURE


def test_a_stripped_proof_is_not_a_printed_ticket(city):
    _, ticket = ticket_of(city)
    assert verify(presentation.encode(ticket), city.trust, START).reason is Reason.PROOF_MISSING
    with pytest.raises(ValueError, match="its holder presents it"):
        printed(ticket)


def test_a_printed_ticket_takes_no_proof(city):
    paper = city.issuer.issue(None, "metro-2a-single", START, START + DAY)
    assert verify(printed(paper), city.trust, START).accepted
    proof = presentation.decode(Holder.present(*ticket_of(city), START))
    code = presentation.encode(paper, proof.payload, proof.signature)
    assert verify(code, city.trust, START).reason is Reason.PROOF_UNEXPECTED


def test_a_proof_is_for_one_ticket(city):
    holder = Holder.generate()
    mine, other = (city.issuer.issue(holder.public_key, "metro-2a-day", START, START + DAY) for _ in range(2))
    proof = presentation.decode(holder.present(mine, START))
    code = presentation.encode(other, proof.payload, proof.signature)
    assert verify(code, city.trust, START).reason is Reason.HOLDER_SIGNATURE


def test_a_foreign_issuer_is_unknown_and_cannot_borrow_a_kid(city):
    thief = Issuer.generate()
    holder = Holder.generate()
    ticket = thief.issue(holder.public_key, "metro-2a-day", START, START + DAY)
    assert verify(holder.present(ticket, START), city.trust, START).reason is Reason.UNKNOWN_ISSUER
    forged = cwt.decode_ticket(ticket)
    header = cose.protected_header("EdDSA", city.issuer.public_record().kid)
    signature = thief._signer.sign(cose.to_be_signed(header, forged.payload))
    borrowed = cwt.encode_ticket(header, forged.payload, signature)
    assert verify(holder.present(borrowed, START), city.trust, START).reason is Reason.ISSUER_SIGNATURE


@pytest.mark.parametrize(("alg", "number"), [("EdDSA", ALG_ED25519), ("ES256", ALG_ESP256)])
def test_fully_specified_algorithm_numbers_are_read_too(city, alg, number):
    """RFC 9864: the same algorithms, under numbers that leave nothing open."""
    city.issuer = Issuer.generate(alg)
    key = city.issuer._signer
    header = cbor.encode({HEADER_ALG: number, HEADER_KID: kid(key.public_key)})
    holder, ticket = ticket_of(city)
    payload = cwt.decode_ticket(ticket).payload
    resigned = cwt.encode_ticket(header, payload, key.sign(cose.to_be_signed(header, payload)))
    assert verify(holder.present(resigned, START), city.trust, START).accepted


def test_the_algorithm_is_the_registered_key_s_own(city):
    holder, ticket = ticket_of(city)
    payload = cwt.decode_ticket(ticket).payload
    header = cbor.encode({HEADER_ALG: ALG_ES256, HEADER_KID: city.issuer.public_record().kid})
    signature = city.issuer._signer.sign(cose.to_be_signed(header, payload))
    code = holder.present(cwt.encode_ticket(header, payload, signature), START)
    assert verify(code, city.trust, START).reason is Reason.ALGORITHM_MISMATCH


def test_a_weak_holder_key_is_never_admitted_and_never_verifies(city):
    """The identity point: [S]B = R + [k]A holds for any message when A and R are of small order."""
    identity = bytes([1]) + bytes(31)
    holder, ticket = ticket_of(city, "EdDSA")
    payload = cwt.decode_ticket(ticket).payload.replace(holder.public_key.raw, identity)
    header = cwt.decode_ticket(ticket).protected
    weak = cwt.encode_ticket(header, payload, city.issuer._signer.sign(cose.to_be_signed(header, payload)))
    code = presentation.encode(weak, presentation.encode_proof(presentation.Proof(START)), identity + bytes(32))
    assert verify(code, city.trust, START).reason is Reason.HOLDER_SIGNATURE


def test_an_old_bundle_closes(city):
    holder, ticket = ticket_of(city)
    trust = replace(city.trust, issued_at=START, closed_age=10, soft_age=5)
    code = holder.present(ticket, START)
    flags = [verify(code, trust, START + after).flags for after in (4, 5)]
    assert flags == [frozenset(), {"stale-trust"}]
    assert verify(code, trust, START + 10).reason is Reason.TRUST_EXPIRED


def test_a_batch_gives_the_same_answers(city):
    holder, ticket = ticket_of(city)
    good = holder.present(ticket, START)
    codes = [good, good[:-1], "", presentation.encode(ticket), b"VT1:", good.encode()]
    assert list(verify_batch(codes, city.trust, START)) == [verify(code, city.trust, START) for code in codes]


def test_the_default_time_is_now(city):
    holder, now = Holder.generate(), clock.now()
    ticket = city.issuer.issue(holder.public_key, "metro-2a-day", now - 60, now + 60)
    assert verify(holder.present(ticket), city.trust).accepted
