"""What the tests of feeds share."""

from importlib.resources import files
from pathlib import Path

import pytest

from hanoi_ticket.fares.errors import FaresRejected
from hanoi_ticket.fares.reader import read_feed

SAMPLE = files("hanoi_ticket") / "data" / "hanoi"
TRANSFERS = (
    "from_leg_group_id,to_leg_group_id,transfer_count,duration_limit,duration_limit_type,"
    "fare_transfer_type,fare_product_id\n"
)
TIMEFRAMES = "timeframe_group_id,start_time,end_time,service_id\n"
JOINS = "from_network_id,to_network_id,from_stop_id,to_stop_id\n"


def place_of(feed: Path) -> str:
    with pytest.raises(FaresRejected) as refused:
        read_feed(feed)
    return str(refused.value)
