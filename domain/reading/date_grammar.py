"""The grammar of workers' date expressions: patterns and the day each one names.

Every rule is a pattern and a function of the match and the moment of writing. Where patterns overlap the longest
wins, so traps (五一村, 三年级) are rules too: they name nothing and thereby cover what lies inside them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.reading import almanac
from domain.reading.days import Day, Future, Impossible, NoDate, Vague, last_of_month, month_back, months_ago
from domain.reading.folding import NUMBER, number

Rule = Callable[[re.Match[str], datetime], "Day | None"]


@dataclass(frozen=True)
class Pattern:
    regex: re.Pattern[str]
    rule: Rule
    part_of_day: bool = False


PATTERNS: list[Pattern] = []
N = NUMBER
PART = (r"(?:大清早|大早上|一大早|一早|清早|清晨|早晨|早上|早起|早间|今晨|凌晨|上午|前晌|头晌|晌午|中午|正午|午后|下午|后晌|傍晚|黄昏|擦黑|天黑|晚夕|晚上|晚间|晚饭后|"
        r"黑了|黑里|夜里|夜晚|夜间|半夜|深夜|后半夜|午饭后|早饭后|饭后)")  # fmt: skip
CLOCK = rf"(?:{N}\s*[点:时](?:\s*(?:半|整|钟|多|一刻|三刻|过|{N}\s*分?|左右|来钟))*)"
ANY_PART = rf"(?:\s*的?\s*(?:{PART}(?:\s*{CLOCK})?|{CLOCK}))"
WEEK = r"(?:周|星期|礼拜|拜)"
# 周一共, 周一直, 周一鸣: the 一 belongs to the next word or to a name.
NOT_COUNTED = r"(?!\s*[次遍趟])(?!(?<=一)(?:共|直|起|块|次|趟|个|家(?!访)|天|些|下|样|搭|会|路|律|边|般|定|同|鸣|诺|帆|凡|航|涵|凯|铭|丁|楠|彤|博|洋|轩|可|宁|晨|然|杰|菲))"


def says(regex: str, part_of_day: bool = False) -> Callable[[Rule], Rule]:
    """Register a rule for a pattern."""

    def register(rule: Rule) -> Rule:
        PATTERNS.append(Pattern(re.compile(regex), rule, part_of_day))
        return rule

    return register


def made(year: int, month: int, day: int, words: str, today: date) -> Day:
    """That calendar day, or why it cannot be the day of a contact."""
    try:
        made_day = date(year, month, day)
    except ValueError:
        return Impossible(words)
    return made_day if made_day <= today else Future(made_day)


# --- Not dates at all -------------------------------------------------------------------------------------------

_DIGIT_PLACES = r"(?:[五六七八][一二三四]|三八|十一|国庆|[东西南北]?新年)"


@says(rf"{_DIGIT_PLACES}\s*(?:村|社区|社|组|队|小学|中学|学校|幼儿园|路|街|大街|广场|站|团|农场|水库|桥|渠|沟|希望|电厂|厂)")
@says(rf"(?:第\s*)?{N}\s*号\s*(?:楼|院|房|门|车|线|公路|国道|娃|宝|孩子|儿童|学生|同学|宿舍|床|铺|桌|病|教室|店|文件|台风|地|井|渠|档|表|单元|机|选手|柜|的?那个娃)")
@says(rf"(?:编号|档案|学号|门牌|序号|名单|车牌|工号|第)\s*(?:是|为)?\s*{N}\s*号?")
@says(rf"{N}\s*(?:年级|班|岁|组|社|队|口人|里路|里地|块钱|元|斤|公斤|米|公里|厘米|毫升|度|分钟的?(?!前)|平方|亩|头|只|个(?!月|星期|礼拜|小时|钟头|半小时)|页|分(?!钟)|倍|遍|楼|层|人|胎|名|元钱|点(?:意见|建议|要求|问题|小|事|儿))")
@says(r"周[一二三四五六日天][鸣诺帆凡航涵凯铭楠彤洋轩宁晨然杰菲](?![我去到家在])")
@says(r"[0-9]+\.[0-9]+\s*(?:米|斤|公斤|度|公里|里|元|块|万|千|倍|分(?!钟)|小时|个|岁|亩|kg|cm|m|%|℃|折|成)")
@says(r"(?:一天到晚|天天|整天|成天|大半天|一天天|有一天|哪天|改天|那天晚上|一点[都也儿]|十分(?!钟)|半天|一共|以前儿)")
@says(r"[0-9Xx]{9,}|[0-9]{3,4}-[0-9]{7,8}|1[3-9][0-9]{9}")
@says(rf"(?:每|逢|各|隔){N}?\s*(?:个)?\s*(?:{WEEK}(?:\s*[一二三四五六日天末])?|月(?:\s*{N}\s*[号日])?|天|年|学期|季度)")
@says(rf"[一两二三四五六0-9]\s*个?{WEEK}\s*[0-9一二三两]\s*[次遍趟天]")
@says(r"(?:提前天|从今天起|今后|往后)")
@says(rf"(?:^|(?<=[\s，。、,去看找给见和跟了叫访]))[王李张刘陈杨赵黄吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆廖姚方金邱夏谭韦贾邹石熊孟秦阎薛侯雷白龙段郝孔邵史毛常万顾赖武康贺严尹钱施牛洪龚汤陶黎温莫易樊乔文安殷颜庄章鲁倪庞邢俞翟蓝聂齐向申葛柴]"
      rf"(?:{'|'.join(almanac.SOLAR_TERMS)}|国庆|中秋|重阳|端午|元旦|春节|七夕|建军|腊八|除夕)(?!节|那天|当天|前|后|期间|放假|假期|上午|下午|早上|晚上)")
def _nothing(match: re.Match[str], now: datetime) -> Day | None:
    return None


# --- Day words --------------------------------------------------------------------------------------------------

_DAYS_AGO = {"今": 0, "昨": 1, "作": 1, "咋": 1, "夜": 1, "前": 2, "大前": 3, "先前": 3, "大先前": 4, "大大前": 4}


@says(r"(?<![提以之从目往])(大大前|大先前|大前|先前|今|昨|前)(?:天|日(?!子|常)|儿个|儿(?!子|媳|女|童|科|歌|园|孙)|个(?!月|星期|礼拜|周|人|学期|年))")
@says(r"([作咋])天")
@says(rf"(大前|今|昨|前)(?=早|晚|夜|晨|{PART})(?:早|晚|夜|晨)?(?!年|提|期)")
@says(r"(夜)(?:来|里个|个(?!人)|儿个|天)")
@says(rf"(昨)(?=\s*{PART})")
def _day_word(match: re.Match[str], now: datetime) -> Day | None:
    return now.date() - timedelta(days=_DAYS_AGO[match[1]])


@says(r"(?:当天|当日|同一天|这会儿?|这阵子?(?=在|刚)|现在|此刻)")
def _this_day(match: re.Match[str], now: datetime) -> Day | None:
    return now.date()


@says(r"昨前天|前昨天|昨天前天|(?:今明|明后)两?天|这[几两]天|近几天|前[几两些]天|前[几两]日|头[几两]天|前[一]?阵子?|前些(?:日子|时候|天)|这[一]?阵子?|这[一]?段(?:时间|日子)|"
      r"前[一]?段(?:时间|日子)?|最近|近期|近来|近日|不久前|好久(?:以)?前|早些时候|早前|(?:有|好)?些日子了?|那几天|那阵子?|好?几[天日](?:之|以)?前|一[两二]天前|有天|有一天|某天")
def _some_days(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    if match[0].startswith(("明后", "今明")):
        return Future()
    return Vague("some_days", today - timedelta(days=10), today)


@says(r"(?:明|后|大后)(?:天|日|儿个?)|明[早晚晨]|(?:下下?|再下)个?\s*(?:周|星期|礼拜|月|学期)(?:\s*[一二三四五六日天末1-7])?(?:\s*" + N + r"\s*[号日])?|过[两几]天再|明年|下次|下回|改日|"
      rf"(?:过|再过|再)\s*{N}\s*天(?=再|去)|{N}\s*(?:天|周|个月|个星期|个礼拜)(?:之|以)?后(?=再|还)")
def _to_come(match: re.Match[str], now: datetime) -> Day | None:
    return Future()


# --- So long ago ------------------------------------------------------------------------------------------------

_AGO = r"\s*(?:之|以)?(?:前|头里)"
_SHORT = {"分钟": 1, "小时": 60, "钟头": 60, "刻钟": 15}


@says(rf"(?P<n>{N}|半)\s*(?P<several>多|几|来)?\s*个?(?P<half>半)?\s*多?(?P<unit>小时|钟头|分钟|刻钟){_AGO}")
def _minutes_ago(match: re.Match[str], now: datetime) -> Day | None:
    count = 0.5 if match["n"] == "半" else float(number(match["n"]) or 0)
    if match["half"]:
        count += 0.5
    return (now - timedelta(minutes=count * _SHORT[match["unit"]])).date()


@says(rf"(?:一会儿?|几分钟|几个小时|好几个小时|大半天|半天){_AGO}|刚才|刚刚|方才|才刚|适才|将才|将将(?!满|好|够)|(?<![刚才])刚(?=$|[\s，。]|从|去|到(?!期|岁)|给|跟|和|打|见|在|看|入户|走访|家访|视频|电话|回来|进|送|把|问|接|联系)")
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


@says(rf"(?:半个多?月|半年|半月|几个?(?:月|星期|礼拜|周)|好?几年|好几个(?:月|星期|礼拜)){_AGO}|前\s*{N}\s*天|前半个?月")
def _about_ago(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("about")


# --- Weeks ------------------------------------------------------------------------------------------------------

_WEEKDAY = {**{c: i for i, c in enumerate("一二三四五六日")}, "天": 6, "7": 6, "末": 7, **{str(i): i - 1 for i in range(1, 7)}}
_WEEKS_BACK = {"这": 0, "本": 0, "这一": 0, "当": 0, "上": 1, "上一": 1, "前一": 1, "头一": 1, "上上": 2, "大上": 2, "上上上": 3}
_WHICH = r"(?P<which>上上上|上上|大上|上一|前一|头一|这一|这|本|上)(?:\s*一?个)?\s*"


@says(rf"{_WHICH}{WEEK}(?:\s*的?\s*{WEEK})?\s*(?P<day>[一二三四五六日天末]|[1-7](?![0-9]|\s*[号日月点.])){NOT_COUNTED}(?:\s*[、和到至\-]?\s*(?:{WEEK})?\s*(?P<to>[二三四五六日天])(?![十号月次人个]|[一二三四五六七八九]?[一二]?[村社队]))?")
def _day_of_week(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    monday = today - timedelta(days=today.weekday(), weeks=_WEEKS_BACK[match["which"]])
    day = _WEEKDAY[match["day"]]
    if day == 7:
        return _unless_future(Vague("weekend", monday + timedelta(days=5), monday + timedelta(days=6)), today)
    if match["to"]:
        return Vague("range", monday + timedelta(days=day), monday + timedelta(days=_WEEKDAY[match["to"]]))
    found = monday + timedelta(days=day)
    return found if found <= today else Future(found)


@says(r"(?<!下)(?:周|星期|礼拜)[一二三四五六日天]\s*(?:到|至|-|~|、|和)\s*(?:周|星期|礼拜)[一二三四五六日天]")
def _weekdays(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("range")


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
    monday = today - timedelta(days=today.weekday(), weeks=_WEEKS_BACK[match["which"]])
    return Vague("week", monday, monday + timedelta(days=6))


@says(rf"{_WHICH}(?:周|星期|礼拜)的?(?:今天|这天|同一天|今日)")
def _week_today(match: re.Match[str], now: datetime) -> Day | None:
    return now.date() - timedelta(weeks=_WEEKS_BACK[match["which"]])


# --- Months and years -------------------------------------------------------------------------------------------

_MONTH_WHICH = r"(?P<which>上上上|上上|大上|上一|前一|前|这一|这|本|当|上)(?:\s*一?个)?\s*月"
_YEARS_BACK = {"今": 0, "本": 0, "当": 0, "去": 1, "上": 1, "旧": 1, "年": 1, "前": 2, "大前": 3}
_YEAR_WORD = r"(?P<yearword>今|本|去|前|大前)年\s*的?\s*"


@says(rf"{_MONTH_WHICH}\s*份?\s*的?\s*(?P<day>{N})\s*(?:[号日]|(?=$|[\s，。去到入家走上]))")
@says(rf"{_MONTH_WHICH}\s*的?\s*(?P<same>今天|这天|同一天)")
def _day_of_month(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    which = match["which"]
    back = 2 if which == "前" else 0 if which == "当" else _WEEKS_BACK[which]
    if "same" in match.groupdict():
        return months_ago(today, back)
    return made(*month_back(today.year, today.month, back), number(match["day"]) or 0, match[0], today)


@says(rf"{_MONTH_WHICH}\s*份?(?:\s*(?:初(?![一二三四五六七八九十])|中旬?|底|末|上旬|下旬|中间|头上|尾巴?|上半月|下半月))?(?:里|内|的时候)?")
@says(rf"(?:{_YEAR_WORD})?(?:{N}\s*月份?|腊月|正月|冬月)(?:里|初(?![一二三四五六七八九十])|中旬|中|底|末|上旬|下旬|头上|间|的时候)?(?![0-9])")
@says(r"月(?:初|中旬?|底|末|头)(?![一二三四五六七八九十])|[上中下]旬|上半月|下半月|年[初中底末头]|(?:今|去|前)年(?:初|底|中|上半年|下半年|春天|夏天|秋天|冬天|春上)|上半年|下半年|上学期|上个学期|开学(?:初|前|后|那几天|以来)?|(?:放)?[寒暑]假(?:里|期间|时|前|后|头)?|放假(?:前|后|期间)?|"
      rf"(?:{N}十?来|{N}几|十几|二十几|{N}十多)[号日]|去年|前年")
def _some_month(match: re.Match[str], now: datetime) -> Day | None:
    found = re.match(rf"({N})\s*月", match[0])
    if found and not 1 <= (number(found[1]) or 0) <= 12:
        return None
    return Vague("month")


_YEAR = rf"(?:(?P<year>[0-9]{{4}}|[0-9]{{2}}|[零一二三四五六七八九]{{4}}|[零一二三四五六七八九]{{2}})\s*年\s*|{_YEAR_WORD})"


@says(rf"(?<![0-9零一二三四五六七八九十第]){_YEAR}?(?P<month>{N})\s*月\s*份?\s*的?\s*(?P<day>{N})\s*[号日](?!子|常)")
@says(rf"(?<![0-9零一二三四五六七八九十第]){_YEAR}?(?P<month>{N})\s*月\s*份?\s*(?P<day>[0-9]{{1,2}}|三十一?|[一二]?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|[一二三四五六七八九])(?![0-9一二三四五六七八九十个点岁月天年])")
def _month_day(match: re.Match[str], now: datetime) -> Day | None:
    today = now.date()
    month, day = number(match["month"]) or 0, number(match["day"]) or 0
    if match["year"]:
        year = number(match["year"]) or 0
        return made(year + 2000 if year < 100 else year, month, day, match[0], today)
    if match["yearword"]:
        return made(today.year - _YEARS_BACK[match["yearword"]], month, day, match[0], today)
    if not re.search(r"[0-9号日]$", match[0]) and (lunar := _folk_day(month, day)):
        return almanac.last_lunar(*lunar, today)
    return last_such_day(month, day, match[0], today)


def last_such_day(month: int, day: int, words: str, today: date) -> Day:
    """That month and day, this year or, where it has not come yet, last year."""
    found = made(today.year, month, day, words, today)
    return made(today.year - 1, month, day, words, today) if isinstance(found, Future) else found


def _folk_day(month: int, day: int) -> tuple[int, int] | None:
    """Days people name by the farmers' calendar without saying so: 二月二, 八月十五."""
    folk = {(2, 2), (3, 3), (4, 8), (5, 5), (6, 6), (7, 7), (9, 9), (8, 15), (1, 15)}
    return (month, day) if (month, day) in folk else None


