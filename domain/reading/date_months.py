"""Days of a month: 上个月15号, 11月5日, 2026/10/1, 11.2, 15号, ranges, and months without a day."""

from __future__ import annotations

import re
from datetime import date, datetime

from domain.reading import almanac
from domain.reading.date_rules import WEEKS_BACK, YEAR_WORD, YEARS_BACK, N, last_such_day, made, says
from domain.reading.days import Day, Future, Impossible, NoDate, Vague, last_of_month, month_back, months_ago
from domain.reading.folding import number

_MONTH_WHICH = r"(?P<which>上上上|上上|大上|上一|前一|前|这一|这|本|当|上)(?:\s*一?个)?\s*月"


@says(rf"{_MONTH_WHICH}\s*份?\s*的?\s*(?P<day>{N})\s*(?:[号日]|(?=$|[\s，。去到入家走上]))")
@says(rf"{_MONTH_WHICH}\s*的?\s*(?P<same>今天|这天|同一天|今儿个?|这个?时候)")
@says(rf"{_MONTH_WHICH}\s*的?\s*(?P<last>最[后末](?:那)?一?天|末尾?一天|底最后一天)")
def _day_of_month(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    which = match["which"]
    back = 2 if which == "前" else 0 if which == "当" else WEEKS_BACK[which]
    if "same" in match.groupdict():
        return months_ago(today, back)
    if "last" in match.groupdict():
        found = last_of_month(*month_back(today.year, today.month, back))
        return found if found <= today else Future(found)
    return made(*month_back(today.year, today.month, back), number(match["day"]) or 0, match[0], today)


@says(rf"{_MONTH_WHICH}\s*份?(?:\s*(?:初(?![一二三四五六七八九十])|中旬?|底|末|上旬|下旬|中间|头上|尾巴?|上半月|下半月))?(?:里|内|的时候)?")
@says(rf"(?:{YEAR_WORD})?(?:{N}\s*月份?|腊月|正月|冬月)(?:里|初(?![一二三四五六七八九十])|中旬|中|底|末|上旬|下旬|头上|间|的时候)?(?![0-9])")
@says(r"月(?:初|中旬?|底|末|头)(?![一二三四五六七八九十])|[上中下]旬|上半月|下半月|年[初中底末头]|(?:今|去|前)年(?:初|底|中|上半年|下半年|春天|夏天|秋天|冬天|春上)|上半年|下半年|上学期|上个学期|开学(?:初|前|后|那几天|以来)?|这个?月(?:头上|初头|上头)|(?:中|高|期[中末])考试?(?:那[几两]?天|期间|前|后|第[一二]天)|(?:放假|开学|报到|毕业)那天|(?:放)?[寒暑](?:假|期)(?:里|期间|时|前|后|头)?|放假(?:前|后|期间)?|"
      rf"(?:{N}十?来|{N}几|十几|二十几|{N}十多)[号日]|去年|前年")
def _some_month(match: re.Match[str], now: datetime) -> Day | None:
    found = re.match(rf"({N})\s*月", match[0])
    if found and not 1 <= (number(found[1]) or 0) <= 12:
        return None
    return Vague("month", *_stretch(match[0], now.date()))


_NAMED = re.compile(rf"(?P<year>今|本|去|前|大前)?年?的?\s*(?P<month>{N})\s*月份?的?(?P<part>.*)$")
_WHICH_MONTH = re.compile(r"^(?:这个?月|本月|当月)(?:里|内)?$|^(?:这个?月|本月|当月)?月?(?:头上|初头|上头|初|头)|^上旬|^(?:这个?月|本月)?中旬|^月中|^(?:这个?月|本月)?下旬|^月[底末]|^上个?月.*")


def _stretch(words: str, today: date) -> tuple[date | None, date | None]:
    """The first and last day of 月初, 中旬, 上个月底, 十月份, 去年9月中旬; (None, None) where no month is known."""
    words = re.sub(r"\s", "", words)
    if named := _NAMED.match(words):
        month = number(named["month"]) or 0
        if not 1 <= month <= 12:
            return None, None
        year = today.year - YEARS_BACK[named["year"]] if named["year"] else today.year - (month > today.month)
        part = named["part"]
    elif _WHICH_MONTH.match(words):
        year, month = month_back(today.year, today.month, 1 if words.startswith(("上月", "上个月")) else 0)
        part = re.sub(r"^(?:上|这|本|当)个?月", "", words)
    else:
        return None, None
    end = last_of_month(year, month)
    if re.search(r"初|头|上旬", part):
        first, last = date(year, month, 1), date(year, month, 10)
    elif "中" in part:
        first, last = date(year, month, 11), date(year, month, 20)
    elif re.search(r"底|末|尾|下旬", part):
        first, last = date(year, month, 21), end
    else:
        first, last = date(year, month, 1), end
    return (first, min(last, today)) if first <= today else (None, None)


_YEAR = rf"(?:(?P<year>[0-9]{{4}}|[0-9]{{2}}|[零一二三四五六七八九]{{4}}|[零一二三四五六七八九]{{2}})\s*年\s*|{YEAR_WORD})"


@says(rf"(?<![0-9零一二三四五六七八九十第]){_YEAR}?(?P<month>{N})\s*月\s*份?\s*的?\s*(?P<day>{N})\s*[号日](?!子|常)")
@says(rf"(?<![0-9零一二三四五六七八九十第]){_YEAR}?(?P<month>{N})\s*月\s*份?\s*(?P<day>[0-9]{{1,2}}|三十一?|[一二]?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[一二三四五六七八九])(?![0-9一二三四五六七八九十个点岁月天年])")
def _month_day(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    month, day = number(match["month"]) or 0, number(match["day"]) or 0
    if match["year"]:
        year = number(match["year"]) or 0
        return made(year + 2000 if year < 100 else year, month, day, match[0], today)
    if match["yearword"]:
        return made(today.year - YEARS_BACK[match["yearword"]], month, day, match[0], today)
    if not re.search(r"[0-9号日]$", match[0]) and (lunar := _folk_day(month, day)):
        return almanac.last_lunar(*lunar, today)
    return last_such_day(month, day, match[0], today)


def _folk_day(month: int, day: int) -> tuple[int, int] | None:
    """Days people name by the farmers' calendar without saying so: 二月二, 八月十五."""
    folk = {(2, 2), (3, 3), (4, 8), (5, 5), (6, 6), (7, 7), (9, 9), (8, 15), (1, 15)}
    return (month, day) if (month, day) in folk else None


@says(r"(?<![0-9.\-/:])(?P<year>20[0-9]{2}|[0-9]{2})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9.\-/:])")
@says(r"(?<![0-9])(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9])")
def _written_date(match: re.Match[str], now: datetime) -> Day | None:
    year = int(match["year"])
    return made(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]), match[0], now.date())


