"""What every measurement is about: an issuer (Ed25519), a phone (P-256), day tickets, and a reader that trusts them."""

import hashlib
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from hanoi_ticket.ticket import Holder, Issuer
from hanoi_ticket.trust import TrustBundle

NOW: Final = 1_795_312_800
DAY: Final = 86_400
PRODUCT: Final = "metro-2a-day"


class Scene:
    def __init__(self) -> None:
        self.issuer, self.phone = Issuer.generate("EdDSA"), Holder.generate("ES256")
        self.trust = TrustBundle.of([self.issuer.public_record()])
        self.code = self.new_code()

    def new_code(self, at: int = NOW) -> str:
        """The code of a ticket that nobody has seen yet."""
        return self._code_by(self.phone, at)

    def new_riders_code(self) -> str:
        """The code of a ticket and a phone that nobody has seen yet."""
        return self._code_by(Holder.generate("ES256"), NOW)

    def _code_by(self, phone: Holder, at: int) -> str:
        return phone.present(self.issuer.issue(phone.public_key, PRODUCT, NOW - DAY, NOW + DAY), at)


def usual_reader(scene: Scene) -> Callable[[], object] | None:
    """The same two signatures by the usual packages, with none of the strictness; None without base45."""
    decode = None
    with suppress(ImportError):
        decode = import_module("base45").b45decode
    if decode is None:
        return None
    record = scene.issuer.public_record()
    keys = {record.kid: ed25519.Ed25519PublicKey.from_public_bytes(record.key.raw)}

    def read() -> int:
        ticket, proof, signature = cbor2.loads(decode(scene.code[4:]))
        protected, payload, issued = cbor2.loads(ticket)
        keys[cbor2.loads(protected)[4]].verify(issued, cbor2.dumps(["Signature1", protected, b"", payload]))
        cose = cbor2.loads(payload)[8][1]
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes([2 + cose[-3]]) + cose[-2])
        aad = hashlib.sha256(b"VT1/proof" + ticket).digest()
        message = cbor2.dumps(["Signature1", cbor2.dumps({1: -7}), aad, proof])
        r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        point.verify(utils.encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
        return int(cbor2.loads(proof)[0])

    return read
