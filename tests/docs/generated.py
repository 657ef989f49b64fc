"""The parts of docs/ that follow from the code. `python -m tests.docs.generated` writes them anew; a test compares.

A part stands between `<!-- NAME -->` and `<!-- end -->` in its page.
"""

import re
from collections.abc import Callable
from pathlib import Path

from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.reasons import Reason
from hanoi_ticket.ticket.symbol import symbol
from hanoi_ticket.wire import cose, presentation
from hanoi_ticket.wire.annotate import GROUPS, annotate
from tests.samples import HOLDER, ISSUER, every_code

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = (
    "VT1:9RGEIJ+D9P60CO0D/R0*MC7BY%KCF3XPM12QCF3BIM+%98L8992441F90X50324V94.34--1412G$UG8JIASKMDM9JAJ"
    "ENKMTZV:5I-TGJQ4EMH.FPPP4H*U100000LVGZ+D10027BJ 3G98+V6T9LUPVVGE.586B94PJ%23.L8-URDYHRTGYFCYY0RD"
    "8/P8A.BXPKK0WI5QT2QS7U*BI0/FDXI.T5G/U:0SAJO:BC4-8CF3BIM1MH/78LD3$UU.6F*NJQC0LYB1HMKNA62A$4P27GZ6"
    "H1SJ2NBOA2FYUJ2O9VAFPOS9M8YMN57A3RHI57/TQZI6535UI::5U0M60D 0"
)
"""A metro day ticket in the class device. ES256 signs with chance, so the holder's signature is kept, not made anew."""
PAPER = "metro-2a-single-1-0-EdDSA-EdDSA"
PHONE = {"ES256": "metro-2a-day-1-EdDSA-ES256", "EdDSA": "metro-2a-day-1-EdDSA-EdDSA"}


def code() -> str:
    return block("text", EXAMPLE)


def dump() -> str:
    """Offset, bytes and meaning; what lies within is indented."""
    rows = []
    for part in annotate(EXAMPLE):
        octets = [part.hex[at : at + 2] for at in range(0, len(part.hex), 2)]
        lines = [" ".join(octets[at : at + 16]) for at in range(0, len(octets), 16)]
        rows.append(f"{part.offset:4}  {lines[0]:47}  {'  ' * part.depth}{part.meaning}")
        rows += [f"      {line}" for line in lines[1:]]
    return block("text", "\n".join(rows))


def expansion() -> str:
    received = presentation.decode(EXAMPLE)
    ticket, alg = received.ticket, received.ticket.claims.holder.alg
    aad = presentation.proof_aad(ticket.raw)
    rows = {
        "level 1, the COSE_Sign1": ticket.expanded(),
        "level 1, what the issuer signs": ticket.to_be_signed(),
        'level 2, external_aad = SHA-256("VT1/proof" || ticket)': aad,
        "level 2, the COSE_Sign1": received.expanded(alg),
        "level 2, what the holder signs": received.to_be_signed(alg),
    }
    return block("text", "\n\n".join(f"{name}\n{wrapped(data)}" for name, data in rows.items()))


def keys() -> str:
    rows = ["| key | algorithm | raw public key |", "|---|---|---|"]
    for name, key in (("issuer", ISSUER["EdDSA"].public_key), ("holder", HOLDER["ES256"].public_key)):
        rows.append(f"| {name} | {key.alg}, {cose.NUMBER[key.alg]} | `{key.raw.hex()}` |")
    return "\n".join(rows)


def budget() -> str:
    """Bytes by group, of codes that the sample's products have."""
    codes = {name: text for name, _, _, text in every_code()}
    columns = {
        "phone, ES256": codes[PHONE["ES256"]],
        "phone, EdDSA": codes[PHONE["EdDSA"]],
        "with a challenge": challenged(),
        "paper": codes[PAPER],
    }
    parts = {name: annotate(text) for name, text in columns.items()}
    rows = ["| bytes of | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns)]
    for group in GROUPS:
        sizes = [sum(part.size for part in found if part.group == group) for found in parts.values()]
        rows.append(f"| {group} | " + " | ".join(str(size or "") for size in sizes) + " |")
    frames = [len(presentation.frame_bytes(text)) for text in columns.values()]
    rows.append("| **whole** | " + " | ".join(f"**{size}**" for size in frames) + " |")
    rows.append("| characters | " + " | ".join(str(len(text)) for text in columns.values()) + " |")
    symbols = [symbol(text, paper=name == "paper").designator for name, text in columns.items()]
    return "\n".join([*rows, "| QR symbol | " + " | ".join(symbols) + " |"])


def challenged() -> str:
    from hanoi_ticket import Holder

    ticket = presentation.decode(EXAMPLE).ticket.raw
    return Holder(HOLDER["ES256"]).present(ticket, 1_790_000_010, challenge=999_999)


def grammar() -> str:
    return block("cddl", (DOCS / "ticket.cddl").read_text("utf-8").rstrip())


def bundle_grammar() -> str:
    return block("cddl", (DOCS / "bundle.cddl").read_text("utf-8").rstrip())


def numbers() -> str:
    """All reasons that a code alone, its signatures, time and trust can meet."""
    found = [f"| {int(reason)} | `{reason.name}` |" for reason in Reason if 1 <= reason < 70]
    return "\n".join(["| number | name |", "|---:|---|", *found])


def reasons() -> str:
    rows = ["| number | name | signal | vi | en |", "|---:|---|---|---|---|"]
    for reason in Reason:
        signal = reason.signal
        rows.append(f"| {int(reason)} | `{reason.name}` | {signal.name} | {reason.text('vi')} | {reason.text('en')} |")
    return "\n".join(rows)


def sample() -> str:
    """How long the codes of the sample's products are."""
    sizes = {0: set(), 1: set(), 2: set()}
    for _, _, claims, text in every_code():
        sizes[int(claims.binding)].add(len(presentation.frame_bytes(text)))
    count = len(hanoi_sample().products)
    return (
        f"Over the {count} products of the sample with the largest ticket number, phone codes take "
        f"{min(sizes[1])} to {max(sizes[1] | sizes[2])} bytes, paper codes {min(sizes[0])} to {max(sizes[0])}."
    )


def block(kind: str, text: str) -> str:
    return f"```{kind}\n{text}\n```"


def wrapped(data: bytes) -> str:
    text = data.hex()
    return "\n".join(text[at : at + 96] for at in range(0, len(text), 96))


PAGES: dict[str, dict[str, Callable[[], str]]] = {
    "format.md": {
        "grammar": grammar,
        "numbers": numbers,
        "keys": keys,
        "code": code,
        "dump": dump,
        "expansion": expansion,
        "budget": budget,
        "sample": sample,
        "bundle grammar": bundle_grammar,
    },
    "validation.md": {"reasons": reasons},
}


def written(page: str) -> str:
    """The page with its parts made anew."""
    text = (DOCS / page).read_text("utf-8")
    for name, part in PAGES[page].items():
        pattern = re.compile(rf"<!-- {name} -->\n.*?<!-- end -->", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"{page} has no one place for {name!r}")
        before, after = pattern.search(text).span()
        text = f"{text[:before]}<!-- {name} -->\n\n{part()}\n\n<!-- end -->{text[after:]}"
    return text


if __name__ == "__main__":
    for page in PAGES:
        (DOCS / page).write_text(written(page), "utf-8")
