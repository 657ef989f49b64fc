"""Both levels as values and as bytes: what goes in comes out, and stands in the expanded standard messages."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanoi_ticket.claims import Binding, Claims, Proof, PublicKey
from hanoi_ticket.errors import Refusal
from hanoi_ticket.standards import MAX_SECONDS, MAX_TICKET_ID
from hanoi_ticket.wire import base45, cbor, cose, cwt, presentation
from tests.samples import AT, HOLDER, PROOFS, every_code

X = bytes(range(32))
KEYS = [PublicKey("EdDSA", X), PublicKey("ES256", b"\x02" + X), PublicKey("ES256", b"\x03" + X)]


@st.composite
def every_claim(draw):
    start = draw(st.integers(0, MAX_SECONDS - 1))
    binding = draw(st.sampled_from(Binding))
    return Claims(
        ticket_id=draw(st.integers(0, MAX_TICKET_ID)),
        valid_from=start,
        valid_until=draw(st.integers(start + 1, MAX_SECONDS)),
        product=draw(st.integers(0, 0xFFFF)),
        rider=draw(st.integers(0, 23)),
        area=draw(st.integers(0, 0xFFFF)),
        binding=binding,
        holder=draw(st.sampled_from(KEYS)) if binding else None,
    )


proofs = st.builds(
    Proof,
    st.integers(0, MAX_SECONDS),
    st.none() | st.integers(0, 999_999),
    st.integers(0, 3),
)


@given(every_claim())
def test_claims_come_back(claims):
    data = cwt.encode_claims(claims)
    assert cwt.decode_claims(cbor.Reader(data)) == claims
    assert cbor2.loads(data)[4] == claims.valid_until


@given(proofs)
def test_proofs_come_back(proof):
    assert presentation.decode_proof(presentation.encode_proof(proof)) == proof


@given(every_claim(), proofs, st.sampled_from(["EdDSA", "ES256"]))
def test_a_code_says_what_went_in(claims, proof, alg):
    protected, payload = cose.protected_header(alg, b"kid1"), cwt.encode_claims(claims)
    ticket = cwt.encode_ticket(protected, payload, bytes(64))
    signed = presentation.encode_proof(proof)
    code = presentation.encode(ticket, signed, bytes([1]) * 64)
    received = presentation.decode(code)
    assert (received.ticket.claims, received.proof) == (claims, proof)
    assert (received.ticket.raw, received.ticket.alg, received.ticket.kid) == (ticket, alg, b"kid1")
    assert presentation.decode(code.encode()) == received
    assert len(code) <= presentation.MAX_CHARACTERS


def test_the_longest_code_of_the_grammar():
    big = MAX_SECONDS
    claims = Claims(MAX_TICKET_ID, big - 1, big, 0xFFFF, 23, 0xFFFF, Binding.SERVER, KEYS[1])
    ticket = cwt.encode_ticket(cose.protected_header("EdDSA", b"kid1"), cwt.encode_claims(claims), bytes(64))
    frame = cbor.encode([ticket, presentation.encode_proof(Proof(big, 999_999, 3)), bytes(64)])
    assert len(frame) == 251
    longest = presentation.MAX_BYTES
    assert longest - 2 < len(frame) <= longest
    assert len(presentation.PREFIX + base45.encode(bytes(longest))) == presentation.MAX_CHARACTERS


def test_both_levels_expand_into_what_any_cose_library_reads():
    for name, _, claims, code in every_code():
        received = presentation.decode(code)
        level1 = cbor2.loads(received.ticket.expanded())
        assert level1.tag == 18, name
        assert list(level1.value) == [received.ticket.protected, {}, received.ticket.payload, received.ticket.signature]
        if claims.holder:
            level2 = cbor2.loads(received.expanded(claims.holder.alg)).value
            assert cbor2.loads(level2[0]) == {1: {"EdDSA": -8, "ES256": -7}[claims.holder.alg]}
            assert cbor2.loads(level2[2]) == [AT]


def test_proofs_of_every_length():
    assert [len(cbor2.loads(presentation.encode_proof(proof))) for proof in PROOFS] == [1, 2, 2, 3, 3]


def test_a_holder_presents_only_what_is_bound_to_him():
    from hanoi_ticket import Holder
    from hanoi_ticket.ticket import printed

    codes = {binding: code for _, _, claims, code in every_code() for binding in [claims.binding]}
    paper = presentation.decode(codes[Binding.NONE]).ticket.raw
    bound = presentation.decode(codes[Binding.DEVICE]).ticket.raw
    with pytest.raises(ValueError, match="not bound"):
        Holder(HOLDER["EdDSA"]).present(paper, AT)
    with pytest.raises(ValueError, match="bound to a key"):
        printed(bound)
    with pytest.raises(Refusal):
        Holder(HOLDER["EdDSA"]).present(b"", AT)
