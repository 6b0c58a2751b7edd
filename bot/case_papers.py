"""A report as a paper: the report form (强制报告表, domain.md 1.5) and the case file, as values for files/report_form.py.

Who may have which (`kinds`): the desks that hold it and the county bureau both; the reporter the form of the own report,
without what departments noted; whoever only watches (the supervisor, a copy, the procuratorate) none.
"""

from __future__ import annotations

from bot import case_card
from bot.buttons import do
from bot.paper_fields import SECTIONS, moment
from bot.reminders import clock_words
from bot.work import Rows, Work
from db import people, reports
from db.reports import Report
from domain import access
from domain.access import Action
from domain.calendar import LOCAL
from domain.reports.case import Act, Event, Part, Seat
from files.report_form import Form, Paper, Photo
from files.report_form import Part as Block
from files.report_form import Rows as Table

FORM, FILE = "form", "file"
NUMERALS = "一二三四五六七八九十"
RESULTS = (Act.ANSWER, Act.CLOSED, Act.VISITED, Act.UNANSWERED)


def kinds(work: Work, report: Report, seat: Seat) -> tuple[str, ...]:
    """The papers this person may have of this report."""
    if seat.part is Part.REPORTER:
        return (FORM,) if case_card.in_sight(work, report) else ()
    team = seat.part is Part.RECEIVER or seat.county
    if team and access.may(work.me, Action.HANDLE_CASE):
        return (FORM, FILE)
    mine = report.reporter == (work.me.person_id if work.me else None)
    return (FORM,) if mine and case_card.in_sight(work, report) else ()


def rows(work: Work, report: Report, seat: Seat) -> Rows:
    """The buttons of the case card: names on tap, and the papers."""
    papers = [
        (work.say(f"papers.button.{kind}"), do("papers.ask", kind, report.id)) for kind in kinds(work, report, seat)
    ]
    of_drill = [
        (work.say("drill.times"), do("drill.times", report.id)), (work.say("drill.end"), do("drill.end", report.id)),
    ]  # fmt: skip
    ends = report.drill and access.may(work.me, Action.SET_POLICY)
    hidden = seat.part is Part.REPORTER and not case_card.in_sight(work, report)
    names = [] if hidden else [(work.say("names.button"), do("names.why", report.id))]
    return [[*names, *papers], *([of_drill] if ends else [])]


def paper(work: Work, report: Report, seat: Seat, kind: str, *, photos: bool = False) -> Paper:
    """The paper. Only a case file that was asked for with its photos has them."""
    team = FILE in kinds(work, report, seat)
    seat = seat if team else Seat(Part.REPORTER)  # a supervisor's own report is a reporter's paper, too
    blocks = _form(work, report, seat, team) if kind == FORM else _file(work, report, seat)
    me = people.person(work.conn, work.me.person_id) if work.me else None
    printed = moment(work.now)
    return Paper(
        title=work.say(f"papers.title.{kind}"),
        number=report.number,
        head=work.say(f"papers.head.{'own' if kind == FORM and not team else kind}"),
        foot=work.say("papers.foot", when=printed, who=me.name if me else ""),
        pages=work.say("papers.pages", page="{page}", pages="{pages}"),
        scope=(work.say("papers.filed", when=moment(report.filed_at)), work.say("papers.printed", when=printed)),
        parts=tuple(blocks),
        signatures=_signatures(work) if kind == FORM else (),
        notes=(work.say("papers.note.law"), work.say("papers.note.keep")),
        photos=_photos(work, report) if photos and kind == FILE else (),
        mark=_mark(work, report),
        mark_line=work.say("papers.mark.drill_line" if report.drill else "papers.mark.demo_line"),
    )


def _mark(work: Work, report: Report) -> str | None:
    if report.drill:
        return work.say("papers.mark.drill")
    return work.say("papers.mark.demo") if work.demo else None


def _signatures(work: Work) -> tuple[tuple[str, str], ...]:
    return tuple((work.say(f"papers.sign.{who}"), work.say("papers.sign.day")) for who in ("reporter", "receiver"))


# --- the report form ---


def _form(work: Work, report: Report, seat: Seat, team: bool) -> list[Block]:
    blocks: list[Block] = [
        Form(_title(work, number, name), tuple(fields(work, report))) for number, (name, fields) in enumerate(SECTIONS)
    ]
    blocks.append(_receiving(work, report, len(blocks), team))
    blocks.append(_results(work, report, seat, len(blocks), team))
    return blocks


def _title(work: Work, number: int, name: str) -> str:
    return f"{NUMERALS[number]}、{work.say(f'papers.part.{name}')}"


