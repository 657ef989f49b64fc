"""Feeds and prices: is a GTFS Fares v2 feed sound, and what does a ride cost."""

import unicodedata
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

import click
from rich.table import Table

from hanoi_ticket import clock
from hanoi_ticket.commands.options import FILE, at_option
from hanoi_ticket.commands.output import Exit, Output, hint, leave, note, when, with_output
from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.journey import Leg
from hanoi_ticket.fares.model import Area, Kind, Product, Rider
from hanoi_ticket.fares.reader import read_feed
from hanoi_ticket.fares.rides import Ride
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.fares.value import to_value
from hanoi_ticket.reasons import Reason
from hanoi_ticket.wire import cbor

feed_option = click.option("--feed", type=FILE, help="A GTFS feed, directory or zip (default: the Hanoi sample).")
Named = TypeVar("Named", Area, Rider)


@click.group("fares")
def command() -> None:
    """Check fare feeds and price rides."""


@command.command()
@click.argument("feed", type=FILE, metavar="FEED")
@with_output
def check(out: Output, feed: Path) -> None:
    """Read a GTFS Fares v2 feed with its product table, directory or zip.

    Exit status 1 when it breaks a rule; the message names file, line and field.
    """
    if not feed.exists():
        raise FileNotFoundError(2, "No such feed", str(feed))
    try:
        catalogue = read_feed(feed)
    except FaresRejected as error:
        where = {"file": error.file, "line": error.line, "field": error.field, "problem": error.problem}
        out.result({"sound": False, **where}, f"✗ {error}")
        hint("docs/fares.md lists the files and what each field may hold")
        leave(Exit.REFUSE)
    found = {
        "products": len(catalogue.products),
        "areas": len(catalogue.areas),
        "riders": len(catalogue.riders),
        "leg_rules": len(catalogue.rules.legs),
        "transfer_rules": len(catalogue.rules.transfers),
        "bundle_bytes": len(cbor.encode(to_value(catalogue))),
    }
    out.result({"sound": True, **found}, "✓ " + ", ".join(f"{count} {name}" for name, count in found.items()))


@command.command()
@click.option("--from", "start", required=True, metavar="PLACE", help="Station, route or car park: id, number or name.")
@click.option("--to", "end", metavar="PLACE", help="Where the ride ends (default: where it starts, as on a bus).")
@click.option(
    "--via",
    "changes",
    multiple=True,
    metavar="OUT[/IN]",
    help="A change, in order: out at OUT, and in at IN where that is another place.",
)
@click.option(
    "--minutes", type=click.IntRange(0, 1440), default=30, show_default=True, help="From one leg's start to the next's."
)
@click.option("--class", "category", default="ordinary", show_default=True, help="Rider category.")
@at_option
@feed_option
@with_output
def price(  # noqa: PLR0917  an option each
    out: Output,
    start: str,
    end: str | None,
    changes: tuple[str, ...],
    minutes: int,
    category: str,
    at: int | None,
    feed: Path | None,
) -> None:
    """Price a ride: the single that it takes, and the passes that cover it.

    With --via, a journey of several legs: what each adds, transfers and joins included. Exit status 1 when
    nothing is sold for it.
    """
    catalogue = load(feed)
    rider = find(catalogue.riders.values(), "--class", category, lambda row: row.code)
    moment = clock.now() if at is None else at
    if changes:
        _price_journey(out, catalogue, _ends(catalogue, start, changes, end), rider, moment, 60 * minutes)
        return
    places = [_place(catalogue, "--from", start)]
    places.append(_place(catalogue, "--to", end) if end else places[0])
    sold = [
        (product, amount)
        for product in _offered(catalogue, places, rider, moment)
        if (amount := catalogue.price(product.number, rider.code, moment)) is not None
    ]
    result = {"from": places[0].id, "to": places[1].id, "at": moment, "class": rider.id, "currency": catalogue.currency}
    products = [{"product": product.id, "amount": amount} for product, amount in sold]
    ride = " – ".join(dict.fromkeys(place.name_vi for place in places))
    out.result({**result, "products": products}, f"{ride}; {rider.name_vi}", _table(catalogue, sold))
    if not sold:
        note(f"error: nothing is sold for this ride on {when(moment, catalogue.utc_offset)[:10]}")
        hint("a ride stays on one network; `hanoi-ticket products` lists what is sold and to whom")
        leave(Exit.REFUSE)


def _place(catalogue: Catalogue, option: str, wanted: str) -> Area:
    return find(catalogue.areas.values(), option, wanted, lambda row: row.number)


