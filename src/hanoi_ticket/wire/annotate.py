"""Where each byte of a code goes: a walk along docs/ticket.cddl that names what it passes. It checks no signature."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from hanoi_ticket.claims import Binding
from hanoi_ticket.errors import Refusal
from hanoi_ticket.reasons import Reason
from hanoi_ticket.standards import (
    CLAIM_CNF,
    CLAIM_CTI,
    CLAIM_EXP,
    CLAIM_FARE,
    CLAIM_NBF,
    CNF_COSE_KEY,
    CRV_ED25519,
    CRV_P256,
    HEADER_ALG,
    HEADER_KID,
    KEY_CRV,
    KEY_KTY,
    KEY_X,
    KEY_Y,
    KTY_EC2,
    KTY_OKP,
)
from hanoi_ticket.wire import cbor, cose, presentation

DEEPEST: Final = 12
"""Levels of arrays, maps and wrapped byte strings; the grammar has eight."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes that belong together. The parts of a code follow one another without gap or overlap."""

    offset: int
    """Bytes from the start of the presentation, or of the ticket."""
    size: int
    depth: int
    """How many arrays, maps and byte strings hold it."""
    hex: str
    meaning: str
    group: str
    """The line of the byte budget (docs/format.md) that it counts to."""


@dataclass(frozen=True, slots=True)
class _Node:
    """One rule of the grammar: its name, and the rules within."""

    name: str
    group: str = "framing"
    show: Callable[[Any], str] = str
    """The value of a leaf in words."""
    items: tuple["_Node", ...] = ()
    entries: Mapping[Any, "_Node"] = field(default_factory=dict)
    inside: "_Node | None" = None
    """What a byte string holds as CBOR."""


def annotate(code: str | bytes) -> list[Part]:
    """The parts of a code's text, or of a ticket's bytes; raises `Refusal` where the bytes are not CBOR of our kind."""
    if isinstance(code, str) or code.startswith(b"VT"):
        return _walk(presentation.frame_bytes(code), _PRESENTATION)
    if len(code) > presentation.MAX_BYTES:
        raise Refusal(Reason.TOO_LONG, f"{len(code)} bytes")
    return _walk(code, _TICKET)


def _walk(data: bytes, root: _Node) -> list[Part]:
    walk = _Walk(data)
    walk.item(root, 0)
    walk.reader.finish()
    return walk.parts


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.reader = cbor.Reader(data)
        self.parts: list[Part] = []

    def item(self, node: _Node, depth: int) -> None:
        """The next item, and all within it."""
        reader, start = self.reader, self.reader.at
        if depth > DEEPEST:
            raise reader.refusal(Reason.BAD_LENGTH)
        major, argument = reader.head(cbor.UINT, cbor.NINT, cbor.BSTR, cbor.TSTR, cbor.ARRAY, cbor.MAP, cbor.SIMPLE)
        if major == cbor.ARRAY:
            self._add(start, depth, f"{node.name}: array of {argument}", node.group)
            for place in range(argument):
                self.item(node.items[place] if place < len(node.items) else _unknown(node.group), depth + 1)
        elif major == cbor.MAP:
            self._add(start, depth, f"{node.name}: map of {argument}", node.group)
            for _ in range(argument):
                self._entry(node, depth + 1)
        elif major == cbor.BSTR and node.inside is not None:
            self._add(start, depth, f"{node.name}: {argument} bytes that hold", node.group)
            self._wrapped(node.inside, argument, depth + 1)
        else:
            reader.at = start
            value = reader.item()
            self._add(start, depth, f"{node.name}: {node.show(value)}", node.group)

    def _entry(self, node: _Node, depth: int) -> None:
        start = self.reader.at
        key = self.reader.integer()
        value = node.entries.get(key) or _unknown(node.group)
        self._add(start, depth, f"key {key}", value.group)
        self.item(value, depth + 1)

    def _wrapped(self, node: _Node, size: int, depth: int) -> None:
        end = self.reader.at + size
        self.item(node, depth)
        if self.reader.at != end:
            raise self.reader.refusal(Reason.BAD_LENGTH)

    def _add(self, start: int, depth: int, meaning: str, group: str) -> None:
        taken = self.reader.data[start : self.reader.at]
        self.parts.append(Part(start, len(taken), depth, taken.hex(), meaning, group))