def _receiving(work: Work, report: Report, number: int, team: bool) -> Table:
    """Every department with its receipt, state and steps. The reporter reads offices and times, no officers."""
    life = reports.life_of(work.conn, report.id)
    events = reports.events(work.conn, report.id)
    lines = []
    for unit, desk in life.desks.items():
        signed = people.person(work.conn, desk.received_by) if team and desk.received_by else None
        steps = [
            _step(work, one) for one in events if one.unit == unit and one.kind in (Act.STEP, Act.RETURNED, Act.REFUSED)
        ]
        lines.append(
            (
                work.tree.path_name(unit), moment(desk.told_at),
                "\n".join(one for one in (moment(desk.received_at) if desk.received_at else "", signed.name if signed else "") if one),
                work.say(f"papers.desk.{desk.state.value}"),
                "\n".join(steps) if team else "",
            )
        )  # fmt: skip
    columns = tuple(work.say(f"papers.column.{one}") for one in ("unit", "sent", "received", "state", "action"))
    return Table(
        _title(work, number, "receiving"), columns, (30, 31, 31, 24, 0), tuple(lines), work.say("papers.nothing")
    )


def _step(work: Work, event: Event) -> str:
    """What a department did, and why."""
    what = (
        work.say(f"case.step.{event.said('step')}")
        if event.kind is Act.STEP
        else work.say(f"case.desk.{event.kind.value}")
    )
    day = event.at.astimezone(LOCAL).strftime("%m-%d")
    return f"{day} {what}{'：' + event.note if event.note else ''}"


def _results(work: Work, report: Report, seat: Seat, number: int, team: bool) -> Table:
    """反馈、结果、回访. Without the words for the reporter, who reads those in the chat."""
    lines = [
        (moment(event.at), _who(work, event), text if team else text.partition("\n")[0])
        for event, text in case_card.story(work, report, seat)
        if event.kind in RESULTS
    ]
    columns = tuple(work.say(f"papers.column.{one}") for one in ("when", "who", "result"))
    return Table(_title(work, number, "results"), columns, (30, 30, 0), tuple(lines), work.say("papers.nothing"))


def _who(work: Work, event: Event) -> str:
    return case_card.unit(work, event.unit) or (work.say("case.part.reporter") if event.person else "")


# --- the case file ---


def _file(work: Work, report: Report, seat: Seat) -> list[Block]:
    return [
        *_form(work, report, seat, team=True)[:5],
        _receiving(work, report, 5, team=True),
        _clocks(work, report, 6),
        _timeline(work, report, seat, 7),
        _attachments(work, report, 8),
    ]


def _clocks(work: Work, report: Report, number: int) -> Table:
    lines = [
        (
            work.say(f"clock.name.{one.clock.code}"),
            clock_words.office(work.words, one.desk, work.tree) if one.desk else "",
            moment(one.since), moment(one.deadline),
            work.say("papers.clock.late" if one.late else "papers.clock.left", span=clock_words.span(work.words, one.left)),
            work.say(f"clock.rung.{one.rise.rung}") if one.rise else "",
        )
        for one in reports.running(work.conn, report, work.now, work.policy)
    ]  # fmt: skip
    columns = tuple(work.say(f"papers.column.{one}") for one in ("clock", "unit", "since", "until", "left", "risen"))
    return Table(
        _title(work, number, "clocks"), columns, (30, 24, 30, 30, 28, 0), tuple(lines), work.say("papers.no_clock")
    )


def _timeline(work: Work, report: Report, seat: Seat, number: int) -> Table:
    lines = [(moment(event.at), text) for event, text in case_card.story(work, report, seat)]
    columns = tuple(work.say(f"papers.column.{one}") for one in ("when", "what"))
    return Table(_title(work, number, "timeline"), columns, (30, 0), tuple(lines), work.say("papers.nothing"))


def _attachments(work: Work, report: Report, number: int) -> Table:
    lines = [
        (str(place), work.say(f"papers.kind.{one.kind}"), work.say("papers.size", kb=max(1, len(one.content) // 1024)))
        for place, one in enumerate(reports.papers(work.conn, report.id), 1)
    ]
    columns = tuple(work.say(f"papers.column.{one}") for one in ("number", "kind", "size"))
    return Table(_title(work, number, "attachments"), columns, (20, 60, 0), tuple(lines), work.say("papers.none"))


def _photos(work: Work, report: Report) -> tuple[Photo, ...]:
    found = reports.papers(work.conn, report.id)
    return tuple(
        Photo(work.say("papers.photo", place=place), one.content)
        for place, one in enumerate(found, 1)
        if one.kind == "photo"
    )
