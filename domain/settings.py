"""The numbers a county may change, as data: where each sits in a Policy, how it is read and shown (plan task 9, domain.md 2.6).

A value is kept as JSON under its key with the day it holds from. Nothing here weakens the plan: `overlaid` makes a
Policy, and making one checks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from domain.calendar import DAY, Break, Quiet, days
from domain.policy import Level, Policy, PolicyRefused
from domain.reading.folding import fold, number

Value = Any  # a JSON value
LONGEST_TEXT = 600
_NONE_WORDS = ("不另加", "无", "没有", "不用", "none", "no")
_CLOCK = re.compile(r"(\d{1,2})\s*[:点时.]\s*(\d{1,2}|半)?\s*分?")
_DAY = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?")
_TO = re.compile(r"\s*(?:到|至|~|—|–|-{1,2})\s*")


@dataclass(frozen=True)
class Change:
    """One value from one day on."""

    key: str
    value: Value
    from_on: date


@dataclass(frozen=True)
class Setting:
    """One number of the county. `read` takes what was typed and says the JSON value, or raises PolicyRefused.

    `get` gives the JSON value a Policy holds, `put` a Policy with another one; both without checking.
    """

    key: str
    group: str
    read: Callable[[str, date], Value]
    get: Callable[[Policy], Value]
    put: Callable[[dict[str, Any], Value], None]
    offers: tuple[Value, ...] = ()  # values worth a button

    @property
    def unit(self) -> str:
        """What the value counts: the last part of the key (visit_months, contact_days …)."""
        return self.key.rpartition(".")[2]


# --- reading what was typed --------------------------------------------------------------------------------------


def _whole(said: str, today: date) -> int:
    if said.strip().startswith("半个月"):
        return 15
    found = re.search(r"(\d+|[零一二两三四五六七八九十百]+)\s*个?(周|星期|礼拜)?", said)
    value = number(found[1]) if found else 1 if "每周" in said else None
    if value is None:
        raise PolicyRefused("policy.number_wanted")
    return value * 7 if (found and found[2]) or "每周" in said else value


def _whole_or_none(said: str, today: date) -> int | None:
    return None if said.strip().lower() in _NONE_WORDS else _whole(said, today)


def _clock(said: str) -> time:
    found = _CLOCK.search(said)
    if not found:
        raise PolicyRefused("policy.clock_wanted")
    hour, minute = int(found[1]), 30 if found[2] == "半" else int(found[2] or 0)
    if hour < 12 and re.search(r"下午|晚上|夜里|傍晚", said[: found.start()]):
        hour += 12
    if hour > 24 or minute > 59:
        raise PolicyRefused("policy.clock_wanted")
    return time(hour % 24, minute)


def _hour(said: str, today: date) -> str:
    return _clock(said).strftime("%H:%M")


def _spans(said: str, today: date) -> list[list[str]]:
    """21:00到7:30,12:00到14:30"""
    found = []
    for part in re.split(r"[,\uff0c、;\uff1b\n]|和", said):
        if not part.strip():
            continue
        ends = _TO.split(part.strip(), maxsplit=1)
        if len(ends) != 2:
            raise PolicyRefused("policy.span_wanted")
        found.append([_hour(end, today) for end in ends])
    if not found:
        raise PolicyRefused("policy.span_wanted")
    return found


def _some_days(said: str, today: date) -> list[int]:
    if said.strip().lower() in _NONE_WORDS:
        return []
    return sorted({int(one) for one in re.findall(r"\d+", said)}, reverse=True) or [_whole(said, today)]


def _day(said: str, year: int) -> date:
    found = _DAY.fullmatch(said.strip())
    if not found:
        raise PolicyRefused("policy.day_wanted", said=said.strip()[:20])
    try:
        return date(int(found[1] or year), int(found[2]), int(found[3]))
    except ValueError:
        raise PolicyRefused("policy.day_wanted", said=said.strip()[:20]) from None


def _span_of_days(said: str, year: int) -> tuple[date, date]:
    ends = re.split(r"\s*(?:到|至|~|—|–|--)\s*|(?<=[日号\d])-(?=\d+[月.])", said.strip())
    first = _day(ends[0], year)
    last = _day(ends[-1], first.year)
    if last < first and not re.match(r"\d{4}", ends[-1]):
        last = last.replace(year=last.year + 1)  # 12月30日到1月2日
    if not DAY * 0 <= last - first <= DAY * 100:
        raise PolicyRefused("policy.day_wanted", said=said.strip()[:20])
    return first, last


def _pieces(said: str) -> list[str]:
    return [piece for piece in re.split(r"[,\uff0c、;\uff1b\s]+", said) if piece]


def _year(said: str, today: date) -> dict[str, Any]:
    """2027年 放假 1月1日到1月3日 2月5日到2月11日 上班 2月14日: the State Council's yearly notice."""
    head = re.match(r"\s*(\d{4})\s*年?", said)
    if not head:
        raise PolicyRefused("policy.year_wanted")
    year, rest = int(head[1]), said[head.end() :]
    off, _, on = re.sub(r"放假:?", "", rest).partition("上班")
    holidays = [day for piece in _pieces(off) for day in days(*_span_of_days(piece, year))]
    make_up = [_day(piece, year) for piece in _pieces(on.lstrip(":"))]
    if not holidays or any(day.year != year for day in (*holidays, *make_up)):
        raise PolicyRefused("policy.year_wanted")
    return {"year": year, "holidays": [one.isoformat() for one in holidays], "make_up": [one.isoformat() for one in make_up]}


