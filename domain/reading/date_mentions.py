"""All date expressions of a text in order, overlaps settled, neighbours joined (昨天 下午三点), offsets counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

from domain.reading.date_grammar import ANY_PART, PATTERNS, Pattern
from domain.reading.days import Future, Mention, Vague, local_time
from domain.reading.folding import NUMBER, fold, number

# Phone, ID and file numbers; they also keep long runs of digits from costing time.
_LONG_NUMBER = re.compile(r"[0-9]{9,}|[零一二三四五六七八九十百两]{9,}")
_OFFSET = re.compile(
    rf"(?:节|假期|放假|长假)?的?(?:(?P<after>之?后|过后|以后)?的?第(?P<nth>{NUMBER})天|(?P<before>前一?天|头一?天|前(?P<nback>[两二三])天)|(?P<next>后一?天|次日|转天|隔天|过后一天))"
)
_WITHIN = re.compile(rf"\s*的?(?:第(?P<nth>{NUMBER})天|(?P<first>头一?天|首日|打头(?:那|一)?天)|(?P<last>最[后末](?:那)?一?天|末尾?一?天))")
_LATER = re.compile(rf"(?:第二天|次日|转天|隔天|隔了?一天|(?:又)?过了(?P<n>{NUMBER})天|隔了(?P<gap>{NUMBER})天)")
# 昨儿擦黑那阵: the hour is about, the day is not
_TAIL = re.compile(rf"{ANY_PART}|(?<=[晚早午黑晨晌夜昏亮后])(?:那|这)(?:会儿?|阵[儿子]?|工夫|时候)|(?:那|这)[天日]|\s*[(（]\s*(?:周|星期|礼拜)\s*[一二三四五六日天1-7]\s*[)）]|这个?(?:时候|点儿?|时间)")
# 从元旦到现在, 自国庆以来: a stretch, not the day of a contact.
_SINCE_BEFORE = re.compile(r"(?:从|自从?|打)$")
_SINCE_AFTER = re.compile(r"\s*(?:到(?:现在|今天|这会|如今)|以来|至今|(?:就)?开始|起(?!床|来)|往后)")
_ABOUT = re.compile(r"\s*(?:左右|前后|上下|来往|那几天|那阵子?|(?:以|之)前|(?:以|之)后(?!第)|前(?=$|[，。\s]))")


def mentions(text: str, ref: datetime, names: Iterable[str] = (), people: Iterable[tuple[int, int]] = ()) -> list[Mention]:
    """Every date expression, in order. What lies inside one of `names`, or names a person at `people`, is not read."""
    now = local_time(ref)
    folded = _without_names(fold(text), names)
    for start, end in people:
        folded = folded[:start] + "某" * (end - start) + folded[end:]
    folded = re.sub(r"(?<=[\u4e00-\u9fff]):(?=\s*[0-9])", "，", folded)  # 走访日期：2027.2.27 is no time of day
    folded = _LONG_NUMBER.sub(lambda m: "某" * len(m[0]), folded).replace("元月", "一月")
    found = [(match, pattern) for pattern in PATTERNS for match in pattern.regex.finditer(folded) if match[0]]
    # The longest reading wins, whether it names a day or says "nothing here"; a time of day yields to anything else.
    found.sort(key=lambda f: (f[0].start() - f[0].end(), f[1].part_of_day, f[0].start()))
    taken: list[tuple[re.Match[str], Pattern]] = []
    for match, pattern in found:
        if all(match.end() <= other.start() or match.start() >= other.end() for other, _ in taken):
            taken.append((match, pattern))
    taken.sort(key=lambda f: f[0].start())
    days = [(match, pattern.rule(match, now), pattern.part_of_day) for match, pattern in taken]
    kept = [Mention(match.start(), match.end(), day, part) for match, day, part in days if day is not None]
    return _anaphora(folded, _joined(folded, kept, now.date()), now.date())


def _without_names(folded: str, names: Iterable[str]) -> str:
    for name in names:
        if len(name) > 1:
            folded = folded.replace(name, "某" * len(name))
    return folded


def _joined(folded: str, found: list[Mention], today: date) -> list[Mention]:
    """Count offsets, then let a day take the times, brackets and 左右 that follow it."""
    joined: list[Mention] = []
    for mention in found:
        if joined and mention.start < joined[-1].end:
            continue
        if joined and mention.start <= joined[-1].end + 1 and not mention.part_of_day and not joined[-1].part_of_day:
            if isinstance(joined[-1].day, date) and isinstance(mention.day, Vague):
                joined[-1] = replace(joined[-1], end=mention.end)  # 十月八号开学头一天
                continue
            if isinstance(joined[-1].day, Vague) and isinstance(mention.day, date):
                mention = replace(mention, start=joined.pop().start)  # 国庆期间10月3号
        if not mention.part_of_day:
            mention = _offset(folded, mention, today)
            while tail := _TAIL.match(folded, mention.end):
                mention = replace(mention, end=tail.end())
            if _SINCE_BEFORE.search(folded[: mention.start]) and _SINCE_AFTER.match(folded, mention.end):
                mention = replace(mention, day=Vague("since"))
            if isinstance(mention.day, date) and (about := _ABOUT.match(folded, mention.end)):
                mention = replace(mention, end=about.end(), day=Vague("about"))
        joined.append(mention)
    return joined


def _offset(folded: str, mention: Mention, today: date) -> Mention:
    if (within := _WITHIN.match(folded, mention.end)) and (day := _day_within(mention.day, within, today)):
        return replace(mention, end=within.end(), day=day if day <= today else Future(day))
    base = mention.day.day if isinstance(mention.day, Future) else mention.day.first if isinstance(mention.day, Vague) and mention.day.reason == "holiday" else mention.day
    match = _OFFSET.match(folded, mention.end)
    if not isinstance(base, date) or match is None:
        return mention
    if match["nth"]:
        count = (number(match["nth"]) or 1) - (0 if match["after"] else 1)
        # 中秋节头一天 is the day before; 国庆假期第三天 counts from the first.
    elif match["before"]:
        count = -(number(match["nback"]) or 1) if match["nback"] else -1
        if "头" in match["before"] and (isinstance(mention.day, Vague) or folded[: mention.end].endswith("假期") or folded[: mention.end].endswith("假")):
            count = 0
    else:
        count = 1
    day = base + timedelta(days=count)
    return replace(mention, end=match.end(), day=day if day <= today else Future(day))


def _day_within(stretch: object, which: re.Match[str], today: date) -> date | None:
    """本月头一天, 上周最后一天, 国庆第三天 of a stretch whose ends are known."""
    if not isinstance(stretch, Vague) or stretch.first is None or stretch.reason not in ("week", "month", "holiday"):
        return None
    if which["last"]:
        return stretch.last if stretch.reason != "month" else None  # a month's last day has a pattern of its own
    count = number(which["nth"]) if which["nth"] else 1
    return stretch.first + timedelta(days=count - 1) if count and count < 32 and stretch.reason != "holiday" else None


def _anaphora(folded: str, found: list[Mention], today: date) -> list[Mention]:
    """上周三没人，第二天又去: counted from the day named before."""
    added = list(found)
    for match in _LATER.finditer(folded):
        before = [m for m in found if m.end <= match.start() and isinstance(m.day, date) and not m.part_of_day]
        if not before or any(m.start <= match.start() < m.end for m in found):
            continue
        count = number(match["n"] or match["gap"] or "一") or 1
        count += 1 if match["gap"] else 0
        assert isinstance(before[-1].day, date)
        day = before[-1].day + timedelta(days=count)
        added.append(Mention(match.start(), match.end(), day if day <= today else Future(day)))
    return sorted(added, key=lambda m: m.start)
