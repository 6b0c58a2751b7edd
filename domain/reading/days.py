"""What a date expression can turn out to be. A plain `date` is the good case; the others each say why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

COUNTY_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Vague:
    """A stretch of days, or none in particular: the worker has to say which one.

    `reason` is one of: range, weekend, week, month, season, some_days, about, holiday, since.
    """

    reason: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True)
class Future:
    """A day that has not come yet; a contact cannot have happened on it."""

    day: date | None = None


@dataclass(frozen=True)
class Impossible:
    """A day no calendar has, such as 2月30日."""

    words: str


@dataclass(frozen=True)
class NoDate:
    """No day is named."""


Day = date | Vague | Future | Impossible | NoDate


@dataclass(frozen=True)
class Mention:
    """One date expression in a text: where it stands, and the day it names."""

    start: int
    end: int
    day: Day
    part_of_day: bool = False  # only a time within the day: 下午三点, 刚才


def local_day(ref: datetime) -> date:
    """The calendar day in the county. A time without a zone is taken as county time."""
    return local_time(ref).date()


def local_time(ref: datetime) -> datetime:
    """The county's clock at that moment, without its zone, for arithmetic in days."""
    return ref if ref.tzinfo is None else ref.astimezone(COUNTY_ZONE).replace(tzinfo=None)


def month_back(year: int, month: int, back: int) -> tuple[int, int]:
    """The month so many months earlier."""
    index = year * 12 + (month - 1) - back
    return index // 12, index % 12 + 1


def last_of_month(year: int, month: int) -> date:
    next_year, next_month = month_back(year, month, -1)
    return date(next_year, next_month, 1) - timedelta(days=1)


def months_ago(today: date, back: int) -> date:
    """The same day of an earlier month, or that month's last day where it is shorter."""
    year, month = month_back(today.year, today.month, back)
    return date(year, month, min(today.day, last_of_month(year, month).day))
