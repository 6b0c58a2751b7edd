"""Which days somebody means: 上个月, 9月, 去年下半年, 今年3月到6月, 2026-03-01 到 2026-06-30."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.calendar import DAY, add_months, month_end, month_start, period_end, period_start
from domain.reading.folding import fold

QUARTER, HALF, YEAR = 3, 6, 12
EARLIEST = 2000  # 1926年 is a slip of the finger


class BadPeriod(ValueError):
    """Words that look like days and are none (13月, 2月30日)."""


@dataclass(frozen=True, order=True)
class Period:
    """Days, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise BadPeriod(f"{self.first} {self.last}")

    @property
    def code(self) -> str:
        """Short enough for a button; `Period.of_code` reads it back."""
        return f"{self.first:%y%m%d}-{self.last:%y%m%d}"

    @classmethod
    def of_code(cls, code: str) -> Period | None:
        """The period, or None for what is no code (a forged button)."""
        match = re.fullmatch(r"(\d\d)(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)", code)
        if match is None:
            return None
        numbers = [int(one) for one in match.groups()]
        try:
            return cls(date(2000 + numbers[0], *numbers[1:3]), date(2000 + numbers[3], *numbers[4:]))
        except ValueError:
            return None

    @property
    def shape(self) -> str:
        """month, quarter, half, year where it is exactly one of the calendar; days otherwise."""
        for months, name in ((1, "month"), (QUARTER, "quarter"), (HALF, "half"), (YEAR, "year")):
            if self.first == period_start(self.first, months) and self.last == period_end(self.first, months):
                return name
        return "days"

    @property
    def whole(self) -> bool:
        """It cuts through no calendar month."""
        return self.first == month_start(self.first) and self.last == month_end(self.last)

    @property
    def months(self) -> tuple[date, ...]:
        """The first day of every calendar month it touches."""
        found, month = [], month_start(self.first)
        while month <= self.last:
            found.append(month)
            month = add_months(month, 1)
        return tuple(found)

    def whole_months(self, today: date) -> tuple[date, ...]:
        """Those of its calendar months that it covers from end to end and that are over."""
        last = min(self.last, today)
        return tuple(month for month in self.months if self.first <= month and month_end(month) <= last)

    def whole_quarters(self, today: date) -> tuple[date, ...]:
        """The first days of the calendar quarters it covers from end to end and that are over."""
        last = min(self.last, today)
        starts = {period_start(month, QUARTER) for month in self.months}
        return tuple(sorted(one for one in starts if self.first <= one and period_end(one, QUARTER) <= last))

    def widened(self) -> Period:
        """The whole months it touches."""
        return Period(month_start(self.first), month_end(self.last))

    def before(self) -> Period:
        """The period of the same shape just before it: September before October, the year before."""
        if self.whole:
            count = len(self.months)
            return Period(add_months(self.first, -count), self.first - DAY)
        length = self.last - self.first
        return Period(self.first - DAY - length, self.first - DAY)


_TENS = {"十": 10, "十一": 11, "十二": 12} | {figure: place for place, figure in enumerate("一二三四五六七八九", 1)}
# § stands for the name of the end (a, b) the words belong to
_MONTH_NO = r"(?P<§m>1[0-9]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_YEAR_WORD = r"(?:(?P<§y>今年|本年度?|去年|上一?年|前年|明年|后年|(?:20|19)\d\d年?)\s*的?\s*)?"
_END = (
    r"(?:(?P<§iy>20\d\d)[-/.](?P<§im>\d{1,2})(?:[-/.](?P<§id>\d{1,2}))?"
    rf"|{_YEAR_WORD}{_MONTH_NO}月份?(?:(?P<§d>\d{{1,2}})[日号])?)"
)
_TO = r"\s*(?:到|至|~|～|—+|–|-{1,2}|一直到)\s*"


def _named(pattern: str, name: str = "a") -> str:
    return pattern.replace("§", name)


_RANGE = re.compile(_named(_END) + _TO + _named(_END, "b"))
_SHORT_RANGE = re.compile(_named(_YEAR_WORD + _MONTH_NO) + _TO + _named(_MONTH_NO, "b") + "月份?")
_ONE = re.compile(_named(_END))
_DAYS_BACK = re.compile(r"(?:最?近|过去|前)(?P<n>\d{1,3}|[一二两三四五六七八九十]|半)个?(?P<what>天|日|周|星期|月|年)")
_QUARTER = re.compile(_named(_YEAR_WORD) + r"第?(?P<q>[一二三四1-4])季度?")
_HALF = re.compile(_named(_YEAR_WORD) + r"(?P<h>[上下])半年")
_YEAR = re.compile(r"(?P<ay>今年|本年度?|去年|上一?年|前年|明年|后年|(?:20|19)\d\d年?)(?:全年|一年|度)?|全年")
_FILLER = re.compile(r"^[\s,，、的:：]+|[\s,，、的:：?？。]+$")


def find_period(words: str, today: date) -> tuple[Period | None, str]:
    """The period named among these words, and the words without it. Raises BadPeriod for days that do not exist.

    A month without a year is the latest one that has begun: in November 12月 is last December.
    """
    text = fold(words)
    for regex, made in _FORMS:
        if (match := regex.search(text)) is not None:
            period = made(match, today)
            if period is not None:
                rest = f"{text[: match.start()]} {text[match.end() :]}"
                return period, _FILLER.sub("", _FILLER.sub("", rest))
    return None, words.strip()


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise BadPeriod(f"{year}-{month}-{day}") from None


