"""A folder with keys, tickets, a bundle and a code, and a way to run commands in this process."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hanoi_ticket import Holder, Issuer
from hanoi_ticket.commands import main
from hanoi_ticket.signing import PrivateKey, public_pem
from hanoi_ticket.ticket import FileNumbers, printed
from hanoi_ticket.trust import TrustBundle
from tests.city import DAY, START


@dataclass(frozen=True)
class Desk:
    """Files by name, and the codes that go with them."""

    folder: Path
    code: str
    paper: str

    def path(self, name: str) -> str:
        return str(self.folder / name)

    @property
    def trust(self) -> list[str]:
        return ["--trust", self.path("city.bundle"), "--signer", self.path("authority.pub.pem"), "--at", str(START)]


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    issuer_key, phone_key, authority = (PrivateKey.generate(alg) for alg in ("EdDSA", "ES256", "EdDSA"))
    for name, key in {"issuer": issuer_key, "phone": phone_key, "authority": authority}.items():
        key.save(folder / f"{name}.pem")
        (folder / f"{name}.pub.pem").write_bytes(public_pem(key.public_key))
    FileNumbers.beside(folder / "issuer.pem").begin()
    issuer, phone = Issuer(issuer_key), Holder(phone_key)
    ticket = issuer.issue(phone.public_key, "metro-2a-day", START, START + DAY)
    single = issuer.issue(None, "metro-2a-single", START, START + DAY)
    (folder / "day.ticket").write_bytes(ticket)
    (folder / "single.ticket").write_bytes(single)
    bundle = TrustBundle.of([issuer.public_record()])
    (folder / "city.bundle").write_bytes(bundle.sign(authority, version=1, at=START))
    return Desk(folder, phone.present(ticket, START), printed(single))


@pytest.fixture
def call() -> Callable[..., Result]:
    """Runs one command; whatever happens, it is a message and an exit status, never a traceback."""

    def run(*arguments: object, stdin: bytes | str = b"") -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return run


def lines_of_json(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]
