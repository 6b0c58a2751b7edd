"""发现问题和解决方案: raised, whose it is, by when, solved or passed on with the reason, opened again (plan task 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from bot import flow, harm, issue_view
from bot.buttons import do
from bot.child_card import back_to, entry_of
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work
from db import issues, people, reminder_people
from db.drafts import Kept
from db.issues import Issue
from domain.access import Action, allowed
from domain.forms import Answers, Form, World
from domain.issues import AGAIN, ANOTHER_DAY, ISSUE, OWNERS, PASS_ON, REOPEN, SOLVE, due_of
from domain.people import Role

Button = tuple[str, Any]


# --- a new one ---


def new(work: Work, file_no: str) -> None:
    one = entry_of(work, file_no).child
    work.demand_in(Action.WORK_ISSUE, one.unit)
    if one.closed_on is not None:
        raise Refused("file.closed")
    work.toast()
    flow.begin(work, "issue", {"child": file_no})


def _raised(work: Work, answers: Answers, kept: Kept) -> None:
    one = entry_of(work, answers["child"]).child
    me, due = work.demand_in(Action.WORK_ISSUE, one.unit), date.fromisoformat(answers["due"])
    made = issues.put(
        work.conn, one.id, answers["type"], answers["text"], me.person_id, work.today, due=due, demo=work.demo
    )
    work.note("issue.opened", f"child:{one.id}", type=answers["type"])
    rows: list[list[Button]] = [
        [
            (work.say("issue.pass"), do("issue.pass", made)),
            (work.say("issue.refer"), do("referral.issue", one.file_no, made[-8:])),
        ],
        back_to(work, one.file_no),
    ]
    if not allowed(work.me, Action.REFER, one.unit):
        rows[0].pop()
    work.show(work.say("issue.kept", name=one.name, day=issue_view.day_of(work, due)), rows)


# --- solved ---


def solve(work: Work, file_no: str, tail: str) -> None:
    """已解决: one line about how, then 确认."""
    _open_issue(work, f"{file_no}|{tail}")
    work.toast()
    flow.begin(work, "solve", {"issue": f"{file_no}|{tail}"})


def _open_issue(work: Work, which: str) -> Issue:
    """The open issue these answers are about, where this person may work on it. Raises Refused."""
    file_no, _, tail = which.partition("|")
    one = entry_of(work, file_no).child
    work.demand_in(Action.WORK_ISSUE, one.unit)
    found = next((issue for issue in issues.open_of_child(work.conn, one.id) if issue.id.endswith(tail)), None)
    if found is None:
        raise Refused("child.solved_already")
    if not issue_view.is_mine(work, found, one):
        raise Refused("issue.not_with_you")
    return found


def _solve_value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key != "issue":
        return None
    try:
        return issue_view.in_words(work, _open_issue(work, answer))
    except Refused:
        return work.say("child.solved_already")


def _solved(work: Work, answers: Answers, kept: Kept) -> None:
    issue, me = _open_issue(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    if not issues.solve(work.conn, issue, answers["solution"], work.today, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.solved", f"child:{issue.child_id}", issue=issue.id)
    file_no = answers["issue"].partition("|")[0]
    if issue.by is not None and issue.by != me.person_id:
        _tell(work, (issue.by,), "issue.solved_news", issue, file_no)
    work.show(work.say("child.solved"), [back_to(work, file_no)])


# --- passed on, another day, opened again ---


def pass_it(work: Work, issue_id: str) -> None:
    _begin(work, "passon", issue_id, closed=False)


def another_day(work: Work, issue_id: str) -> None:
    _begin(work, "issueday", issue_id, closed=False)


def reopen(work: Work, issue_id: str) -> None:
    _begin(work, "reopen", issue_id, closed=True)


def _begin(work: Work, form: str, issue_id: str, *, closed: bool) -> None:
    issue, one = issue_view.with_child(work, issue_id)
    if not issue_view.is_mine(work, issue, one):
        raise Refused("issue.not_with_you")
    if (issue.closed_on is not None) is not closed:
        raise Refused("issue.open_again" if closed else "child.solved_already")
    work.toast()
    flow.begin(work, form, {"issue": issue.id})


def _passed(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me, to = (
        issue_view.with_child(work, answers["issue"]),
        work.demand(Action.WORK_ISSUE),
        Role(answers["to"]),
    )
    due = max(issue.due or work.today, work.today + timedelta(days=AGAIN))
    if not issues.pass_on(work.conn, issue, to, answers["why"], due, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.passed", f"child:{one.id}", issue=issue.id, to=to.value)
    _tell(work, reminder_people.rota(work.conn).persons(to, one.unit), "issue.comes_to_you", issue, one.file_no)
    who = work.say(f"issue.owner.{to.value}")
    work.show(work.say("issue.passed", who=who, day=issue_view.day_of(work, due)), [back_to(work, one.file_no)])


def _day_set(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me = issue_view.with_child(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    due = date.fromisoformat(answers["due"])
    if not issues.set_due(work.conn, issue, due, work.now, me.person_id):
        raise Refused("child.solved_already")
    work.note("issue.due", f"child:{one.id}", issue=issue.id)
    work.show(work.say("issue.day_set", day=issue_view.day_of(work, due)), [back_to(work, one.file_no)])


def _reopened(work: Work, answers: Answers, kept: Kept) -> None:
    (issue, one), me = issue_view.with_child(work, answers["issue"]), work.demand(Action.WORK_ISSUE)
    due = min(due_of(issue.type, work.today), work.today + timedelta(days=AGAIN))
    if not issues.reopen(work.conn, issue, answers["why"], due, work.now, me.person_id):
        raise Refused("issue.open_again")
    work.note("issue.reopened", f"child:{one.id}", issue=issue.id)
    work.show(
        work.say("issue.reopened", day=issue_view.day_of(work, due)),
        [[(work.say("issue.see"), do("issue.see", issue.id))], back_to(work, one.file_no)],
    )


def _tell(work: Work, persons: tuple[str, ...], key: str, issue: Issue, number: str) -> None:
    """The number and nothing of what it is about; whoever may opens it."""
    me, there = work.me, people.persons(work.conn, list(persons))
    for person in there.values():
        if person.chat_id is not None and person.left_on is None and (me is None or person.id != me.person_id):
            work.tell(
                person.chat_id, work.say(key, number=number), [[(work.say("issue.see"), do("issue.see", issue.id))]]
            )


def _facts(work: Work) -> Mapping[str, Any]:
    def owners(issue_id: str) -> list[str]:
        issue, _ = issue_view.with_child(work, issue_id)
        return [one.value for one in OWNERS if one is not issue.owner]

    return {"owners": owners}


def _value(work: Work, world: World, key: str, answer: Any, answers: Answers) -> str | None:
    if key == "child":
        return entry_of(work, answer).child.name
    if key == "issue":
        return issue_view.in_words(work, issue_view.with_child(work, answer)[0])
    if key == "due":
        return issue_view.day_of(work, date.fromisoformat(answer))
    return None


def _talk(form: Form, submit: Any) -> Conversation:
    """Words that tell of harm bring the emergency card here, too."""
    return Conversation(form, submit, Action.WORK_ISSUE, facts=_facts, value=_value, hears=harm.hear)


SUBJECT = Subject(
    "issue",
    commands=(
        Command(
            "issues", issue_view.listed, Action.WORK_ISSUE, ("问题", "没解决的问题", "发现问题", "记问题"), menu=False
        ),
    ),
    conversations=(
        Conversation(SOLVE, _solved, Action.WORK_ISSUE, value=_solve_value),
        _talk(ISSUE, _raised),
        _talk(PASS_ON, _passed),
        _talk(ANOTHER_DAY, _day_set),
        _talk(REOPEN, _reopened),
    ),
    presses={
        "child.issues": Press(issue_view.problems, Action.SEE_CHILD),
        "child.solve": Press(solve, Action.WORK_ISSUE),
        "issue.see": Press(issue_view.see, Action.WORK_ISSUE),
        "issue.past": Press(issue_view.past, Action.SEE_CHILD),
        "issue.new": Press(new, Action.WORK_ISSUE),
        "issue.pass": Press(pass_it, Action.WORK_ISSUE),
        "issue.day": Press(another_day, Action.WORK_ISSUE),
        "issue.reopen": Press(reopen, Action.WORK_ISSUE),
    },
)
