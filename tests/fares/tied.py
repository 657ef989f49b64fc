"""The Hanoi sample with what the city itself does not have: transfers, an interchange, a tariff to come."""

import shutil
from pathlib import Path

from hanoi_ticket.fares.catalogue import Catalogue
from hanoi_ticket.fares.reader import read_feed
from tests.fares.feeds import JOINS, SAMPLE, TRANSFERS

ROWS = {
    "fare_transfer_rules.txt": [
        # two rides on routes of band 2 for one fare, the second begun within an hour of the first
        "bus-band-2,bus-band-2,1,3600,1,0,",
        # from band 2 to band 3: both fares less 2,000, within half an hour of leaving the first
        "bus-band-2,bus-band-3,,1800,2,1,change",
    ],
    # out at Cát Linh and in at Cầu Giấy is one ride, in both directions
    "fare_leg_join_rules.txt": ["metro-2a,metro-31,2a-01,31-08", "metro-31,metro-2a,31-08,2a-01"],
    "fare_leg_rules.txt": [
        "metro-both,,2a-yen-nghia,31-nhon,metro-through,0",
        "metro-both,,2a-yen-nghia,31-minh-khai,metro-farther,0",
    ],
    "fare_products.txt": [
        "metro-through,Vé lượt hai tuyến,ordinary,app,18000,VND",
        "change,Giảm giá chuyển tuyến,ordinary,app,-2000,VND",
        "metro-farther,Vé lượt xa hơn,ordinary,app,20000,VND",
        "metro-twice,Hai lượt tàu,ordinary,app,15000,VND",
        "bus-twice,Hai lượt xe,ordinary,app,9000,VND",
        "bus-dear,Vé lượt đắt,ordinary,app,20000,VND",
    ],
    "ticket_products.txt": [
        "metro-through,120,Vé lượt hai tuyến,Single on both lines,single,metro,metro,0,device,1 days,,1,,,,a:667 b:333",
        "metro-twice,121,Hai lượt tàu,Two rides,single,metro,metro,0,device,1 days,,2,,,,",
        "bus-twice,122,Hai lượt xe,Two rides,single,bus,bus,0,device,1 days,,2,,,,",
        "metro-farther,124,Vé lượt xa hơn,A dearer way through,single,metro,metro,0,device,1 days,,1,,,,",
        "bus-dear,123,Vé lượt đắt,A dear single,single,bus,bus,0,device,1 days,,1,,,,",
        "change,900,Giảm giá chuyển tuyến,Transfer discount,transfer,,,0,,1 days,,,,,,",
    ],
    "ticket_prices.txt": [
        "metro-through,ordinary,20261101,,18000,made up",
        "metro-farther,ordinary,20261101,,20000,made up",
        "metro-twice,ordinary,20261101,,15000,made up",
        "bus-twice,ordinary,20261101,20261130,9000,made up",
        "bus-twice,ordinary,20261201,,13000,made up",
        "bus-dear,ordinary,20261101,20261130,20000,made up",
        "bus-dear,ordinary,20261201,,18000,made up",
        "change,ordinary,20261101,20261130,-2000,made up",
        "change,ordinary,20261201,,-3000,made up",
        "bus-single-2,ordinary,20261201,,13000,made up",
    ],
}
HEADERS = {"fare_transfer_rules.txt": TRANSFERS, "fare_leg_join_rules.txt": JOINS}


def tied_hanoi(folder: Path) -> Catalogue:
    """Return the catalogue; its feed is written to `folder`."""
    shutil.copytree(str(SAMPLE), folder)
    for file, rows in ROWS.items():
        path = folder / file
        text = HEADERS[file] if file in HEADERS else path.read_text("utf-8")
        text = text.replace("bus-single-2,ordinary,20241101,,", "bus-single-2,ordinary,20241101,20261130,")
        path.write_text(text.rstrip("\n") + "\n" + "\n".join(rows) + "\n", "utf-8")
    return read_feed(folder)
