"""No word overflows in the formulas modulo 2^255 - 19 and L: proved by running their own source on intervals.

Reduced elements are what products give. A stored point may also hold negatives (at most 2p in each limb).
"""

import pytest

from hanoi_ticket.kernels import edwards25519 as curve
from hanoi_ticket.kernels import point25519 as point
from hanoi_ticket.kernels import scalar25519
from hanoi_ticket.kernels.edwards25519 import Cached, Niels, Point
from hanoi_ticket.kernels.fe25519 import MASK51, TWO_P, Fe, carried, from_words, to_words
from hanoi_ticket.kernels.inverse import STEPS, Signed62, Steps, applied
from hanoi_ticket.kernels.inverse import carried as carried62
from tests.kernels.intervals import Overflow, Unknown, signed, unsigned, wide

REDUCED = (MASK51, MASK51 + (1 << 13), MASK51, MASK51, MASK51)
LOOSE = (1 << 54) - 1
WORD = (1 << 64) - 1


def element(bounds=REDUCED):
    return Fe(unsigned(0, bound) for bound in bounds)


def within(f, bounds):
    return all(limb.low >= 0 and limb.high <= bound for limb, bound in zip(f, bounds, strict=True))


def stored():
    """A point in memory: each coordinate reduced or the negative of a reduced one."""
    return Point(*[element(TWO_P)] * 2, element(), element(TWO_P))


def cached():
    return point.cached(stored())


def niels():
    return Niels(element(), element(), element())


def test_products_are_reduced():
    loose = element([LOOSE] * 5)
    assert within(loose * loose, REDUCED)
    assert within(loose.square(), REDUCED)


def test_a_larger_factor_is_found():
    """The proof can fail: one more bit, and a column does not fit."""
    too_loose = element([LOOSE << 3] * 5)
    with pytest.raises(Overflow):
        too_loose * too_loose


def test_negatives_may_be_subtracted():
    assert within(point.negated(element([LOOSE] * 5)), TWO_P)
    assert within(element() - element(TWO_P), [a + b for a, b in zip(REDUCED, TWO_P, strict=True)])


@pytest.mark.parametrize(
    "formula",
    [
        lambda: curve.extended(curve.doubled(stored())),
        lambda: curve.projective(curve.doubled(stored())),
        lambda: curve.extended(curve.sum_with(stored(), cached(), Unknown())),
        lambda: curve.extended(curve.sum_with_niels(stored(), niels(), Unknown())),
    ],
    ids=["double", "double projective", "add", "add niels"],
)
def test_points_stay_reduced(formula):
    assert all(within(f, REDUCED) for f in formula())


def test_rows_are_reduced():
    """A Cached row is the operand of one product; a Niels row is made of products."""
    assert isinstance(cached(), Cached)
    assert all(within(f, [LOOSE] * 5) for f in cached())


def test_decoding():
    u, v = point.curve_ratio(from_words(*[unsigned(0, WORD)] * 4))
    assert within(u * v, REDUCED)
    assert within(v, [LOOSE] * 5)
    assert within(from_words(*[unsigned(0, WORD)] * 4), [MASK51] * 5)


@pytest.mark.parametrize("bounds", [[LOOSE] * 5, TWO_P, REDUCED])
def test_canonical_words(bounds):
    for word in to_words(element(bounds)):
        assert 0 <= word.low <= word.high <= WORD


def test_carried_columns():
    with pytest.raises(Overflow):
        carried(*[wide(0, 1 << 116)] * 5)


def test_scalars():
    assert len(scalar25519.remainder([unsigned(0, WORD)] * 8)) == 4


def matrices():
    """All matrices of 62 division steps: |u| + |v| <= 2^62 and |q| + |r| <= 2^62, covered by cells."""
    whole, cells = 1 << STEPS, 16
    found = []
    for i in range(cells):
        left, right = whole - whole * i // cells, whole * (i + 1) // cells
        u, v = signed(-left, left), signed(-right, right)
        found.append(Steps(unsigned(0, WORD), unsigned(0, WORD), u, v, u, v))
    return found


@pytest.mark.parametrize("steps", matrices())
def test_division_steps(steps, monkeypatch):
    """Numbers in (-2m, 2m) for a modulus below 2^256 stay in 64-bit limbs."""
    monkeypatch.setattr("hanoi_ticket.kernels.inverse.as_int", lambda a: a if a.is_signed else a.as_int())
    number = Signed62([*[signed(0, (1 << STEPS) - 1)] * 4, signed(-(1 << 9), 1 << 9)])
    for row in applied(steps, number, number):
        assert all(limb.fits for limb in row)
    carried62(number)
