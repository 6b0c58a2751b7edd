"""活动报名: what is to come, seats for children by number, a waiting list, and afterwards who was there (plan task 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow
from bot.activity_card import by_units, roster_facts, theme, units_for
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work
from db import activities, children, people
from db.activities import CAME, SEAT, WAITING, Activity
from db.drafts import Kept
from domain.access import Action
from domain.activities import ATTEND, CALENDAR, SIGN_UP
from domain.forms import Answers, World
from domain.people import Role

SHOWN = 6


def coming(work: Work, words: str = "") -> None:
    """What is to come, each with its seats; what is over and still lacks its roll call stands first."""
    work.demand(Action.VILLAGE_WORK)
    work.toast()
    found = activities.coming(work.conn, by_units(work), work.today)
    own = {code for code, _ in units_for(work)} | work.visible(Action.VILLAGE_WORK)
    seated = activities.with_seats(work.conn, work.visible(Action.LOG_CONTACT))
    found = [one for one in found if one.day >= work.today or one.unit in own or one.id in seated]
    lines = [work.say("coming.title" if found else "coming.nothing", count=len(found))]
    rows: list[list[Cell]] = []
    for one in found[:SHOWN]:
        lines.append("• " + _line(work, one))
        key = "coming.open" if one.day >= work.today else "coming.over"
        rows.append([(work.say(key, theme=theme(work, one.theme), day=_day(work, one.day)), do("act.open", one.id))])
    rows.append([(work.say("coming.new"), do("act.plan")), (work.say("more.activities"), do("go", "activities"))])
    work.show("\n".join(lines), rows)


def _day(work: Work, day: date) -> str:
    return day_words(work.words, day, work.today)


def _line(work: Work, one: Activity) -> str:
    states = Counter(activities.signed(work.conn, one.id).values())
    taken = states[SEAT] + states[CAME]
    seats = (
        work.say("coming.seats", taken=taken, seats=one.seats) if one.seats else work.say("coming.free", taken=taken)
    )
    waiting = work.say("coming.waiting", count=states[WAITING]) if states[WAITING] else ""
    return work.say(
        "coming.line_of", day=_day(work, one.day), clock=one.clock or "", theme=theme(work, one.theme),
        site=work.say(f"activity.site.{one.site}"), place=work.tree.path_name(one.unit), seats=seats + waiting,
    )  # fmt: skip


def _one(work: Work, activity_id: str) -> Activity:
    one = activities.get(work.conn, activity_id)
    if one is None or one.unit not in by_units(work):
        raise Refused("activity.gone")
    return one


def _mine(work: Work, one: Activity) -> bool:
    """Whether I may take it off the calendar and say how many came: the unit that announced it."""
    return one.by_unit in {code for code, _ in units_for(work)} | {
        post.unit.code for post in (work.me.posts if work.me else ())
    }


def show(work: Work, activity_id: str) -> None:
    """One activity: its place and hour, and my own children on it."""
    one = _one(work, activity_id)
    work.toast()
    names = dict(roster_facts(work))
    lines = [_line(work, one)]
    if one.words:
        lines.append(one.words)
    rows: list[list[Cell]] = []
    if names:
        there = activities.signed(work.conn, one.id)
        files = {
            entry.child.id: entry.child.file_no
            for entry in children.by_numbers(work.conn, list(names), work.visible(Action.LOG_CONTACT))
        }
        own = [(names[files[child]], state, files[child]) for child, state in there.items() if child in files]
        work.note("child.list", count=len(own))
        lines += [work.say(f"coming.mine.{state}", name=name) for name, state, _ in own[:15]]
        if one.day >= work.today:
            rows.append([(work.say("coming.sign_up"), do("act.sign", one.id))])
            rows += [
                [(work.say("coming.take_off", name=name), do("act.off", one.id, file_no))]
                for name, state, file_no in own[:4]
                if state in (SEAT, WAITING)
            ]
        else:
            rows.append([(work.say("activity.roll_call"), do("act.attend", one.id))])
    elif one.day < work.today and _mine(work, one):
        rows.append([(work.say("activity.roll_call"), do("act.attend", one.id))])
    if _mine(work, one) and one.reached is None:
        rows.append([(work.say("coming.cancel"), do("act.cancel", one.id))])
    rows.append([(work.say("coming.back"), do("act.coming"))])
    work.show("\n".join(lines), rows)


# --- announcing ----------------------------------------------------------------------------------------------------


def plan(work: Work) -> None:
    work.toast()
    flow.begin(work, "coming")


def _starts(work: Work) -> Answers:
    found = units_for(work)
    return {"unit": found[0][0]} if len(found) == 1 else {}


def _facts(work: Work) -> Mapping[str, Any]:
    ahead = {name: work.say(f"coming.day.{name}") for name in ("tomorrow", "saturday", "sunday")}
    return {"ahead": ahead, "units": units_for(work)}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    return _day(work, date.fromisoformat(answer)) if key == "day" else None


def _announced(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.VILLAGE_WORK)
    unit = answers["unit"]
    if unit not in {code for code, _ in units_for(work)}:
        raise Refused("access.denied")
    department = me.with_role(Role.DEPARTMENT)
    by_unit = department.unit.code if department else unit
    made = activities.put(
        work.conn, unit, by_unit, date.fromisoformat(answers["day"]), answers["theme"], answers["site"], work.now,
        by=me.person_id, seats=answers.get("seats"), clock=answers["clock"], words=answers.get("words"), demo=work.demo,
        helpers=[by_unit.partition(".")[2]] if "." in by_unit else [],
    )  # fmt: skip
    work.note("activity.announced", f"activity:{made}", unit=unit)
    one = activities.get(work.conn, made)
    assert one is not None
    told = _tell_directors(work, one) if len(unit) == 9 else 0
    work.show(work.say("coming.saved", told=told) if told else work.say("coming.saved_here"), [
        [(work.say("coming.show"), do("act.open", made))],
    ])  # fmt: skip


def _tell_directors(work: Work, one: Activity) -> int:
    """A town's activity: its directors hear of it at once. The county's stands on everybody's list."""
    told = 0
    for code in work.tree.under(one.unit):
        for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, code):
            for chat in people.chats_of_post(work.conn, post):
                if chat != work.chat_id:
                    work.tell(
                        chat,
                        work.say("coming.told", line=_line(work, one)),
                        [[(work.say("coming.sign_up"), do("act.open", one.id))]],
                    )
                    told += 1
    return told


