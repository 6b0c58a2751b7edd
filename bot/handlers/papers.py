"""强制报告表 and the case file as PDF: asked what for, sealed with a password that is said apart, journaled.

The file name and the words beside it hold the number only. The outbox forgets the file once it is sent (db/outbox.py), our
gateway a week later (class `report`), and the password is taken off the screen after ten minutes.
"""

from __future__ import annotations

from typing import Any

from bot import case_papers, flow, reveal
from bot.case_papers import FILE
from bot.subject import Conversation, Press, Subject
from bot.work import Work
from db import reports
from db.drafts import Kept
from db.reports import Report
from domain import access
from domain.access import Action
from domain.forms import AllOf, Answers, Choice, Form, Question, World, given, one_of, text
from domain.reports.case import Part, Seat
from files.report_form import new_password, sealed_pdf

REASONS = ("archive", "handover", "meeting", "review", "own")
SOME = "some"

PAPERS = Form(
    "papers",
    (
        Question("case", text(40), aside=True),  # the report's id; given at the start, never asked
        Question("what", text(8), aside=True),
        Question("pictures", text(8), aside=True),  # whether there is any photo to be asked about
        Question(
            "reason", one_of(*REASONS), choices=lambda world, answers: tuple(Choice(one) for one in REASONS), columns=2
        ),
        Question(
            "photos", one_of("no", "yes"), choices=lambda world, answers: (Choice("no"), Choice("yes")),
            when=AllOf((given("what", FILE), given("pictures", SOME))),
        ),
    ),
)  # fmt: skip


def ask(work: Work, what: str, report_id: str) -> None:
    """A button of the case card: what for, then the word about keeping it safe, then the paper."""
    found = _found(work, report_id, what)
    if found is None:
        return
    report, _ = found
    work.toast()
    pictures = any(one.kind == "photo" for one in reports.papers(work.conn, report.id))
    known = {"case": report.id, "what": what} | ({"pictures": SOME} if pictures else {})
    flow.begin(work, PAPERS.name, known, fresh=True)


def _found(work: Work, report_id: str, what: str) -> tuple[Report, Seat] | None:
    """The report and the seat, if this person may have this paper of it; else the answer for one that does not exist."""
    me = work.demand(Action.REPORT)
    report = reports.get(work.conn, report_id)
    seat = reports.desk_of(work.conn, report, me) if report else None
    sees = seat is not None and (seat.part is Part.REPORTER or access.may(me, Action.SEE_CASE))
    if report is None or seat is None or not sees:
        work.note("case.refused", f"report:{report.id}" if report else None)
        work.toast(work.say("case.not_found"))
        work.reply(work.say("case.not_found"))
        return None
    if what not in case_papers.kinds(work, report, seat):
        work.note("case.paper_refused", f"report:{report.id}", what=what)
        work.toast()
        work.reply(work.say("papers.not_yours"))
        return None
    return report, seat


def _make(work: Work, answers: Answers, kept: Kept) -> None:
    """确认: the paper, and its password in a message of its own."""
    what = str(answers["what"])
    found = _found(work, str(answers["case"]), what)
    if found is None:
        return
    report, seat = found
    photos = answers.get("photos") == "yes"
    password = new_password()
    content = sealed_pdf(case_papers.paper(work, report, seat, what, photos=photos), password)
    work.note("case.exported", f"report:{report.id}", what=what, reason=answers["reason"], photos=photos)
    drill = work.say("case.drill") if report.drill else ""
    work.show(drill + work.say("papers.done", what=work.say(f"papers.title.{what}"), number=report.number))
    work.document(content, work.say(f"papers.file_name.{what}", number=report.number), drill + report.number)
    said = work.say("papers.password", number=report.number, password=password)
    reveal.show(
        work,
        drill + said,
        drill + work.say("papers.password_hidden", number=report.number),
        seconds=reveal.PASSWORD_SECONDS,
    )


def _value(work: Work, here: World, key: str, value: Any, answers: Answers) -> str | None:
    return "" if key in ("case", "what", "pictures") else None


def _heading(work: Work, here: World, answers: Answers) -> str:
    report = reports.get(work.conn, str(answers["case"]))
    number = report.number if report else ""
    drill = work.say("case.drill") if report and report.drill else ""
    return drill + work.say("papers.heading", number=number, what=work.say(f"papers.title.{answers['what']}"))


SUBJECT = Subject(
    "papers",
    conversations=(Conversation(PAPERS, _make, Action.REPORT, value=_value, heading=_heading),),
    presses={"papers.ask": Press(ask, Action.REPORT)},
)
