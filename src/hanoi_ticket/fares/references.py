"""Whether the parts of a catalogue fit together."""

from collections.abc import Container, Mapping
from collections.abc import Set as AbstractSet

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.model import Area, Product, Rider
from hanoi_ticket.fares.rules import Rules

MAX_WITHIN = 64


def check_references(
    riders: Mapping[int, Rider], areas: Mapping[int, Area], products: Mapping[int, Product], rules: Rules
) -> None:
    """Refuse rows that name what the catalogue lacks."""
    _known("riders", {rider for product in products.values() for rider in product.riders}, riders)
    _known("areas", {area for product in products.values() for area in product.areas}, areas)
    _known("networks", rules.networks, areas)
    _known("networks", {rule.network for rule in rules.legs}, {*rules.networks, 0})
    _known("areas", {area for rule in rules.legs for area in (rule.start, rule.end)}, {*areas, 0})
    _known("networks", {n for rule in rules.joins for n in (rule.from_network, rule.to_network)}, rules.networks)
    _known("areas", {place for rule in rules.joins for place in (rule.from_place, rule.to_place)}, {*areas, 0})
    _known("products", {rule.product for rule in rules.legs}, products)
    _known("products", {rule.product for rule in rules.transfers}, {*products, 0})
    groups = {rule.group for rule in rules.legs}
    _known("leg groups", {g for rule in rules.transfers for g in (rule.from_group, rule.to_group)}, {*groups, 0})
    frames = {frame.group for frame in rules.frames}
    _known("timeframes", {f for rule in rules.legs for f in (rule.start_frame, rule.end_frame)}, {*frames, 0})
    _known("services", {frame.service for frame in rules.frames}, {service.number for service in rules.services})
    if len({product.id for product in products.values()}) != len(products):
        raise FaresRejected("a product id stands twice")


def _known(what: str, named: AbstractSet[int], known: Container[int]) -> None:
    unknown = sorted(number for number in named if number not in known)
    if unknown:
        raise FaresRejected(f"{what} are named that are unknown: {unknown[:5]}")


def enclosing(areas: Mapping[int, Area], number: int) -> frozenset[int]:
    """Return an area and all that hold it."""
    found: set[int] = set()
    ahead = [number]
    while ahead:
        area = areas.get(ahead.pop())
        if area is None:
            raise FaresRejected(f"area {number} lies within one that is unknown")
        if area.number not in found:
            found.add(area.number)
            ahead.extend(area.within)
        if len(found) > MAX_WITHIN:
            raise FaresRejected(f"area {number} lies within more than {MAX_WITHIN} others")
    if any(number in areas[other].within for other in found):
        raise FaresRejected(f"area {number} lies within itself")
    return frozenset(found)
