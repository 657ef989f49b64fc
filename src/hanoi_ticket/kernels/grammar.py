"""The grammar of docs/ticket.cddl, one function a production, over the readers of `cbor`.

A production takes the position of its item and the end of what encloses it, writes what it reads to `fields`
(int64, `field.COUNT` of room) and returns the position behind the item, or the negated reason of the first fault.
Every key of a map is known and none repeats, so its count of entries alone tells whether one is missing.
"""

from hanoi_ticket.kernels import field, reason
from hanoi_ticket.kernels.base45 import decode
from hanoi_ticket.kernels.cbor import (
    NULL,
    SIMPLE,
    array,
    big_endian,
    boolean,
    byte_string,
    closed,
    head,
    integer,
    map_key,
    mapping,
    unsigned,
)
from hanoi_ticket.kernels.jit import Bytes, Numbers, kernel, routine

ES256, EDDSA, ESP256, ED25519 = -7, -8, -9, -19
CRV_P256, CRV_ED25519 = 1, 6
KTY, CRV, X, Y = 1, -1, -2, -3
HEADER_ALG, HEADER_KID = 1, 4
CLAIM_EXP, CLAIM_NBF, CLAIM_CTI, CLAIM_CNF, CLAIM_FARE = 4, 5, 7, 8, -65537
COSE_KEY = 1

KID_BYTES, KEY_BYTES, SIGNATURE_BYTES, MAX_ID_BYTES = 4, 32, 64, 4
MAX_SECONDS = 2**53 - 1
MAX_PRODUCT, MAX_RIDER, MAX_AREA, MAX_BINDING = 65535, 23, 65535, 2
MAX_CHALLENGE, MAX_CLOCK = 999_999, 3


@kernel
def parse(text: Bytes, data: Bytes, fields: Numbers) -> int:
    """A code text into its bytes (`data`: uint8, base45.MAX_BYTES of room) and their fields: OK, or the reason."""
    size = decode(text, data)
    if size < 0:
        return -size
    return parse_bytes(data, size, fields)


@kernel
def parse_bytes(data: Bytes, size: int, fields: Numbers) -> int:
    """`size` bytes of a presentation into their fields: OK, or the reason."""
    for k in range(field.COUNT):
        fields[k] = 0
    at = closed(presentation(data, size, fields), size)
    return -at if at < 0 else reason.OK


@routine
def presentation(data: Bytes, end: int, fields: Numbers) -> int:
    """[ticket] / [ticket, proof, signature]"""
    fields[field.CHALLENGE] = field.NO_CHALLENGE
    at, count = array(data, 0, end, 1, 3)
    if count == 2:
        return -reason.BAD_LENGTH
    at = enclosed(data, at, end, fields, field.TICKET)
    at = closed(ticket(data, fields[field.TICKET], at, fields), at)
    if count == 1:
        return at
    at = enclosed(data, at, end, fields, field.PROOF)
    at = closed(proof(data, fields[field.PROOF], at, fields), at)
    at, size = byte_string(data, at, end, SIGNATURE_BYTES, SIGNATURE_BYTES)
    fields[field.HOLDER_SIGNATURE] = at - size
    return at


