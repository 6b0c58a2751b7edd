"""What stands behind a child's file: who changed what and the way back, what was done for the child, and its reports."""

from __future__ import annotations

from typing import Any

from bot import child_cases
from bot.buttons import do, short
from bot.child_card import back_to, entry_of
from bot.child_papers import log_of
from bot.file_card import path_words
from bot.file_hand import change_words, day_of, hand, to_change, who_words
from bot.file_news import after_change
from bot.reminders.rules import day_words
from bot.subject import Press, Subject
from bot.work import Refused, Rows, Work, in_rows_of
from db import child_file, file_history
from db.child_file import InTheWay
from domain.access import Action, allowed

Button = tuple[str, Any]
HISTORY = 8
LOG = 10
FAR_BACK = 500  # changes among which one is found again by its button


def _back(work: Work, file_no: str) -> list[Button]:
    return [(work.say("file.back"), do("file.open", file_no)), *back_to(work, file_no)]


def history(work: Work, file_no: str) -> None:
    """Who changed what when, the newest first; what can be taken back has a button."""
    one = entry_of(work, file_no).child
    work.note("child.history", f"child:{one.id}")
    work.toast()
    lines, cells = [work.say("file.history", name=one.name)], list[Button]()
    may_change = one.closed_on is None and allowed(work.me, Action.CHANGE_FILE, one.unit)
    for place, line in enumerate(file_history.history(work.conn, one.id, HISTORY), 1):
        what = "；".join(change_words(work, one, path, pair) for path, pair in line.changed.items())
        lines.append(
            work.say("file.history_line", place=place, day=day_of(work, line), who=who_words(work, line), what=what)
        )
        if may_change and child_file.may_take_back(line):
            cells.append((work.say("file.take_back", place=place), do("file.undo", file_no, short(line.id))))
    rows = in_rows_of(3, cells)
    work.show("\n".join(lines), [*rows, _back(work, file_no)])


def undo(work: Work, file_no: str, line: str) -> None:
    """Take one change back, or say what stands in the way."""
    one = to_change(work, file_no)
    found = next((each for each in file_history.history(work.conn, one.id, FAR_BACK) if short(each.id) == line), None)
    if found is None:
        raise Refused("change.nothing_to_undo")
    try:
        child_file.take_back(work.conn, one, found.id, hand(work, one.unit))
    except InTheWay as way:
        if way.later is None:
            raise Refused("change.nothing_to_undo") from None
        raise Refused(
            "file.in_the_way", what=path_words(work, one, way.path), day=day_of(work, way.later),
            who=who_words(work, way.later),
        ) from None  # fmt: skip
    work.note("child.change_undone", f"child:{one.id}")
    work.toast(work.say("change.undone"))
    fresh = entry_of(work, file_no).child
    work.show(work.say("file.undone", name=one.name), [_back(work, file_no)])
    after_change(work, one, fresh)


def log(work: Work, file_no: str) -> None:
    """工作日志: what was done for this child and by whom, from what was entered anyway (plan task 9)."""
    one = entry_of(work, file_no).child
    work.note("child.file", f"child:{one.id}", block="log")
    work.toast()
    steps = log_of(work, one)
    lines = [work.say("file.log_title", name=one.name, count=len(steps))]
    for step in steps[:LOG]:
        day = day_words(work.words, step.day, work.today)
        lines.append(
            work.say("file.log_line" if step.by else "file.log_line_nobody", day=day, what=step.what, who=step.by)
        )
    if len(steps) > LOG:
        lines.append(work.say("file.log_more", count=len(steps) - LOG))
    rows: list[list[Button]] = []
    if allowed(work.me, Action.EXPORT, one.unit) and allowed(work.me, Action.SEE_SENSITIVE, one.unit):
        rows.append([(work.say("child.print"), do("print.choose", file_no))])
    work.show("\n".join(lines), [*rows, _back(work, file_no)])


def cases(work: Work, file_no: str) -> None:
    """报告: those about this child that this person sits on anyway."""
    one = entry_of(work, file_no).child
    found = child_cases.about(work, one)
    if not found:
        raise Refused("file.gone")
    work.note("child.reports", f"child:{one.id}", count=len(found))
    work.toast()
    lines = [work.say("file.cases_title", name=one.name), *(child_cases.line(work, each) for each in found[:LOG])]
    rows: Rows = [
        [(work.say("file.case_open", number=each.report.number), do("case.open", each.report.id))]
        for each in found[:LOG]
    ]
    work.show("\n".join(lines), [*rows, _back(work, file_no)])


SUBJECT = Subject(
    "file_history",
    presses={
        "file.history": Press(history, Action.SEE_CHILD),
        "file.undo": Press(undo, Action.CHANGE_FILE),
        "file.log": Press(log, Action.SEE_CHILD),
        "file.cases": Press(cases, Action.SEE_CHILD),
    },
)
