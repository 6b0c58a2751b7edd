"""请假: somebody is away for some days; what falls due goes to a deputy or to the post above, and comes back by itself."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from bot import flow, stand_in
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import leaves, people
from db.drafts import Kept
from domain.access import Action
from domain.calendar import DAY
from domain.forms import Answers, Invalid, World
from domain.leaves import LEAVE, NOBODY, SPANS, last_day
from domain.people import Post, Role

MINE = (Role.CHILD_DIRECTOR, Role.SUPERVISOR)


def leave(work: Work, words: str) -> None:
    """My leave: the one agreed on, with the way back; else the form."""
    me = work.demand(Action.GIVE_FEEDBACK)
    mine = [post for post in me.posts if post.role in MINE and post.holder == me.person_id]
    if not mine:
        raise Refused("leave.no_post")
    if len(mine) > 1 and not any(leaves.of_post(work.conn, post.id) for post in mine):
        rows = [[(post.unit.name, do("leave.begin", post.unit.code))] for post in mine]
        work.reply(work.say("leave.which"), rows)
        return
    for post in mine:
        found = leaves.of_post(work.conn, post.id)
        if found is None:
            if len(mine) == 1:
                _begin(work, post, words)
            continue
        rows = [
            [(work.say("leave.back"), do("leave.back", post.unit.code))],
            [(work.say("leave.change"), do("leave.begin", post.unit.code))],
        ]
        work.reply(
            work.say("leave.stands", place=post.unit.name, days=_days(work, found), who=_who(work, post, found.deputy)),
            rows,
        )


def begin(work: Work, unit: str) -> None:
    work.toast()
    _begin(work, _mine(work, unit), "")


def _begin(work: Work, post: Post, words: str) -> None:
    answers = {"unit": post.unit.code}
    with suppress(Invalid):  # 请假 到12月5日; anything else is asked
        answers["until"] = last_day(words, work.today)
    flow.begin(work, "leave", answers)


def _mine(work: Work, unit: str) -> Post:
    me = work.demand(Action.GIVE_FEEDBACK)
    found = next(
        (post for post in me.posts if post.unit.code == unit and post.role in MINE and post.holder == me.person_id),
        None,
    )
    if found is None:
        raise Refused("leave.no_post")
    return found


def back(work: Work, unit: str) -> None:
    """销假: from now on everything comes to me again."""
    post = _mine(work, unit)
    ended = leaves.end_of_post(work.conn, post.id, work.now)
    work.toast()
    if ended is None:
        raise Refused("leave.none")
    stand_in.tell(work, ended.deputy, "leave.over_deputy", place=work.tree.path_name(unit))
    work.show(work.say("leave.welcome"), [[(work.say("visit.to_today"), do("go", "today"))]])


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    post = _mine(work, answers["unit"])
    me = work.demand(Action.GIVE_FEEDBACK)
    last = date.fromisoformat(answers["until"])
    first = date.fromisoformat(answers["first"]) if answers.get("first") else work.today
    other = next((one for one in stand_in.others(work, post) if one.unit.code == answers["deputy"]), None)
    deputy = other.holder if other is not None else None
    leaves.put(
        work.conn, post, first, last, work.now, away=me.person_id, deputy=deputy, by=me.person_id, demo=work.demo
    )
    leaves.begin_and_end(work.conn, work.today, work.now)
    holes = {"place": work.tree.path_name(post.unit.code), "first": _day(work, first), "last": _day(work, last)}
    stand_in.tell(work, deputy, "leave.you_stand_in", **holes)
    who = work.say("leave.by_place", place=other.unit.name) if other is not None else work.say("leave.by_above")
    for above in people.posts_above(work.conn, post):
        stand_in.tell(work, above.holder, "leave.told_above", who=who, **holes)
    work.show(work.say("leave.saved", who=who, **holes), [[(work.say("leave.back"), do("leave.back", post.unit.code))]])


def until(work: Work, unit: str, days: str) -> None:
    """A supervisor says how long a deputy it has just appointed stays."""
    me = work.demand_in(Action.INVITE, unit)
    span = int(days) if days in {str(one) for one in SPANS} else SPANS[-1]
    post = next(iter(people.posts_at(work.conn, Role.CHILD_DIRECTOR, unit)), None)
    if post is None or post.deputy is None:
        raise Refused("help.no_post")
    last = work.today + (span - 1) * DAY
    leaves.put(
        work.conn, post, work.today, last, work.now, away=None, deputy=post.deputy, by=me.person_id, demo=work.demo
    )
    leaves.begin_and_end(work.conn, work.today, work.now)
    work.toast()
    stand_in.tell(work, post.deputy, "leave.deputy_until", place=work.tree.path_name(unit), last=_day(work, last))
    work.show(work.say("leave.until_set", place=post.unit.name, last=_day(work, last)))


def _days(work: Work, found: leaves.Leave) -> str:
    return work.say("leave.days", first=_day(work, found.first), last=_day(work, found.last))


def _day(work: Work, day: date) -> str:
    return day_words(work.words, day, work.today)


def _who(work: Work, post: Post, deputy: str | None) -> str:
    if deputy is None:
        return work.say("leave.by_above")
    place = next(
        (one.unit.name for one in people.posts_of(work.conn, deputy) if one.role is post.role and one.id != post.id), ""
    )
    return work.say("leave.by_place", place=place)


def _facts(work: Work) -> Mapping[str, Any]:
    def deputies(unit: str) -> Mapping[str, str]:
        return {one.unit.code: one.unit.name for one in stand_in.others(work, _mine(work, unit))}

    return {"deputies": deputies}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key in ("until", "first"):
        return _day(work, date.fromisoformat(answer))
    if key == "deputy" and answer != NOBODY:
        unit = work.tree.get(answer)
        return unit.name if unit else None
    return None


SUBJECT = Subject(
    "leave",
    commands=(Command("leave", leave, Action.GIVE_FEEDBACK, ("请假", "我请假", "销假"), menu=False),),
    conversations=(Conversation(LEAVE, _done, Action.GIVE_FEEDBACK, facts=_facts, value=_value),),
    presses={
        "leave.begin": Press(begin, Action.GIVE_FEEDBACK),
        "leave.back": Press(back, Action.GIVE_FEEDBACK),
        "leave.until": Press(until, Action.INVITE),
    },
)
