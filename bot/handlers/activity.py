"""活动: what was held for children, told in one message or by a short form; who never joined; the month's card.

Plan tasks 1, 3 and 14. No photo is asked for and nobody is counted against anybody: the list of who never joined is
there to bring a child along next time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot import flow, heard
from bot.activity_card import by_units, card, day_names, roster_facts, theme, units_for
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import activities, children, deeds
from db.activities import Activity
from db.drafts import Kept
from domain import activities as rules
from domain.access import Action, may
from domain.activities import ACTIVITY, FIVE, LAW_CARDS, SAFETY
from domain.calendar import DAY, local_day
from domain.forms import Answers, World
from domain.people import Role
from domain.reading.activity import read
from domain.reading.signs import find_signs, is_alarming
from domain.units import COUNTY

SHOWN, LATELY = 8, 120


def overview(work: Work, words: str) -> None:
    """活动: this month in three lines; what was typed behind the command is read as an activity."""
    work.demand(Action.VILLAGE_WORK)
    if words.strip() and _take(work, words):
        return
    units = [code for code, _ in units_for(work)]
    scope = work.visible(Action.VILLAGE_WORK) | set(units)
    month = activities.month_of(work.conn, scope, work.now)
    lines = [work.say("activity.title", count=len(month), reached=sum(one.reached or 0 for one in month))]
    if work.visible(Action.SEE_CHILD):
        never = activities.never_joined(work.conn, work.visible(Action.SEE_CHILD), work.today)
        lines.append(work.say("activity.never_count", count=len(never)))
    waiting = activities.coming(work.conn, by_units(work), work.today)
    lines.append(work.say("activity.coming_count", count=sum(one.day >= work.today for one in waiting)))
    if work.me is not None and work.me.with_role(Role.COUNTY, Role.SUPERVISOR):
        lines.append(_five(work))
    cells: list[Cell] = [
        (work.say("activity.new"), do("act.new")),
        (work.say("activity.calendar"), do("act.coming")),
        (work.say("activity.lately"), do("act.lately")),
        (work.say("activity.law_card"), do("act.card")),
    ]
    if work.visible(Action.SEE_CHILD):
        cells.append((work.say("activity.never"), do("act.never")))
    if _department(work):
        cells.append((work.say("activity.ours"), do("act.ours")))
    work.show("\n".join(lines), in_twos(cells))


def _five(work: Work) -> str:
    """五部门安全活动进村: in how many villages each of the five was this year (plan task 14, H11)."""
    came = activities.villages_by_department(work.conn, work.visible(Action.VILLAGE_WORK), work.today)
    said = (
        work.say("activity.five_one", unit=work.tree.path_name(f"{COUNTY}.{slug}"), count=came.get(slug, 0))
        for slug in FIVE
    )
    return work.say("activity.five", villages=work.say("reminders.comma").join(said))


def new(work: Work) -> None:
    work.toast()
    flow.begin(work, "activity")


def free(work: Work) -> bool:
    """A message that tells of an activity becomes its review card; one that names a child is a contact's business."""
    if not work.said or work.files or not may(work.me, Action.VILLAGE_WORK):
        return False
    if any(one.name and one.name in work.said for one in heard.roster(work)):
        return False
    return _take(work, work.said)


def _take(work: Work, words: str) -> bool:
    told = read(words, work.local.replace(tzinfo=None))
    if told is None or is_alarming(find_signs(words)):
        return False
    known: Answers = {"words": words.strip()[:300]}
    known |= {key: value for key, value in (("theme", told.theme), ("site", told.site)) if value}
    if told.to_come:
        flow.begin(work, "coming", _starts(work) | known)
        return True
    if told.day is None:  # tomorrow's attendance is nobody's: the day is asked
        work.reply(work.say("activity.problem.to_come"))
    else:
        known["day"] = told.day.isoformat()
    if told.reached is not None and told.reached <= rules.MOST_CHILDREN:
        known["reached"] = told.reached
    if told.helpers:
        known["helpers"] = list(told.helpers)
    flow.begin(work, "activity", known)
    return True


def _starts(work: Work) -> Answers:
    found = units_for(work)
    return {"unit": found[0][0]} if len(found) == 1 else {}