@says(r"(?<![0-9.\-/:])(?P<year>20[0-9]{2}|[0-9]{2})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9.\-/:])")
@says(r"(?<![0-9])(?P<year>20[0-9]{2})(?P<month>[01][0-9])(?P<day>[0-3][0-9])(?![0-9])")
def _written_date(match: re.Match[str], now: datetime) -> Day | None:
    year = int(match["year"])
    return made(year + 2000 if year < 100 else year, int(match["month"]), int(match["day"]), match[0], now.date())


@says(r"(?<![0-9.\-/:￥¥第])(?P<month>1[0-2]|0?[1-9])(?P<sep>[-/.])(?P<day>3[01]|[12][0-9]|0?[1-9])(?P<mark>[号日])?(?![0-9.\-/:]|\s*(?:个|天|次|岁|点|口|人|年级|元|块|斤|米|度|分|里|公里|倍|万|小时|%|℃|[a-zA-Z]))")
@says(r"^(?P<month>1[0-2]|0[1-9])(?P<day>3[01]|[12][0-9]|0[1-9])(?=$|[\s，])")
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


# --- The farmers' calendar and holidays -------------------------------------------------------------------------

_LUNAR_MONTH = {"正": 1, "冬": 11, "腊": 12}
_OLD = r"(?:农历|阴历|古历|老历|旧历|夏历)"
_LUNAR_DAY = r"(?:初[一二三四五六七八九十]|[一二]?十[一二三四五六七八九]?|二十[一二三四五六七八九]?|廿[一二三四五六七八九]?|三十|[0-9]{1,2})"


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
    return Impossible(match[0]) if isinstance(found, Impossible) else found