def cancel(work: Work, activity_id: str) -> None:
    """It does not take place: those who put children down hear it."""
    one = _one(work, activity_id)
    if not _mine(work, one) or not activities.withdraw(work.conn, one.id, work.now):
        raise Refused("activity.gone")
    work.note("activity.withdrawn", f"activity:{one.id}")
    work.toast()
    for unit in {
        entry.child.unit for entry in children.by_ids(work.conn, list(activities.signed(work.conn, one.id))).values()
    }:
        _tell_village(
            work, unit, work.say("coming.cancelled_told", day=_day(work, one.day), theme=theme(work, one.theme))
        )
    work.show(work.say("coming.cancelled"))


def _tell_village(work: Work, unit: str, words: str) -> None:
    for post in people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit):
        for chat in people.chats_of_post(work.conn, post):
            if chat != work.chat_id:
                work.tell(chat, words, [[(work.say("activity.calendar"), do("act.coming"))]])


# --- seats ---------------------------------------------------------------------------------------------------------


def sign(work: Work, activity_id: str) -> None:
    one = _one(work, activity_id)
    work.toast()
    if one.day < work.today:
        raise Refused("coming.too_late")
    if not roster_facts(work):
        raise Refused("coming.not_yours")
    flow.begin(work, "signup", {"activity": one.id})


def _roster(work: Work) -> Mapping[str, Any]:
    return {"roster": roster_facts(work)}


