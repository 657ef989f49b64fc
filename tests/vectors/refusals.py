"""Writes refusals.json: a code for every rule of docs/format.md that a verifier can break, and what it must answer.

Run from the repository's root: `python -m tests.vectors.refusals`. The keys are fixed, Ed25519 signs deterministically,
and each code is put together from cbor2's encodings of its parts, so the file comes out the same every time.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import base45
import cbor2

from hanoi_ticket.reasons import Reason
from hanoi_ticket.signing import kid
from tests.samples import AT, HOLDER, ISSUER

FILE = Path(__file__).with_name("refusals.json")
KID = kid(ISSUER["EdDSA"].public_key)
X = HOLDER["EdDSA"].public_key.raw
OKP = {1: 1, -1: 6, -2: X}
EC2 = {1: 2, -1: 1, -2: HOLDER["ES256"].public_key.raw[1:], -3: HOLDER["ES256"].public_key.raw[0] == 3}
CLAIMS: dict[int, Any] = {4: AT + 3600, 5: AT - 60, 7: b"\x07", 8: {1: OKP}, -65537: [110, 0, 0, 1]}
PRINTED: dict[int, Any] = {4: AT + 3600, 5: AT - 60, 7: b"\x07", -65537: [101, 0, 0, 0]}

Vector = tuple[str, str, Reason, list[str], str]


def code(data: bytes) -> str:
    return "VT1:" + base45.b45encode(data).decode()


def header(alg: Any = -8, name: bytes = KID) -> bytes:
    return cbor2.dumps({1: alg, 4: name})


def ticket(claims: Any = CLAIMS, protected: bytes | None = None, signer: Any = ISSUER["EdDSA"]) -> bytes:
    """`claims` may be bytes, to break what cbor2 would mend."""
    protected = header() if protected is None else protected
    payload = claims if isinstance(claims, bytes) else cbor2.dumps(claims)
    return cbor2.dumps([protected, payload, signer.sign(cbor2.dumps(["Signature1", protected, b"", payload]))])


def presented(level1: bytes | None = None, proof: Any = (AT,), signer: Any = HOLDER["EdDSA"]) -> bytes:
    level1 = ticket() if level1 is None else level1
    payload = proof if isinstance(proof, bytes) else cbor2.dumps(list(proof))
    aad = hashlib.sha256(b"VT1/proof" + level1).digest()
    return cbor2.dumps([level1, payload, signer.sign(cbor2.dumps(["Signature1", cbor2.dumps({1: -8}), aad, payload]))])


def claimed(changes: dict[int, Any] | bytes) -> str:
    """The code of a ticket whose claims are these bytes, or the usual ones with `changes` (None takes one away)."""
    if isinstance(changes, dict):
        changes = {key: value for key, value in {**CLAIMS, **changes}.items() if value is not None}
    return code(presented(ticket(changes)))


def named(protected: bytes) -> str:
    return code(presented(ticket(protected=protected)))


def proved(proof: Any) -> str:
    return code(presented(proof=proof))


def keyed(key: Any) -> str:
    return claimed({8: {1: key}})


def texts() -> Iterator[Vector]:
    whole = code(presented())
    yield "too-long", "VT1:" + "0" * 379, Reason.TOO_LONG, ["text"], "383 characters"
    yield "too-long-anything", "x" * 10_000, Reason.TOO_LONG, ["text"], "length comes before all else"
    yield "empty", "", Reason.WRONG_PREFIX, ["text"], "no prefix"
    yield "lower-case", "vt1:" + whole[4:], Reason.WRONG_PREFIX, ["text"], "the prefix is upper case"
    yield "space-before", " " + whole, Reason.WRONG_PREFIX, ["text"], "nothing is stripped"
    yield "version-zero", "VT01:" + whole[4:], Reason.WRONG_PREFIX, ["text"], "a version has no leading zero"
    yield "version-two", "VT2:" + whole[4:], Reason.UNSUPPORTED_VERSION, ["text"], "a version that may come"
    yield "version-ten", "VT10:", Reason.UNSUPPORTED_VERSION, ["text"], "versions may have more digits"
    yield "alphabet", whole[:-1] + "a", Reason.BASE45_CHARACTER, ["base45"], "a lower-case letter"
    yield "beyond-ascii", whole[:-1] + "Đ", Reason.BASE45_CHARACTER, ["base45"], "a character outside ASCII"
    yield "newline-within", "VT1:BB8\nBB8", Reason.BASE45_CHARACTER, ["base45"], "a newline that is not at the end"
    yield (
        "newline",
        whole + "\n",
        Reason.TRAILING_DATA,
        ["base45"],
        "the reader strips the terminator, not the verifier",
    )
    yield "crlf", whole + "\r\n", Reason.TRAILING_DATA, ["base45"], "nor this one"
    yield "length-1-mod-3", "VT1:BB8B", Reason.BASE45_LENGTH, ["base45"], "no bytes have 4 characters"
    yield "zzz", "VT1:ZZZ", Reason.BASE45_OVERFLOW, ["base45"], "a triplet above 65535"
    yield "colons", whole[:7] + ":::" + whole[10:], Reason.BASE45_OVERFLOW, ["base45"], "the largest triplet"
    yield "pair", "VT1:V5", Reason.BASE45_OVERFLOW, ["base45"], "a pair of 256"


def heads() -> Iterator[Vector]:
    data = presented()
    yield "no-bytes", "VT1:", Reason.TRUNCATED, ["cbor"], "no item at all"
    yield "cut", code(data[:-1]), Reason.TRUNCATED, ["cbor"], "the last byte is missing"
    yield "cut-argument", code(b"\x83\x58"), Reason.TRUNCATED, ["cbor"], "a head without its argument"
    yield "long-bstr", code(b"\x81\x5b" + b"\xff" * 8), Reason.TRUNCATED, ["cbor"], "2^64 - 1 bytes are declared"
    yield "byte-after", code(data + b"\x00"), Reason.TRAILING_DATA, ["cbor"], "a byte behind the presentation"
    inner = claimed(cbor2.dumps(CLAIMS) + b"\x00")
    yield "byte-after-claims", inner, Reason.TRAILING_DATA, ["cbor"], "a byte behind the claims, inside their string"
    yield "reserved", code(b"\x9c"), Reason.RESERVED_HEAD, ["cbor"], "additional information 28"
    yield "indefinite-array", code(b"\x9f" + data[1:] + b"\xff"), Reason.INDEFINITE_LENGTH, ["cbor"], "an open array"
    yield "indefinite-map", claimed(b"\xbf\xff"), Reason.INDEFINITE_LENGTH, ["cbor"], "an open map"
    yield "long-head", code(b"\x98\x03" + data[1:]), Reason.NON_SHORTEST, ["cbor"], "3 in two bytes"
    yield (
        "long-integer",
        proved(bytes.fromhex("811b00000000") + AT.to_bytes(4)),
        Reason.NON_SHORTEST,
        ["cbor"],
        "eight bytes",
    )
    yield "long-cti", claimed({7: b"\x00\x07"}), Reason.NON_SHORTEST, ["claims"], "a ticket number with a leading zero"
    yield "float", proved([float(AT)]), Reason.FLOAT, ["cbor"], "a moment as a float"
    yield "half-float", claimed({4: 0.5}), Reason.FLOAT, ["cbor"], "exp as a float of two bytes"
    yield "tag", code(b"\xd2" + data), Reason.TAG, ["cbor"], "the tag of a COSE_Sign1"
    yield "tagged-time", claimed({4: cbor2.CBORTag(1, AT)}), Reason.TAG, ["cbor"], "a tagged time"
    yield "map-for-array", code(b"\xa0"), Reason.UNEXPECTED_TYPE, ["cbor"], "a map where the presentation is"
    yield "text-for-bytes", claimed({7: "7"}), Reason.UNEXPECTED_TYPE, ["claims"], "cti as text"
    yield "negative-time", claimed({4: -1}), Reason.UNEXPECTED_TYPE, ["claims"], "exp below zero"
    yield "text-key", claimed({"exp": 1}), Reason.UNEXPECTED_TYPE, ["claims"], "a claim by name"


def maps() -> Iterator[Vector]:
    entries = {key: cbor2.dumps(key) + cbor2.dumps(value) for key, value in CLAIMS.items()}
    twice = b"\xa6" + entries[4] + b"".join(entries.values())
    swapped = b"\xa5" + entries[5] + entries[4] + entries[7] + entries[8] + entries[-65537]
    yield "duplicate", claimed(twice), Reason.DUPLICATE_KEY, ["claims"], "exp twice"
    yield "order", claimed(swapped), Reason.KEY_ORDER, ["claims"], "nbf before exp"
    yield "unknown-claim", claimed(cbor2.dumps({1: "iss", **CLAIMS})), Reason.UNKNOWN_CONTENT, ["claims"], "iss"
    critical = cbor2.dumps({1: -8, 2: [99], 4: KID})
    yield "critical", named(critical), Reason.UNKNOWN_CONTENT, ["header"], "a crit header: nothing is critical in VT1"
    chain = cbor2.dumps({1: -8, 4: KID, 33: b"cert"})
    yield "x5chain", named(chain), Reason.UNKNOWN_CONTENT, ["header"], "an embedded certificate"
    yield "key-in-key", keyed({1: 1, 2: b"k", -1: 6, -2: X}), Reason.UNKNOWN_CONTENT, ["cnf"], "a kid in the COSE_Key"
    yield "no-exp", claimed({4: None}), Reason.MISSING_CONTENT, ["claims"], "a ticket without an end"
    yield "no-kid", named(cbor2.dumps({1: -8})), Reason.MISSING_CONTENT, ["header"], "no key is hinted at"
    yield "no-fare", claimed({-65537: None}), Reason.MISSING_CONTENT, ["claims"], "nothing was bought"
    yield "many-claims", claimed(cbor2.dumps(dict.fromkeys(range(9)))), Reason.BAD_LENGTH, ["claims"], "nine entries"


def values() -> Iterator[Vector]:
    yield "two-parts", code(cbor2.dumps([ticket(), b""])), Reason.BAD_LENGTH, ["cbor"], "an array of two"
    short = cbor2.dumps([ticket(), cbor2.dumps([AT]), bytes(63)])
    yield "short-signature", code(short), Reason.BAD_LENGTH, ["cbor"], "63 bytes"
    yield "long-kid", named(header(name=bytes(8))), Reason.BAD_LENGTH, ["header"], "eight bytes"
    yield "empty-cti", claimed({7: b""}), Reason.BAD_LENGTH, ["claims"], "no ticket number"
    yield "large-cti", claimed({7: b"\x01" * 5}), Reason.BAD_LENGTH, ["claims"], "five bytes"
    yield "short-key", keyed({**OKP, -2: X[1:]}), Reason.BAD_LENGTH, ["cnf"], "31 bytes"
    yield "large-time", claimed({4: 2**53}), Reason.BAD_VALUE, ["claims"], "exp above 2^53 - 1"
    yield "empty-validity", claimed({4: AT, 5: AT}), Reason.BAD_VALUE, ["claims"], "exp is not after nbf"
    yield "cnf-stripped", claimed({8: None}), Reason.BAD_VALUE, ["claims"], "class device without cnf"
    yield "cnf-printed", claimed({-65537: [101, 0, 0, 0]}), Reason.BAD_VALUE, ["claims"], "class none with cnf"
    yield "binding", claimed({-65537: [101, 0, 0, 3]}), Reason.BAD_VALUE, ["claims"], "a class that is not"
    yield "rider", claimed({-65537: [101, 24, 0, 1]}), Reason.BAD_VALUE, ["claims"], "above 23"
    yield "challenge", proved([AT, 1_000_000]), Reason.BAD_VALUE, ["proof"], "seven digits"
    yield "clock-zero", proved([AT, None, 0]), Reason.BAD_VALUE, ["proof"], "the default is left out"
    yield "null-challenge", proved([AT, None]), Reason.UNEXPECTED_TYPE, ["proof"], "no challenge is left out too"
    for number, name in [(-35, "es384"), (5, "hmac"), (0, "none"), (-257, "rs256")]:
        yield f"alg-{name}", named(header(number)), Reason.UNSUPPORTED_ALGORITHM, ["header"], f"alg {number}"
    p384 = {**EC2, -1: 2}
    yield "p-384", keyed(p384), Reason.UNSUPPORTED_ALGORITHM, ["cnf"], "a holder's key on another curve"


def signatures() -> Iterator[Vector]:
    printed = cbor2.dumps([ticket(PRINTED)])
    other = HOLDER["EdDSA"]
    unknown = ticket(protected=header(name=b"none"))
    yield "unknown-issuer", code(presented(unknown)), Reason.UNKNOWN_ISSUER, ["issuer"], "no key of that kid"
    mixed = ticket(protected=header(-7))
    yield "alg-of-another", code(presented(mixed)), Reason.ALGORITHM_MISMATCH, ["issuer"], "ES256 under an Ed25519 key"
    forged = ticket(signer=other)
    yield "forged", code(presented(forged)), Reason.ISSUER_SIGNATURE, ["issuer"], "signed by the holder himself"
    yield "stripped", code(cbor2.dumps([ticket()])), Reason.PROOF_MISSING, ["holder"], "the proof was taken away"
    added = code(presented(ticket(PRINTED)))
    yield "proof-on-paper", added, Reason.PROOF_UNEXPECTED, ["holder"], "a printed ticket with a proof"
    own = ticket({**CLAIMS, 8: {1: {**OKP, -2: ISSUER["EdDSA"].public_key.raw}}})
    itself = code(presented(own, signer=ISSUER["EdDSA"]))
    yield "issuer-as-holder", itself, Reason.HOLDER_KEY, ["holder"], "an issuer's key stands for a phone's"
    stolen = code(presented(signer=ISSUER["EdDSA"]))
    yield "another-phone", stolen, Reason.HOLDER_SIGNATURE, ["holder"], "another key signed the moment"
    moved = cbor2.loads(presented())
    moved[0] = ticket({**CLAIMS, 7: b"\x08"})
    yield "moved-proof", code(cbor2.dumps(moved)), Reason.HOLDER_SIGNATURE, ["holder"], "the proof of another ticket"
    yield "expired", claimed({4: AT}), Reason.EXPIRED, ["time"], "exp is the first second too late"
    yield "too-soon", claimed({5: AT + 1}), Reason.NOT_YET_VALID, ["time"], "nbf lies ahead"
    yield "old", proved([AT - 46]), Reason.CODE_TOO_OLD, ["time"], "46 seconds; a metro takes 45"
    yield "early", proved([AT + 16]), Reason.CODE_FROM_FUTURE, ["time"], "16 seconds; a metro takes 15"
    yield "good", code(presented()), Reason.OK, ["accepted"], "class device"
    yield "good-edge", proved([AT - 45, 123_456, 3]), Reason.OK, ["accepted"], "as old as a metro takes, all fields"
    yield "good-printed", code(printed), Reason.OK, ["accepted"], "class none"


def document() -> dict[str, Any]:
    rows = [*texts(), *heads(), *maps(), *values(), *signatures()]
    return {
        "about": "Codes and the answer of a verifier that keeps no state; rules in docs/format.md",
        "at": AT,
        "freshness": {"early": 15, "late": 45},
        "issuers": [{"alg": "EdDSA", "kid": KID.hex(), "public_key": ISSUER["EdDSA"].public_key.raw.hex()}],
        "vectors": [
            {"id": name, "code": text, "number": int(reason), "reason": reason.name, "flags": flags, "why": why}
            for name, text, reason, flags, why in rows
        ],
    }


def text() -> str:
    return json.dumps(document(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FILE.write_text(text(), "utf-8")
