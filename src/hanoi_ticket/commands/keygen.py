from pathlib import Path

import click

from hanoi_ticket.claims import Alg
from hanoi_ticket.commands.options import FILE, secret
from hanoi_ticket.commands.output import Output, hint, with_output
from hanoi_ticket.files import write_atomically
from hanoi_ticket.signing import PrivateKey, kid, public_pem, thumbprint
from hanoi_ticket.ticket import FileNumbers


@click.command("keygen")
@click.argument("path", type=FILE, metavar="KEY.pem")
@click.option(
    "--alg",
    type=click.Choice(["EdDSA", "ES256"]),
    default="EdDSA",
    show_default=True,
    help="EdDSA for issuers and authorities, ES256 for holders.",
)
@click.option(
    "--password",
    envvar="HANOI_TICKET_PASSWORD",
    show_envvar=True,
    prompt=True,
    prompt_required=False,
    confirmation_prompt=True,
    hide_input=True,
    help="Encrypts the private key; without a value, asks for it twice.",
)
@click.option("--force", is_flag=True, help="Replace a key that is there already.")
@with_output
def command(out: Output, path: Path, alg: Alg, password: str | None, force: bool) -> None:
    """Make a key pair for an issuer, a holder or an authority.

    The private key goes to KEY.pem (PKCS#8, only its owner can read it), the public one to KEY.pub.pem. Beside an EdDSA
    key KEY.pem.next begins to count the tickets that an issuer signs with it; keep the two together.
    """
    public = path.parent / f"{path.stem}.pub.pem"
    taken = [str(file) for file in (path, public) if file.exists()]
    if taken and not force:
        raise click.UsageError(f"{taken[0]} is there already; --force replaces it, and voids what it signed")
    key = PrivateKey.generate(alg)
    key.save(path, secret(password))
    write_atomically(public, public_pem(key.public_key))
    if alg == "EdDSA":
        numbers = FileNumbers.beside(path)
        Path(f"{path}.next").unlink(missing_ok=True)  # a replaced key's
        numbers.begin()
    name = kid(key.public_key).hex()
    out.result(
        {
            "private": str(path),
            "public": str(public),
            "alg": alg,
            "kid": name,
            "thumbprint": thumbprint(key.public_key).hex(),
        },
        f"private key  {path}",
        f"public key   {public}",
        f"kid          {name}",
    )
    if not password:
        hint(f"{path} has no password; keep it where nobody else can read it")
