"""How a hazard and a dangerous place read, where they may lie, and who hears of them. Shared by 隐患 and its ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import referral_news
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.work import Refused, Rows, Work
from db import attachments, hazards, people, reports
from db.hazards import Hazard, Point
from domain.access import Action
from domain.hazards import FOUR, WATERS, owner_of
from domain.people import Role, UnitKind
from domain.units import COUNTY

SHORT_WORDS = 40  # of what was told, in one line
PLACES = (UnitKind.VILLAGE, UnitKind.COMMUNITY)


def desks(work: Work) -> set[str]:
    """The offices I sit in: a department's desk, the county's."""
    return {
        post.unit.code for post in (work.me.posts if work.me else ()) if post.role in (Role.DEPARTMENT, Role.COUNTY)
    }


def place_facts(work: Work) -> Mapping[str, Any]:
    """The villages it may lie in: one's own; an office's are all of them, found by name."""
    codes = work.visible(Action.VILLAGE_WORK) or work.tree.under(COUNTY)
    there = [unit for unit in work.tree if unit.kind in PLACES and unit.code in codes]
    home = work.me.posts[0].unit if work.me else None

    def find_unit(words: str) -> str | None:
        found = [unit for unit in work.tree.find(words, home) if unit in there]
        return found[0].code if len(found) == 1 else None

    few = [(unit.code, unit.name) for unit in there] if len(there) <= 30 else []
    return {"units": few, "find_unit": find_unit}


def known_unit(work: Work) -> dict[str, str]:
    found = place_facts(work)["units"]
    return {"unit": found[0][0]} if len(found) == 1 else {}


def desk_for(work: Work, kind: str) -> tuple[str, str]:
    """(whose it is to mend, who gets it): with nobody registered there the county has it at once."""
    owner = f"{COUNTY}.{owner_of(kind)}"
    return owner, owner if reports.staffed(work.conn, [owner]) else COUNTY


def desk_name(work: Work, desk: str) -> str:
    """Who has it, as people say it: 县里, 县水务局."""
    return work.say("hazard.county") if desk == COUNTY else work.tree.path_name(desk)


def kind_name(work: Work, kind: str) -> str:
    return work.say(f"hazard.kind.{kind}")


def line(work: Work, one: Hazard) -> str:
    """• 暖泉村 涝坝 · 缺救生圈（水务局，12月2日前）"""
    state = "closed" if one.closed_at else "fixed" if one.fixed_at else "late" if one.due < work.today else "open"
    return work.say(
        "hazard.line_of", place=work.tree.path_name(one.unit), spot=one.place, words=one.words[:SHORT_WORDS],
        state=work.say(f"hazard.state.{state}", unit=desk_name(work, one.desk), day=day_words(work.words, one.due, work.today)),
    )  # fmt: skip


def point_line(work: Work, one: Point) -> str:
    """暖泉村 涝坝：✅牌 ❌圈 ❔绳 ✅杆；上次看 11月3日"""
    looked = day_words(work.words, one.looked_on, work.today) if one.looked_on else work.say("point.never")
    key = "point.line_of" if one.kind in WATERS else "point.line_other"
    marks = " ".join(_mark(one, item) + work.say(f"point.short.{item}") for item in FOUR)
    return work.say(
        key,
        place=work.tree.path_name(one.unit),
        spot=one.place,
        kind=kind_name(work, one.kind),
        marks=marks,
        looked=looked,
    )


def _mark(one: Point, item: str) -> str:
    return {True: "✅", False: "❌"}.get(one.items.get(item), "❔")  # type: ignore[arg-type]


def one_of_mine(work: Work, hazard_id: str) -> Hazard:
    """A hazard of my villages, or on my desk. Raises Refused."""
    one = hazards.get(work.conn, hazard_id)
    if one is None or not (one.unit in work.visible(Action.VILLAGE_WORK) or {one.desk, one.owner} & desks(work)):
        raise Refused("hazard.gone")
    return one


def tell(work: Work, chats: list[int], key: str, one: Hazard) -> None:
    """The sort of place and the village, never the words that were typed: those stand behind the button."""
    words = work.say(
        key, place=work.tree.path_name(one.unit), kind=kind_name(work, one.kind), unit=work.tree.path_name(one.owner)
    )
    rows: Rows = [[(work.say("hazard.open"), do("hz.open", one.id))]]
    for chat in dict.fromkeys(chats):
        if chat != work.chat_id:
            work.tell(chat, words, rows)


def tell_desk(work: Work, one: Hazard) -> None:
    key = "hazard.news.vacant" if one.desk != one.owner else "hazard.news.sent"
    tell(work, referral_news.unit_chats(work, one.desk), key, one)


def village_chats(work: Work, one: Hazard) -> list[int]:
    """Who reported it, and the village's director."""
    who = people.person(work.conn, one.by_person) if one.by_person else None
    found = [who.chat_id] if who and who.chat_id and who.left_on is None else []
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, one.unit):
        found += people.chats_of_post(work.conn, post)
    return found


def raise_(
    work: Work, unit: str, kind: str, place: str, words: str, photos: list[str], point_id: str | None = None
) -> Hazard:
    """Keep a hazard with its photos and hand it to whose it is; shared by the form and by a look that found something missing."""
    me = work.demand(Action.VILLAGE_WORK)
    owner, desk = desk_for(work, kind)
    made = hazards.report(
        work.conn, unit, kind, place, words, owner, desk, work.now, by=me.person_id, point_id=point_id, demo=work.demo
    )
    attachments.attach(work.conn, photos, work.chat_id, f"hazard:{made}", me.person_id)
    work.note("hazard.reported", f"hazard:{made}", unit=unit, kind=kind, desk=desk)
    one = hazards.get(work.conn, made)
    assert one is not None
    tell_desk(work, one)
    return one
