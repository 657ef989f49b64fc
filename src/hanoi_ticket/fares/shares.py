"""Splitting an amount among operators, to the last unit."""

from collections.abc import Sequence

THOUSAND = 1000


def split(amount: int, shares: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Return what each operator gets; together exactly `amount`, which may be below 0. `shares` are thousandths.

    Each gets the whole units of its part; the units left go one by one to the largest remainders, of equal ones to who
    is named first (Hamilton's method of largest remainders).
    """
    if amount < 0:
        return {operator: -part for operator, part in split(-amount, shares).items()}
    parts = {operator: amount * share // THOUSAND for operator, share in shares}
    order = sorted(shares, key=lambda row: -(amount * row[1] % THOUSAND))
    for operator, _ in order[: amount - sum(parts.values())]:
        parts[operator] += 1
    return parts
