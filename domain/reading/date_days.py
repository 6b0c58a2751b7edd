"""Days by their distance: 昨天, 大前天, 夜来, 三天前, 半小时前, 刚才, 下午三点."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from domain.reading.date_rules import CLOCK, PART, N, says
from domain.reading.days import Day, Future, Vague, months_ago
from domain.reading.folding import number

_DAYS_AGO = {"今": 0, "昨": 1, "作": 1, "咋": 1, "夜": 1, "前": 2, "大前": 3, "先前": 3, "大先前": 4, "大大前": 4}


@says(r"(?<![提以之从目往])(大大前|大先前|大前|先前|今|昨|前)(?:天|日(?!子|常)|儿个|儿(?!子|媳|女|童|科|歌|园|孙)|个(?!月|星期|礼拜|周|人|学期|年|把))")
@says(r"([作咋])天")
@says(rf"(大前|今|昨|前)(?=早|晚|夜|晨|{PART})(?:早|晚|夜|晨)?(?!年|提|期)")
@says(r"(夜)(?:来|黑里|黑了|里个|个(?!人)|儿个|天)")
@says(rf"(昨)(?=\s*{PART}|(?<=^昨)[\s，。]|(?<=[\s，。]昨)[\s，。])")
def _day_word(match: re.Match[str], now: datetime) -> Day | None:
    return now.date() - timedelta(days=_DAYS_AGO[match[1]])


@says(r"(?:当天|当日|本日|今朝|即日(?!起)|同一天|这会儿?|这阵子?(?=在|刚)|(?<!到)现在|此刻)")
def _this_day(match: re.Match[str], now: datetime) -> Day | None:
    return now.date()


@says(r"昨前天|前昨天|昨天[和跟与、]?前天|前天[和跟与、]昨天|(?:今明|明后)两?天|这[几两]天|近几天|前[几两些]天|前[几两]日|头[几两]天|前[一]?阵子?|前些(?:日子|时候|天)|这[一]?阵子?|这[一]?段(?:时间|日子)|"
      r"前[一]?段(?:时间|日子)?|最近|近期|近来|近日|不久前|好久(?:以)?前|早些时候|早前|(?:有|好)?些日子了?|那几天|那阵子?|(?<![一-龥])那(?:一)?天(?:上午|下午|早上|晚上|中午|后晌)?|好?几[天日](?:之|以)?前|一[两二]天前|有天|有一天|某天")
def _some_days(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    if match[0].startswith(("明后", "今明")):
        return Future()
    return Vague("some_days", today - timedelta(days=10), today)


@says(r"(?:明|后|大后)(?:天|日|儿个?)|明[早晚晨]|(?:下下?|再下)个?\s*(?:周|星期|礼拜|月|学期)(?:\s*[一二三四五六日天末1-7])?(?:\s*" + N + r"\s*[号日])?|过[两几]天再|明年|下次|下回|改日|"
      rf"(?:过|再过|再)\s*{N}\s*天(?=再|去)|{N}\s*(?:天|周|个月|个星期|个礼拜)(?:之|以)?后(?=再|还)")
def _to_come(match: re.Match[str], now: datetime) -> Day | None:
    return Future()


_AGO = r"\s*(?:之|以)?(?:前|头里)"
_SHORT = {"分钟": 1, "小时": 60, "钟头": 60, "刻钟": 15}


@says(rf"(?P<n>{N}|半)\s*(?P<several>多|几|来)?\s*个?(?P<half>半)?\s*多?(?P<unit>小时|钟头|分钟|刻钟){_AGO}")
def _minutes_ago(match: re.Match[str], now: datetime) -> Day | None:
    count = 0.5 if match["n"] == "半" else float(number(match["n"]) or 0)
    if match["half"]:
        count += 0.5
    return (now - timedelta(minutes=count * _SHORT[match["unit"]])).date()


@says(rf"(?:一会儿?|几分钟|几个小时|个把(?:小时|钟头)|好几个小时|大半天|半天){_AGO}|刚才|刚刚|方才|才刚|适才|将才|才将(?!满|好|够)|将将(?!满|好|够)|(?:^|(?<=[\s，。；我]))刚(?![才刚好满够强性毅果健劲出生上初上高上小上幼上一])(?=[^，。；\s]{{1,4}}(?:完|下|了|出|回|到|来|过|进|见|通))|(?<![刚才])刚(?=$|[\s，。]|从|去|到(?!期|岁)|给|跟|和|打|见|在|看|入户|走访|家访|视频|电话|回来|进|送|把|问|接|联系)")
def _just_now(match: re.Match[str], now: datetime) -> Day | None:
    return now.date()


@says(rf"(?:大概|大约|差不多)?(?P<n>{N})\s*(?P<more>几|来|多)?\s*(?P<unit>天|日|个?星期|个?礼拜|周|个?月|年)(?P<over>多)?{_AGO}")
@says(rf"(?P<n>{N})(?P<more>[、\-~到至]){N}\s*(?P<unit>天|日|个?星期|个?礼拜|周|个?月|年)(?P<over>多)?{_AGO}")
def _days_ago(match: re.Match[str], now: datetime) -> Day | None:
    today, unit = now.date(), match["unit"].lstrip("个")
    words = match["n"]
    digits = [number(c) for c in words] if re.fullmatch(r"[一二两三四五六七八九]{2}", words) else []
    if match["more"] or match["over"] or digits:
        return Vague("about")
    count = number(words)
    if count is None or count > 2000:
        return None
    if unit in ("天", "日"):
        return today - timedelta(days=count)
    if unit in ("星期", "礼拜", "周"):
        return today - timedelta(weeks=count)
    return months_ago(today, min(count, 900) * (12 if unit == "年" else 1))


@says(rf"(?:半个多?月|半年|半月|几个?(?:月|星期|礼拜|周)|好?几年|好几个(?:月|星期|礼拜)|个把(?:月|星期|礼拜)){_AGO}|前\s*{N}\s*天|前半个?月")
def _about_ago(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("about")


@says(rf"{PART}(?:\s*{CLOCK})?|{N}\s*点\s*(?:钟|半|整|多|左右|一刻|三刻|来钟|[0-5]?[0-9]\s*分?)+|[0-2]?[0-9]:[0-5][0-9]|{N}点(?=$|\s*(?:去|到|我|给|在|打|来|走访|入户))", part_of_day=True)
def _time_of_day(match: re.Match[str], now: datetime) -> Day | None:
    """Today; yesterday where the hour has not come yet (晚上, written in the morning)."""
    words = match[0]
    late = re.search(r"下午|后晌|午后|傍晚|黄昏|擦黑|天黑|晚|黑[了里]|夜里|夜间|半夜", words)
    clock = re.search(rf"({N})\s*[点:]", words)
    hour = number(clock[1]) if clock else None
    if hour is None or hour > 24:
        starts = {"下午": 12, "后晌": 12, "午后": 12, "中午": 11, "正午": 11, "晌午": 11, "傍晚": 17, "黄昏": 17, "擦黑": 17, "天黑": 17,
                  "晚上": 17, "晚间": 17, "晚夕": 17, "黑了": 17, "夜里": 0, "夜晚": 18, "夜间": 0, "半夜": 0, "深夜": 0}  # fmt: skip
        if hour is not None:
            return None  # 25:00
        hour = next((h for word, h in starts.items() if word in words), 0 if "凌晨" in words else 4)
    elif late and hour < 12 and not (hour < 6 and re.search(r"夜|半夜|晚上|黑", words)):
        hour += 12  # 夜里两点 is before dawn
    return now.date() if hour <= now.hour + 0.99 else now.date() - timedelta(days=1)
