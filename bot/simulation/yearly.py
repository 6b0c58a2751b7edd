"""The oracle's part about units: what they owe by the plan (domain.md 6.2), worked out by walking over the days.

It shares nothing with domain/unit_duties.py: its own tables, its own holidays, no periods, only "tomorrow".
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.simulation.facts import Facts

DAY = timedelta(days=1)
COUNTY = "620724"
FIVE = ("education", "police", "civil_affairs", "youth", "women")
# First and last day on which a deed settles it, as month and day; days ahead of the last at which it is spoken of.
YEAR = ("0101", "1231")
SPAN = {
    "sweep": ("supervisor", (YEAR,), (60, 30, 7)),
    "spot_check": ("county", (YEAR,), (60, 30, 7)),
    "training": ("county", (YEAR,), (60, 30, 7)),
    "inspection": ("county", (YEAR,), (60, 30, 7)),
    "survey": ("county", (YEAR,), (60, 30, 7)),
    "safety_activity": ("department", (YEAR,), (60, 30, 7)),
    "lecture": ("department", (("1201", "0109"), ("0602", "0711")), (30, 14, 3)),
    "waters": ("department", (("0130", "0430"),), (45, 14, 3)),
    "data_audit": ("county", (("1202", "0131"),), (30, 7)),
    "tier_review": ("child_director", (("0301", "0331"), ("0901", "0930")), (21, 7)),
    "holiday_visits": ("child_director", (), (10, 3)),
}
# 春节's eve, 六一, 中秋 and the summer break, from a printed almanac.
HOLIDAYS = {
    2025: (("0108", "0128"), ("0518", "0601"), ("0926", "1006"), ("0712", "0831")),
    2026: (("0127", "0216"), ("0518", "0601"), ("0915", "0925"), ("0712", "0831")),
    2027: (("0116", "0205"), ("0518", "0601"), ("0905", "0915"), ("0712", "0831")),
    2028: (("0105", "0125"), ("0518", "0601"), ("0923", "1003"), ("0712", "0831")),
    2029: (("0123", "0212"), ("0518", "0601"), ("0912", "0922"), ("0712", "0831")),
}
ONCE = {"plan_summary": (date(2026, 8, 2), date(2026, 10, 31), (30, 7)), "plan_close": (date(2026, 10, 2), date(2026, 12, 31), (60, 30, 7))}


def units(facts: Facts, duty: str) -> list[str]:
    """Who owes it."""
    if duty == "sweep":
        return [unit for unit in facts.above if len(unit) == 9 and "." not in unit]
    if duty == "safety_activity":
        return [f"{COUNTY}.{slug}" for slug in FIVE]
    if duty in ("lecture", "waters"):
        return [f"{COUNTY}.{'education' if duty == 'lecture' else 'water'}"]
    if duty in ("tier_review", "holiday_visits"):
        return sorted({file.village for file in facts.files.values() if file.closed is None})
    return [COUNTY]


def occasions(duty: str, today: date) -> list[tuple[date, date]]:
    """(opens, due) of every occasion near this day, the earliest due first."""
    if duty in ONCE:
        return [ONCE[duty][:2]]
    found = []
    for year in range(today.year - 1, today.year + 3):
        for first, last in HOLIDAYS[year] if duty == "holiday_visits" else SPAN[duty][1]:
            due = date(year, int(last[:2]), int(last[2:]))
            opens = date(year - (first > last), int(first[:2]), int(first[2:]))
            found.append((opens, due))
    return sorted(found, key=lambda one: one[1])


def ahead(duty: str) -> tuple[int, ...]:
    return ONCE[duty][2] if duty in ONCE else SPAN[duty][2]


def role(duty: str) -> str:
    return "county" if duty in ONCE else SPAN[duty][0]


def owed(facts: Facts, today: date) -> Iterator[tuple[str, str, str, date]]:
    """(duty, unit, role, due) of everything units owe that has been spoken of or soon will be."""
    if all(file.closed is not None for file in facts.files.values()):
        return
    for duty in (*SPAN, *ONCE):
        near = [one for one in occasions(duty, today) if one[1] >= facts.begun]
        for unit in units(facts, duty):
            done = facts.deeds.get((duty, unit), [])
            due = next_due(near, [day for day in done if day <= today], max(ahead(duty)), today)
            if due is not None:
                yield duty, unit, role(duty), due


def next_due(near: list[tuple[date, date]], done: list[date], early: int, today: date) -> date | None:
    """The occasion spoken of last, unless it is settled; then the first later one that is not."""
    begun = [place for place, (_, due) in enumerate(near) if due - early * DAY <= today]
    start = begun[-1] if begun else 0
    return next((due for opens, due in near[start:] if not any(day >= opens for day in done)), None)


def newest_step(duty: str, due: date, today: date) -> date | None:
    """The days it is spoken of ahead, the day itself, then every seventh."""
    day = today
    while day >= due - max(ahead(duty)) * DAY:
        past = (day - due).days
        if -past in ahead(duty) or (past >= 0 and past % 7 == 0):
            return day
        day -= DAY
    return None
