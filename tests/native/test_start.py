"""What a process imports before its first verdict: a reader at a gate starts in the time of one breath."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.native import cache
from tests.city import DAY, START
from tests.samples import fixed_key

SRC = Path(cache.__file__).parents[2]
FIRST_VERDICT = """
from hanoi_ticket import TrustBundle, verify
from hanoi_ticket.claims import PublicKey
from hanoi_ticket.trust import IssuerRecord
from hanoi_ticket.fares.catalogue import Catalogue
issuer = IssuerRecord(PublicKey("EdDSA", bytes.fromhex(sys.argv[1])))
trust = TrustBundle.of([issuer], catalogue=Catalogue.of("VND", 25200, [], [], []))
assert verify(sys.argv[2], trust, int(sys.argv[3])).accepted
"""
COMPILERS = {"numba", "llvmlite", "numpy"}
HEAVY = {"click", "cryptography", "importlib.resources", "logging", "pathlib", "sqlite3", "subprocess", "tempfile"}


def loaded(program: str, *arguments: str, **environment: str) -> set[str]:
    """The modules that a program has imported at its end."""
    command = [sys.executable, "-c", f"import sys\n{program}\nprint(*sys.modules)", *arguments]
    settings = {**os.environ, "PYTHONPATH": str(SRC), **environment}
    result = subprocess.run(command, env=settings, capture_output=True, text=True, check=True)
    return set(result.stdout.split())


@pytest.fixture
def genuine() -> list[str]:
    """An issuer's key, a code and its moment, as the program takes them."""
    signer, holder = fixed_key("EdDSA", 1), Holder.generate()
    ticket = Issuer(signer).issue(holder.public_key, "metro-2a-day", START, START + DAY)
    return [signer.public_key.raw.hex(), holder.present(ticket, START), str(START)]


def test_importing_the_package_imports_no_compiler():
    assert not (COMPILERS | HEAVY) & loaded("import hanoi_ticket; hanoi_ticket.verify")


def test_a_first_verdict_by_the_library_needs_nothing_heavy(place, genuine):
    modules = loaded(FIRST_VERDICT, *genuine, HANOI_TICKET_NATIVE=str(place.parent), HANOI_TICKET_BACKEND="native")
    assert not (COMPILERS | HEAVY) & modules


def test_a_first_verdict_by_openssl_needs_no_compiler(genuine):
    modules = loaded(FIRST_VERDICT, *genuine, HANOI_TICKET_BACKEND="openssl")
    assert "cryptography" in modules
    assert not COMPILERS & modules
