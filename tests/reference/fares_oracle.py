"""GTFS Fares v2 read word by word from raw rows: slow, and written apart from the code that it judges.

Source: GTFS Schedule reference, fare_leg_rules.txt, fare_leg_join_rules.txt, fare_transfer_rules.txt, timeframes.txt.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

Row = dict[str, str]
Files = dict[str, list[Row]]
OFFSET = timedelta(hours=7)
DIFFERENT = "legs on different networks"


@dataclass(frozen=True)
class Trip:
    """A leg by the ids of the feed; `start` and `end` are UTC seconds."""

    network: str
    from_stop: str
    to_stop: str
    start: int
    end: int


def local(at: int) -> datetime:
    return datetime.fromtimestamp(at, UTC) + OFFSET


def day_of(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()


def seconds_of(text: str) -> int:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def service_runs(files: Files, service: str, day: date) -> bool:
    for row in files.get("calendar_dates.txt", []):
        if row["service_id"] == service and day_of(row["date"]) == day:
            return row["exception_type"] == "1"
    for row in files.get("calendar.txt", []):
        if row["service_id"] == service:
            weekday = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")[day.weekday()]
            return day_of(row["start_date"]) <= day <= day_of(row["end_date"]) and row[weekday] == "1"
    return False


def in_timeframe(files: Files, group: str, at: int) -> bool:
    if not group:
        return True
    now = local(at)
    second = now.hour * 3600 + now.minute * 60 + now.second
    for row in files.get("timeframes.txt", []):
        if row["timeframe_group_id"] == group and service_runs(files, row["service_id"], now.date()):
            start = seconds_of(row["start_time"]) if row["start_time"] else 0
            end = seconds_of(row["end_time"]) if row["end_time"] else 86_400
            if start <= second < end:
                return True
    return False


def areas_of(files: Files, stop: str) -> set[str]:
    return {row["area_id"] for row in files.get("stop_areas.txt", []) if row["stop_id"] == stop}


def price(files: Files, product: str, category: str, day: date) -> int | None:
    for row in files["ticket_prices.txt"]:
        last = day_of(row["last_day"]) if row["last_day"] else date.max
        same = row["fare_product_id"] == product and row["rider_category_id"] == category
        if same and day_of(row["first_day"]) <= day <= last:
            return int(row["amount"])
    return None


def kind(files: Files, product: str) -> str:
    return next(row["kind"] for row in files["ticket_products.txt"] if row["fare_product_id"] == product)


def matching_leg_rules(files: Files, trip: Trip) -> list[Row]:
    areas = areas_of(files, trip.from_stop), areas_of(files, trip.to_stop)
    return leg_rules_between(files, trip.network, areas, (trip.start, trip.end))


def leg_rules_between(files: Files, network: str, areas, moments: tuple[int, int]) -> list[Row]:
    """Steps 1 to 5 of "To process the cost of a leg"."""
    rules = files["fare_leg_rules.txt"]
    prioritised = bool(rules) and "rule_priority" in rules[0]

    def fits(field: str, values: set[str], rule: Row) -> bool:
        if rule[field]:
            return rule[field] in values
        return prioritised or not values & {other[field] for other in rules}

    if network == DIFFERENT and not prioritised:
        return []
    found = [
        rule
        for rule in rules
        if fits("network_id", {network}, rule)
        and fits("from_area_id", areas[0], rule)
        and fits("to_area_id", areas[1], rule)
        and in_timeframe(files, rule["from_timeframe_group_id"], moments[0])
        and in_timeframe(files, rule["to_timeframe_group_id"], moments[1])
    ]
    if prioritised and found:
        top = max(int(rule["rule_priority"] or 0) for rule in found)
        found = [rule for rule in found if int(rule["rule_priority"] or 0) == top]
    return found


def ways_to_pay(files: Files, trip: Trip, category: str, price) -> list[tuple[str, int]]:
    """Leg group and amount of each single that travels the leg."""
    ways = []
    for rule in matching_leg_rules(files, trip):
        amount = price(files, rule["fare_product_id"], category, local(trip.start).date())
        if kind(files, rule["fare_product_id"]) == "single" and amount is not None:
            ways.append((rule["leg_group_id"], amount))
    return ways


def effective_legs(files: Files, trips: list[Trip]) -> list[Trip]:
    joined: list[Trip] = []
    for index, trip in enumerate(trips):
        before = trips[index - 1] if index else None
        if before and any(joins(rule, before, trip) for rule in files.get("fare_leg_join_rules.txt", [])):
            whole = joined[-1]
            network = whole.network if whole.network == trip.network else DIFFERENT
            joined[-1] = Trip(network, whole.from_stop, trip.to_stop, whole.start, trip.end)
        else:
            joined.append(trip)
    return joined


def joins(rule: Row, before: Trip, after: Trip) -> bool:
    if rule["from_network_id"] != before.network or rule["to_network_id"] != after.network:
        return False
    if not rule["from_stop_id"]:
        return before.to_stop == after.from_stop
    return rule["from_stop_id"] == before.to_stop and rule["to_stop_id"] == after.from_stop


def transfer_rules(files: Files, first: str, then: str) -> list[Row]:
    rules = files.get("fare_transfer_rules.txt", [])
    exact = [rule for rule in rules if rule["from_leg_group_id"] == first and rule["to_leg_group_id"] == then]
    if exact or not first or not then:
        return exact if first and then else []
    listed_from = {rule["from_leg_group_id"] for rule in rules}
    listed_to = {rule["to_leg_group_id"] for rule in rules}
    return [
        rule
        for rule in rules
        if (rule["from_leg_group_id"] == first or (not rule["from_leg_group_id"] and first not in listed_from))
        and (rule["to_leg_group_id"] == then or (not rule["to_leg_group_id"] and then not in listed_to))
    ]


def journey(files: Files, trips: list[Trip], category: str, price=price) -> int | None:
    """Every way to pay every leg, every rule that ties; the least of all totals."""
    legs = effective_legs(files, trips)
    ways = [ways_to_pay(files, leg, category, price) for leg in legs]
    if not legs or not all(ways):
        return None

    def walk(index, way, total, alone, chain, pair) -> int:  # noqa: PLR0917  all that a choice depends on
        """Go on from leg `index`, which was paid as `way`.

        `alone` says that its sub-journey begins with it; `chain` are the legs for which `pair` of groups repeats.
        """
        if index + 1 == len(legs):
            return total
        totals = []
        for following in ways[index + 1]:
            usable = usable_rules(files, legs, index, (way, following), (chain, pair), category, price)
            if not usable:
                totals.append(walk(index + 1, following, total + following[1], True, [index + 1], None))
            for rule, groups, legs_in_row, extra in usable:
                cost = {"0": total + extra, "1": total + extra + following[1], "2": total + extra}
                if alone:
                    cost["2"] = total - way[1] + extra
                new = cost[rule["fare_transfer_type"]]
                totals.append(walk(index + 1, following, new, False, [*legs_in_row, index + 1], groups))
        return min(totals)

    return min(walk(0, way, way[1], True, [0], None) for way in ways[0])


def usable_rules(files, legs, index, ways, state, category, price):  # noqa: PLR0917  all that a choice depends on
    """Transfer rules that fit in groups, time and count; of different counts, the least that is enough."""
    chain, pair = state
    usable = []
    for rule in transfer_rules(files, ways[0][0], ways[1][0]):
        groups = rule["from_leg_group_id"], rule["to_leg_group_id"]
        same = groups[0] == groups[1]
        legs_in_row = chain if same and pair == groups else [index]
        first = legs[legs_in_row[0]]
        extra = 0
        if rule["fare_product_id"]:
            extra = price(files, rule["fare_product_id"], category, local(first.start).date())
        limit = int(rule["transfer_count"] or 0)
        if extra is None or (limit > 0 and len(legs_in_row) > limit) or late(rule, first, legs[index + 1]):
            continue
        usable.append((rule, groups if same else None, legs_in_row, extra))
    counts = [
        float("inf") if rule["transfer_count"] == "-1" else int(rule["transfer_count"] or 0) for rule, *_ in usable
    ]
    return [step for step, count in zip(usable, counts, strict=True) if count == min(counts)]


def late(rule: Row, first: Trip, last: Trip) -> bool:
    if not rule["duration_limit"]:
        return False
    measured = rule["duration_limit_type"]
    start = first.start if measured in {"0", "1"} else first.end
    end = last.end if measured in {"0", "3"} else last.start
    return end - start > int(rule["duration_limit"])


def decide(  # noqa: PLR0911
    files: Files, *, product, rider, area, binding, mode, place, at, entered, entered_at, checked, trips=()
) -> tuple[str, int]:
    """The rules of docs/fares.md, one after the other."""
    bought = next((row for row in files["ticket_products.txt"] if int(row["product_number"]) == product), None)
    if bought is None:
        return "UNKNOWN_PRODUCT", 0
    if mode not in bought["modes"].split():
        return "WRONG_MODE", 0
    areas = {int(row["area_number"]): row["area_id"] for row in files["ticket_areas.txt"]}
    around = containing(files, areas[place]) if place in areas else set()
    narrowed = areas.get(area) in around if area else bought.get("names_area") != "1"
    if not around & set(bought["areas"].split()) or not narrowed:
        return "WRONG_AREA", 0
    networks = {row["network_id"] for row in files["networks.txt"]} & around
    if not entered and len(networks) == 1 and not may_begin(files, bought["fare_product_id"], *networks, at):
        return "WRONG_TIME", 0
    categories = {int(row["rider_code"]): row for row in files["ticket_riders.txt"]}
    priced = {
        row["rider_category_id"]
        for row in files["ticket_prices.txt"]
        if row["fare_product_id"] == bought["fare_product_id"]
    }
    category = categories.get(rider, {}).get("rider_category_id")
    if category not in priced or ("none", "device", "server")[binding] not in bought["bindings"].split():
        return "CONCESSION_CHECK", 0
    check = categories[rider]["check"]
    if not checked and (check == "gate" or (check == "issuer" and binding == 0)):
        return "CONCESSION_CHECK", 0
    if entered and bought["kind"] == "single" and trips:
        return exit_of_journey(files, bought["fare_product_id"], category, trips)
    if entered and bought["kind"] == "single":
        return exit_of_single(
            files, bought["fare_product_id"], category, (areas[entered], areas[place]), (entered_at, at)
        )
    return "OK", 0


def containing(files: Files, area: str) -> set[str]:
    row = next(row for row in files["ticket_areas.txt"] if row["area_id"] == area)
    return {area}.union(*(containing(files, outer) for outer in row["within"].split()))


def may_begin(files: Files, product: str, network: str, at: int) -> bool:
    rules = files["fare_leg_rules.txt"]
    listed = {rule["network_id"] for rule in rules}
    anywhere = "rule_priority" in rules[0] or network not in listed
    own = [
        rule
        for rule in rules
        if rule["fare_product_id"] == product
        and (rule["network_id"] == network or (not rule["network_id"] and anywhere))
    ]
    return not own or any(in_timeframe(files, rule["from_timeframe_group_id"], at) for rule in own)


def exit_of_journey(files, product, category, trips) -> tuple[str, int]:
    """The last of the trips ends at this gate; all were on the ticket."""
    paid = known_price(files, product, category, local(trips[0].start).date())
    asked = None
    if journey(files, trips[:-1], category, known_price) is not None:
        asked = journey(files, trips, category, known_price)
    if asked is None:
        asked = journey(files, trips[-1:], category, known_price)
    missing = asked - paid if paid is not None and asked is not None else 0
    return ("WRONG_AREA", missing) if missing > 0 else ("OK", 0)


def exit_of_single(files, product, category, places, moments) -> tuple[str, int]:
    day = local(moments[0]).date()
    paid = known_price(files, product, category, day)
    networks = [containing(files, place) & {row["network_id"] for row in files["networks.txt"]} for place in places]
    if paid is None or len(networks[0]) != 1 or networks[0] != networks[1]:
        return "OK", 0
    areas = [containing(files, place) for place in places]
    asked = []
    for rule in leg_rules_between(files, *networks[0], areas, moments):
        amount = known_price(files, rule["fare_product_id"], category, day)
        if kind(files, rule["fare_product_id"]) == "single" and amount is not None:
            asked.append(amount)
    missing = min(asked) - paid if asked else 0
    return ("WRONG_AREA", missing) if missing > 0 else ("OK", 0)


def known_price(files: Files, product: str, category: str, day: date) -> int | None:
    begun = [
        (day_of(row["first_day"]), int(row["amount"]))
        for row in files["ticket_prices.txt"]
        if row["fare_product_id"] == product
        and row["rider_category_id"] == category
        and day_of(row["first_day"]) <= day
    ]
    return max(begun)[1] if begun else None
