"""How an activity reads, and what its forms may know. Shared by 活动 and its calendar."""

from __future__ import annotations

from bot.reminders.rules import day_words
from bot.work import Work
from db import children
from db.activities import Activity
from domain.access import Action, granting
from domain.people import Role
from domain.units import COUNTY


def units_for(work: Work) -> list[tuple[str, str]]:
    """For whom I may hold or announce one: my villages, my town, the county (departments too)."""
    found: dict[str, str] = {}
    for post in granting(work.me, Action.VILLAGE_WORK):
        code = COUNTY if post.role is Role.DEPARTMENT else post.unit.code
        found[code] = work.tree.path_name(code)
    return list(found.items())


def by_units(work: Work) -> set[str]:
    """Every unit whose activities my children may come to: my own places and all above them."""
    found = set(work.visible(Action.VILLAGE_WORK)) | {code for code, _ in units_for(work)}
    for code, _ in units_for(work):
        unit = work.tree.get(code)
        while unit is not None:
            found.add(unit.code)
            unit = work.tree.get(unit.parent) if unit.parent else None
    return found


def roster_facts(work: Work) -> list[tuple[str, str]]:
    """A director's own children for ticking: (file number, number and name). Others name nobody."""
    if work.me is None or not work.me.with_role(Role.CHILD_DIRECTOR):
        return []
    own = {post.unit.code for post in work.me.posts if post.role is Role.CHILD_DIRECTOR}
    entries = children.in_units(work.conn, own)
    numbers = [entry.child.file_no for entry in entries]
    return [
        (number, f"{int(number.rpartition('-')[2])}号 {entry.child.name}")
        for number, entry in zip(numbers, entries, strict=True)
    ]


def day_names(work: Work) -> list[str]:
    return [work.say(f"deed.day.{back}") for back in range(3)]


def theme(work: Work, code: str) -> str:
    return work.say(f"activity.theme.{code}")


def card(work: Work, one: Activity) -> str:
    """11月18日 暖泉村 普法 · 文化广场 · 12个孩子"""
    reached = work.say("activity.reached", count=one.reached) if one.reached is not None else ""
    return work.say(
        "activity.line_of", day=day_words(work.words, one.day, work.today), place=work.tree.path_name(one.unit),
        theme=theme(work, one.theme), site=work.say(f"activity.site.{one.site}"), reached=reached,
    ).rstrip(" ·")  # fmt: skip
