"""What a parking session costs: a stay runs through the tiers of the tariff of its first day."""

from collections.abc import Sequence
from datetime import date

from hanoi_ticket.fares.model import Tier


def stay_price(tiers: Sequence[Tier], day: date, seconds: int, cap: int = 0) -> int:
    """Return what a stay costs that begins on a local day.

    Each started minute counts, each started block of a tier is paid, and `cap` bounds each started period of 24 hours;
    0 sets no cap. On a day that no tier covers, the last tariff before it holds.
    """
    begun = [tier for tier in tiers if tier.first_day <= day]
    latest = max((tier.first_day for tier in begun), default=None)
    tariff = sorted((tier for tier in begun if tier.first_day == latest), key=lambda tier: tier.from_minute)
    minutes = -(-max(seconds, 0) // 60)
    if not cap:
        return _amount(tariff, minutes)
    days, rest = divmod(minutes, 24 * 60)
    return days * min(cap, _amount(tariff, 24 * 60)) + min(cap, _amount(tariff, rest))


def _amount(tariff: Sequence[Tier], minutes: int) -> int:
    ends = [tier.from_minute for tier in tariff[1:]] + [minutes]
    total = 0
    for tier, end in zip(tariff, ends, strict=True):
        spent = min(end, minutes) - tier.from_minute
        if spent > 0:
            total += tier.amount * (-(-spent // tier.block_minutes) if tier.block_minutes else 1)
    return total
