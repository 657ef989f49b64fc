"""No word overflows in the formulas modulo 2^255 - 19 and L: proved by running their own source on intervals.

An Fe is reduced, a Sum below 2^256: every operation needs these bounds and gives them. `words_of` refuses a number that
may be above them; traced, the same bounds stop the compiler.
"""

import pytest

from hanoi_ticket.kernels import edwards25519 as curve
from hanoi_ticket.kernels import point25519 as point
from hanoi_ticket.kernels import radix51, scalar25519
from hanoi_ticket.kernels.edwards25519 import Cached, Niels, Point
from hanoi_ticket.kernels.fe25519 import Fe, P, Sum, from_words, to_words
from hanoi_ticket.kernels.inverse import STEPS, Signed62, Steps, applied
from hanoi_ticket.kernels.inverse import carried as carried62
from hanoi_ticket.kernels.naturals import folded, most_folded
from hanoi_ticket.kernels.radix51 import MASK51
from tests.kernels.intervals import Overflow, Unknown, signed, unsigned

WORD = (1 << 64) - 1


def any_of(kind):
    return kind((unsigned(0, WORD),) * 4)


def stored():
    return Point(*[any_of(Fe)] * 4)


def row():
    return Niels(*[any_of(Fe)] * 3)


@pytest.mark.parametrize("f", [any_of(Fe), any_of(Sum)], ids=["reduced", "sum"])
@pytest.mark.parametrize("g", [any_of(Fe), any_of(Sum)], ids=["reduced", "sum"])
def test_operations_keep_their_bounds(f, g):
    assert [type(h) for h in (f * g, f.square(), g.tight)] == [Fe] * 3
    assert [type(h) for h in (f + g, f - any_of(Fe), f.choose(Unknown(), any_of(Sum)))] == [Sum] * 3
    assert all(0 <= word.low <= word.high <= WORD for h in (f * g, f + g, f.square()) for word in h)


def test_a_broken_bound_is_seen():
    """What does not hold: a sum that is not folded, a sum taken away, one folding where two are needed."""
    f, g = any_of(Fe), any_of(Sum)
    with pytest.raises(OverflowError):
        Sum.of(f.number + f.number)
    with pytest.raises(Overflow):
        f - g
    with pytest.raises(OverflowError):
        Sum.of(folded(g.number + g.number, 256, 38))
    with pytest.raises(OverflowError):
        Fe.of(folded(g.number + g.number + g.number, 256, 38))


def test_one_folding_is_enough_for_reduced_numbers():
    """And the carry leaves so little that no second word changes: the compiler adds to one word alone."""
    total = any_of(Fe).number + any_of(Fe).number
    assert folded(total, 256, 38).most < 1 << 256
    assert (total.most & (1 << 256) - 1) + 38 <= WORD


def test_the_greatest_of_a_folding():
    """Against all numbers up to each bound."""
    for n, c in ((3, 1), (3, 5), (4, 3), (4, 15)):
        most = 0
        for t in range(600):
            most = max(most, folded(t, n, c))
            assert most_folded(t, n, c) == most


@pytest.mark.parametrize(
    "formula",
    [
        lambda: curve.extended(curve.doubled(stored())),
        lambda: curve.projective(curve.doubled(stored())),
        lambda: curve.extended(curve.sum_with(stored(), Cached(*stored()), Unknown())),
        lambda: curve.extended(curve.sum_with_niels(stored(), row(), Unknown())),
    ],
    ids=["double", "double projective", "add", "add niels"],
)
def test_points_stay_reduced(formula):
    assert {type(f) for f in formula()} == {Fe}


def test_rows_are_stored_reduced():
    assert {type(f.tight) for f in point.cached(stored())} == {Fe}
    assert type(point.negated(any_of(Fe)).tight) is Fe


def test_decoding():
    u, v = point.curve_ratio(from_words(*[unsigned(0, WORD)] * 4))
    assert type(u * v) is Fe
    assert from_words(*[unsigned(0, WORD)] * 4)[3].high < 1 << 63


@pytest.mark.parametrize("kind", [Fe, Sum])
def test_canonical_words(kind):
    """A number of 2^255 + 2^11 is below 2p: one subtraction is enough."""
    assert Fe.most < 2 * P
    assert all(0 <= word.low <= word.high <= WORD for word in to_words(any_of(kind)))


@pytest.mark.parametrize("bounds", [[(1 << 54) - 1] * 5, radix51.TWO_P])
def test_words_of_limbs(bounds):
    assert all(0 <= word.low <= word.high <= WORD for word in radix51.to_words([unsigned(0, b) for b in bounds]))
    assert all(limb.high <= MASK51 for limb in radix51.from_words(*[unsigned(0, WORD)] * 4))


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