def _breaks(said: str, today: date) -> list[list[str]]:
    """寒假 2027.1.10到2027.2.28,暑假 2027.7.12到2027.8.31, as the education bureau announces them."""
    found = []
    for piece in re.split(r"[,\uff0c;\uff1b\n]", said):
        if not piece.strip():
            continue
        name = re.match(r"\s*(寒假|暑假):?\s*", piece)
        if not name:
            raise PolicyRefused("policy.break_wanted")
        first, last = _span_of_days(piece[name.end() :], today.year)
        if last < today and not re.match(r"\d{4}", piece[name.end() :]):
            first, last = _span_of_days(piece[name.end() :], today.year + 1)
        found.append(["winter" if name[1] == "寒假" else "summer", first.isoformat(), last.isoformat()])
    if not found:
        raise PolicyRefused("policy.break_wanted")
    return found


def _seasons(said: str, today: date) -> list[list[str]]:
    """3月15日到4月30日,7月1日到7月31日: the same every year; 无 for none."""
    if said.strip().lower() in _NONE_WORDS:
        return []
    pieces = [piece for piece in re.split(r"[,\uff0c、;\uff1b\n]", said) if piece.strip()]
    spans = [_span_of_days(piece, today.year) for piece in pieces]
    if not spans:
        raise PolicyRefused("policy.day_wanted", said=said.strip()[:20])
    return [[first.strftime("%m-%d"), last.strftime("%m-%d")] for first, last in spans]


# --- into a policy -------------------------------------------------------------------------------------------------
# A policy is taken apart into a dict of its fields, changed in several places, and made (and checked) once.


def _field(name: str) -> tuple[Callable[[Policy], Value], Callable[[dict[str, Any], Value], None]]:
    """A plain field (`grace_days`) or one inside another (`red.visit_months`, `steps.every`)."""
    outer, _, inner = name.partition(".")

    def get(policy: Policy) -> Value:
        value = getattr(getattr(policy, outer), inner) if inner else getattr(policy, outer)
        return list(value) if isinstance(value, tuple) else value

    def put(parts: dict[str, Any], value: Value) -> None:
        value = tuple(value) if isinstance(value, list) else value
        if inner:
            parts.setdefault(outer, {})[inner] = value
        else:
            parts[outer] = value

    return get, put


def _put_hour(parts: dict[str, Any], value: Value) -> None:
    parts["digest_hour"] = time.fromisoformat(value)


def _put_quiet(parts: dict[str, Any], value: Value) -> None:
    parts["quiet_hours"] = tuple(Quiet(time.fromisoformat(since), time.fromisoformat(until)) for since, until in value)


def _get_quiet(policy: Policy) -> Value:
    return [[span.since.strftime("%H:%M"), span.until.strftime("%H:%M")] for span in policy.quiet_hours]


