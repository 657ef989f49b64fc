"""Powers of a field element for inverses and square roots modulo 2^255 - 19, over whatever is multiplied: one, eight
or sixteen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hanoi_ticket.kernels.tracing import kernel

if TYPE_CHECKING:
    from collections.abc import Callable


def power_chain(squared_times: Any, times: Any) -> Callable[[Any], Any]:
    """A kernel: f to f^(2^250 - 1) and f^11, by the addition chain of Bernstein's ref10.

    squared_times(f, n) is f^(2^n).
    """

    @kernel
    def chain(f: Any) -> Any:
        f2 = squared_times(f, 1)
        f9 = times(squared_times(f2, 2), f)
        f11 = times(f9, f2)
        ones5 = times(squared_times(f11, 1), f9)  # f^(2^5 - 1)
        ones10 = times(squared_times(ones5, 5), ones5)
        ones20 = times(squared_times(ones10, 10), ones10)
        ones40 = times(squared_times(ones20, 20), ones20)
        ones50 = times(squared_times(ones40, 10), ones10)
        ones100 = times(squared_times(ones50, 50), ones50)
        ones200 = times(squared_times(ones100, 100), ones100)
        return times(squared_times(ones200, 50), ones50), f11

    return chain
