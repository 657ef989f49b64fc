"""Elements: numbers of several limbs, as an ordinary Python class over words.

    class Fe(Element):                         # 2^255 - 19, limbs below 2^52 between operations
        word, limbs = Word, 5
        def __mul__(f, g): ...

A subclass states its representation and bound in its docstring and defines + - * `square` and, where it needs it,
`tight`. The same class holds integers (the oracle), intervals (the proof), traced words (the compiler) or rows of
any of these.
"""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from hanoi_ticket.kernels.tracing import formula, teach_element
from hanoi_ticket.kernels.words import choose

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hanoi_ticket.kernels.words import Number

E = TypeVar("E", bound="Element")


class Element(tuple[Any, ...]):
    """A number of `limbs` limbs, each a `word`, the least significant first."""

    __slots__ = ()
    word: ClassVar[Any]
    limbs: ClassVar[int]
    interleaves: ClassVar[bool] = False  # whether several go through a formula side by side
    numba_type: ClassVar[Any]

    def __init_subclass__(cls) -> None:
        if "numba_type" not in vars(cls):
            cls.numba_type = teach_element(cls)

    @property
    def tight(self) -> Any:
        """The same number with limbs that a product can take."""
        return self

    def square(self) -> Self:
        product: Any = self
        return product * product

    def factors(self, other: Any) -> tuple[Any, Any]:
        """The two as operands of a product."""
        return self.tight, other.tight

    def doubled(self, times: int) -> Any:
        """2^times as much."""
        f: Any = self
        for _ in range(times):
            f = f + f
        return f

    def long_product(self, other: Any) -> Any:
        """The product before its reduction, if that can wait: to subtract another from, and to take `reduced`."""
        return self * other

    def long_square(self) -> Any:
        return self.square()

    @property
    def reduced(self) -> Any:
        return self

    def choose(self, condition: Number, other: Self) -> Self:
        """self where the condition holds, else other."""
        return type(self.tight)(choose(condition, a, b) for a, b in zip(self.tight, other.tight, strict=True))


def in_step(operate: Callable[..., E], *columns: Sequence[E]) -> tuple[E, ...]:
    """operate on each row of the columns; elements that interleave take all rows through together."""
    kind: Any = type(columns[0][0])
    if not kind.interleaves:
        return tuple(map(operate, *columns))
    together: tuple[E, ...] = kind.apart(operate(*map(kind.side_by_side, columns)))
    return together[: len(columns[0])]


@formula
def square(f: E) -> E:
    return f.square()


@formula
def products(*pairs: tuple[E, E]) -> tuple[E, ...]:
    return in_step(operator.mul, *zip(*[f.factors(g) for f, g in pairs], strict=True))


@formula
def squares(*elements: E) -> tuple[E, ...]:
    return in_step(lambda f: f.square(), [f.factors(f)[0] for f in elements])


@formula
def swap_if(condition: Number, f: E, g: E) -> tuple[E, E]:
    """f, g, or g, f where the condition holds."""
    return g.choose(condition, f), f.choose(condition, g)
