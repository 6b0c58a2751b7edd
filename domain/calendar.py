"""Days and hours in 高台县: working days, months, quiet hours (domain.md 6.1).

Everything people are told is counted in local days; moments are stored in UTC and turned into days here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.festivals import likely_holidays

LOCAL = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
SATURDAY = 5


def local(moment: datetime) -> datetime:
    """The same moment on a clock in the county. A naive moment is refused: nobody knows which clock it was read from."""
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment.astimezone(LOCAL)


def local_day(moment: datetime) -> date:
    """The county's calendar day of a moment: after 16:00 UTC it is already tomorrow."""
    return local(moment).date()


def at(day: date, hour: time) -> datetime:
    """That hour of that day in the county, aware."""
    return datetime.combine(day, hour.replace(tzinfo=None), LOCAL)


# --- months ----------------------------------------------------------------------------------------------------------


def month_start(day: date) -> date:
    """The 1st of the day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return add_months(day.replace(day=1), 1) - DAY


def add_months(day: date, months: int) -> date:
    """The same day of the month so many months on (or back); 31 January + 1 month is the last of February."""
    years, month0 = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month0 + 1
    first_after = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (first_after - DAY).day))


def period_start(day: date, months: int) -> date:
    """The first day of the calendar period (month 1, quarter 3, half-year 6, year 12) the day lies in."""
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def period_end(day: date, months: int) -> date:
    """The last day of the calendar period (month 1, quarter 3, half-year 6, year 12) the day lies in."""
    return add_months(period_start(day, months), months) - DAY


# --- working days ----------------------------------------------------------------------------------------------------


def days(first: date, last: date) -> tuple[date, ...]:
    """Every day from first to last, both included."""
    return tuple(first + DAY * n for n in range((last - first).days + 1))


@dataclass(frozen=True)
class Break:
    """A school break, as the education bureau announces it; `name` is winter or summer."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Calendar:
    """Statutory holidays, make-up working days and school breaks.

    In a year that is not `known` the likely holidays are off (`provisional`), and no weekend is made up for.
    """

    holidays: frozenset[date]
    make_up: frozenset[date]
    known: frozenset[int]
    breaks: tuple[Break, ...] = ()

    def with_year(self, year: int, holidays: Iterable[date], make_up: Iterable[date]) -> Calendar:
        """The calendar with that year's arrangement entered anew, as the county does when the notice comes out."""
        return replace(
            self,
            holidays=frozenset(day for day in self.holidays if day.year != year) | frozenset(holidays),
            make_up=frozenset(day for day in self.make_up if day.year != year) | frozenset(make_up),
            known=self.known | {year},
        )

    def with_breaks(self, breaks: Iterable[Break]) -> Calendar:
        """The calendar with these breaks; one of the same name that begins in the same year is replaced."""
        found = {(one.name, one.first.year): one for one in (*self.breaks, *breaks)}
        return replace(self, breaks=tuple(sorted(found.values(), key=lambda one: one.first)))

    def off(self, day: date) -> bool:
        """The day is a holiday, by the notice of its year or, before that has come out, most likely."""
        return day in self.holidays if day.year in self.known else day in likely_holidays(day.year)

    def provisional(self, day: date) -> bool:
        """Nobody has entered that year's holidays yet; working days in it may still move."""
        return day.year not in self.known


_2026_HOLIDAYS = (
    *days(date(2026, 1, 1), date(2026, 1, 3)),  # 元旦
    *days(date(2026, 2, 15), date(2026, 2, 23)),  # 春节
    *days(date(2026, 4, 4), date(2026, 4, 6)),  # 清明
    *days(date(2026, 5, 1), date(2026, 5, 5)),  # 劳动节
    *days(date(2026, 6, 19), date(2026, 6, 21)),  # 端午
    *days(date(2026, 9, 25), date(2026, 9, 27)),  # 中秋
    *days(date(2026, 10, 1), date(2026, 10, 7)),  # 国庆
)
_2026_MAKE_UP = tuple(date(2026, m, d) for m, d in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)))

# 2027 was not announced when this was written: the county enters it in /policy; until then the likely days are off.
STATUTORY = Calendar(frozenset(), frozenset(), frozenset()).with_year(2026, _2026_HOLIDAYS, _2026_MAKE_UP)


def working_day(day: date, calendar: Calendar = STATUTORY) -> bool:
    """People work that day: no holiday, and no weekend unless it is made up for."""
    if day in calendar.make_up:
        return True
    return day.weekday() < SATURDAY and not calendar.off(day)


def add_working_days(day: date, count: int, calendar: Calendar = STATUTORY) -> date:
    """The count-th working day after the day; the day itself is not counted."""
    if count < 0:
        raise ValueError("working days are counted forwards")
    while count:
        day += DAY
        count -= working_day(day, calendar)
    return day


def next_working_day(day: date, calendar: Calendar = STATUTORY) -> date:
    """The day itself if people work then, else the first working day after it."""
    return day if working_day(day, calendar) else add_working_days(day, 1, calendar)


# --- quiet hours -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Quiet:
    """Hours in which nothing but an emergency is sent; `until` is the first free minute. May run over midnight."""

    since: time
    until: time

    def __contains__(self, hour: time) -> bool:
        if self.since <= self.until:
            return self.since <= hour < self.until
        return hour >= self.since or hour < self.until


QUIET_HOURS = (Quiet(time(21, 0), time(7, 30)), Quiet(time(12, 0), time(14, 30)))


def quiet(moment: datetime, hours: tuple[Quiet, ...] = QUIET_HOURS) -> bool:
    """It is a quiet hour in the county."""
    clock = local(moment).time()
    return any(clock in span for span in hours)


def quiet_until(moment: datetime, hours: tuple[Quiet, ...] = QUIET_HOURS) -> datetime:
    """The first moment, now or later, that is not quiet. `hours` leave some minute free (Policy sees to it)."""
    moment = local(moment)
    while span := next((span for span in hours if moment.time() in span), None):
        day = moment.date() + (DAY if moment.time() >= span.until else timedelta(0))
        moment = at(day, span.until)
    return moment
