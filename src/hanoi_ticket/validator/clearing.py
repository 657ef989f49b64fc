"""Clearing: the taps of all readers, ticket by ticket in order of time, become what each operator gets.

A gate charges by what its own memory knows. Here all taps come together, so rides on vehicles that could not see one
another are tied, capped and priced once more by the same rules: this sum is final. Passes are cleared where they are
sold, with the same shares: no tap of theirs moves money.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.model import Kind, Product
from hanoi_ticket.fares.shares import split
from hanoi_ticket.validator import riding
from hanoi_ticket.validator.journal import Tap
from hanoi_ticket.validator.profile import Direction
from hanoi_ticket.validator.replay import Use
from hanoi_ticket.validator.riding import Part
from hanoi_ticket.validator.transaction import Key

UNSHARED = ""
"""Who gets what a product without shares brings in."""


@dataclass(slots=True)
class Clearing:
    """Amounts in whole units of the catalogue's currency, for rides that began on the day."""

    products: Counter[int] = field(default_factory=Counter)
    """By product number; a ride on an account counts for the single that it would have taken."""
    operators: Counter[str] = field(default_factory=Counter)
    """By operator; they add up to the products' exactly."""
    charged: int = 0
    """What the gates said for accounts, on the taps of all days given,"""
    due: int = 0
    """and what it comes to with all taps together."""
    double: list[Key] = field(default_factory=list)
    """Singles that were used more often than paid."""
    unknown: int = 0
    """Taps of products that the catalogue does not know."""
    unpriced: int = 0
    """Rides on accounts for which no rule has a price."""

    @property
    def total(self) -> int:
        return sum(self.products.values())


def clear(taps: Iterable[Tap], catalogue: Catalogue, day: int | None = None) -> Clearing:
    """Clear the rides that began on a service day (days since 1970; default: all days).

    Give it the taps of the day before and of the early hours after as well, each once: a journey may run over midnight.
    """
    tickets: dict[Key, list[Tap]] = {}
    for tap in taps:
        tickets.setdefault((tap.issuer, tap.ticket_id), []).append(tap)
    clearing = Clearing()
    for key, used in tickets.items():
        product = catalogue.product(used[0].product)
        if product is None:
            clearing.unknown += len(used)
            continue
        for part in _parts(clearing, catalogue, product, key, sorted(used, key=lambda tap: (tap.at, tap.moment))):
            if day is None or part.day == day:
                clearing.products[part.product] += part.amount
    for number, amount in clearing.products.items():
        shares = catalogue.products[number].shares or ((UNSHARED, 1000),)
        clearing.operators.update(split(amount, shares))
    return clearing


def _parts(clearing: Clearing, catalogue: Catalogue, product: Product, key: Key, taps: Iterable[Tap]) -> Iterator[Part]:
    """Replay one ticket's taps."""
    last: Use | None = None
    rides = 0
    for tap in taps:
        now = Use(tap.moment, tap.at, Direction(tap.direction), tap.place, tap.reader, rides=0, trip=tap.trip)
        charge = riding.charge(catalogue, product, tap.rider, last, now)
        inside = last is not None and last.direction is Direction.ENTRY
        begun = last.at if last is not None and inside and now.direction is Direction.EXIT else tap.at
        if product.kind is Kind.ACCOUNT:
            clearing.charged += tap.amount
            clearing.due += charge.amount
            clearing.unpriced += "unpriced" in charge.flags
            yield from charge.parts
        elif product.kind is Kind.SESSION:
            yield Part(catalogue.day(begun), product.number, tap.amount)
        elif product.kind is Kind.SINGLE and not charge.goes_on and begun == tap.at:
            rides += 1
            if rides == 1:
                price = catalogue.known_price(product, tap.rider, tap.at)
                yield Part(catalogue.day(tap.at), product.number, price or 0)
            elif rides == max(1, product.rides) + 1:
                clearing.double.append(key)
        last = replace(now, journey=charge.journey)
