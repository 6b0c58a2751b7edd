"""发现问题和解决方案: what is not solved yet with a child, and how it was solved (plan task 9)."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.reminders.rules import day_words
from bot.subject import Conversation, Press, Subject
from bot.work import Refused, Work
from db import issues
from db.drafts import Kept
from db.issues import Issue
from db.models import issues as issue_table
from db.rows import change
from domain.access import Action, allowed
from domain.forms import Answers, Form, Invalid, Question, Said, World, text

Button = tuple[str, Any]


def problems(work: Work, file_no: str) -> None:
    """What is not solved yet, each with its 已解决 button."""
    one = entry_of(work, file_no).child
    work.note("child.issues", f"child:{one.id}")
    work.toast()
    still_open = issues.open_of_child(work.conn, one.id)
    if not still_open:
        work.reply(work.say("child.no_issues"), [back_to(work, file_no)])
        return
    lines = [work.say("child.issues_of", name=one.name, number=file_no)]
    lines += [work.say("child.issue", place=place, issue=_issue(work, issue)) for place, issue in enumerate(still_open, 1)]
    cells: list[Button] = []
    if allowed(work.me, Action.LOG_CONTACT, one.unit):
        cells = [
            cell
            for place, issue in enumerate(still_open, 1)
            for cell in (
                (work.say("child.solve", place=place), do("child.solve", file_no, issue.id[-8:])),
                (work.say("referral.of_issue", place=place), do("referral.issue", file_no, issue.id[-8:])),
            )
        ]
    work.reply("\n".join(lines), [*(cells[at : at + 2] for at in range(0, len(cells), 2)), back_to(work, file_no)])


def _issue(work: Work, issue: Issue) -> str:
    kind = work.words.find(f"child.issue.{issue.type}") or work.say("child.issue.other")
    day = day_words(work.words, issue.opened_on, work.today)
    said = work.say("child.issue_line", kind=kind, text=issue.text, day=day) if issue.text else work.say("child.issue_bare", kind=kind, day=day)
    return said + (work.say("child.help_wanted") if issue.help_wanted else "")


def solve(work: Work, file_no: str, tail: str) -> None:
    """已解决: one line about how, then 确认."""
    _open_issue(work, f"{file_no}|{tail}")
    work.toast()
    flow.begin(work, "solve", {"issue": f"{file_no}|{tail}"})


def _open_issue(work: Work, which: str) -> Issue:
    """The open issue these answers are about, where this person may work on it. Raises Refused."""
    file_no, _, tail = which.partition("|")
    one = entry_of(work, file_no).child
    work.demand_in(Action.LOG_CONTACT, one.unit)
    found = next((issue for issue in issues.open_of_child(work.conn, one.id) if issue.id.endswith(tail)), None)
    if found is None:
        raise Refused("child.solved_already")
    return found


def _chosen(said: Said, world: World, answers: Answers) -> Any:
    raise Invalid("form.problem.choose")  # set by the button, never asked


SOLVE = Form("solve", (Question("issue", _chosen), Question("solution", text(500))))


def _solve_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key != "issue":
        return None
    try:
        return _issue(work, _open_issue(work, answer))
    except Refused:
        return work.say("child.solved_already")


def _solved(work: Work, answers: Answers, kept: Kept) -> None:
    issue = _open_issue(work, answers["issue"])
    won = change(
        work.conn, issue_table, issue.id, issue_table.c.closed_on.is_(None), closed_on=work.today,
        solution=answers["solution"],
    )  # fmt: skip
    if not won:
        raise Refused("child.solved_already")
    work.note("issue.solved", f"child:{issue.child_id}", issue=issue.id)
    file_no = answers["issue"].partition("|")[0]
    work.show(work.say("child.solved"), [back_to(work, file_no)])


SUBJECT = Subject(
    "issue",
    conversations=(Conversation(SOLVE, _solved, Action.LOG_CONTACT, value=_solve_value),),
    presses={
        "child.issues": Press(problems, Action.SEE_CHILD),
        "child.solve": Press(solve, Action.LOG_CONTACT),
    },
)