def _year(word: str | None, today: date) -> int | None:
    if word is None:
        return None
    named = {"今": 0, "本": 0, "去": -1, "上": -1, "前": -2, "明": 1, "后": 2}
    if word[0] in named:
        return today.year + named[word[0]]
    year = int(word[:4])
    if year < EARLIEST:
        raise BadPeriod(word)
    return year


def _number(word: str) -> int:
    return _TENS[word] if word in _TENS else int(word)


def _end(match: re.Match[str], name: str, today: date) -> tuple[int | None, int, int | None]:
    """Year, month and day of one end, as far as said."""
    said = match.groupdict()
    if said.get(f"{name}iy"):
        day = said[f"{name}id"]
        return int(said[f"{name}iy"]), int(said[f"{name}im"]), int(day) if day else None
    day = said.get(f"{name}d")
    return _year(said.get(f"{name}y"), today), _number(said[f"{name}m"]), int(day) if day else None


def _range(match: re.Match[str], today: date) -> Period:
    first_year, first_month, first_day = _end(match, "a", today)
    last_year, last_month, last_day = _end(match, "b", today)
    if last_year is None:
        last_year = first_year if first_year is not None else _latest(last_month, today)
        if first_year is not None and last_month < first_month:
            last_year += 1  # 去年11月到2月
    if first_year is None:
        first_year = last_year - (first_month > last_month)
    first = _day(first_year, first_month, first_day or 1)
    last = _day(last_year, last_month, last_day) if last_day else month_end(_day(last_year, last_month, 1))
    return Period(min(first, last), max(first, last))


def _one(match: re.Match[str], today: date) -> Period:
    year, month, day = _end(match, "a", today)
    first = _day(year if year is not None else _latest(month, today), month, day or 1)
    return Period(first, first if day else month_end(first))


def _latest(month: int, today: date) -> int:
    return today.year if month <= today.month else today.year - 1


def _back(match: re.Match[str], today: date) -> Period:
    half = match["n"] == "半"
    count = 2 if match["n"] == "两" else 1 if half else _number(match["n"])
    if match["what"] in "天日":
        return Period(today - (count - 1) * DAY, today)
    if match["what"] in ("周", "星期"):
        return Period(today - timedelta(weeks=count) + DAY, today)
    months = count * YEAR // (2 if half else 1) if match["what"] == "年" else count
    return Period(month_start(add_months(today, 1 - months)), month_end(today))


def _quarter(match: re.Match[str], today: date) -> Period:
    month = (_number(match["q"]) - 1) * QUARTER + 1
    year = _year(match["ay"], today)
    return _of(date(year if year is not None else _latest(month, today), month, 1), QUARTER)


def _half(match: re.Match[str], today: date) -> Period:
    month = 1 if match["h"] == "上" else 7
    year = _year(match["ay"], today)
    return _of(date(year if year is not None else _latest(month, today), month, 1), HALF)


def _whole_year(match: re.Match[str], today: date) -> Period:
    year = _year(match["ay"], today)
    return _of(date(year if year is not None else today.year, 1, 1), YEAR)


def _of(day: date, months: int) -> Period:
    return Period(period_start(day, months), period_end(day, months))


def _weeks(count: int) -> Callable[[re.Match[str], date], Period]:
    def made(match: re.Match[str], today: date) -> Period:
        monday = today - DAY * today.weekday() + timedelta(weeks=count)
        return Period(monday, monday + 6 * DAY)

    return made


def _turned(months: int, count: int) -> Callable[[re.Match[str], date], Period]:
    return lambda match, today: _of(add_months(period_start(today, months), months * count), months)


def _days(count: int) -> Callable[[re.Match[str], date], Period]:
    return lambda match, today: Period(today + count * DAY, today + count * DAY)


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Period | None]], ...] = (
    (_RANGE, _range),
    (_SHORT_RANGE, _range),
    (_DAYS_BACK, _back),
    (re.compile(r"上上个?月"), _turned(1, -2)),
    (re.compile(r"上个?月"), _turned(1, -1)),
    (re.compile(r"下个?月"), _turned(1, 1)),
    (re.compile(r"(?:这个?|本|当)月"), _turned(1, 0)),
    (re.compile(r"上个?季度?"), _turned(QUARTER, -1)),
    (re.compile(r"下个?季度?"), _turned(QUARTER, 1)),
    (re.compile(r"(?:这个?|本|当)季度?"), _turned(QUARTER, 0)),
    (_QUARTER, _quarter),
    (_HALF, _half),
    (re.compile(r"上上个?(?:周|星期|礼拜)"), _weeks(-2)),
    (re.compile(r"上个?(?:周|星期|礼拜)"), _weeks(-1)),
    (re.compile(r"下个?(?:周|星期|礼拜)"), _weeks(1)),
    (re.compile(r"(?:这个?|本)(?:周|星期|礼拜)"), _weeks(0)),
    (_ONE, _one),
    (_YEAR, _whole_year),
    (re.compile(r"今[天儿日]"), _days(0)),
    (re.compile(r"昨[天儿日]"), _days(-1)),
    (re.compile(r"明[天儿日]"), _days(1)),
)
