"""演练: the county practises with a marked report that runs every route and every clock and is counted nowhere.

A ready-made exercise is the report form with every answer in it: one tap shows the review card, 确认 sends it. It ends
after seven days or by a button, and says then how long everything took.
"""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.drill_places import places
from bot.reminders import drills
from bot.subject import Command, Press, Subject
from bot.work import Rows, Work
from db import reports
from db.reports import Report
from db.reports.drills import running_drills
from domain import access
from domain.access import Action
from domain.reports.situations import ASKS

SCENES: dict[str, dict[str, Any]] = {
    "hurt": {"safe": "danger", "where": "school", "kind": "hurt", "exact": None},
    "uncared": {"safe": "unclear", "where": "home_alone", "kind": "uncared", "exact": "X1"},
    "school": {"safe": "safe", "where": "home_adult", "kind": "school", "exact": None},
}
MOST_SHOWN = 5


def drill(work: Work, words: str) -> None:
    """What an exercise is, the ready-made ones, and those that run."""
    me = work.demand(Action.SET_POLICY)
    rows: list[Any] = [[(work.say(f"drill.scene.{scene}"), do("drill.start", scene)) for scene in SCENES]]
    rows.append([(work.say("drill.own"), do("drill.own"))])
    found = [one for one in running_drills(work.conn) if reports.desk_of(work.conn, one, me) is not None]
    for one in found[:MOST_SHOWN]:
        rows += [[(work.say("drill.running", number=one.number), do("case.open", one.id, "drill"))], *buttons(work, one)]
    work.reply(work.say("drill.intro", running=len(found)), rows)


def buttons(work: Work, report: Report) -> Rows:
    return [
        [(work.say("drill.times"), do("drill.times", report.id)), (work.say("drill.end"), do("drill.end", report.id))]
    ]


def start(work: Work, scene: str) -> None:
    """The review card of a ready-made exercise; nothing is sent before 确认."""
    work.demand(Action.SET_POLICY)
    if scene not in SCENES:
        return
    work.toast()
    work.note("report.drill", scene=scene)
    known = {
        "drill": "yes", "called": ["not_yet", work.local.isoformat(timespec="minutes")], "police": None, "phone": None,
        "child": ["described", work.say("drill.child")], "involved": "none", "when": "today", "suspect": "unclear",
        "seen": work.say(f"drill.seen_words.{scene}"), **dict.fromkeys(ASKS), **SCENES[scene],
    }  # fmt: skip
    flow.begin(work, "report", known | _place(work), fresh=True)


def own(work: Work) -> None:
    """An exercise filled in by hand."""
    work.demand(Action.SET_POLICY)
    work.toast()
    work.note("report.drill", scene="own")
    flow.begin(work, "report", {"drill": "yes"} | _place(work), fresh=True)


def _place(work: Work) -> dict[str, Any]:
    """The village it takes place in, until the county chooses another on the card."""
    found = places(work)
    return {"village": found[0][0]} if found else {}


def times(work: Work, report_id: str) -> None:
    """How long everything has taken so far."""
    report = _found(work, report_id)
    if report is None:
        return
    work.toast()
    text = work.say("case.drill") + drills.debrief_text(work.conn, work.words, work.tree, report)
    work.reply(text, buttons(work, report) if any(one.id == report.id for one in running_drills(work.conn)) else ())


def end(work: Work, report_id: str) -> None:
    """It ends now: everybody in it hears, whoever ended it reads the times."""
    report = _found(work, report_id)
    if report is None:
        return
    told = drills.end(work.conn, report, work.now, work.tree, by=work.demand(Action.SET_POLICY).person_id)
    work.toast(work.say("drill.ended_toast" if told else "drill.ended_already"))
    if work.pressed is not None:
        work.strip(work.pressed)


def _found(work: Work, report_id: str) -> Report | None:
    """An exercise this person may open; the same answer for a real report as for none."""
    me = work.demand(Action.SET_POLICY)
    report = reports.get(work.conn, report_id)
    if (
        report is None
        or not report.drill
        or reports.desk_of(work.conn, report, me) is None
        or not access.may(me, Action.SEE_CASE)
    ):
        work.note("case.refused", f"report:{report.id}" if report else None)
        work.toast(work.say("case.not_found"))
        work.reply(work.say("case.not_found"))
        return None
    return report


SUBJECT = Subject(
    "drill",
    commands=(Command("drill", drill, Action.SET_POLICY, ("演练",), menu=False),),
    presses={
        "drill.start": Press(start, Action.SET_POLICY),
        "drill.own": Press(own, Action.SET_POLICY),
        "drill.times": Press(times, Action.SET_POLICY),
        "drill.end": Press(end, Action.SET_POLICY),
    },
)
