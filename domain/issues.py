"""发现问题和解决方案: whose it is, by when somebody looks again, and what may become of it (plan task 9; domain.md 2.3).

An issue belongs to a post, not to a person: it stays when people change. Whoever cannot solve it passes it on with the
reason; nobody is asked why it was not solved.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from domain.forms import Answers, Choice, Form, Invalid, Question, Said, World, by_button, choice, one_of, text
from domain.people import Role
from domain.policy import PolicyRefused
from domain.settings import first_day

TYPES = (
    "guardianship", "safety", "school", "medical", "mind", "life", "housing", "aid", "registration", "internet", "other",
)  # fmt: skip
OWNERS = (Role.CHILD_DIRECTOR, Role.SUPERVISOR, Role.COUNTY)
# PROPOSAL: no rule sets these days; whoever has the issue sets another with one tap
DAYS = {"safety": 3, "guardianship": 7, "medical": 7, "mind": 14, "school": 14, "parents_silent": 14}
OTHERWISE, AGAIN, LONGEST = 30, 7, 183
SPANS = (3, 7, 14, 30)


class Act(StrEnum):
    """What became of it, as facts."""

    PASSED = "passed"
    DUE = "due"
    SOLVED = "solved"
    REOPENED = "reopened"


def due_of(kind: str, opened_on: date) -> date:
    """By when somebody looks again, unless another day is given."""
    return opened_on + timedelta(days=DAYS.get(kind, OTHERWISE))


def _due(said: Said, world: World, answers: Answers) -> str:
    today = world.now.date()
    if said.choice in {str(span) for span in SPANS}:
        return (today + timedelta(days=int(said.choice or 0))).isoformat()
    try:
        day = first_day((said.text or "").strip(), today)
    except PolicyRefused:
        raise Invalid("issue.problem.due") from None
    if day > today + timedelta(days=LONGEST):
        raise Invalid("issue.problem.due")
    return day.isoformat()


def _spans(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(str(span)) for span in SPANS)


def _to(said: Said, world: World, answers: Answers) -> str:
    offered: list[str] = world.facts["owners"](answers["issue"])
    return str(one_of(*offered)(said, world, answers))


def _owners(world: World, answers: Answers) -> tuple[Choice, ...]:
    return tuple(Choice(one) for one in world.facts["owners"](answers["issue"]))


ISSUE = Form(
    "issue",
    (
        Question("child", by_button),
        choice("type", *TYPES, columns=3),
        Question("text", text(500, 2)),
        Question("due", _due, choices=_spans, columns=2),
    ),
)
SOLVE = Form("solve", (Question("issue", by_button), Question("solution", text(500))))
PASS_ON = Form(
    "passon",
    (Question("issue", by_button), Question("to", _to, choices=_owners, columns=1), Question("why", text(300, 2))),
)
ANOTHER_DAY = Form("issueday", (Question("issue", by_button), Question("due", _due, choices=_spans, columns=2)))
REOPEN = Form("reopen", (Question("issue", by_button), Question("why", text(300, 2))))
