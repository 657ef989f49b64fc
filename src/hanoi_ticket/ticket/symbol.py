"""A code drawn as a QR symbol (ISO/IEC 18004): alphanumeric mode, level M on a screen, Q on paper."""

import io
from typing import Any, Final, Literal

import segno

QUIET_ZONE: Final = 4
"""Modules of white around the symbol, ISO/IEC 18004 section 9.1."""


def symbol(code: str, *, paper: bool = False) -> Any:  # noqa: ANN401  segno ships no types
    """The segno symbol of a code; paper gets level Q, for folds and dirt."""
    return segno.make(code, error="q" if paper else "m", mode="alphanumeric", micro=False, boost_error=False)


def measure(code: str, *, paper: bool = False) -> tuple[str, int]:
    """The version and level of a code's symbol, such as "11-M", and its modules a side."""
    drawn = symbol(code, paper=paper)
    return drawn.designator, drawn.symbol_size(border=0)[0]


def draw(code: str, kind: Literal["png", "svg"] = "png", *, scale: int = 6, paper: bool = False) -> bytes:
    """The image file of a code; `scale` is pixels (or SVG units) a module, three at least for a phone's screen."""
    out = io.BytesIO()
    symbol(code, paper=paper).save(out, kind=kind, scale=scale, border=QUIET_ZONE, light="#fff")
    return out.getvalue()


def in_terminal(code: str, *, paper: bool = False) -> str:
    """The symbol in half blocks, two modules a character cell."""
    out = io.StringIO()
    symbol(code, paper=paper).terminal(out, border=QUIET_ZONE, compact=True)
    return out.getvalue()