def _unknown(group: str) -> _Node:
    return _Node("not in the grammar", group)


def _size(value: Any) -> str:  # noqa: ANN401  whatever stands there
    return f"{len(value)} bytes" if isinstance(value, bytes) else repr(value)


def _number(value: Any) -> str:  # noqa: ANN401
    return str(int.from_bytes(value, "big")) if isinstance(value, bytes) else repr(value)


def _time(value: Any) -> str:  # noqa: ANN401
    try:
        return f"{value}, {datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (TypeError, ValueError, OverflowError, OSError):
        return repr(value)


def _named(names: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda value: f"{value}, {names[value]}" if value in names else repr(value)


_ISSUER, _TIMES, _FARE, _HOLDER = "protected header", "times and number", "fare claim", "holder's key"
_PROOF = "proof"
_KIND: Final = {KTY_OKP: "octet key pair", KTY_EC2: "elliptic curve, x and y"}
_CURVE: Final = {CRV_P256: "P-256", CRV_ED25519: "Ed25519"}

_PROTECTED = _Node(
    "protected header",
    _ISSUER,
    entries={
        HEADER_ALG: _Node("alg", _ISSUER, _named(cose.ALGORITHM)),
        HEADER_KID: _Node("kid", _ISSUER, lambda value: value.hex() if isinstance(value, bytes) else repr(value)),
    },
)
_KEY = _Node(
    "COSE_Key",
    _HOLDER,
    entries={
        KEY_KTY: _Node("kty", _HOLDER, _named(_KIND)),
        KEY_CRV: _Node("crv", _HOLDER, _named(_CURVE)),
        KEY_X: _Node("x", _HOLDER, _size),
        KEY_Y: _Node("y", _HOLDER, lambda value: f"sign bit {int(value)}" if isinstance(value, bool) else repr(value)),
    },
)
_CLAIMS = _Node(
    "claims",
    entries={
        CLAIM_EXP: _Node("exp", _TIMES, _time),
        CLAIM_NBF: _Node("nbf", _TIMES, _time),
        CLAIM_CTI: _Node("cti, the ticket number", _TIMES, _number),
        CLAIM_CNF: _Node("cnf", _HOLDER, entries={CNF_COSE_KEY: _KEY}),
        CLAIM_FARE: _Node(
            "fare",
            _FARE,
            items=(
                _Node("product", _FARE),
                _Node("rider", _FARE),
                _Node("area", _FARE),
                _Node("binding", _FARE, _named({int(value): value.name.lower() for value in Binding})),
            ),
        ),
    },
)
_TICKET = _Node(
    "ticket",
    items=(
        _Node("protected", inside=_PROTECTED),
        _Node("claims", inside=_CLAIMS),
        _Node("issuer's signature", "issuer's signature", _size),
    ),
)
_MOMENT = _Node(
    "proof",
    _PROOF,
    items=(_Node("moment", _PROOF, _time), _Node("challenge", _PROOF), _Node("clock", _PROOF)),
)
_PRESENTATION = _Node(
    "presentation",
    items=(
        _Node("ticket", inside=_TICKET),
        _Node("proof", _PROOF, inside=_MOMENT),
        _Node("holder's signature", "holder's signature", _size),
    ),
)
GROUPS: Final = (
    "framing",
    _ISSUER,
    _TIMES,
    _FARE,
    _HOLDER,
    "issuer's signature",
    _PROOF,
    "holder's signature",
)
"""The lines of the byte budget, in the order in which they are first paid."""
