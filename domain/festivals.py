"""The festivals of a year, and the holidays likely in a year whose notice has not come out yet (domain.md 6.1)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, Solar

DAY = timedelta(days=1)
LITTLE_NEW_YEAR, EVE, SPRING_FESTIVAL, LANTERN = "小年", "除夕", "春节", "元宵"
QINGMING, DRAGON_BOAT, MID_AUTUMN = "清明", "端午", "中秋"


@lru_cache(maxsize=64)  # the almanac takes milliseconds a day
def festivals(year: int) -> dict[str, date]:
    """The traditional festivals that fall in this calendar year, by name, in order."""
    first = _of_moon(year, 1, 1)
    found = {
        LITTLE_NEW_YEAR: _of_moon(year - 1, 12, 23),
        EVE: first - DAY,
        SPRING_FESTIVAL: first,
        LANTERN: _of_moon(year, 1, 15),
        QINGMING: _qingming(year),
        DRAGON_BOAT: _of_moon(year, 5, 5),
        MID_AUTUMN: _of_moon(year, 8, 15),
    }
    return dict(sorted(found.items(), key=lambda one: one[1]))


@lru_cache(maxsize=64)
def likely_holidays(year: int) -> frozenset[date]:
    """The days people will most likely be off, as they have been of late: provisional until the notice is entered.

    Which weekends are worked for it nobody can know before the notice.
    """
    days = festivals(year)
    spans = (
        (date(year, 1, 1), 1),
        (days[EVE], 8),
        (days[QINGMING], 1),
        (date(year, 5, 1), 5),
        (days[DRAGON_BOAT], 1),
        (days[MID_AUTUMN], 1),
        (date(year, 10, 1), 7),
    )
    return frozenset(first + DAY * n for first, length in spans for n in range(length))


def _of_moon(year: int, month: int, day: int) -> date:
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def _qingming(year: int) -> date:
    term = Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()[QINGMING]
    return date(term.getYear(), term.getMonth(), term.getDay())
