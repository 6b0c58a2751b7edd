"""家教一分钟: short texts by topic and age, to read aloud or to forward; what is counted is families, not answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.referral_lines import child_lines, child_name
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import helpers
from db.drafts import Kept
from domain.access import Action
from domain.children import Child
from domain.forms import Answers, World
from domain.referrals.forms import GUIDED
from domain.referrals.guidance import BY_CODE, HOW, TOPICS, of_topic

_NOBODY = "-"


def guidance(work: Work, words: str) -> None:
    """/guidance: the topics."""
    _topics(work, _NOBODY)


def menu(work: Work, file_no: str) -> None:
    """The topics, for one child's family."""
    _child(work, file_no)
    work.toast()
    _topics(work, file_no)


def _topics(work: Work, file_no: str) -> None:
    cells = [(work.say(f"guidance.topic.{topic}"), do("guidance.topic", topic, file_no)) for topic in TOPICS]
    work.reply(work.say("guidance.title"), in_twos(cells))


def topic(work: Work, name: str, file_no: str = _NOBODY) -> None:
    """The texts of a topic; for a child those of its age."""
    child = _child(work, file_no)
    found = of_topic(name, child, work.today) or of_topic(name)
    if not found:
        raise Refused("referral.gone")
    work.toast()
    rows = [[(work.say(f"guidance.name.{one.code}"), do("guidance.text", one.code, file_no))] for one in found]
    work.show(work.say(f"guidance.topic.{name}"), rows)


def show(work: Work, code: str, file_no: str = _NOBODY) -> None:
    """The text alone, so that it can be forwarded as it is; the buttons stand below it."""
    if code not in BY_CODE:
        raise Refused("referral.gone")
    work.toast()
    work.reply(work.say(f"guidance.text.{code}"))
    work.reply(
        work.say("guidance.after"),
        [[(work.say(f"guidance.{how}"), do("guidance.done", code, how, file_no)) for how in HOW]],
    )


def done(work: Work, code: str, how: str, file_no: str = _NOBODY) -> None:
    """It was read to a family, or sent: whose, is asked where it is not known."""
    if code not in BY_CODE or how not in HOW:
        raise Refused("referral.gone")
    work.toast()
    if file_no == _NOBODY:
        flow.begin(work, "guided", {"text": code, "how": how})
        return
    _keep(work, code, how, entry_of(work, file_no).child)


def _keep(work: Work, code: str, how: str, child: Child) -> None:
    me = work.demand_in(Action.REFER, child.unit)
    helpers.guided(
        work.conn, code, child.unit, child.household or child.id, work.today, how, by=me.person_id, demo=work.demo
    )
    work.note("guidance.given", f"child:{child.id}", text=code, how=how)
    work.show(
        work.say("guidance.kept"),
        [[(work.say("guidance.again"), do("guidance.text", code)), *back_to(work, child.file_no)]],
    )


def _child(work: Work, file_no: str) -> Child | None:
    return None if file_no == _NOBODY else entry_of(work, file_no).child


def _facts(work: Work) -> Mapping[str, Any]:
    return {"roster": lambda: child_lines(work)}


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    if key == "text":
        return work.say(f"guidance.name.{value}")
    return child_name(work, str(value)) if key == "child" else work.say(f"guidance.{value}")


def _guided(work: Work, answers: Answers, kept: Kept) -> None:
    _keep(work, answers["text"], answers["how"], entry_of(work, answers["child"]).child)


SUBJECT = Subject(
    "guidance",
    commands=(Command("guidance", guidance, Action.REFER, ("家教", "家教话", "家庭教育"), menu=False),),
    conversations=(Conversation(GUIDED, _guided, Action.REFER, facts=_facts, value=_value),),
    presses={
        "guidance.menu": Press(menu, Action.REFER),
        "guidance.topic": Press(topic, Action.REFER),
        "guidance.text": Press(show, Action.REFER),
        "guidance.done": Press(done, Action.REFER),
    },
)
