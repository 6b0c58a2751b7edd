"""How a rule of the date grammar is written: a pattern and the day it names, and the pieces patterns share."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from domain.reading.days import Day, Future, Impossible, Vague
from domain.reading.folding import NUMBER

Rule = Callable[[re.Match[str], datetime], "Day | None"]


@dataclass(frozen=True)
class Pattern:
    regex: re.Pattern[str]
    rule: Rule
    part_of_day: bool = False


PATTERNS: list[Pattern] = []  # filled by the files of rules, in the order date_grammar.py loads them
N = NUMBER
PART = (r"(?:大清早|大早上|一大早|一早|清早|清晨|早晨|早上|早起|早间|今晨|凌晨|上午|前晌|头晌|晌午|中午|正午|午后|下午|后晌|傍晚|黄昏|擦黑|天黑|晚夕|晚上|晚间|晚饭后|"
        r"(?<![晒变熏冻捂脸全都手乌越抹涂发天])黑(?:了|里)|夜里|夜晚|夜间|半夜|深夜|后半夜|午饭后|早饭后|饭后|前半晌|后半晌|小晌午|晌午头|天麻麻亮|麻麻亮|天刚亮|后半天|前半天|黑间|早晨间)")  # fmt: skip
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


def last_such_day(month: int, day: int, words: str, today: date) -> Day:
    """That month and day, this year or, where it has not come yet, last year."""
    found = made(today.year, month, day, words, today)
    return made(today.year - 1, month, day, words, today) if isinstance(found, Future) else found


def unless_future(vague: Vague, today: date) -> Day:
    return Future() if vague.first and vague.first > today else vague


YEARS_BACK = {"今": 0, "本": 0, "当": 0, "去": 1, "上": 1, "旧": 1, "年": 1, "前": 2, "大前": 3}
YEAR_WORD = r"(?P<yearword>今|本|去|前|大前)年\s*的?\s*"
WEEKS_BACK = {"前": 1, "这": 0, "本": 0, "这一": 0, "当": 0, "上": 1, "上一": 1, "前一": 1, "头一": 1, "上上": 2, "大上": 2, "上上上": 3}
