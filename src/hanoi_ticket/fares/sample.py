"""The packaged Hanoi sample: our own network with published fares, no public feed (data/hanoi/README.md)."""

from functools import cache
from importlib.resources import files

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.reader import read_feed


@cache
def hanoi_sample() -> Catalogue:
    """The sample's catalogue; read once."""
    return read_feed(files("hanoi_ticket") / "data" / "hanoi")
