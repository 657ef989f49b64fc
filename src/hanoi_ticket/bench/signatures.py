"""How fast is one signature checked, by each path that is here?"""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Final, cast

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils

from hanoi_ticket.bench.native_doors import settled
from hanoi_ticket.bench.question import Question
from hanoi_ticket.bench.timing import Contender
from hanoi_ticket.claims import Alg
from hanoi_ticket.native.cache import NativeRefused
from hanoi_ticket.native.choice import Backend, kernels
from hanoi_ticket.signing import PrivateKey, verify_signature, verify_signatures

MESSAGE_BYTES: Final = 120
BATCH: Final = 256
PEER: Final = "cryptography"
NAMES: Final[dict[Alg, str]] = {"EdDSA": "Ed25519 signatures", "ES256": "P-256 signatures"}


def question(alg: Alg, backends: tuple[Backend, ...]) -> Question:
    """One signature over 120 bytes from Python, against `cryptography` with its key object made beforehand."""
    private, message = PrivateKey.generate(alg), os.urandom(MESSAGE_BYTES)
    key, signature = private.public_key.raw, private.sign(message)
    asked = Question(NAMES[alg], "signature", PEER)
    asked.contenders[PEER] = Contender(_openssl(alg, key, message, signature))
    if alg == "EdDSA":
        _nacl(asked, key, message, signature)
    for backend in backends:
        try:
            kernels(backend)
        except NativeRefused as refused:
            asked.skipped[backend] = str(refused)
            continue
        one = partial(verify_signature, alg, key, message, signature, backend=backend)
        columns = ([part] * BATCH for part in (key, message, signature))
        many = partial(verify_signatures, alg, *columns, backend=backend)
        asked.contenders[f"backend {backend}"] = Contender(settled(one))
        asked.contenders[f"backend {backend}, batch of {BATCH}"] = Contender(many, BATCH)
    return asked


def _openssl(alg: Alg, key: bytes, message: bytes, signature: bytes) -> Callable[[], object]:
    if alg == "EdDSA":
        edwards = ed25519.Ed25519PublicKey.from_public_bytes(key)
        return lambda: edwards.verify(signature, message)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key)
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    der, method = utils.encode_dss_signature(r, s), ec.ECDSA(hashes.SHA256())
    return lambda: point.verify(der, message, method)


def _nacl(asked: Question, key: bytes, message: bytes, signature: bytes) -> None:
    with suppress(ImportError):
        sodium = cast("Callable[..., object]", import_module("nacl.signing").VerifyKey(key).verify)
        asked.contenders["PyNaCl"] = Contender(lambda: sodium(message, signature))
        return
    asked.skipped["PyNaCl"] = "not installed (hint: pip install pynacl)"
