"""Fixed keys, and a ticket of everything that the format can say."""

from collections.abc import Iterator
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.claims import Alg, Binding, Claims, Proof
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.signing import PrivateKey, kid
from hanoi_ticket.ticket import printed
from hanoi_ticket.wire import cose, cwt

AT: Final = 1_790_000_010
"""2026-09-21 14:13:30 UTC, the beginning of a rotation period."""
ALGS: Final[tuple[Alg, ...]] = ("EdDSA", "ES256")


def fixed_key(alg: Alg, number: int) -> PrivateKey:
    """The same key for the same number, on every machine."""
    if alg == "EdDSA":
        return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
    return PrivateKey(ec.derive_private_key(int.from_bytes(bytes([number]) * 32, "big"), ec.SECP256R1()))


ISSUER: Final = {alg: fixed_key(alg, 1) for alg in ALGS}
HOLDER: Final = {alg: fixed_key(alg, 2) for alg in ALGS}
AUTHORITY: Final = {alg: fixed_key(alg, 3) for alg in ALGS}


def signed(claims: Claims, alg: Alg = "EdDSA") -> bytes:
    """A ticket of these claims under the fixed issuer's key."""
    protected = cose.protected_header(alg, kid(ISSUER[alg].public_key))
    payload = cwt.encode_claims(claims)
    return cwt.encode_ticket(protected, payload, ISSUER[alg].sign(cose.to_be_signed(protected, payload)))


def every_code() -> Iterator[tuple[str, Issuer, Claims, str]]:
    """(name, issuer, claims, code) of every product in every class and rider category, with all four pairs of keys."""
    issuers = {alg: Issuer(ISSUER[alg]) for alg in ALGS}
    for product in hanoi_sample().products.values():
        for binding in sorted(product.bindings):
            for issuer_alg in ALGS:
                for holder_alg in ALGS if binding else ALGS[:1]:
                    holder = Holder(HOLDER[holder_alg])
                    key = holder.public_key if binding else None
                    area = 0xFFFF if product.names_area else 0
                    args = (AT - 60, AT + 86_400, product.number, max(product.riders), area, Binding(binding), key)
                    claims = Claims(0xFFFF_FFFF, *args)
                    ticket = signed(claims, issuer_alg)
                    code = holder.present(ticket, AT) if binding else printed(ticket)
                    yield f"{product.id}-{binding}-{issuer_alg}-{holder_alg}", issuers[issuer_alg], claims, code


PROOFS: Final = [Proof(AT), Proof(0, 0), Proof(AT, 999_999), Proof(AT, None, 3), Proof(2**53 - 1, 999_999, 1)]