@says(rf"(?:(?:这个?|本)月|(?<!月)(?<!大年)(?<!最)(?<!当))(?:{_OLD})?初(?P<day>[一二三四五六七八九十])(?!中|级|年级|班|次|步|[一二三四五六七八九十]*班|的学生|学生)")
@says(r"大年初(?P<newyear>[一二三四五六七八九十])")
@says(rf"{_OLD}(?P<day>{_LUNAR_DAY})(?!月)")
def _lunar_day(match: re.Match[str], now: datetime) -> Day | None:
    groups = match.groupdict()
    if groups.get("newyear"):
        return almanac.last_lunar(1, number(groups["newyear"]) or 0, now.date())
    day = number(match["day"].lstrip("初")) or 0
    # 初一 初二 初三 are school years as well: a day only where something says so.
    if day <= 3 and not re.match(r"\s*(?:那天|去|到|下午|上午|早上|晚上|走访|入户|家访|拜年|我)|$", match.string[match.end() :]):
        return None
    found = almanac.last_lunar_day(day, now.date()) if 1 <= day <= 30 else Impossible(match[0])
    return Impossible(match[0]) if isinstance(found, Impossible) else found


_WORDY = {"五一", "六一", "七一", "八一", "十一", "三八", "五四"}  # numbers first, holidays only by what stands around them
_PLAIN_WORDS = {"小雪", "大雪", "雨水", "大寒", "小寒", "白露", "小满", "大暑", "新年", "春分"}
_FESTIVALS = sorted({*almanac.FIXED, *almanac.LUNAR, *almanac.SOLAR_TERMS}, key=len, reverse=True)


