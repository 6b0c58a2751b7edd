"""Do the parents call each week? Asked at every contact; two "no" in a row ask for more (plan task 5; domain.md 2.7, H8)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.buttons import do
from bot.work import Work
from db import issues, parents_calls
from domain.access import Action
from domain.agreements import needs_agreement
from domain.children import Child

SILENT = "parents_silent"  # type of the issue
TWICE = ["no", "no"]
MOST = 4  # children offered at once


def offer(work: Work, found: Iterable[Child]) -> None:
    """After a record was kept: parents who did not call twice in a row become an issue, with words for them at one tap.

    Nothing is said again while the issue of the last time is open.
    """
    rows, names = [], []
    for one in found:
        if parents_calls.last_calls(work.conn, one.id) != TWICE or _is_open(work, one):
            continue
        _raise_issue(work, one)
        names.append(one.name)
        rows.append([(work.say("agreement.silent_do", name=one.name), do("agreement.silent", one.file_no))])
    if rows:
        work.reply(work.say("agreement.silent", names="、".join(names[:MOST])), rows[:MOST])


def _raise_issue(work: Work, one: Child) -> None:
    """父母没有按周联系, as a problem to be solved by its day."""
    me = work.demand(Action.LOG_CONTACT)
    words = work.say("agreement.silent_issue")
    issues.put(work.conn, one.id, SILENT, words, me.person_id, work.today, demo=work.demo)
    work.note("issue.opened", f"child:{one.id}", type=SILENT)


def _is_open(work: Work, one: Child) -> bool:
    return any(issue.type == SILENT for issue in issues.open_of_child(work.conn, one.id))


def not_asked(work: Work, one: Child) -> bool:
    """Whether somebody was reached this month and nobody asked whether the parents call."""
    return needs_agreement(one, work.today) and parents_calls.not_asked(work.conn, [one.unit], work.today, one.id) > 0
