"""走访慰问活动 and other campaigns: a list of homes, who goes by when, what was brought from whom (plan tasks 3, 12, 14, H15).

The calendar proposes, the county confirms; nobody is served twice unseen, and who was never reached stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.activities import day_ahead
from domain.calendar import DAY, Calendar
from domain.child_file import Help
from domain.children import Child, Label, Tier
from domain.festivals import EVE, LANTERN, LITTLE_NEW_YEAR, MID_AUTUMN, festivals
from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice, text
from domain.leaves import last_day
from domain.unit_duties import breaks

PROPOSED_BEFORE, LATELY, SAME_GIVER = 10, 60, 365  # days
GONE_DAYS = 15  # after 元宵, to ask 走了吗
FURTHEST = 183  # days ahead a campaign may end
LINGERS = 30  # days after its end in which a campaign may still be written up


class Sort(StrEnum):
    """What the campaign is for."""

    SPRING = "spring"  # 春节
    CHILDREN = "children"  # 六一
    AUTUMN = "autumn"  # 中秋
    NEW_YEAR = "new_year"  # 元旦
    WINTER = "winter"  # 寒假
    SUMMER = "summer"  # 暑假
    SAFETY = "safety"  # 安全入户
    HOMECOMING = "homecoming"  # 返乡窗口
    OTHER = "other"


class Whom(StrEnum):
    """Which children are on the list."""

    ALL = "all"
    LEFT_BEHIND = "left_behind"
    IN_DIFFICULTY = "in_difficulty"
    URGENT = "urgent"  # red and yellow
    NEVER = "never"  # nobody has ever brought or done anything


THINGS = ("paper", "phone", "work")  # of a homecoming: agreement, new number, place of work
GONE = ("gone", "not_yet", "stays")


@dataclass(frozen=True)
class Occasion:
    """A campaign the calendar proposes; `name` is the same whoever looks and however often."""

    sort: Sort
    name: str
    first: date
    last: date


def occasions(year: int, calendar: Calendar) -> list[Occasion]:
    """The campaigns of a year by the calendar (domain.md 6.1)."""
    days = festivals(year)
    found = [
        Occasion(Sort.SPRING, f"spring-{year}", days[EVE] - 20 * DAY, days[EVE]),
        Occasion(Sort.HOMECOMING, f"homecoming-{year}", days[LITTLE_NEW_YEAR] - 10 * DAY, days[LANTERN]),
        Occasion(Sort.CHILDREN, f"children-{year}", date(year, 5, 18), date(year, 6, 1)),
        Occasion(Sort.AUTUMN, f"autumn-{year}", days[MID_AUTUMN] - 14 * DAY, days[MID_AUTUMN]),
    ]
    found += [
        Occasion(Sort.WINTER if one.name == "winter" else Sort.SUMMER, f"{one.name}-{year}", one.first, one.last)
        for one in breaks(year, calendar)
    ]
    return sorted(found, key=lambda one: one.first)


def to_propose(today: date, calendar: Calendar) -> list[Occasion]:
    """What should be before the county now: shortly before it begins, and until it is over."""
    both = (*occasions(today.year, calendar), *occasions(today.year + 1, calendar))
    return [one for one in both if one.first - PROPOSED_BEFORE * DAY <= today <= one.last]


def asks_gone(today: date, ends: date) -> bool:
    """Whether a homecoming has come to 走了吗: after 元宵 of its year."""
    return today > festivals(ends.year)[LANTERN]


def belongs(child: Child, whom: Whom, helped: frozenset[str]) -> bool:
    """Whether an open file is on the list."""
    labels = set(child.labels)
    if whom is Whom.LEFT_BEHIND:
        return Label.LEFT_BEHIND in labels
    if whom is Whom.IN_DIFFICULTY:
        return bool(labels - {Label.LEFT_BEHIND, Label.MIGRANT})
    if whom is Whom.URGENT:
        return child.tier in (Tier.RED, Tier.YELLOW)
    return whom is Whom.ALL or child.id not in helped


def had_already(helps: Iterable[Help], giver: str | None, today: date) -> list[Help]:
    """What this child has had lately, or from the same giver within a year: shown before anything is given again."""
    return [
        one
        for one in helps
        if today - one.day <= LATELY * DAY or (giver and one.giver == giver and today - one.day <= SAME_GIVER * DAY)
    ]


# --- forms ---


def _scope(said: Said, world: World, answers: Answers) -> str:
    offered: Mapping[str, str] = world.facts["scopes"]()
    words = (said.text or "").strip()
    found = (
        [said.choice] if said.choice in offered else [code for code, name in offered.items() if words and words in name]
    )
    if len(found) != 1:
        raise Invalid("form.problem.choose")
    return str(found[0])


def _scopes(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in world.facts["scopes"]().items())


def _until(said: Said, world: World, answers: Answers) -> str:
    """The last day: 12月31日, 下周五; a month or a fortnight by button."""
    if said.choice in ("7", "14", "30"):
        return (world.now.date() + int(said.choice) * DAY).isoformat()
    words, today = (said.text or "").strip().removeprefix("到"), world.now.date()
    ahead = day_ahead(words, today)  # 后天, 下周五, 12月31日
    if ahead is not None and today <= ahead <= today + FURTHEST * DAY:
        return ahead.isoformat()
    return last_day(words, today)


SORTS = tuple(one.value for one in Sort)
DRIVE = Form(
    "drive",
    (
        choice("sort", *SORTS),
        Question("scope", _scope, choices=_scopes),
        choice("whom", *(one.value for one in Whom)),
        Question("until", _until, choices=lambda world, answers: (Choice("7"), Choice("14"), Choice("30"))),
        Question("gift", text(60, 2), skip=True),
        Question("giver", text(40, 2), skip=True),
    ),
)
DRIVE_GOES = Form("drivegoes", (Question("home", by_button), Question("name", text(20, 2))))
DRIVE_GIFT = Form(
    "drivegift",
    (Question("home", by_button), Question("what", text(60, 2)), Question("giver", text(40, 2), skip=True)),
)