def _level(place: int) -> tuple[Callable[[Policy], Value], Callable[[dict[str, Any], Value], None]]:
    def put(parts: dict[str, Any], value: Value) -> None:
        parts.setdefault("help_levels", {})[place] = value

    return lambda policy: policy.help_levels[place].after_days, put


def _put_year(parts: dict[str, Any], value: Value) -> None:
    parts.setdefault("years", []).append(value)


def _put_breaks(parts: dict[str, Any], value: Value) -> None:
    spans = tuple(Break(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in value)
    parts.setdefault("breaks", []).extend(spans)


def _get_breaks(policy: Policy) -> Value:
    return [[one.name, one.first.isoformat(), one.last.isoformat()] for one in policy.calendar.breaks]


def _put_seasons(parts: dict[str, Any], value: Value) -> None:
    parts["farm_seasons"] = tuple((first, last) for first, last in value)


def _number(key: str, group: str, *offers: Value, read: Callable[[str, date], Value] = _whole) -> Setting:
    return Setting(key, group, read, *_field(key), offers)


def _often(tier: str) -> tuple[Setting, ...]:
    return (
        _number(f"{tier}.contact_days", "often", 7, 14, None, read=_whole_or_none),
        _number(f"{tier}.visit_months", "often", 1, 2, 3),
        _number(f"{tier}.supervisor_months", "often", 1, 3, 6, 12),
    )


def _minutes(said: str, today: date) -> int:
    """2小时, 90分钟, 1天: in minutes; a bare number is minutes."""
    size = 24 * 60 if re.search(r"天|日", said) else 60 if re.search(r"小时|钟头", said) else 1
    half = 30 if re.search(r"个?半(?:小时|钟头)|小时半", said) else 0
    if re.match(r"\s*半个?(?:小时|钟头)", said):
        return 30
    return _whole(said, today) * size + half


def _span_of_report(name: str, *offers: int) -> Setting:
    """How long a step of a mandatory report may take, in minutes (domain.policy.ReportTimes)."""

    def get(policy: Policy) -> Value:
        return round(getattr(policy.reports, name).total_seconds() / 60)

    def put(parts: dict[str, Any], value: Value) -> None:
        parts.setdefault("reports", {})[name] = timedelta(minutes=value)

    return Setting(f"reports.{name}", "clocks", _minutes, get, put, offers)


SETTINGS: dict[str, Setting] = {
    one.key: one
    for one in (
        *_often("red"),
        *_often("yellow"),
        *_often("green"),
        _number("first_visit_working_days", "often", 3, 5, 10),
        _number("retry_days", "often", 1, 2, 3),
        _number("lost_days", "often", 7, 14, 30),
        _number("red_visit_days", "often", 1, 2, 3),
        _number("red_supervisor_days", "often", 3, 7),
        _number("after_pause_days", "often", 3, 7, 14),
        _number("grace_days", "often", 0, 3, 7),
        Setting("digest_hour", "hours", _hour, lambda policy: policy.digest_hour.strftime("%H:%M"), _put_hour, ("08:00", "09:00", "19:30")),
        Setting("quiet_hours", "hours", _spans, _get_quiet, _put_quiet),
        _number("steps.before", "hours", [3], [7, 3], [], read=_some_days),
        _number("steps.every", "hours", 2, 3, 7),
        _number("messages_a_day", "hours", 4, 6, 10),
        _number("snooze_days", "hours", 3, 7),
        Setting("help_after.supervisor", "help", _whole, *_level(0), (3, 7, 14)),
        Setting("help_after.county", "help", _whole, *_level(1), (14, 21, 30)),
        _span_of_report("receipt_unsafe", 15, 30, 60),
        _span_of_report("receipt", 60, 120, 240),
        _span_of_report("safety", 720, 1440),
        _number("reports.feedback_working_days", "clocks", 2, 3, 5),
        _number("reports.progress_days", "clocks", 15, 30),
        _number("reports.visit_days", "clocks", 3, 7),
        _span_of_report("again_unsafe", 10, 15, 30),
        _span_of_report("again", 60, 120, 240),
        _number("referrals.accept_working_days", "referrals", 2, 3, 5),
        _number("referrals.first_word_working_days", "referrals", 5, 10, 15),
        _number("referrals.word_days", "referrals", 15, 30, 60),
        _number("referrals.county_working_days", "referrals", 1, 3, 5),
        _number("referrals.tell_days", "referrals", 3, 7, 14),
        _number("warnings.injuries", "warnings", 2, 3),
        _number("warnings.injury_days", "warnings", 30, 60),
        _number("warnings.missed", "warnings", 2, 3, 5),
        _number("warnings.pair_days", "warnings", 30, 60, 90),
        _number("warnings.uncared_days", "warnings", 14, 30, 60),
        _number("warnings.silent", "warnings", 2, 3, 4),
        _number("warnings.household", "warnings", 2, 3),
        Setting("holidays", "calendar", _year, lambda policy: sorted(policy.calendar.known), _put_year),
        Setting("breaks", "calendar", _breaks, _get_breaks, _put_breaks),
        Setting("farm_seasons", "calendar", _seasons, lambda policy: [list(span) for span in policy.farm_seasons], _put_seasons),
    )
}
GROUPS = tuple(dict.fromkeys(setting.group for setting in SETTINGS.values()))
ADDS_UP = ("holidays", "breaks")  # each entry adds a year; everywhere else the newest value holds


def read(key: str, said: str, today: date) -> Value:
    """The JSON value of what was typed for this setting. Raises PolicyRefused with the sentence that says why not."""
    if len(said) > LONGEST_TEXT:
        raise PolicyRefused("policy.too_long", most=LONGEST_TEXT)
    return SETTINGS[key].read(fold(said), today)



def first_day(said: str, today: date) -> date:
    """From when a change holds: a day that is still to come. Raises PolicyRefused; nothing is changed backwards."""
    day = _day(fold(said), today.year)
    if day <= today and not re.match(r"\d{4}", said.strip()):
        day = day.replace(year=day.year + 1)
    if not today < day <= today + DAY * 400:
        raise PolicyRefused("policy.from_wanted")
    return day


def in_force(changes: Iterable[Change], day: date) -> list[Change]:
    """The changes that hold on that day, in the order given, each key once except where entries add up."""
    found: dict[str, Change] = {}
    for change in sorted((one for one in changes if one.from_on <= day), key=lambda one: one.from_on):
        place = change.key
        if place == "holidays" and isinstance(change.value, Mapping):
            place = f"holidays.{change.value.get('year')}"
        elif place in ADDS_UP:
            place = f"{place}.{change.value}"
        found.pop(place, None)
        found[place] = change
    return list(found.values())


def overlaid(base: Policy, changes: Iterable[Change]) -> Policy:
    """The policy with these values in it. Raises PolicyRefused where the county may not or cannot set them so."""
    parts: dict[str, Any] = {}
    for change in changes:
        if change.key in SETTINGS:  # a newer program's key, after going back to an older one, is left alone
            SETTINGS[change.key].put(parts, change.value)
    fields: dict[str, Any] = {}
    for name, value in parts.items():
        if name == "help_levels":
            fields[name] = tuple(
                Level(value.get(place, level.after_days), level.role) for place, level in enumerate(base.help_levels)
            )
        elif isinstance(value, dict):
            fields[name] = replace(getattr(base, name), **value)
        elif name not in ("years", "breaks"):
            fields[name] = value
    calendar = base.calendar
    for year in parts.get("years", ()):
        off, on = ([date.fromisoformat(one) for one in year[what]] for what in ("holidays", "make_up"))
        calendar = calendar.with_year(year["year"], off, on)
    if "breaks" in parts:
        calendar = calendar.with_breaks(parts["breaks"])
    return replace(base, calendar=calendar, **fields) if fields or calendar is not base.calendar else base


def as_far_as_possible(base: Policy, changes: Iterable[Change]) -> Policy:
    """Like `overlaid`, but a value that no longer fits (the base changed under it) is left out instead of raising.

    The bot must go on reminding whatever stands in the settings; the county sees in /policy what does not hold.
    """
    changes = list(changes)
    try:
        return overlaid(base, changes)
    except PolicyRefused:
        held: list[Change] = []
        for change in changes:
            try:
                overlaid(base, [*held, change])
            except PolicyRefused:
                continue
            held.append(change)
        return overlaid(base, held)


