"""What is sold: every product with its number, its price on a day, and whom it is for."""

from pathlib import Path

import click
from rich.table import Table

from hanoi_ticket import clock
from hanoi_ticket.commands.fares import feed_option, load
from hanoi_ticket.commands.options import at_option
from hanoi_ticket.commands.output import Output, with_output
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Product


@click.command("products")
@at_option
@feed_option
@with_output
def command(out: Output, at: int | None, feed: Path | None) -> None:
    """List the products of a feed with their prices on a day."""
    catalogue = load(feed)
    moment = clock.now() if at is None else at
    table = Table("number", "product", catalogue.currency, "for", "name", box=None, pad_edge=False)
    for product in catalogue.products.values():
        prices = _prices(catalogue, product, moment)
        if out.as_json:
            out.result(_value(product, prices))
        shown = " / ".join(sorted({f"{amount:,}" for amount in prices.values()})) or "not sold"
        table.add_row(str(product.number), product.id, shown, " ".join(prices), product.name_vi)
    if not out.as_json:
        out.console.print(table)


def _prices(catalogue: Catalogue, product: Product, at: int) -> dict[str, int]:
    prices = {catalogue.riders[rider].id: catalogue.price(product.number, rider, at) for rider in product.riders}
    return {rider: amount for rider, amount in sorted(prices.items()) if amount is not None}


def _value(product: Product, prices: dict[str, int]) -> dict[str, object]:
    return {
        "number": product.number,
        "product": product.id,
        "kind": product.kind.name.lower(),
        "modes": sorted(product.modes),
        "bindings": sorted(binding.name.lower() for binding in product.bindings),
        "prices": prices,
        "name_vi": product.name_vi,
        "name_en": product.name_en,
    }
