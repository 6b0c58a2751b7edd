"""危险点台账: waters with their 四个一, stoves, roads, unlicensed care; a look at each, missing things reported by it (H16)."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.hazard_card import desk_name, kind_name, known_unit, place_facts, point_line, raise_
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import hazards
from db.drafts import Kept
from db.hazards import Point
from domain.access import Action
from domain.forms import Answers, World
from domain.hazards import FOUR, ITEMS, KINDS, LOOK, POINT, WATERS, in_season, is_complete, missing
from domain.people import Role
from domain.units import COUNTY

SHOWN = 8


def ledger(work: Work, words: str) -> None:
    """The places of my villages, those looked at longest ago first; an office sees those it owns."""
    work.demand(Action.VILLAGE_WORK)
    found = _mine(work)
    waters = [one for one in found if one.kind in WATERS]
    lines = [
        work.say(
            "point.title", count=len(found), waters=len(waters), full=sum(is_complete(one.items) for one in waters)
        )
        if found
        else work.say("point.nothing")
    ]
    lines += ["• " + point_line(work, one) for one in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(work.say("point.more", count=len(found) - SHOWN))
    cells: list[Cell] = []
    if work.visible(Action.VILLAGE_WORK):
        cells = [(work.say("point.look_at", place=one.place[:10]), do("hz.point", one.id)) for one in found[:SHOWN]]
    work.show(
        "\n".join(lines),
        [*in_twos(cells), [(work.say("point.new"), do("hz.add")), (work.say("more.hazards"), do("go", "hazards"))]],
    )


def _mine(work: Work) -> list[Point]:
    own = work.visible(Action.VILLAGE_WORK)
    if own:
        return hazards.points(work.conn, own)
    desk = {post.unit.code for post in (work.me.posts if work.me else ()) if post.role is Role.DEPARTMENT}
    return [one for one in hazards.points(work.conn, work.tree.under(COUNTY)) if one.owner in desk]


def add(work: Work) -> None:
    work.toast()
    flow.begin(work, "point")


def _items(answers: Answers) -> dict[str, bool]:
    return {item: answers[item] == "yes" for item in ITEMS if answers.get(item) in ("yes", "no")}


def _added(work: Work, answers: Answers, kept: Kept) -> None:
    me, kind = work.demand(Action.VILLAGE_WORK), answers["kind"]
    owner = f"{COUNTY}.{answers.get('owner') or KINDS[kind].owner}"
    items = _items(answers)
    made = hazards.put_point(
        work.conn, answers["unit"], kind, answers["place"], owner, items, work.now, by=me.person_id,
        looked_on=work.today, demo=work.demo,
    )  # fmt: skip
    work.note("point.added", f"point:{made}", unit=answers["unit"], kind=kind)
    one = hazards.point(work.conn, made)
    assert one is not None
    _say_missing(work, one, "point.saved")


def point(work: Work, point_id: str) -> None:
    """One place of the ledger."""
    one = _point(work, point_id)
    work.toast()
    rows: list[list[Cell]] = [
        [(work.say("point.look"), do("hz.seen", one.id)), (work.say("point.close"), do("hz.gone", one.id))],
        [(work.say("more.waters"), do("go", "waters"))],
    ]
    owner = work.say("point.owner", unit=work.tree.path_name(one.owner))
    fence = work.say("point.fence") if one.items.get("fence") else ""
    work.show("\n".join(one_line for one_line in (point_line(work, one), owner, fence) if one_line), rows)


def _point(work: Work, point_id: str) -> Point:
    return work.demand_there(Action.VILLAGE_WORK, hazards.point(work.conn, point_id), "point.gone")


def seen(work: Work, point_id: str) -> None:
    one = _point(work, point_id)
    work.toast()
    flow.begin(work, "look", {"point": one.id, "kind": one.kind})


def _looked(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.VILLAGE_WORK), _point(work, answers["point"])
    items = dict.fromkeys(FOUR, True) if answers.get("all") == "yes" else _items(answers)
    hazards.look(work.conn, one, items, work.now, me.person_id)
    work.note("point.looked", f"point:{one.id}", missing=len(missing(items)))
    now = hazards.point(work.conn, one.id)
    assert now is not None
    if answers.get("words") and hazards.open_at(work.conn, one.id) is None:
        raise_(work, one.unit, one.kind, one.place, answers["words"], [], one.id)
        work.show(work.say("point.saved_reported"), [[(work.say("more.waters"), do("go", "waters"))]])
        return
    _say_missing(work, now, "point.looked")


def _say_missing(work: Work, one: Point, key: str) -> None:
    """What is missing is reported at once to whose water it is, as one hazard, unless that is open already."""
    lacks, rows = missing(one.items), [[(work.say("more.waters"), do("go", "waters"))]]
    if not lacks:
        work.show(work.say(key), rows)
        return
    names = work.say("reminders.comma").join(work.say(f"point.item.{item}") for item in lacks)
    if hazards.open_at(work.conn, one.id) is not None:
        work.show(work.say("point.reported_before", names=names), rows)
        return
    words = work.say("point.lacks", names=names)
    made = raise_(work, one.unit, one.kind, one.place, words, [], one.id)
    work.show(work.say("point.reported", names=names, unit=desk_name(work, made.desk)), rows)


def gone(work: Work, point_id: str) -> None:
    """Filled in, covered, torn down: off the ledger."""
    one = _point(work, point_id)
    if not hazards.close_point(work.conn, one.id, work.today):
        raise Refused("point.gone")
    work.note("point.closed", f"point:{one.id}")
    work.toast(work.say("point.closed"))
    ledger(work, "")


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "owner":
        return work.tree.path_name(f"{COUNTY}.{answer}")
    if key == "point":
        one = hazards.point(work.conn, answer)
        return f"{work.tree.path_name(one.unit)} {one.place}" if one else ""
    return kind_name(work, answer) if key == "kind" else None


def _heading(work: Work, world: World, answers: Answers) -> str:
    return work.say("point.season") if in_season(work.today) and answers.get("kind") in WATERS else ""


SUBJECT = Subject(
    "waters",
    commands=(
        Command("waters", ledger, Action.VILLAGE_WORK, ("危险点", "水域", "水域台账", "四个一", "防溺水"), menu=False),
    ),
    conversations=(
        Conversation(POINT, _added, Action.VILLAGE_WORK, facts=place_facts, value=_value, starts_with=known_unit),
        Conversation(LOOK, _looked, Action.VILLAGE_WORK, value=_value, heading=_heading),
    ),
    presses={
        "hz.add": Press(add, Action.VILLAGE_WORK),
        "hz.point": Press(point, Action.VILLAGE_WORK),
        "hz.seen": Press(seen, Action.VILLAGE_WORK),
        "hz.gone": Press(gone, Action.VILLAGE_WORK),
    },
)
