"""Weekdays: 上周三 is the Wednesday of last week, a bare 周三 the last one there was."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.reading.date_rules import NOT_COUNTED, WEEK, WEEKS_BACK, says, unless_future
from domain.reading.days import Day, Future, Vague
from domain.reading.folding import NUMBER, number

_WEEKDAY = {**{c: i for i, c in enumerate("一二三四五六日")}, "天": 6, "7": 6, "末": 7, **{str(i): i - 1 for i in range(1, 7)}}
_WHICH = r"(?P<which>上上上|上上|大上|上一|前一|头一|这一|这|本|上|前(?=个))(?:\s*一?个)?\s*"


@says(rf"{_WHICH}{WEEK}(?:\s*的?\s*{WEEK})?\s*(?P<day>[一二三四五六日天末]|[1-7](?![0-9]|\s*[号日月点.])){NOT_COUNTED}(?:\s*[、和到至\-]?\s*(?:{WEEK})?\s*(?P<to>[二三四五六日天])(?![十号月次人个]|[一二三四五六七八九]?[一二]?[村社队]))?")
def _day_of_week(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK[match["which"]])
    day = _WEEKDAY[match["day"]]
    if day == 7:
        return unless_future(Vague("weekend", monday + timedelta(days=5), monday + timedelta(days=6)), today)
    if match["to"]:
        return Vague("range", monday + timedelta(days=day), monday + timedelta(days=_WEEKDAY[match["to"]]))
    found = monday + timedelta(days=day)
    return found if found <= today else Future(found)


@says(r"(?:(?P<which>上上|上一|这一|这|本|上)(?:\s*一?个)?\s*)?(?<!下)(?:周|星期|礼拜)(?P<day>[一二])(?:十|十一|十二)点(?:钟|半|整|多)?")
def _day_before_a_clock(match: re.Match[str], now: datetime) -> Day | None:
    """上周二十点钟 is ten o'clock on Tuesday: the week alone would name no day."""
    today = now.date()
    back = (today.weekday() - _WEEKDAY[match["day"]]) % 7 if match["which"] is None else today.weekday() - _WEEKDAY[match["day"]] + 7 * WEEKS_BACK[match["which"]]
    found = today - timedelta(days=back)
    return found if found <= today else Future(found)


@says(r"(?<!下)(?:周|星期|礼拜)[一二三四五六日天]\s*(?:到|至|-|~|、|和)?\s*(?:周|星期|礼拜)[一二三四五六日天]\s*(?:这)?两天")
@says(r"(?<!下)(?:周|星期|礼拜)[一二三四五六日天]\s*(?:到|至|-|~|、|和)\s*(?:周|星期|礼拜)[一二三四五六日天]")
@says(r"(?<!下)(?:周|星期|礼拜)(?:一二|二三|三四|四五|五六|六日|六天|六七)(?!点|十|年|月|楼|[一二三四五六七八九十]?[号班级])")
def _weekdays(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("range")


@says(rf"(?P<n>{NUMBER})\s*个?{WEEK}\s*(?:之|以)?前的?\s*{WEEK}\s*(?P<day>[一二三四五六日天]|[1-7](?![0-9])){NOT_COUNTED}")
def _day_of_earlier_week(match: re.Match[str], now: datetime) -> Day | None:
    monday = now.date() - timedelta(days=now.weekday(), weeks=min(number(match["n"]) or 0, 500))
    found = monday + timedelta(days=_WEEKDAY[match["day"]])
    return found if found <= now.date() else Future(found)


@says(rf"(?<![一二两三四五六七八九十0-9几每逢下]){WEEK}\s*(?P<day>[一二三四五六日天末]|[1-7](?![0-9]|\s*[号日月点.])){NOT_COUNTED}(?!(?<=[日天])[记常子气])")
def _weekday(match: re.Match[str], now: datetime) -> Day | None:
    if match[0].startswith("拜") or (match["day"] == "末" and not match[0].startswith("周")):
        return None
    today = now.date()
    if match["day"] == "末":
        saturday = today - timedelta(days=(today.weekday() - 5) % 7)
        return Vague("weekend", saturday, min(saturday + timedelta(days=1), today))
    return today - timedelta(days=(today.weekday() - _WEEKDAY[match["day"]]) % 7)


@says(rf"{_WHICH}(?:周|星期|礼拜)(?:里|内)?")
def _whole_week(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_BACK[match["which"]])
    return Vague("week", monday, monday + timedelta(days=6))


@says(rf"{_WHICH}(?:周|星期|礼拜)的?(?:今天|这天|同一天|今日|今儿个?|这个?时候|这个?点儿?)")
def _week_today(match: re.Match[str], now: datetime) -> Day | None:
    return now.date() - timedelta(weeks=WEEKS_BACK[match["which"]])