def _facts(work: Work) -> Mapping[str, Any]:
    return {"days": day_names(work), "roster": roster_facts(work), "units": units_for(work)}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), work.today)
    if key == "there":
        names = dict(world.facts["roster"])
        return work.say("reminders.comma").join(names[one] for one in answer if one in names)
    return None


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.VILLAGE_WORK)
    unit = _checked_unit(work, answers["unit"])
    day = date.fromisoformat(answers["day"])
    if day > work.today:
        raise Refused("activity.problem.to_come")
    reached = answers["kids"] if answers.get("sure") == "people" else answers["reached"]
    by_unit = _department(work) or unit
    helpers = list(answers.get("helpers") or [])
    own = by_unit.partition(".")[2]
    if own and own not in helpers:
        helpers.append(own)
    made = activities.put(
        work.conn, unit, by_unit, day, answers["theme"], answers["site"], work.now, by=me.person_id, helpers=helpers,
        reached=reached, words=answers.get("words"), demo=work.demo,
    )  # fmt: skip
    work.note("activity.held", f"activity:{made}", unit=unit, theme=answers["theme"])
    one = activities.get(work.conn, made)
    assert one is not None
    ids = _ids(work, answers.get("there") or [])
    if ids:
        activities.attended(work.conn, one, ids, work.now, me.person_id, work.visible(Action.LOG_CONTACT))
    settled = _settle(work, one, own, me.person_id)
    lines = [work.say("activity.saved", theme=theme(work, one.theme), reached=reached)]
    lines += [work.say("activity.settled", duty=work.say(f"deed.duty.{settled}"))] if settled else []
    rows: list[list[Cell]] = []
    if not ids and roster_facts(work):
        rows.append([(work.say("activity.roll_call"), do("act.attend", made))])
    rows.append(
        [(work.say("activity.undo"), do("act.undo", made)), (work.say("more.activities"), do("go", "activities"))]
    )
    work.show("\n".join(lines), rows)


def _ids(work: Work, file_nos: list[str]) -> list[str]:
    found = children.by_numbers(work.conn, file_nos, work.visible(Action.LOG_CONTACT)) if file_nos else []
    return [entry.child.id for entry in found]


def _settle(work: Work, one: Activity, slug: str, by: str) -> str | None:
    """A department's own activity is its yearly duty done, once (H11, H12)."""
    duty = rules.settles(one.theme, slug) if slug else None
    if duty is None or any(each.duty == duty for each in _deeds_of(work, one.by_unit, one.day)):
        return None
    deeds.put(
        work.conn, duty, one.by_unit, one.day, work.now, by=by, reached=one.reached,
        note=work.say("activity.deed_note", theme=theme(work, one.theme)), demo=work.demo,
    )  # fmt: skip
    return duty


def _deeds_of(work: Work, unit: str, day: date) -> list[deeds.Deed]:
    since = day - 40 * DAY if unit.endswith(".education") else date(day.year, 1, 1)
    return deeds.of_units(work.conn, [unit], since)


def _checked_unit(work: Work, unit: str) -> str:
    if unit not in {code for code, _ in units_for(work)}:
        raise Refused("access.denied")
    return unit


def _department(work: Work) -> str | None:
    post = work.me.with_role(Role.DEPARTMENT) if work.me else None
    return post.unit.code if post else None


def undo(work: Work, activity_id: str) -> None:
    """Taken back on the day it was entered; it stays in the books as withdrawn."""
    one = _own(work, activity_id)
    if local_day(one.entered_at) != work.today or not activities.withdraw(work.conn, one.id, work.now):
        raise Refused("activity.gone")
    work.note("activity.withdrawn", f"activity:{one.id}")
    work.toast(work.say("activity.undone"))
    overview(work, "")


def _own(work: Work, activity_id: str) -> Activity:
    one = activities.get(work.conn, activity_id)
    if one is None or not (one.unit in work.visible(Action.VILLAGE_WORK) or one.by_unit == _department(work)):
        raise Refused("activity.gone")
    return one


def lately(work: Work) -> None:
    """What was held lately, the newest first."""
    work.toast()
    codes = work.visible(Action.VILLAGE_WORK) | {code for code, _ in units_for(work)}
    found = activities.held(work.conn, codes, work.today - LATELY * DAY, work.today)
    lines = [work.say("activity.lately_title" if found else "activity.none", count=len(found))]
    lines += [card(work, one) for one in found[:SHOWN]]
    mine = [one for one in found[:SHOWN] if one.by_person == (work.me.person_id if work.me else None)]
    rows: list[list[Cell]] = []
    for one in mine[:2]:
        if roster_facts(work):
            rows.append([(work.say("activity.roll_call_of", theme=theme(work, one.theme)), do("act.attend", one.id))])
    work.show("\n".join(lines), [*rows, [(work.say("activity.new"), do("act.new"))]])


