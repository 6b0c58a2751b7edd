"""Holidays, solar terms and the farmers' calendar: which day a festival last fell on (domain.md 6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

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
# How long people mean when they say 国庆期间; days after the first.
SPAN = {"国庆": 7, "十一": 7, "春节": 8, "过年": 8, "五一": 4, "元宵": 2}


def last_lunar(month: int, day: int, today: date) -> date | Impossible:
    """The last time that day of the farmers' calendar came round, today included."""
    found = [d for d in _lunar_days(month, day, today) if d <= today]
    return max(found) if found else Impossible(f"{month}/{day}")


def last_lunar_day(day: int, today: date) -> date | Impossible:
    """初八 without a month: the last one there was."""
    found = [d for month in range(1, 13) for d in _lunar_days(month, day, today) if d <= today]
    return max(found) if found else Impossible(str(day))


def last_festival(name: str, today: date) -> date:
    """The last time that holiday, festival or solar term fell, today included. `name` is a key of the tables above."""
    return max(day for day in _festival_days(name, today) if day <= today)


def _festival_days(name: str, today: date) -> Iterator[date]:
    if name in FIXED:
        for year in (today.year, today.year - 1):
            yield date(year, *FIXED[name])
    elif name in LUNAR:
        yield from _lunar_days(*LUNAR[name], today)
    else:
        yield from _term_days(name, today)


def _lunar_days(month: int, day: int, today: date) -> tuple[date, ...]:
    return _lunar_days_around(month, day, today.year)


@lru_cache(maxsize=1024)  # the almanac takes milliseconds a day
def _lunar_days_around(month: int, day: int, this_year: int) -> tuple[date, ...]:
    return tuple(_compute_lunar_days(month, day, this_year))


def _compute_lunar_days(month: int, day: int, this_year: int) -> Iterator[date]:
    from lunar_python import Lunar

    if month == 12 and day == 30:
        for year in range(this_year - 1, this_year + 2):
            new_year = Lunar.fromYmd(year, 1, 1).getSolar()
            yield date(new_year.getYear(), new_year.getMonth(), new_year.getDay()) - timedelta(days=1)
        return
    for year in range(this_year - 2, this_year + 1):
        lengths = _month_lengths(year)
        for each in (month, -month):  # a leap month carries the negative number
            if day <= lengths.get(each, 0):
                solar = Lunar.fromYmd(year, each, day).getSolar()
                yield date(solar.getYear(), solar.getMonth(), solar.getDay())


@lru_cache(maxsize=64)
def _month_lengths(year: int) -> dict[int, int]:
    """The days of each month of a farmers' year; a leap month has the negative number."""
    from lunar_python import LunarYear

    return {m.getMonth(): m.getDayCount() for m in LunarYear.fromYear(year).getMonths() if m.getYear() == year}


def _term_days(name: str, today: date) -> Iterator[date]:
    from lunar_python import Solar

    for year in (today.year - 1, today.year, today.year + 1):
        solar = Solar.fromYmd(year, 6, 15).getLunar().getJieQiTable().get(name)
        if solar is not None:
            yield date(solar.getYear(), solar.getMonth(), solar.getDay())
