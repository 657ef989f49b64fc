import difflib
from pathlib import Path

import click

from hanoi_ticket import clock
from hanoi_ticket.claims import Binding, PublicKey
from hanoi_ticket.commands.options import FILE, MOMENT, password_option, secret
from hanoi_ticket.commands.output import Output, hint, when, with_output
from hanoi_ticket.errors import HanoiTicketError
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Area, Product, Rider
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.files import write_atomically
from hanoi_ticket.signing import load_public_key
from hanoi_ticket.standards import MAX_TICKET_ID
from hanoi_ticket.ticket import FileNumbers, Issuer
from hanoi_ticket.trust import TrustBundle
from hanoi_ticket.wire.cwt import decode_ticket

_NEXT = "Count from this number on: where KEY.next is lost, one above every number that this key has given."


@click.command("issue")
@click.argument("path", type=FILE, metavar="TICKET")
@click.option("--key", type=FILE, required=True, help="The issuer's private key; its numbers are counted in KEY.next.")
@password_option
@click.option("--product", required=True, help="A fare product, such as metro-2a-day.")
@click.option("--holder", type=FILE, help="Public key (PEM) of the phone that will hold it; without one it is printed.")
@click.option("--server", is_flag=True, help="The holder's key is a server's, for wallet passes.")
@click.option("--rider", help="Rider category (default: the only one the product has, or ordinary).")
@click.option("--area", help="The area or route that the rider chose, such as bus-32.")
@click.option("--from", "start", type=MOMENT, help="First moment of validity (default: now).")
@click.option("--until", type=MOMENT, help="First moment at which it is over (default: as the product says).")
@click.option("--next", "first", type=click.IntRange(0, MAX_TICKET_ID), help=_NEXT)
@click.option("--trust", type=FILE, help="The signed bundle whose products are sold (default: the Hanoi sample).")
@click.option("--signer", type=FILE, help="Public key (PEM) of the authority that signed it.")
@with_output
def command(  # noqa: PLR0917  an option each
    out: Output,
    path: Path,
    key: Path,
    password: str | None,
    product: str,
    holder: Path | None,
    server: bool,
    rider: str | None,
    area: str | None,
    start: int | None,
    until: int | None,
    first: int | None,
    trust: Path | None,
    signer: Path | None,
) -> None:
    """Sign a ticket of a product in the bundle's catalogue, and write it to the file TICKET."""
    catalogue = _catalogue(trust, signer)
    bought = _product(catalogue, product)
    category, chosen = _rider(catalogue, bought, rider), _area(catalogue, bought, area)
    holder_key = load_public_key(holder) if holder else None
    binding = _binding(bought, holder_key, server=server)
    start = clock.now() if start is None else start
    try:
        end = catalogue.validity(bought, start)[1] if until is None else until
        if first is not None:
            FileNumbers.beside(key).begin(first)
        issuer = Issuer.load(key, secret(password), catalogue=catalogue)
        ticket = issuer.issue(
            holder_key, product, start, end, rider=category.code, area=chosen.number if chosen else 0, binding=binding
        )
    except HanoiTicketError:
        raise
    except (ValueError, OverflowError) as error:
        raise click.UsageError(str(error)) from None
    write_atomically(path, ticket)
    claims = decode_ticket(ticket).claims
    price = catalogue.price(product, category.code, start)
    out.result(
        {
            "ticket": str(path),
            "number": claims.ticket_id,
            "issuer": issuer.public_record().kid.hex(),
            "product": bought.id,
            "rider": category.id,
            "area": chosen.id if chosen else None,
            "binding": binding.name.lower(),
            "valid_from": start,
            "valid_until": end,
            "price": price,
            "currency": catalogue.currency,
            "bytes": len(ticket),
        },
        f"{bought.name_vi} / {bought.name_en}",
        f"number {claims.ticket_id}, {category.name_en}, bound to {binding.name.lower()}, {len(ticket)} bytes",
        f"valid {when(start, catalogue.utc_offset)} to {when(end, catalogue.utc_offset)}",
        "not sold on that day" if price is None else f"price {price:,} {catalogue.currency}",
    )
    hint(f"hanoi-ticket present {path}" + (" --key PHONE.pem --watch" if holder else "  # its one code"))


def _catalogue(trust: Path | None, signer: Path | None) -> Catalogue:
    """What issuer and reader agree on: the same signed bundle."""
    if trust is None and signer is None:
        return hanoi_sample()
    if trust is None or signer is None:
        raise click.UsageError("--trust goes with --signer, the authority's public key")
    return TrustBundle.load(trust, load_public_key(signer)).catalogue


def _product(catalogue: Catalogue, name: str) -> Product:
    found = catalogue.product(name)
    if found is None:
        known = [product.id for product in catalogue.products.values()]
        near = difflib.get_close_matches(name, known, n=3) or known
        raise click.BadParameter(f"no {name!r} in the catalogue; there is {', '.join(near)}", param_hint="--product")
    return found


def _rider(catalogue: Catalogue, product: Product, name: str | None) -> Rider:
    """The category by its id; without one, ordinary, or the only one that the product is sold to."""
    sold = [catalogue.riders[code] for code in sorted(product.riders)]
    if name is None and (len(sold) == 1 or 0 in product.riders):
        return sold[0]
    found = next((rider for rider in sold if rider.id == name), None)
    if found is None:
        raise click.BadParameter(f"{product.id} is for {', '.join(rider.id for rider in sold)}", param_hint="--rider")
    return found


def _area(catalogue: Catalogue, product: Product, name: str | None) -> Area | None:
    if name is None:
        if product.names_area:
            raise click.BadParameter(f"{product.id} is for one area; name it, such as bus-32", param_hint="--area")
        return None
    found = next((area for area in catalogue.areas.values() if area.id == name), None)
    if found is None:
        raise click.BadParameter(f"no area {name!r} in the catalogue", param_hint="--area")
    return found


def _binding(product: Product, holder: PublicKey | None, *, server: bool) -> Binding:
    if server and holder is None:
        raise click.UsageError("--server needs --holder, the server's public key")
    binding = Binding.NONE if holder is None else Binding.SERVER if server else Binding.DEVICE
    if binding not in product.bindings:
        raise click.UsageError(f"{product.id} is not sold {'printed' if holder is None else 'that way'}; give --holder")
    return binding
