"""The sections of a report form that hold what the reporter said (强制报告表 A to F, domain.md 1.5).

What nobody knows yet stays empty, for a pen. Names are printed in full: the paper is sealed (files/report_form.py).
"""

from __future__ import annotations

from datetime import datetime

from bot import case_card
from bot.work import Work
from db import people, reports
from db.reports import Report
from domain.calendar import LOCAL
from domain.children import Label
from domain.reports import form as report_form
from domain.reports.case import Act
from domain.reports.situations import ASKS
from domain.roster.columns import LABEL_WORDS
from files.report_form import Field


def moment(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")


def _field(work: Work, name: str, value: str | None, *, wide: bool = False) -> Field:
    return Field(work.say(f"papers.field.{name}"), value or "", wide)


def _answers(work: Work, report: Report, *keys: str) -> list[Field]:
    """The answers that were given; a question nobody answered leaves no empty line."""
    found = [(key, case_card.answer(work, key, report.content)) for key in keys]
    return [Field(work.say(f"report.name.{key}"), words, wide=True) for key, words in found if words]


def _reporter(work: Work, report: Report) -> list[Field]:
    person = people.person(work.conn, report.reporter)
    posts = people.posts_of(work.conn, report.reporter)
    number = report.content.get("phone")
    phone = person.phone if person and number in (None, "known") else number
    where = "、".join(f"{work.tree.path_name(one.unit.code)} {work.say(f'role.{one.role.value}')}" for one in posts)
    secret = "open" if report.content.get("named") == "open" else "secret"
    return [
        _field(work, "name", person.name if person else None),
        _field(work, "phone", str(phone) if phone else None),
        _field(work, "post", where, wide=True),
        _field(work, "relation", None),
        _field(work, "secret", work.say(f"papers.secret.{secret}")),
    ]


def _child(work: Work, report: Report) -> list[Field]:
    file = report.content.get("file") or {}
    described = "；".join(one for key in ("child", "who") if (one := case_card.answer(work, key, report.content)))
    carers = "\n".join(
        " ".join(str(part) for part in (one.get("name"), one.get("phone")) if part) for one in file.get("carers") or ()
    )
    place = " ".join(one for one in (work.tree.path_name(file["unit"]) if file else "", file.get("address")) if one)
    return [
        _field(work, "name", file.get("name")),
        _field(work, "sex", work.say(f"case.sex.{file['sex']}") if file.get("sex") else None),
        _field(work, "born", file.get("born")),
        _field(work, "file_no", file.get("file_no")),
        _field(work, "category", "、".join(LABEL_WORDS[Label(one)] for one in file.get("labels") or ())),
        _field(work, "disability", file.get("disability")),
        *([_field(work, "described", described, wide=True)] if described else []),
        _field(work, "address", place, wide=True),
        _field(work, "school", file.get("school")),
        _field(work, "carers", carers),
        _field(work, "where_now", case_card.answer(work, "where", report.content), wide=True),
    ]


def _event(work: Work, report: Report) -> list[Field]:
    content = report.content
    return [
        _field(work, "situation", case_card.situation(work, report), wide=True),
        _field(work, "found", moment(report.filed_at)),
        _field(work, "happened", case_card.answer(work, "when", content)),
        _field(work, "seen", case_card.answer(work, "seen", content), wide=True),
        *_answers(work, report, "more", "suspect", "others"),
    ]


def _urgency(work: Work, report: Report) -> list[Field]:
    return [
        _field(work, "safe", case_card.answer(work, "safe", report.content)),
        _field(work, "urgent", work.say("report.urgent" if report.urgent else "report.ordinary")),
        *_answers(work, report, *ASKS),
    ]


def _done(work: Work, report: Report) -> list[Field]:
    said, receipt = report_form.called_at(report.content)
    called = next((one for one in reports.events(work.conn, report.id) if one.kind is Act.CALLED), None)
    when = said[:16].replace("T", " ") if said else moment(called.at) if called else None
    receipt = receipt or (called.note if called else None) or report.content.get("receipt")
    return [
        _field(work, "called", when or work.say("papers.not_called")),
        _field(work, "receipt", receipt),
        _field(work, "who_answered", None),
        _field(work, "parents_told", None),
    ]


def _evidence(work: Work, report: Report) -> list[Field]:
    count = len(report.content.get("paper") or ())
    return [
        _field(work, "sent_along", work.say("papers.count", count=count) if count else work.say("papers.none")),
        _field(work, "kept_by", None),
    ]


SECTIONS = (
    ("reporter", _reporter), ("child", _child), ("event", _event), ("urgency", _urgency), ("done", _done),
    ("evidence", _evidence),
)  # fmt: skip