def _ends(catalogue: Catalogue, start: str, changes: tuple[str, ...], end: str | None) -> list[tuple[Area, Area]]:
    """Where each leg starts and ends."""
    starts, ends = [_place(catalogue, "--from", start)], []
    for change in changes:
        left, _, entered = change.partition("/")
        ends.append(_place(catalogue, "--via", left))
        starts.append(_place(catalogue, "--via", entered) if entered else ends[-1])
    ends.append(_place(catalogue, "--to", end) if end else starts[-1])
    return list(zip(starts, ends, strict=True))


def _price_journey(  # noqa: PLR0917  a journey, its rider and its time
    out: Output, catalogue: Catalogue, ends: list[tuple[Area, Area]], rider: Rider, at: int, step: int
) -> None:
    before: tuple[Leg, ...] = ()
    priced: list[tuple[str, Ride]] = []
    for index, (start, end) in enumerate(ends):
        leg = catalogue.leg(start.number, end.number, at + index * step, at + (index + 1) * step)
        ride = catalogue.ride(before, leg, rider.code, sold=True)
        if ride is None:
            note(f"error: no single is sold for the leg from {start.id} to {end.id}")
            hint("a leg stays on one network; a bus leg is one route, such as --via bus-32/bus-14")
            leave(Exit.REFUSE)
        before = ride.legs
        priced.append((" – ".join(dict.fromkeys((start.name_vi, end.name_vi))), ride))
    total = sum(ride.amount for _, ride in priced)
    legs = [
        {
            "from": start.id,
            "to": end.id,
            "product": catalogue.products[ride.product].id,
            "amount": ride.amount,
            "transfer": _tie(ride)[0],
        }
        for (start, end), (_, ride) in zip(ends, priced, strict=True)
    ]
    table = Table("leg", catalogue.currency, "single", "", box=None, pad_edge=False)
    for name, ride in priced:
        table.add_row(name, f"{ride.amount:,}", catalogue.products[ride.product].id, _tie(ride)[1])
    table.add_row("total", f"{total:,}")
    value = {"at": at, "class": rider.id, "currency": catalogue.currency, "legs": legs, "total": total}
    out.result(value, rider.name_vi, table)


def _tie(ride: Ride) -> tuple[str | None, str]:
    """How a leg is tied to those before it, for programs and for people."""
    if ride.joined:
        return "joined", "one leg with the one before"
    return ("transfer", "transfer") if ride.linked else (None, "")


def load(feed: Path | None) -> Catalogue:
    """Return the catalogue of a feed, or the sample."""
    return hanoi_sample() if feed is None else read_feed(feed)


def find(rows: Iterable[Named], option: str, wanted: str, number: Callable[[Named], int]) -> Named:
    """Return the row that an id, a number or a name (with or without its marks) means."""
    among = list(rows)
    for row in among:
        if wanted in {row.id, str(number(row))}:
            return row
    named = [row for row in among if _plain(wanted) in {_plain(row.name_vi), _plain(row.name_en)}]
    if len(named) != 1:
        problem = "names several" if named else "names none"
        ids = ", ".join(row.id for row in named or among[:8])
        raise click.UsageError(f"{option} {wanted!r} {problem}; ids are {ids}{'' if named else ', ...'}")
    return named[0]


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).removeprefix("ga ")


def _offered(catalogue: Catalogue, places: list[Area], rider: Rider, at: int) -> list[Product]:
    """Return the cheapest single for a ride, then the passes that cover it."""
    start, end = (place.number for place in places)
    leg = Leg(catalogue.network(start), start, end, at, at)
    singles = catalogue.singles(leg, rider.code) if catalogue.network(end) == leg.network else []
    passes = [
        product
        for product in catalogue.products.values()
        if product.kind in {Kind.PASS, Kind.SESSION} and _covers(catalogue, product, places, rider, at)
    ]
    return [catalogue.products[option.product] for option in singles[:1]] + passes


def _covers(catalogue: Catalogue, product: Product, places: list[Area], rider: Rider, at: int) -> bool:
    """Return whether a product bought for this very ride opens its gates, staff having looked."""
    area = places[0].number if product.names_area else 0
    return any(
        all(
            catalogue.decide(
                product.number, rider.code, area, binding, mode=mode, place=place.number, at=at, checked=True
            ).reason
            is Reason.OK
            for place in places
        )
        for mode in product.modes
        for binding in product.bindings
    )


def _table(catalogue: Catalogue, sold: list[tuple[Product, int]]) -> Table:
    table = Table("product", catalogue.currency, "name", box=None, pad_edge=False)
    for product, amount in sold:
        table.add_row(product.id, f"{amount:,}", product.name_vi)
    return table
