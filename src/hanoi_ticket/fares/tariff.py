"""Dated prices, compiled for the gate."""

from bisect import bisect_right

from hanoi_ticket.fares.model import Product


class Tariff:
    """The dated prices of a product; for each category the first days in order, and the amounts."""

    def __init__(self, product: Product) -> None:
        self._steps: dict[int, tuple[list[int], list[int]]] = {}
        for price in sorted(product.prices, key=lambda price: price.first_day):
            days, amounts = self._steps.setdefault(price.rider, ([], []))
            days.append(price.first_day.toordinal())
            amounts.append(price.amount)

    def known(self, rider: int, day: int) -> int | None:
        """Return the price that a gate goes by: that of the day, or else the last one before it.

        A reader whose bundle is older than the tariff still asks no more than a published price.
        """
        steps = self._steps.get(rider)
        if steps is None:
            return None
        index = bisect_right(steps[0], day)
        return steps[1][index - 1] if index else None
