"""The readers stand outside the library: they use its public names, and one another by relative ones."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "validators").glob("*.py"))
PUBLIC = {
    "hanoi_ticket": {"clock"},
    "hanoi_ticket.validator": set(),
    "hanoi_ticket.signing": set(),
    "hanoi_ticket.errors": {"HanoiTicketError", "JournalRejected", "StoreUnavailable", "TrustRejected"},
    "hanoi_ticket.fares.model": {"Kind"},
    "hanoi_ticket.files": {"read_capped", "write_atomically"},
    "hanoi_ticket.trust.bundle": {"MAX_BYTES"},
    "hanoi_ticket.clock": set(),
    "hanoi_ticket.validator.picture": {"PictureUnreadable", "need_decoder", "read_codes"},
    "hanoi_ticket.validator.outbox": {"hand_over", "settle"},
    "hanoi_ticket.validator.scanner_check": {"layout_damage"},
    "hanoi_ticket.clock.gnss": {"GnssClock"},
    "hanoi_ticket.clock.kernel": {"KernelClock"},
}
"""The modules, and what is public there beside their `__all__`."""


def imports(path: Path) -> list[tuple[str, str]]:
    """(module, name) of each import from outside the package; relative ones begin with a dot."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [("." * node.level + (node.module or ""), alias.name) for alias in node.names]
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_reader_uses_public_names_only(path: Path) -> None:
    for module, name in imports(path):
        assert module.split(".")[0] != "validators", "absolute imports break once it is installed under another name"
        if module.split(".")[0] == "hanoi_ticket":
            assert module in PUBLIC, module
            public = PUBLIC[module] | set(getattr(importlib.import_module(module), "__all__", ()))
            assert name in public, f"{module}.{name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_a_reader_touches_no_private_parts(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.startswith("__"):
            assert isinstance(node.value, ast.Name), ast.unparse(node)
            assert node.value.id == "self", ast.unparse(node)
