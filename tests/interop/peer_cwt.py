"""python-cwt behind a pipe: a JSON request on standard input, its answers on standard output. It imports nothing of us.

    {"verify": [{"message", "key", "aad"}], "sign": [{"alg", "kid", "payload", "key", "aad"}]}
    {"verified": [payload or null], "signed": [message]}

Keys are JWKs, bytes are in hex.
"""

import json
import sys
from typing import Any

import cbor2
from cwt import COSE, COSEKey


def named(key: dict[str, str], message: str) -> Any:  # the library exports no name for a key
    """The key under the kid of the message: this library will not try a key of no name."""
    header = cbor2.loads(cbor2.loads(bytes.fromhex(message)).value[0])
    return COSEKey.new({**COSEKey.from_jwk(key).to_dict(), **({2: header[4]} if 4 in header else {})})


def verify(message: str, key: dict[str, str], aad: str) -> str | None:
    try:
        payload = COSE.new().decode(bytes.fromhex(message), named(key, message), external_aad=bytes.fromhex(aad))
    except Exception as error:  # noqa: BLE001  whatever the peer raises is its refusal
        sys.stderr.write(f"{error!r}\n")
        return None
    return payload.hex()


def sign(alg: int, kid: str, payload: str, key: dict[str, str], aad: str) -> str:
    protected = {1: alg, 4: bytes.fromhex(kid)} if kid else {1: alg}
    signer = COSEKey.from_jwk(key)
    return COSE.new().encode(bytes.fromhex(payload), signer, protected, external_aad=bytes.fromhex(aad)).hex()


request = json.load(sys.stdin)
answer = {
    "verified": [verify(**item) for item in request.get("verify", [])],
    "signed": [sign(**item) for item in request.get("sign", [])],
}
json.dump(answer, sys.stdout)
