"""Activities for children: what they were about, where, who came to hold them (plan tasks 1, 3 and 14).

One sentence is enough to record one (「今天在文化广场搞了普法 来了12个娃」); whoever likes buttons has a form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from domain.calendar import DAY
from domain.forms import (
    Answers,
    Choice,
    Form,
    Invalid,
    Question,
    Said,
    World,
    by_button,
    choice,
    choices,
    given,
    text,
)
from domain.past_days import past_day
from domain.reading.activity import HELPERS, OTHER_SITE, OTHER_THEME, SITES, THEMES
from domain.reading.dates import read_day
from domain.reading.days import Future
from domain.reading.folding import NUMBER, fold, number

SAFETY = ("drowning", "traffic", "fire", "bullying", "assault", "drugs", "fraud", "internet", "safety")  # plan task 14
FIVE = ("education", "police", "civil_affairs", "youth", "women")  # H11
MOST_CHILDREN = 2000
MANY = 100  # more children than this at one activity is asked about once
EARLIEST = timedelta(days=400)
FURTHEST = timedelta(days=180)


def settles(theme: str, department: str) -> str | None:
    """Which yearly duty of a department an activity it held itself settles (domain.unit_duties), if any."""
    if department == "education" and theme in SAFETY:
        return "lecture"
    return "safety_activity" if department in FIVE and theme in SAFETY else None


# --- readers -------------------------------------------------------------------------------------------------------


def _held_on(said: Said, world: World, answers: Answers) -> str:
    if said.choice is None and isinstance(read_day(said.text or "", world.now), Future):
        raise Invalid("activity.problem.to_come")  # attendance of tomorrow is nobody's
    day = past_day(said, world, answers)
    if date.fromisoformat(day) < world.now.date() - EARLIEST:
        raise Invalid("activity.problem.too_early")
    return day


def _days_back(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    return tuple(Choice((today - DAY * back).isoformat(), world.facts["days"][back]) for back in range(3))


def children_came(said: Said, world: World, answers: Answers) -> int:
    """12, 十二个, 12个娃; 0 is allowed: nobody came, and that is worth knowing too."""
    words = re.sub(r"[\s个名位人娃孩子儿童学生来了多]+", "", fold(said.text or ""))
    count = number(words) if words else None
    if count is None:
        raise Invalid("activity.problem.count")
    if count > MOST_CHILDREN:
        raise Invalid("activity.problem.too_many", most=MOST_CHILDREN)
    return count


class _Many:
    """Holds where more children are said to have come than live in most villages."""

    def holds(self, answers: Answers) -> bool:
        reached = answers.get("reached")
        return isinstance(reached, int) and reached > MANY


def _kids(said: Said, world: World, answers: Answers) -> int:
    count = children_came(said, world, answers)
    if count >= answers["reached"]:
        raise Invalid("activity.problem.fewer", most=answers["reached"])
    return count


def _who_was_there(said: Said, world: World, answers: Answers) -> list[str]:
    known = {key for key, _ in world.facts["roster"]}
    if said.choice is None:
        raise Invalid("form.problem.choose")
    return [one for one in said.choice.split(",") if one in known]


def _roster(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(key, label) for key, label in world.facts["roster"])


def _unit(said: Said, world: World, answers: Answers) -> str:
    if said.choice is None or said.choice not in {code for code, _ in world.facts["units"]}:
        raise Invalid("form.problem.choose")
    return said.choice


def _units(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["units"])


ACTIVITY = Form(
    "activity",
    (
        Question("unit", _unit, choices=_units),
        choice("theme", *THEMES, OTHER_THEME, columns=3),
        choice("site", *SITES, OTHER_SITE),
        Question("day", _held_on, choices=_days_back, columns=3),
        Question("reached", children_came),
        choice("sure", "children", "people", when=_Many()),
        Question("kids", _kids, when=given("sure", "people")),
        Question("there", _who_was_there, choices=_roster, many=True, aside=True),
        choices("helpers", *HELPERS, aside=True),
        Question("words", text(300), aside=True),
    ),
)


# --- one to come, with seats ---------------------------------------------------------------------------------------


def _coming_day(said: Said, world: World, answers: Answers) -> str:
    today = world.now.date()
    if said.choice is not None:
        try:
            day: Any = date.fromisoformat(said.choice)
        except ValueError:
            raise Invalid("form.problem.choose") from None
    else:
        read_ = read_day(said.text or "", world.now)
        day = read_ if isinstance(read_, date) else day_ahead(said.text or "", today)
    if day is None:
        raise Invalid("activity.problem.coming_day")
    if not today <= day <= today + FURTHEST:
        raise Invalid("activity.problem.coming_day")
    return str(day.isoformat())


_DATED = re.compile(r"(?:(\d{4})[年./-])?(\d{1,2})[月./-](\d{1,2})[日号]?")
_AHEAD = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "明儿": 1, "后天": 2, "大后天": 3}
_WEEK = re.compile(r"(下+)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")


def day_ahead(words: str, today: date) -> date | None:
    """12月5日, 明天, 周六, 下周六."""
    said = fold(words)
    for word in sorted(_AHEAD, key=len, reverse=True):
        if word in said:
            return today + _AHEAD[word] * DAY
    if found := _WEEK.search(said):
        weekday = "一二三四五六日".find(found[2].replace("天", "日"))
        monday = today - today.weekday() * DAY
        day = monday + (len(found[1] or "") * 7 + weekday) * DAY
        return day if day >= today else day + 7 * DAY
    if found := _DATED.search(said):
        try:
            day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
            return day if found[1] or day >= today else day.replace(year=today.year + 1)
        except ValueError:
            return None
    return None


def _days_ahead(world: World, answers: Answers) -> tuple[Choice, ...]:
    today = world.now.date()
    saturday = today + ((5 - today.weekday()) % 7 or 7) * DAY
    offers = ((today + DAY, "tomorrow"), (saturday, "saturday"), (saturday + DAY, "sunday"))
    return tuple(Choice(day.isoformat(), world.facts["ahead"][name]) for day, name in offers)


def _clock(said: Said, world: World, answers: Answers) -> str:
    if said.choice is not None and re.fullmatch(r"\d{4}", said.choice):
        return f"{said.choice[:2]}:{said.choice[2:]}"
    words = fold(said.text or "")
    found = re.search(rf"({NUMBER})\s*[:点时.]\s*(\d{{1,2}}|半)?", words)
    hour = number(found[1]) if found else None
    if found is None or hour is None:
        raise Invalid("activity.problem.clock")
    if hour < 12 and re.search(r"下午|晚上|后晌", words):
        hour += 12
    minute = 30 if found[2] == "半" else int(found[2] or 0)
    if hour > 23 or minute > 59:
        raise Invalid("activity.problem.clock")
    return f"{hour:02}:{minute:02}"


def _seats(said: Said, world: World, answers: Answers) -> int:
    words = re.sub(r"[\s个名位人座]+", "", fold(said.text or said.choice or ""))
    count = number(words)
    if not count or count > MOST_CHILDREN:
        raise Invalid("activity.problem.seats")
    return count


def _offered(*keys: str) -> Any:
    return lambda world, answers: tuple(Choice(key, f"{key[:2]}:{key[2:]}" if len(key) == 4 else key) for key in keys)


CALENDAR = Form(
    "coming",
    (
        Question("unit", _unit, choices=_units),
        choice("theme", *THEMES, OTHER_THEME, columns=3),
        choice("site", *SITES, OTHER_SITE),
        Question("day", _coming_day, choices=_days_ahead, columns=3),
        Question("clock", _clock, choices=_offered("0900", "1000", "1500", "1930"), columns=4),
        Question("seats", _seats, choices=_offered("10", "20", "30", "50"), columns=4, skip=True),
        Question("words", text(200), skip=True),
    ),
)


def seated(children: Sequence[str], taken: int, waiting: int, seats: int | None) -> tuple[list[str], list[str]]:
    """Who of these still gets a seat and who is put on the waiting list; nobody overtakes who waits already."""
    free = len(children) if seats is None else 0 if waiting else max(seats - taken, 0)
    return list(children[:free]), list(children[free:])


# --- who gets a seat, who was there --------------------------------------------------------------------------------


def some_children(said: Said, world: World, answers: Answers) -> list[str]:
    """Ticked, or by number: 3号 5号 十二号. Raises Invalid for a number nobody has."""
    keys = [key for key, _ in world.facts["roster"]]
    if said.choice is not None:
        found = [key for key in keys if key in said.choice.split(",")]
    else:
        wanted = [number(one) for one in re.findall(NUMBER, fold(said.text or ""))]
        by_number = {int(key.rpartition("-")[2]): key for key in keys}
        missing = [str(one) for one in wanted if one not in by_number]
        if missing:
            raise Invalid("activity.problem.nobody", numbers="、".join(missing))
        found = [by_number[one] for one in wanted if one is not None]
    return list(dict.fromkeys(found))


def _some(said: Said, world: World, answers: Answers) -> list[str]:
    found = some_children(said, world, answers)
    if not found:
        raise Invalid("form.problem.choose_one")
    return found


SIGN_UP = Form("signup", (Question("activity", by_button), Question("who", _some, choices=_roster, many=True)))
ATTEND = Form(
    "attend",
    (
        Question("activity", by_button),
        Question("mine", by_button, aside=True),
        Question("who", some_children, choices=_roster, many=True),
        Question("reached", children_came, when=given("mine", "yes")),
    ),
)
# the 普法 card of each month: what to talk about with children now (plan task 1); water and fire have their 安全卡
LAW_CARDS = {
    1: "internet", 2: "fraud", 3: "bullying", 4: "tattoo", 5: "assault", 6: "drugs", 7: "internet", 8: "fraud", 9: "bullying",
    10: "assault", 11: "tattoo", 12: "law",
}  # fmt: skip
