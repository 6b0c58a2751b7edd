"""找活: work and trainings near home. The employment bureau posts, a director passes the words on (plan task 13)."""

from __future__ import annotations

from datetime import date
from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work, in_twos
from db import jobs
from db.drafts import Kept
from db.jobs import Job
from domain.access import Action
from domain.forms import Answers, World
from domain.jobs import JOB
from domain.people import Role
from domain.units import COUNTY

POSTS = (COUNTY, f"{COUNTY}.human_resources")
SHOWN = 6


def listed(work: Work, words: str = "") -> None:
    """What may be applied for now; what runs out first stands first."""
    work.demand(Action.REFER)
    found = jobs.open_ones(work.conn, work.today)
    lines = [work.say("jobs.title" if found else "jobs.nothing", count=len(found))]
    cells: list[Cell] = []
    spread = jobs.villages_of(work.conn, [one.id for one in found]) if _posts(work) else {}
    for place, one in enumerate(found[:SHOWN], 1):
        line = work.say(
            "jobs.line", place=place, what=_words(work, one), day=day_words(work.words, one.until, work.today)
        )
        lines.append(line + (work.say("jobs.spread", count=spread.get(one.id, 0)) if _posts(work) else ""))
        cells.append((work.say("jobs.pass_on", place=place), do("jobs.pass", one.id)))
        if _posts(work):
            cells.append((work.say("jobs.over", place=place), do("jobs.over", one.id)))
    lines += [work.say("jobs.more", count=len(found) - SHOWN)] if len(found) > SHOWN else []
    last = ("jobs.add", do("jobs.add")) if _posts(work) else ("jobs.ask_parent", do("referral.kind", "work"))
    work.reply("\n".join(lines), [*in_twos(cells), [(work.say(last[0]), last[1])]])


def _words(work: Work, one: Job) -> str:
    return f"{work.say(f'job.mark.{one.kind}')}{one.words}"


def _posts(work: Work) -> bool:
    return any(post.unit.code in POSTS for post in (work.me.posts if work.me else ()))


def pass_on(work: Work, job_id: str) -> None:
    """The words alone, so that they can be forwarded as they are; that a village did so is counted."""
    me = work.demand(Action.REFER)
    one = jobs.get(work.conn, job_id, work.today)
    if one is None:
        raise Refused("jobs.gone")
    work.toast()
    day = day_words(work.words, one.until, work.today)
    work.reply(work.say("jobs.forward", what=_words(work, one), day=day))
    post = me.with_role(Role.CHILD_DIRECTOR)
    if post is not None:
        jobs.passed(work.conn, one.id, post.unit.code, work.today, me.person_id)
        work.note("job.passed", f"job:{one.id}", unit=post.unit.code)
    work.reply(work.say("jobs.forwarded"), [[(work.say("more.jobs"), do("go", "jobs"))]])


def add(work: Work) -> None:
    if not _posts(work):
        raise Refused("access.denied")
    work.toast()
    flow.begin(work, "job")


def over(work: Work, job_id: str) -> None:
    """招满了, or posted by mistake."""
    if not _posts(work):
        raise Refused("access.denied")
    if not jobs.end(work.conn, job_id, work.now):
        raise Refused("jobs.gone")
    work.note("job.ended", f"job:{job_id}")
    work.toast(work.say("jobs.ended"))
    listed(work)


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return day_words(work.words, date.fromisoformat(value), work.today) if key == "until" else None


def _posted(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.REFER)
    if not _posts(work):
        raise Refused("access.denied")
    unit = next(post.unit.code for post in me.posts if post.unit.code in POSTS)
    until = date.fromisoformat(answers["until"])
    made = jobs.put(
        work.conn, unit, answers["kind"], answers["words"], until, work.now, by=me.person_id, demo=work.demo
    )
    work.note("job.posted", f"job:{made}")
    work.show(work.say("jobs.posted"), [[(work.say("more.jobs"), do("go", "jobs"))]])


SUBJECT = Subject(
    "jobs",
    commands=(
        Command(
            "jobs", listed, Action.REFER, ("找活", "家门口的活", "招工", "用工信息", "招工信息", "就业信息"), menu=False
        ),
    ),
    conversations=(Conversation(JOB, _posted, Action.REFER, value=_value),),
    presses={
        "jobs.pass": Press(pass_on, Action.REFER),
        "jobs.add": Press(add, Action.REFER),
        "jobs.over": Press(over, Action.REFER),
    },
)
