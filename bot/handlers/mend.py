"""抽查要补的: what a spot check found missing in a village's papers, and the word that it is there now."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Cell, Refused, Work
from db import children, people, spot_checks
from db.drafts import Kept
from db.spot_checks import Finding
from domain.access import Action
from domain.forms import Answers, World
from domain.spot_checks import MEND

SHOWN = 6


def mend(work: Work, words: str) -> None:
    """What is still to mend, the first due first."""
    work.demand(Action.LOG_CONTACT)
    found = spot_checks.to_mend(work.conn, work.visible(Action.LOG_CONTACT))
    if not found:
        work.reply(work.say("mend.nothing"))
        return
    files = children.by_ids(work.conn, [one.child for one in found[:SHOWN]])
    work.note("child.list", count=len(files))
    lines, rows = [work.say("mend.title", count=len(found))], []
    for one in found[:SHOWN]:
        name = files[one.child].child.name if one.child in files else ""
        item = work.say(f"checksheet.name.{one.item.value}")
        due = day_words(work.words, one.due, work.today) if one.due else ""
        lines.append(work.say("mend.line", name=name, item=item, how=work.say(f"mend.how.{one.item.value}"), due=due))
        row: list[Cell] = [(work.say("mend.done", name=name, item=item), do("mend.begin", one.id))]
        if one.child in files:
            row.append((work.say("mend.open"), do("child.open", files[one.child].child.file_no)))
        rows.append(row)
    if len(found) > SHOWN:
        lines.append(work.say("mend.more", count=len(found) - SHOWN))
    work.reply("\n".join(lines), rows)


def _finding(work: Work, finding: str) -> Finding:
    one = next(iter(spot_checks.findings(work.conn, spot_checks.spot_check_findings.c.id == finding)), None)
    if one is None or one.unit not in work.visible(Action.LOG_CONTACT):
        raise Refused("mend.gone")
    return one


def begin(work: Work, finding: str) -> None:
    one = _finding(work, finding)
    work.toast()
    if not one.open or one.answered:
        raise Refused("mend.gone")
    flow.begin(work, "mend", {"finding": one.id})


def _done(work: Work, answers: Answers, kept: Kept) -> None:
    me, one = work.demand(Action.LOG_CONTACT), _finding(work, answers["finding"])
    if not spot_checks.mend(work.conn, one.id, answers["what"], work.now, me.person_id):
        raise Refused("mend.gone")
    work.note("spotcheck.mended", f"child:{one.child}")
    check = spot_checks.get(work.conn, one.check)
    asker = people.person(work.conn, check.by) if check is not None and check.by else None
    if asker is not None and asker.chat_id is not None and asker.left_on is None:
        text = work.say("mend.told", place=work.tree.path_name(one.unit))
        work.tell(asker.chat_id, text, [[(work.say("mend.look"), do("sc.again", one.check))]])
    work.show(work.say("mend.saved"), [[(work.say("more.mend"), do("go", "mend"))]])


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key != "finding":
        return None
    one = _finding(work, answer)
    return work.say(f"checksheet.name.{one.item.value}")


SUBJECT = Subject(
    "mend",
    commands=(Command("mend", mend, Action.LOG_CONTACT, ("要补的", "抽查整改", "整改"), menu=False),),
    conversations=(Conversation(MEND, _done, Action.LOG_CONTACT, value=_value),),
    presses={"mend.begin": Press(begin, Action.LOG_CONTACT)},
)