def _child_names(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "activity":
        one = activities.get(work.conn, answer)
        return _line(work, one) if one else ""
    if key == "mine":
        return ""
    if key == "who":
        names = dict(world.facts["roster"])
        return work.say("reminders.comma").join(names[one] for one in answer if one in names) or work.say(
            "attend.nobody"
        )
    return None


def _ids(work: Work, file_nos: list[str]) -> dict[str, str]:
    found = children.by_numbers(work.conn, file_nos, work.visible(Action.LOG_CONTACT)) if file_nos else []
    return {entry.child.id: entry.child.name for entry in found}


def _signed(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.LOG_CONTACT), _one(work, answers["activity"])
    names = _ids(work, answers["who"])
    sits, waits = activities.sign_up(work.conn, one, list(names), work.now, me.person_id)
    work.note("activity.signed", f"activity:{one.id}", seats=len(sits), waiting=len(waits))
    comma = work.say("reminders.comma")
    lines = [work.say("coming.signed", names=comma.join(names[child] for child in sits))] if sits else []
    lines += [work.say("coming.must_wait", names=comma.join(names[child] for child in waits))] if waits else []
    work.show(
        "\n".join(lines) or work.say("coming.signed_before"), [[(work.say("coming.show"), do("act.open", one.id))]]
    )


def off(work: Work, activity_id: str, file_no: str) -> None:
    """A child does not come after all; the first of the waiting list moves up and its village hears it."""
    me, one = work.demand(Action.LOG_CONTACT), _one(work, activity_id)
    entry = children.by_file_no(work.conn, file_no, work.visible(Action.LOG_CONTACT))
    if entry is None:
        raise Refused("child.not_yours")
    moved = activities.take_off(work.conn, one, entry.child.id, work.now, me.person_id)
    up = children.by_ids(work.conn, [moved]).get(moved) if moved else None
    if up is not None:
        words = work.say(
            "coming.moved_up", code=up.child.file_no[-4:], day=_day(work, one.day), theme=theme(work, one.theme)
        )
        _tell_village(work, up.child.unit, words)
    show(work, activity_id)


# --- who was there -------------------------------------------------------------------------------------------------


def attend(work: Work, activity_id: str) -> None:
    one = _one(work, activity_id)
    work.toast()
    if one.day > work.today:
        raise Refused("activity.problem.to_come")
    mine = "yes" if one.reached is None and _mine(work, one) else "no"
    known: Answers = {"activity": one.id, "mine": mine}
    if not roster_facts(work):
        known["who"] = []
    flow.begin(work, "attend", known)


def _attended(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.VILLAGE_WORK), _one(work, answers["activity"])
    if one.day > work.today:
        raise Refused("activity.problem.to_come")
    names = _ids(work, answers["who"])
    activities.attended(work.conn, one, list(names), work.now, me.person_id, work.visible(Action.LOG_CONTACT))
    reached = answers.get("reached")
    came = activities.count_came(work.conn, one.id)
    if one.reached is None and reached is not None and _mine(work, one):
        activities.set_reached(work.conn, one.id, max(reached, came))
    work.note("activity.attended", f"activity:{one.id}", count=len(names))
    work.show(work.say("attend.saved", count=len(names)), [[(work.say("more.activities"), do("go", "activities"))]])


SUBJECT = Subject(
    "coming",
    commands=(
        Command("coming", coming, Action.VILLAGE_WORK, ("活动报名", "报名", "活动日程", "活动日历"), menu=False),
    ),
    conversations=(
        Conversation(CALENDAR, _announced, Action.VILLAGE_WORK, facts=_facts, value=_value, starts_with=_starts),
        Conversation(SIGN_UP, _signed, Action.LOG_CONTACT, facts=_roster, value=_child_names),
        Conversation(ATTEND, _attended, Action.VILLAGE_WORK, facts=_roster, value=_child_names),
    ),
    presses={
        "act.coming": Press(coming, Action.VILLAGE_WORK),
        "act.open": Press(show, Action.VILLAGE_WORK),
        "act.plan": Press(plan, Action.VILLAGE_WORK),
        "act.cancel": Press(cancel, Action.VILLAGE_WORK),
        "act.sign": Press(sign, Action.LOG_CONTACT),
        "act.off": Press(off, Action.LOG_CONTACT),
        "act.attend": Press(attend, Action.VILLAGE_WORK),
    },
)
