"""培训: sessions planned, begun and called off (plan task 17, H10).

No place, no photo and no ranking: whoever missed a session gets a second chance by lessons and a talk.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.training_session import session_of
from bot.work import Cell, Refused, Work
from db import people, training
from db.drafts import Kept
from db.outbox import Urgency
from db.training import Training
from domain.access import Action, allowed, granting, may
from domain.calendar import local_day
from domain.forms import Answers, World
from domain.people import Role
from domain.training import LESSONS_INSTEAD, NEW_TRAINING, Standing, code_in

SHOWN = 4
BACK = timedelta(days=30)
AHEAD = timedelta(days=370)


def overview(work: Work, words: str) -> None:
    """/training: where I stand this year, what comes, and for those who hold sessions theirs."""
    me = work.demand(Action.LEARN)
    if code_in(words):
        work.go("signin", words)
        return
    year, lines = work.today.year, []
    rows: list[list[Cell]] = []
    if me.with_role(Role.CHILD_DIRECTOR):
        stand = training.standing_of(work.conn, me.person_id, year)
        lines.append(_mine(work, stand))
        if stand.trained:
            rows.append([(work.say("more.certificate"), do("go", "certificate"))])
        else:
            rows.append(
                [(work.say("training.i_am_here"), do("go", "signin")), (work.say("more.lessons"), do("go", "lessons"))]
            )
    if may(me, Action.TRAIN):
        measured = training.measure_trained(work.conn, work.tree, work.today, work.visible(Action.TRAIN))
        lines.append(work.say("training.coverage", year=year, trained=measured.trained, held=measured.held))
    for one in reversed(training.of_units(work.conn, _seen(work), work.today - BACK, work.today + AHEAD)[:SHOWN]):
        lines.append(_line(work, one))
        if allowed(me, Action.TRAIN, one.unit):
            day = work.say("training.session", month=one.day.month, day=one.day.day, topic=one.topic[:10])
            rows.append([(day, do("tr.open", one.id))])
    if may(me, Action.TRAIN):
        rows.append([(work.say("training.plan"), do("tr.plan")), (work.say("more.makeup"), do("go", "makeup"))])
    work.show("\n".join(lines or [work.say("training.nothing")]), rows)


def _mine(work: Work, stand: Standing) -> str:
    if stand.trained_on is not None:
        return work.say(f"training.done_{stand.how}", day=day_words(work.words, stand.trained_on, work.today))
    talked = work.say("training.talked" if stand.talked else "training.not_talked")
    return work.say("training.not_yet", lessons=min(stand.lessons, LESSONS_INSTEAD), most=LESSONS_INSTEAD, talk=talked)


def _seen(work: Work) -> set[str]:
    """The units whose sessions concern me: my own, those above, and those I answer for."""
    assert work.me is not None
    mine = {post.unit.code for post in work.me.posts} | {post.unit.parent for post in work.me.posts if post.unit.parent}
    county = {code.split(".")[0][:6] for code in mine}
    return mine | county | set(work.visible(Action.TRAIN))


def _line(work: Work, one: Training) -> str:
    day = day_words(work.words, one.day, work.today) + (f" {one.hour}" if one.hour else "")
    return work.say("training.line", day=day, place=one.place, topic=one.topic)


# --- planning, and the session itself ---


def plan(work: Work) -> None:
    """A new session of the county or of my own town."""
    me = work.demand(Action.TRAIN)
    work.toast()
    post = me.with_role(Role.COUNTY) or granting(me, Action.TRAIN)[0]
    flow.begin(work, "newtraining", {"unit": post.unit.code})


def _planned(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand_in(Action.TRAIN, answers["unit"])
    day = date.fromisoformat(answers["day"])
    made = training.put(
        work.conn, answers["unit"], day, answers.get("hour"), answers["place"], answers["topic"], work.now,
        by=me.person_id, demo=work.demo,
    )  # fmt: skip
    work.note("training.planned", f"unit:{answers['unit']}", training=made)
    one = training.get(work.conn, made)
    assert one is not None
    told = 0
    for chat in _audience(work, one.unit):
        rows = [[(work.say("training.to_training"), do("go", "training"))]]
        work.tell(chat, work.say("training.invited", line=_line(work, one)), rows, urgency=Urgency.NOTICE)
        told += 1
    work.show(work.say("training.planned", count=told), [[(work.say("training.to_session"), do("tr.open", made))]])


def _audience(work: Work, unit: str) -> list[int]:
    """The chats of the directors a session is for, each once."""
    below = set(work.tree.under(unit))
    chats = [chat for post in training.directors(work.conn, below) for chat in people.chats_of_post(work.conn, post)]
    return [chat for chat in dict.fromkeys(chats) if chat != work.chat_id]


def open_(work: Work, training_id: str) -> None:
    """One session: the code, how many have signed in, and what can be done."""
    one = session_of(work, training_id)
    work.toast()
    _show(work, one)


def _show(work: Work, one: Training) -> None:
    there = training.seats(work.conn, one.id)
    wanted = [post for post in training.directors(work.conn, set(work.tree.under(one.unit))) if post.holder]
    here = sum(post.holder in there for post in wanted)
    lines = [_line(work, one), work.say("training.there", here=here, wanted=len(wanted))]
    rows: list[list[Cell]] = []
    if one.code is not None:
        lines.insert(1, work.say("training.read_out", code=" ".join(one.code)))
        rows.append(
            [
                (work.say("training.refresh"), do("tr.open", one.id)),
                (work.say("training.close"), do("tr.close", one.id)),
            ]
        )
    elif one.day == work.today:
        rows.append([(work.say("training.begin"), do("tr.begin", one.id))])
    elif one.day > work.today:
        rows.append([(work.say("training.cancel"), do("tr.cancel", one.id))])
    if one.day <= work.today:
        rows.append(
            [(work.say("training.list"), do("tr.who", one.id)), (work.say("training.sheet"), do("tr.sheet", one.id))]
        )
    work.show("\n".join(lines), [*rows, [(work.say("training.back"), do("go", "training"))]])


def begin(work: Work, training_id: str) -> None:
    """The session begins: four digits for the trainer to read out."""
    one = session_of(work, training_id)
    work.toast()
    if one.day != work.today:
        raise Refused("training.not_today")
    training.open_(work.conn, one.id, work.now)
    work.note("training.begun", f"unit:{one.unit}", training=one.id)
    _show(work, session_of(work, training_id))


def close(work: Work, training_id: str) -> None:
    one = session_of(work, training_id)
    work.toast()
    if training.close(work.conn, one.id):
        work.note("training.closed", f"unit:{one.unit}", training=one.id, there=len(training.seats(work.conn, one.id)))
    _show(work, session_of(work, training_id))


def cancel(work: Work, training_id: str) -> None:
    """Call it off, and tell those who were told."""
    one = session_of(work, training_id)
    work.toast()
    if not training.cancel(work.conn, one.id, work.now):
        raise Refused("training.held_already")
    work.note("training.cancelled", f"unit:{one.unit}", training=one.id)
    for chat in _audience(work, one.unit):
        work.tell(chat, work.say("training.called_off", line=_line(work, one)))
    work.show(work.say("training.cancelled"), [[(work.say("training.back"), do("go", "training"))]])


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "unit":
        return work.tree.path_name(answer)
    if key == "day":
        return day_words(work.words, date.fromisoformat(answer), local_day(work.now))
    return None


SUBJECT = Subject(
    "training",
    commands=(
        Command(
            "training",
            overview,
            Action.LEARN,
            ("培训", "我的培训", "年度培训", "培训啥时候", "什么时候培训", "哪天培训"),
            menu=False,
        ),
    ),
    conversations=(Conversation(NEW_TRAINING, _planned, Action.TRAIN, value=_value),),
    presses={
        "tr.plan": Press(plan, Action.TRAIN),
        "tr.open": Press(open_, Action.TRAIN),
        "tr.begin": Press(begin, Action.TRAIN),
        "tr.close": Press(close, Action.TRAIN),
        "tr.cancel": Press(cancel, Action.TRAIN),
    },
)
