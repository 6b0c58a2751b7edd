"""The farmers' calendar, holidays and solar terms: 腊月初八, 正月十五, 中秋节, 国庆那天, 冬至."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from domain.reading import almanac
from domain.reading.date_rules import YEAR_WORD, YEARS_BACK, N, says
from domain.reading.days import Day, Future, Impossible, Vague, months_ago
from domain.reading.folding import number

_LUNAR_MONTH = {"正": 1, "冬": 11, "腊": 12}
_OLD = r"(?:农历|阴历|古历|老历|旧历|夏历)"
_LUNAR_DAY = r"(?:初[一二三四五六七八九十]|[一二]?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|[0-9]{1,2})"


@says(rf"{YEAR_WORD}(?:{_OLD})?\s*(?P<month>{N}|正|冬|腊)\s*月\s*里?\s*的?(?P<day>初[一二三四五六七八九十])")
@says(rf"{YEAR_WORD}(?:{_OLD})?\s*(?P<month>正|冬|腊)\s*月\s*里?\s*的?(?P<day>{_LUNAR_DAY})")
@says(rf"{_OLD}\s*的?(?P<month>{N}|正|冬|腊)\s*月\s*里?\s*的?(?P<day>{_LUNAR_DAY})\s*[日号]?")
@says(rf"(?P<month>{N}|正|冬|腊)\s*月\s*里?\s*的?(?P<day>初[一二三四五六七八九十])")
@says(rf"(?P<month>正|冬|腊)\s*月\s*里?\s*的?(?P<day>{_LUNAR_DAY}|[一二三四五六七八九])\s*[日号]?(?!月)")
@says(rf"(?P<month>{N})\s*月\s*(?P<day>{_LUNAR_DAY})\s*[日号]?\s*[(（]{_OLD}[)）]")
def _lunar(match: re.Match[str], now: datetime) -> Day | None:
    month = _LUNAR_MONTH.get(match["month"]) or number(match["month"]) or 0
    day = number(match["day"].lstrip("初")) or 0
    if not (1 <= month <= 12 and 1 <= day <= 30):
        return Impossible(match[0])
    found = almanac.last_lunar(month, day, now.date())
    if "yearword" in match.groupdict() and not isinstance(found, Impossible):
        back = YEARS_BACK[match["yearword"]]
        while back and not isinstance(found, Impossible) and found.year > now.year - back:
            found = almanac.last_lunar(month, day, found - timedelta(days=1))
    return Impossible(match[0]) if isinstance(found, Impossible) else found


@says(r"(?:大年|正月|腊月)?初(?:一二|二三|三四|四五|五六|六七|七八|八九)|(?:大年|正月|腊月)?初[一二三四五六七八九十]\s*(?:到|至|-|~|、|和)\s*(?:大年|正月)?初[一二三四五六七八九十]")
def _some_lunar_days(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("range")


@says(rf"(?:(?:这个?|本)月|(?<!月)(?<!大年)(?<!最)(?<!当))(?:{_OLD})?初(?P<day>[一二三四五六七八九十])(?!中|级|年级|班|次|步|[一二三四五六七八九十]*班|的学生|学生)")
@says(r"破五(?P<fifth>那天|当天)?|大年初(?P<newyear>[一二三四五六七八九十])")
@says(rf"{_OLD}(?P<day>{_LUNAR_DAY})(?!月)")
def _lunar_day(match: re.Match[str], now: datetime) -> Day | None:
    groups = match.groupdict()
    if match[0].startswith("破五"):
        return almanac.last_lunar(1, 5, now.date())
    if groups.get("newyear"):
        return almanac.last_lunar(1, number(groups["newyear"]) or 0, now.date())
    day = number(match["day"].lstrip("初")) or 0
    # 初一 初二 初三 are school years as well: a day only where something says so.
    if day <= 3 and not re.match(r"\s*(?:那天|去|到|下午|上午|早上|晚上|一?大?早|清早|早晨|中午|晌午|后晌|在|走访|入户|家访|拜年|我)|$", match.string[match.end() :]):
        return None
    found = almanac.last_lunar_day(day, now.date()) if 1 <= day <= 30 else Impossible(match[0])
    return Impossible(match[0]) if isinstance(found, Impossible) else found


_WORDY = {"五一", "六一", "七一", "八一", "十一", "三八", "五四"}  # numbers first, holidays only by what stands around them
_PLAIN_WORDS = {"小雪", "大雪", "雨水", "大寒", "小寒", "白露", "小满", "大暑", "新年", "春分"}
_FESTIVALS = sorted({*almanac.FIXED, *almanac.SUNDAYS, *almanac.LUNAR, *almanac.SOLAR_TERMS}, key=len, reverse=True)


@says(rf"(?:{YEAR_WORD})?(?<![双十百周期拜初第0-9])(?P<name>{'|'.join(_FESTIVALS)})(?:儿童|劳动|妇女|青年)?节?(?P<what>长假|假期|放假|假)?(?P<tail>期间|里|前后|左右|那几天|那阵子?|以前|之前|过后|以后|之后|前夕|前(?![一二两三0-9]?天)|后(?![一二两三0-9]?天|第|头))?"
      r"(?P<that>那天|当天|那日|当日|这天|那会|的时候|活动|晚会|联欢|正日子)?")
def _festival(match: re.Match[str], now: datetime) -> Day | None:
    name, today = match["name"], now.date()
    after = match.string[match.end() :]
    marked = match["that"] or match["what"] or match["tail"] or match[0].endswith("节") or "节" in match[0]
    whole = match.string.strip() == match[0].strip()
    if name == "过年" and not (marked or whole or re.match(r"\s*(?:第|去|走访|入户|到他|到她)", after)):
        return None
    if name in _PLAIN_WORDS and not (marked or whole):
        return None
    if name in _WORDY:
        if not marked and not whole and not re.match(r"\s*(?:去|到|我|走访|入户|家访|上午|下午|早上|晚上|回来|给|送|在|上|第|头|前一|后一|，|,|,|。|见|看|送)", after):
            return None
        if re.match(r"[一二三四五六七八九十0-9]", after):
            return None
    if re.match(r"(?:前[一两二三]?天|头一?天)", after) and (ahead := almanac.last_festival(name, today + timedelta(days=3))) > today:
        return Future(ahead)  # 霜降前一天, said the day before
    day = almanac.last_festival(name, today)
    if match["yearword"] and (wanted := today.year - YEARS_BACK[match["yearword"]]) != day.year:
        day = almanac.last_festival(name, date(wanted, 12, 31)) if wanted < today.year else day
        if wanted > day.year:
            return Future()
    span = almanac.SPAN.get(name, 3)
    loosely = match["what"] and match["that"] in ("的时候", "那会")  # 国庆放假的时候
    if (match["tail"] or match["what"]) and (not match["that"] or loosely) and not re.match(r"的?第|头", after):
        return Vague("holiday", day, min(day + timedelta(days=span - 1), today))
    return day


@says(r"年前|年后|节前|节后|年跟前|过完年|过年期间|过年(?:前|后|那几天|的时候)|大过年的|开春|入冬|秋收|农忙|收完|种地的时候|春上|(?:入|头|三|中|末|数|进)[伏九](?:那天|天|里|以后|后)?(?!岁|年|班|[一二三四五六七八九十个号月])|三伏天|收(?:玉米|麦|棉花|洋芋|辣子)那(?:几天|阵子?)|(?:今年|去年)?[春夏秋冬]天")
def _season(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("season")


@says(rf"(?:{YEAR_WORD})(?:的?今天|的?这天|同一天)")
def _years_today(match: re.Match[str], now: datetime) -> Day | None:
    return months_ago(now.date(), 12 * YEARS_BACK[match["yearword"]])
