"""Every product as a QR symbol: how large it gets, and whether a real decoder reads it back from a poor picture."""

import io
from xml.etree import ElementTree as ET

import pytest

from hanoi_ticket import Holder, Issuer, Reason, TrustBundle, verify
from hanoi_ticket.claims import Binding
from hanoi_ticket.fares.model import Product
from hanoi_ticket.fares.sample import hanoi_sample
from hanoi_ticket.signing import PrivateKey
from hanoi_ticket.standards import MAX_TICKET_ID
from hanoi_ticket.ticket import draw, in_terminal, printed
from hanoi_ticket.ticket.symbol import QUIET_ZONE, symbol
from hanoi_ticket.wire import base45
from tests.city import DAY, START

PRODUCTS = sorted(hanoi_sample().products.values(), key=lambda product: product.number)
LATE = 2**32 - DAY  # the last day whose seconds have four bytes: 2106
ROUTE_57 = 1057


class LastNumber:
    def next(self) -> int:
        return MAX_TICKET_ID


class Office:
    """Issues the ticket of a product that takes the most bytes."""

    def __init__(self) -> None:
        self.issuer = Issuer(PrivateKey.generate("EdDSA"), numbers=LastNumber())
        self.holder = Holder.generate("ES256")  # a P-256 key is the longer one
        self.trust = TrustBundle.of([self.issuer.public_record()])

    def ticket(self, product: Product, binding: Binding, start: int = START) -> bytes:
        holder = None if binding is Binding.NONE else self.holder.public_key
        return self.issuer.issue(
            holder,
            product.number,
            start,
            start + DAY - 1,
            rider=max(product.riders),
            area=ROUTE_57 if product.names_area else 0,
            binding=binding,
        )

    def code(self, product: Product) -> str:
        """From a phone where the product allows that, else on paper."""
        if Binding.DEVICE in product.bindings:
            return self.holder.present(self.ticket(product, Binding.DEVICE), START)
        return printed(self.ticket(product, Binding.NONE))


@pytest.fixture(scope="module")
def office() -> Office:
    return Office()


def payload(code: str) -> bytes:
    return base45.decode(code.removeprefix("VT1:").encode())


def by_id(product: Product) -> str:
    return product.id


@pytest.mark.parametrize("product", PRODUCTS, ids=by_id)
@pytest.mark.parametrize("binding", [Binding.DEVICE, Binding.SERVER])
def test_a_bound_code_fits_240_bytes_and_11_m(office: Office, product: Product, binding: Binding) -> None:
    ticket = office.ticket(product, binding, LATE)
    code = office.holder.present(ticket, LATE, challenge=999_999, clock_quality=3)
    assert len(payload(code)) <= 240
    assert symbol(code).designator == "11-M"


@pytest.mark.parametrize("product", [product for product in PRODUCTS if Binding.NONE in product.bindings], ids=by_id)
def test_a_printed_code_fits_7_m_and_9_q_on_paper(office: Office, product: Product) -> None:
    code = printed(office.ticket(product, Binding.NONE, LATE))
    assert symbol(code).designator == "7-M"
    assert symbol(code, paper=True).designator == "9-Q"


@pytest.mark.parametrize("product", PRODUCTS, ids=by_id)
def test_a_small_tilted_blurred_symbol_is_read_and_verified(office: Office, product: Product) -> None:
    """Three pixels a module, held at ten degrees, out of focus by a third of a module."""
    image, image_filter = pytest.importorskip("PIL.Image"), pytest.importorskip("PIL.ImageFilter")
    zxingcpp = pytest.importorskip("zxingcpp")
    code = office.code(product)
    drawn = image.open(io.BytesIO(draw(code, scale=3))).convert("L")
    tilted = drawn.rotate(10, expand=True, fillcolor=255, resample=image.Resampling.BICUBIC)
    found = zxingcpp.read_barcodes(tilted.filter(image_filter.GaussianBlur(1.0)))
    assert [barcode.text for barcode in found] == [code]
    assert verify(found[0].text, office.trust, START).reason is Reason.OK


@pytest.mark.parametrize("paper", [False, True])
def test_png_and_svg_are_whole_and_equally_large(office: Office, paper: bool) -> None:
    image = pytest.importorskip("PIL.Image")
    code = office.code(PRODUCTS[0])
    side = 5 * (symbol(code, paper=paper).symbol_size(border=0)[0] + 2 * QUIET_ZONE)
    picture = image.open(io.BytesIO(draw(code, "png", scale=5, paper=paper)))
    picture.load()
    assert (picture.format, picture.size) == ("PNG", (side, side))
    root = ET.fromstring(draw(code, "svg", scale=5, paper=paper))  # noqa: S314  our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert (root.get("width"), root.get("height")) == (str(side), str(side))
    ground, modules = root.iter("{http://www.w3.org/2000/svg}path")
    assert ground.get("fill") == "#fff"  # the quiet zone is white on a dark page too
    assert modules.get("stroke") == "#000"


def test_the_terminal_shows_the_same_modules(office: Office) -> None:
    code = office.code(PRODUCTS[0])
    lines = in_terminal(code).splitlines()
    light = [[c in "█▀" for c in line] for line in lines], [[c in "█▄" for c in line] for line in lines]
    rows = [row for pair in zip(*light, strict=True) for row in pair]
    matrix = list(symbol(code).matrix_iter(border=QUIET_ZONE))
    assert [[not module for module in row] for row in matrix] == rows[: len(matrix)]