@says(r"(?<![0-9.\-/:￥¥第])(?P<month>1[0-2]|0?[1-9])(?P<sep>[-/.·])(?P<day>3[01]|[12][0-9]|0?[1-9])(?P<mark>[号日])?(?![0-9.\-/:]|\s*(?:个|天|次|岁|点|口|人|年级|元|块|斤|米|度|分|里|公里|倍|万|小时|%|℃|[a-zA-Z]))")
@says(r"^(?P<month>1[0-2]|0[1-9])(?P<day>3[01]|[12][0-9]|0[1-9])(?=$|[\s，])")
@says(r"(?<![0-9])(?P<month>6)(?P<day>18)(?=那天|当天|那日)")
def _short_date(match: re.Match[str], now: datetime) -> Day | None:
    return last_such_day(int(match["month"]), int(match["day"]), match[0], now.date())


@says(rf"(?<![0-9零一二三四五六七八九十月第.])(?P<day>{N})\s*[号日](?!子|常|\s*(?:码|召|称|令|脉|线|电话|本))")
def _day_number(match: re.Match[str], now: datetime) -> Day | None:
    day, today = number(match["day"]) or 0, now.date()
    if not 1 <= day <= 31 or match["day"].startswith("两"):
        return None
    for back in range(3):
        year, month = month_back(today.year, today.month, back)
        if day <= last_of_month(year, month).day and date(year, month, day) <= today:
            return date(year, month, day)
    return None


@says(rf"(?:{N}\s*月\s*)?{N}\s*[号日]\s*(?:到|至|—+|-+|~|～|、|和|跟)\s*(?:{N}\s*月\s*)?{N}\s*[号日]")
@says(rf"{N}\s*月\s*{N}\s*[号日]?\s*(?:到|至|—+|-+|~|～)\s*(?:{N}\s*月\s*)?{N}(?:\s*[号日])?(?![0-9一二三四五六七八九十月点])")
@says(rf"{N}\s*[号日]\s*[、，]?\s*{N}\s*[号日]\s*(?:这)?两天")
@says(r"[0-9]{1,2}\.[0-9]{1,2}\s*(?:到|至|—+|-+|~|～)\s*[0-9]{1,2}\.[0-9]{1,2}")
def _range(match: re.Match[str], now: datetime) -> Day | None:
    ends = re.findall(rf"(?:({N})\s*[月.]\s*)?({N})\s*[号日]?", match[0])
    today = now.date()
    found = []
    month = ends[0][0]
    for each, day in ends[:2]:
        month = each or month
        if month:
            found.append(last_such_day(number(month) or 0, number(day) or 0, match[0], today))
    first, last = (found + [NoDate(), NoDate()])[:2]
    if isinstance(first, Impossible) or isinstance(last, Impossible):
        return Impossible(match[0])
    return Vague("range", first if isinstance(first, date) else None, last if isinstance(last, date) else None)