@says(rf"(?:{_YEAR_WORD})?(?<![双十百周期拜初第0-9])(?P<name>{'|'.join(_FESTIVALS)})(?:儿童|劳动|妇女|青年)?节?(?P<what>长假|假期|放假|假)?(?P<tail>期间|里|前后|左右|那几天|那阵子?|以前|之前|过后|以后|之后|前夕|前(?![一二两三0-9]?天)|后(?![一二两三0-9]?天|第|头))?"
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
        if not marked and not whole and not re.match(r"\s*(?:去|到|我|走访|入户|家访|上午|下午|早上|晚上|回来|第|头|前一|后一|，|,|,|。|见|看|送)", after):
            return None
        if re.match(r"[一二三四五六七八九十0-9]", after):
            return None
    day = almanac.last_festival(name, today)
    if match["yearword"] and (wanted := today.year - _YEARS_BACK[match["yearword"]]) != day.year:
        day = almanac.last_festival(name, date(wanted, 12, 31)) if wanted < today.year else day
        if wanted > day.year:
            return Future()
    span = almanac.SPAN.get(name, 3)
    if (match["tail"] or match["what"]) and not match["that"] and not re.match(r"的?第|头", after):
        return Vague("holiday", day, min(day + timedelta(days=span - 1), today))
    return day


@says(r"年前|年后|节前|节后|年跟前|过完年|过年期间|过年(?:前|后|那几天|的时候)|大过年的|开春|入冬|秋收|农忙|收完|种地的时候|春上|(?:今年|去年)?[春夏秋冬]天")
def _season(match: re.Match[str], now: datetime) -> Day | None:
    return Vague("season")


@says(rf"(?:{_YEAR_WORD})(?:的?今天|的?这天|同一天)")
def _years_today(match: re.Match[str], now: datetime) -> Day | None:
    return months_ago(now.date(), 12 * _YEARS_BACK[match["yearword"]])


# --- Only a time of day -----------------------------------------------------------------------------------------


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
        hour = next((h for word, h in starts.items() if word in words), 0 if "凌晨" in words else 4)
    elif late and hour < 12:
        hour += 12
    return now.date() if hour <= now.hour + 0.99 else now.date() - timedelta(days=1)


def _unless_future(vague: Vague, today: date) -> Day:
    return Future() if vague.first and vague.first > today else vague
