"""请留意: what plain rules noticed, each with its reasons, for the town's supervisor to look at. Nothing is decided by it."""

from __future__ import annotations

from datetime import date

from bot.buttons import do
from bot.reminders.rules import day_words
from bot.subject import Command, Press, Subject
from bot.work import Cell, Refused, Work
from db import children, early_warning
from db.early_warning import ANSWERS, Raised
from domain.access import Action


def warnings(work: Work, words: str = "") -> None:
    """The first that nobody has looked at, with why it is shown; how many there are."""
    work.demand(Action.WARNINGS)
    found = early_warning.open_ones(work.conn, work.visible(Action.WARNINGS))
    if not found:
        work.show(work.say("warning.nothing"))
        return
    one = found[0]
    cells: list[Cell] = [(work.say(f"warning.answer.{said}"), do("ew.answer", one.id, said)) for said in ANSWERS]
    rows = [cells]
    name = ""
    if one.child is not None:
        entry = children.by_id(work.conn, one.child, work.visible(Action.SEE_CHILD))
        if entry is not None:
            work.note("child.read", f"child:{one.child}")
            name = entry.child.name
            rows.append(
                [
                    (work.say("lookin.card"), do("child.open", entry.child.file_no)),
                    (work.say("warning.call"), do("child.phone", entry.child.file_no)),
                ]
            )
    lines = [
        work.say("warning.title", count=len(found)),
        work.say("warning.who", name=name, place=work.tree.path_name(one.unit)).strip(),
        _why(work, one),
        work.say("warning.what", day=day_words(work.words, one.due, work.today)),
    ]
    work.show("\n".join(lines), rows)


def _why(work: Work, one: Raised) -> str:
    holes = dict(one.grounds)
    if "ended" in holes:
        holes["ended"] = day_words(work.words, date.fromisoformat(str(holes["ended"])), work.today)
    return work.say(f"warning.rule.{one.rule}", **holes)


def answer(work: Work, warning_id: str, said: str) -> None:
    me = work.demand(Action.WARNINGS)
    one = early_warning.get(work.conn, warning_id)
    if one is None or one.unit not in work.visible(Action.WARNINGS) or said not in ANSWERS:
        raise Refused("warning.gone")
    if not early_warning.answer(work.conn, one.id, said, work.now, me.person_id):
        raise Refused("warning.gone")
    work.note("warning.answered", f"child:{one.child}" if one.child else f"unit:{one.unit}", rule=one.rule, answer=said)
    work.toast(work.say("warning.saved"))
    warnings(work)


SUBJECT = Subject(
    "warning",
    commands=(Command("warnings", warnings, Action.WARNINGS, ("预警", "请留意", "早期预警"), menu=False),),
    presses={"ew.answer": Press(answer, Action.WARNINGS)},
)
