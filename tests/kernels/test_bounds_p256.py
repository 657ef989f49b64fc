"""The third reader: whatever the operands below their modulus, no sum of a P-256 formula outgrows its words.

A Residue keeps one bound, below its modulus, which every operation needs and gives; `words_of` refuses a number that
may be above it. Traced, the same bounds stop the compiler.
"""

import pytest

from hanoi_ticket.kernels.elements import products, squares
from hanoi_ticket.kernels.fn256 import Scalar
from hanoi_ticket.kernels.fp256 import Fe
from hanoi_ticket.kernels.naturals import natural, reduced_once
from hanoi_ticket.kernels.p256 import Affine, Cached, Point, add, add_mixed, cached, curve, double
from tests.kernels.intervals import NaturalInterval, Overflow, Unknown, unsigned

WORD = unsigned(0, (1 << 64) - 1)


def any_of(field):
    return field((WORD,) * 4)


@pytest.mark.parametrize("field", [Fe, Scalar])
def test_operations_stay_below_the_modulus(field):
    f, g = any_of(field), any_of(field)
    for h in (f * g, f + g, f - g, -f, f.doubled(3), f.square(), *products((f, g)), *squares(f)):
        assert natural(h, field.modulus - 1) == NaturalInterval(field.modulus - 1)
        assert all(0 <= word.low <= word.high <= WORD.high for word in h)


def test_formulas_of_the_curve():
    f = any_of(Fe)
    p, q = Point(f, f, f), Affine(f, f)
    results = double(p), add_mixed(p, q, Unknown()), add(p, Cached(f, f, f, f, f), Unknown()), cached(p), [curve(f, f)]
    assert all(isinstance(coordinate, Fe) for result in results for coordinate in result)


def test_a_broken_bound_is_seen():
    """Without the last subtraction a product may be above p; without the carry a sum may be above 2^256."""
    f = any_of(Fe)
    with pytest.raises(OverflowError):
        Fe.of(f.number + f.number)
    with pytest.raises(Overflow):
        reduced_once(f.number + f.number + f.number, Fe.modulus)
    t = 0
    for word in f:
        t = Fe.without_low_word(f.number * word + t)
    assert Fe.modulus <= t.most < 2 * Fe.modulus
    assert t.most >= 1 << 256


def test_every_sum_of_a_product_fits_five_words():
    """The fifth word's carry is what makes the Montgomery product cheap: x g + t < 2^320 for g < p and t < 2 p."""
    f = any_of(Fe)
    t = 0
    for word in f:
        row = f.number * word + t
        assert row.most < 1 << 320
        t = Fe.without_low_word(row)