def never(work: Work, words: str = "") -> None:
    """Which of my children were at nothing for half a year: names for a director, numbers by village above."""
    work.toast()
    codes = work.visible(Action.SEE_CHILD)
    found = activities.never_joined(work.conn, codes, work.today)
    if not found:
        work.show(work.say("activity.all_joined"))
        return
    files = children.by_ids(work.conn, found)
    lines = [work.say("activity.never_title", count=len(found))]
    if work.me is not None and work.me.with_role(Role.CHILD_DIRECTOR):
        work.note("child.list", count=len(files))
        names = [files[one].child.name for one in found if one in files][:30]
        lines.append(work.say("reminders.comma").join(names))
        lines += [work.say("activity.never_more", count=len(found) - 30)] if len(found) > 30 else []
    else:
        places: dict[str, int] = {}
        for entry in files.values():
            places[entry.child.unit] = places.get(entry.child.unit, 0) + 1
        for unit, count in sorted(places.items())[:10]:
            lines.append(work.say("activity.never_place", place=work.tree.path_name(unit), count=count))
        lines += [work.say("activity.never_places", count=len(places) - 10)] if len(places) > 10 else []
    work.show("\n".join(lines), [[(work.say("activity.calendar"), do("act.coming"))]])


def law_card(work: Work) -> None:
    """普法 card of the month: to read aloud or to tell in one's own words."""
    work.toast()
    work.show(work.say(f"activity.law.{LAW_CARDS[work.today.month]}"), [[(work.say("activity.new"), do("act.new"))]])


def ours(work: Work) -> None:
    """What villages recorded as held with my department this year; the safety one may be entered as this year's."""
    unit = _department(work)
    if unit is None:
        raise Refused("access.denied")
    work.toast()
    slug, first = unit.partition(".")[2], date(work.today.year, 1, 1)
    found = activities.helped(work.conn, slug, first, work.today)
    places = {one.unit for one in found}
    lines = [work.say("activity.ours_title" if found else "activity.ours_none", count=len(found), places=len(places))]
    lines += [card(work, one) for one in sorted(found, key=lambda one: one.day, reverse=True)[:SHOWN]]
    safe = next((one for one in found if one.theme in SAFETY), None)
    rows: list[list[Cell]] = []
    done = {one.duty for one in deeds.of_units(work.conn, [unit], first)}
    if safe is not None and slug in FIVE and "safety_activity" not in done:
        rows.append([(work.say("activity.take_deed"), do("act.deed", safe.id))])
    work.show("\n".join(lines), [*rows, [(work.say("activity.new"), do("act.new"))]])


def deed(work: Work, activity_id: str) -> None:
    """Enter what a village recorded as this department's yearly safety activity (H11)."""
    me, unit, one = work.demand(Action.VILLAGE_WORK), _department(work), activities.get(work.conn, activity_id)
    if unit is None or one is None or unit.partition(".")[2] not in one.helpers or one.theme not in SAFETY:
        raise Refused("activity.gone")
    work.toast()
    if not any(each.duty == "safety_activity" for each in deeds.of_units(work.conn, [unit], date(one.day.year, 1, 1))):
        note = work.say("activity.deed_note", theme=theme(work, one.theme))
        deeds.put(
            work.conn, "safety_activity", unit, one.day, work.now, by=me.person_id, reached=one.reached, note=note,
            demo=work.demo,
        )  # fmt: skip
        work.note("deed.done", f"unit:{unit}", duty="safety_activity", activity=one.id)
    work.show(work.say("activity.settled", duty=work.say("deed.duty.safety_activity")))


SUBJECT = Subject(
    "activity",
    commands=(
        Command("activities", overview, Action.VILLAGE_WORK, ("活动", "记活动", "搞活动", "活动记录"), menu=False),
        Command(
            "never_joined", never, Action.SEE_CHILD, ("谁没参加过", "谁没参加过活动", "没参加过活动的"), menu=False
        ),
    ),
    conversations=(
        Conversation(
            ACTIVITY, _done, Action.VILLAGE_WORK, facts=_facts, value=_value, starts_with=_starts, spill="words"
        ),
    ),
    presses={
        "act.new": Press(new, Action.VILLAGE_WORK),
        "act.undo": Press(undo, Action.VILLAGE_WORK),
        "act.lately": Press(lately, Action.VILLAGE_WORK),
        "act.never": Press(never, Action.SEE_CHILD),
        "act.card": Press(law_card, Action.VILLAGE_WORK),
        "act.ours": Press(ours, Action.VILLAGE_WORK),
        "act.deed": Press(deed, Action.VILLAGE_WORK),
    },
    free=free,
)
