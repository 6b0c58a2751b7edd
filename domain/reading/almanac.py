"""Holidays, solar terms and the farmers' calendar: which day a festival last fell on (domain.md 6.1)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.reading.days import Impossible

FIXED: dict[str, tuple[int, int]] = {
    "元旦": (1, 1), "新年": (1, 1), "情人节": (2, 14), "三八": (3, 8), "妇女节": (3, 8), "植树节": (3, 12), "五一": (5, 1), "劳动节": (5, 1),
    "五四": (5, 4), "青年节": (5, 4), "六一": (6, 1), "儿童节": (6, 1), "七一": (7, 1), "建党节": (7, 1), "八一": (8, 1), "建军节": (8, 1),
    "教师节": (9, 10), "国庆": (10, 1), "十一": (10, 1), "双十一": (11, 11), "宪法日": (12, 4), "双十二": (12, 12),
    "平安夜": (12, 24), "圣诞": (12, 25), "家庭日": (5, 15), "护士节": (5, 12), "记者节": (11, 8), "消防日": (11, 9),
}  # fmt: skip
# Month and day of the farmers' calendar; month 12 day 30 means its last day, whatever its number.
LUNAR: dict[str, tuple[int, int]] = {
    "春节": (1, 1), "过年": (1, 1), "元宵": (1, 15), "正月十五": (1, 15), "龙抬头": (2, 2), "端午": (5, 5), "端阳": (5, 5), "七夕": (7, 7),
    "中元": (7, 15), "鬼节": (7, 15), "中秋": (8, 15), "重阳": (9, 9), "寒衣节": (10, 1), "下元节": (10, 15), "腊八": (12, 8), "小年": (12, 23),
    "除夕": (12, 30), "年三十": (12, 30), "大年三十": (12, 30), "三十晚上": (12, 30), "月饼节": (8, 15),
}  # fmt: skip
SOLAR_TERMS = ("立春", "惊蛰", "春分", "清明", "谷雨", "立夏", "小满", "芒种", "夏至", "小暑", "大暑", "立秋", "处暑", "白露",
               "秋分", "寒露", "霜降", "立冬", "小雪", "大雪", "冬至", "小寒", "大寒", "雨水")  # fmt: skip
# The nth Sunday of a month.
SUNDAYS: dict[str, tuple[int, int]] = {"母亲节": (5, 2), "父亲节": (6, 3)}
# How long people mean when they say 国庆期间; days after the first.
SPAN = {"国庆": 7, "十一": 7, "春节": 8, "过年": 8, "五一": 4, "元宵": 2}


def last_lunar(month: int, day: int, today: date) -> date | Impossible:
    """The last time that day of the farmers' calendar came round, today included."""
    found = [d for d in _lunar_days(month, day, today.year) if d <= today]
    return max(found) if found else Impossible(f"{month}/{day}")


def last_lunar_day(day: int, today: date) -> date | Impossible:
    """初八 without a month: the last one there was."""
    found = [d for month in range(1, 13) for d in _lunar_days(month, day, today.year) if d <= today]
    return max(found) if found else Impossible(str(day))


def last_festival(name: str, today: date) -> date:
    """The last time that holiday, festival or solar term fell, today included. `name` is a key of the tables above."""
    return max(day for day in _festival_days(name, today) if day <= today)


def _festival_days(name: str, today: date) -> Iterator[date]:
    if name in FIXED:
        for year in (today.year, today.year - 1):
            yield date(year, *FIXED[name])
    elif name in SUNDAYS:
        month, nth = SUNDAYS[name]
        for year in (today.year, today.year - 1):
            first = date(year, month, 1)
            yield first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))
    elif name in LUNAR:
        yield from _lunar_days(*LUNAR[name], today.year)
    else:
        for year in (today.year - 1, today.year):
            if (day := term(name, year)) is not None:
                yield day


@lru_cache(maxsize=1024)
def _lunar_days(month: int, day: int, this_year: int) -> tuple[date, ...]:
    """That day of the farmers' years around one of ours; day 30 of month 12 is the year's last, whatever its number."""
    if month == 12 and day == 30:
        return tuple(lunar_year(year)[0] - timedelta(days=1) for year in range(this_year - 1, this_year + 2))
    days = []
    for year in range(this_year - 2, this_year + 1):
        at, months = lunar_year(year)
        for number, length in months:
            if abs(number) == month and day <= length:
                days.append(at + timedelta(days=day - 1))
            at += timedelta(days=length)
    return tuple(days)


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads((Path(__file__).parent / "data" / "almanac.json").read_text("utf-8"))
    return table


@lru_cache(maxsize=64)
def lunar_year(year: int) -> tuple[date, tuple[tuple[int, int], ...]]:
    """The day a farmers' year begins and its months as (number, days); a leap month has the negative number."""
    known = _table().get(str(year))
    if known is None:
        return computed_lunar_year(year)
    return date.fromisoformat(known["first"]), tuple((number, days) for number, days in known["months"])


def term(name: str, year: int) -> date | None:
    """The day of a solar term in a year of ours."""
    known = _table().get(str(year))
    return date.fromisoformat(f"{year}-{known['terms'][name]}") if known else computed_term(name, year)


def computed_lunar_year(year: int) -> tuple[date, tuple[tuple[int, int], ...]]:
    """The same by lunar_python, which is slow to begin: for years outside the table, and to make and check it."""
    from lunar_python import Lunar, LunarYear

    first = Lunar.fromYmd(year, 1, 1).getSolar()
    months = tuple((m.getMonth(), m.getDayCount()) for m in LunarYear.fromYear(year).getMonths() if m.getYear() == year)
    return date(first.getYear(), first.getMonth(), first.getDay()), months


def computed_term(name: str, year: int) -> date | None:
    """A solar term by lunar_python, whose yearly table begins with the winter solstice of the year before."""
    from lunar_python import Solar

    for table_year in (year, year + 1, year - 1):
        solar = Solar.fromYmd(table_year, 6, 15).getLunar().getJieQiTable().get(name)
        if solar is not None and solar.getYear() == year:
            return date(solar.getYear(), solar.getMonth(), solar.getDay())
    return None