@routine
def ticket(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """[protected, claims, signature]"""
    at, _ = array(data, at, end, 3, 3)
    at = enclosed(data, at, end, fields, field.PROTECTED)
    at = closed(protected(data, fields[field.PROTECTED], at, fields), at)
    at = enclosed(data, at, end, fields, field.CLAIMS)
    at = coherent(closed(claims(data, fields[field.CLAIMS], at, fields), at), fields)
    at, size = byte_string(data, at, end, SIGNATURE_BYTES, SIGNATURE_BYTES)
    fields[field.ISSUER_SIGNATURE] = at - size
    return at


@routine
def enclosed(data: Bytes, at: int, end: int, fields: Numbers, name: int) -> int:
    """A byte string that holds an item: its position, or the refusal, and its size to `fields`."""
    at, size = byte_string(data, at, end, 0, end)
    fields[name], fields[name + 1] = at - size, size
    return at


@routine
def protected(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """{1: alg, 4: kid}"""
    at, count = mapping(data, at, end)
    key = 0
    for entry in range(count):
        at, key = map_key(data, at, end, entry, key)
        if at < 0:
            return at
        if key == HEADER_ALG:
            at, alg = integer(data, at, end)
            if at > 0 and alg not in (ES256, EDDSA, ESP256, ED25519):
                return -reason.UNSUPPORTED_ALGORITHM
            fields[field.ALG] = alg
        elif key == HEADER_KID:
            at, size = byte_string(data, at, end, KID_BYTES, KID_BYTES)
            fields[field.KID] = big_endian(data, at - size, at)
        else:
            return -reason.UNKNOWN_CONTENT
    return at if at < 0 or count == 2 else -reason.MISSING_CONTENT


@routine
def claims(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """{4: exp, 5: nbf, 7: cti, ? 8: cnf, -65537: fare}"""
    at, count = mapping(data, at, end)
    key = 0
    for entry in range(count):
        at, key = map_key(data, at, end, entry, key)
        if at < 0:
            return at
        if key == CLAIM_EXP:
            at, fields[field.EXP] = unsigned(data, at, end, 0, MAX_SECONDS)
        elif key == CLAIM_NBF:
            at, fields[field.NBF] = unsigned(data, at, end, 0, MAX_SECONDS)
        elif key == CLAIM_CTI:
            at, fields[field.TICKET_ID] = ticket_id(data, at, end)
        elif key == CLAIM_CNF:
            at = confirmation(data, at, end, fields)
        elif key == CLAIM_FARE:
            at = fare(data, at, end, fields)
        else:
            return -reason.UNKNOWN_CONTENT
    expected = 4 if fields[field.CNF_KEY] == field.NO_KEY else 5
    return at if at < 0 or count == expected else -reason.MISSING_CONTENT


@routine
def coherent(at: int, fields: Numbers) -> int:
    """The position, if the claims go together: some time to be valid in, a key exactly where the binding needs one."""
    bound = fields[field.CNF_KEY] != field.NO_KEY
    if at > 0 and (fields[field.EXP] <= fields[field.NBF] or bound != (fields[field.BINDING] != 0)):
        return -reason.BAD_VALUE
    return at


@routine
def ticket_id(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """A number in the fewest bytes, big-endian."""
    at, size = byte_string(data, at, end, 1, MAX_ID_BYTES)
    if size > 1 and data[at - size] == 0:
        return -reason.NON_SHORTEST, 0
    return at, big_endian(data, at - size, at)


@routine
def fare(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """[product, rider, area, binding]"""
    at, _ = array(data, at, end, 4, 4)
    at, fields[field.PRODUCT] = unsigned(data, at, end, 0, MAX_PRODUCT)
    at, fields[field.RIDER] = unsigned(data, at, end, 0, MAX_RIDER)
    at, fields[field.AREA] = unsigned(data, at, end, 0, MAX_AREA)
    at, fields[field.BINDING] = unsigned(data, at, end, 0, MAX_BINDING)
    return at


@routine
def confirmation(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """{1: cose-key}"""
    at, count = mapping(data, at, end)
    key = 0
    for entry in range(count):
        at, key = map_key(data, at, end, entry, key)
        if at < 0:
            return at
        if key != COSE_KEY:
            return -reason.UNKNOWN_CONTENT
        at = cose_key(data, at, end, fields)
    return at if at < 0 or count == 1 else -reason.MISSING_CONTENT


@routine
def cose_key(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """{1: 2, -1: 1, -2: x, -3: sign of y} / {1: 1, -1: 6, -2: x}. The type, first, tells which others are known."""
    at, count = mapping(data, at, end)
    key, kind = 0, field.NO_KEY
    for entry in range(count):
        at, key = map_key(data, at, end, entry, key)
        if at < 0:
            return at
        if key == KTY:
            at, kind = integer(data, at, end)
            if at > 0 and kind not in (field.EC2, field.OKP):
                return -reason.UNSUPPORTED_ALGORITHM
        elif key == CRV and kind != field.NO_KEY:
            at, curve = integer(data, at, end)
            if at > 0 and curve != (CRV_P256 if kind == field.EC2 else CRV_ED25519):
                return -reason.UNSUPPORTED_ALGORITHM
        elif key == X and kind != field.NO_KEY:
            at, size = byte_string(data, at, end, KEY_BYTES, KEY_BYTES)
            fields[field.CNF_X] = at - size
        elif key == Y and kind == field.EC2:
            at, fields[field.CNF_Y] = boolean(data, at, end)
        else:
            return -reason.UNKNOWN_CONTENT
    fields[field.CNF_KEY] = kind
    if at < 0 or count == (4 if kind == field.EC2 else 3):
        return at
    return -reason.MISSING_CONTENT


@routine
def proof(data: Bytes, at: int, end: int, fields: Numbers) -> int:
    """[moment] / [moment, challenge] / [moment, challenge / null, clock]"""
    at, count = array(data, at, end, 1, 3)
    at, fields[field.MOMENT] = unsigned(data, at, end, 0, MAX_SECONDS)
    if count > 1:
        at, fields[field.CHALLENGE] = challenge(data, at, end, count == 3)
    if count > 2:
        at, fields[field.CLOCK] = unsigned(data, at, end, 1, MAX_CLOCK)
    return at


@routine
def challenge(data: Bytes, at: int, end: int, optional: bool) -> tuple[int, int]:
    """At most six digits, or null where it may be absent."""
    after, major, value = head(data, at, end)
    if optional and major == SIMPLE and value == NULL:
        return after, field.NO_CHALLENGE
    return unsigned(data, at, end, 0, MAX_CHALLENGE)
