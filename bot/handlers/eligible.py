"""能享受啥: which benefits may apply, in words a grandmother understands; never a promise (plan task 10)."""

from __future__ import annotations

from typing import Any

from bot import flow
from bot.buttons import do
from bot.child_card import entry_of
from bot.referral_lines import child_lines, child_name
from bot.subject import Command, Conversation, Press, Subject
from bot.work import Refused, Work, in_twos
from db import helpers
from db.drafts import Kept
from domain.access import Action, may
from domain.forms import Answers, World
from domain.reading.names import search
from domain.referrals.eligibility import BY_CODE, QUESTIONS, Facts, facts_of, may_apply
from domain.referrals.forms import AMOUNT, ELIGIBLE
from domain.referrals.types import BENEFITS

_NOBODY = "-"


def eligible(work: Work, words: str) -> None:
    """/eligible, or with a child's name or number behind it: then only what the file does not say is asked."""
    file_no = _child_in(work, words) if words else None
    if file_no is None:
        flow.begin(work, "eligible")
        return
    child = entry_of(work, file_no).child
    work.note("child.read", f"child:{child.id}", why="eligible")
    known = facts_of(child, work.today)
    answers: Answers = {"child": file_no}
    answers |= {key: getattr(known, key) for key in QUESTIONS if getattr(known, key) is not None}
    flow.begin(work, "eligible", answers)


def _child_in(work: Work, words: str) -> str | None:
    lines = child_lines(work)
    if any(line.file_no == words.strip() for line in lines):
        return words.strip()
    found = search(words, lines)
    best = [one for one in found if one.rank == found[0].rank]
    return next((line.file_no for line in lines if line.id == best[0].id), None) if len(best) == 1 else None


def _heading(work: Work, world: World, answers: Answers) -> str:
    known = sum(key in answers for key in QUESTIONS)
    if answers.get("child"):
        return work.say("eligible.of", name=child_name(work, str(answers["child"])))
    return work.say("eligible.nth", nth=known + 1, of=len(QUESTIONS))


def _value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return child_name(work, str(value)) if key == "child" else None


def _answered(work: Work, answers: Answers, kept: Kept) -> None:
    found = may_apply(Facts(**{key: answers.get(key) for key in QUESTIONS}))
    file_no = str(answers.get("child") or _NOBODY)
    if not found:
        work.show(
            work.say("eligible.nothing"), [[(work.say("referral.board"), do("referral.kind", "social", file_no))]]
        )
        return
    lines = [work.say("eligible.found", count=len(found))]
    lines += [
        work.say("eligible.line", place=place, name=work.say(f"referral.benefit.{one.code}"))
        for place, one in enumerate(found, 1)
    ]
    lines.append(work.say("eligible.no_promise"))
    cells = [(work.say(f"referral.benefit.{one.code}"), do("eligible.show", one.code, file_no)) for one in found]
    work.show("\n".join(lines), in_twos(cells))


def show(work: Work, code: str, file_no: str = _NOBODY) -> None:
    """What it is, which papers, where to go, the county's own words on the amount; one tap begins the tracker."""
    benefit = BY_CODE.get(code)
    if benefit is None:
        raise Refused("referral.gone")
    work.toast()
    papers = "、".join(work.say(f"eligible.paper.{paper}") for paper in benefit.papers)
    lines = [
        work.say("eligible.title", name=work.say(f"referral.benefit.{code}")),
        work.say(f"eligible.what.{code}"),
        work.say("eligible.papers", papers=papers),
        work.say(f"eligible.where.{benefit.where}"),
    ]
    amount = helpers.amount(work.conn, code)
    if amount:
        lines.append(work.say("eligible.amount", amount=amount))
    lines.append(work.say("eligible.no_promise"))
    rows: list[list[tuple[str, Any]]] = [[(work.say("eligible.apply"), do("referral.kind", "benefits", file_no, code))]]
    if may(work.me, Action.SET_POLICY):
        rows.append([(work.say("eligible.set_amount"), do("eligible.amount", code))])
    work.reply("\n".join(lines), rows)


def amount(work: Work, code: str) -> None:
    """The county enters what a benefit is worth."""
    work.demand(Action.SET_POLICY)
    if code not in BENEFITS:
        raise Refused("referral.gone")
    work.toast()
    flow.begin(work, "amount", {"benefit": code})


def _amount_value(work: Work, world: World, key: str, value: Any, answers: Answers) -> str | None:
    return work.say(f"referral.benefit.{value}") if key == "benefit" else None


def _amount_set(work: Work, answers: Answers, kept: Kept) -> None:
    me = work.demand(Action.SET_POLICY)
    helpers.set_amount(work.conn, answers["benefit"], answers["words"], work.now, me.person_id)
    work.note("benefit.amount", detail=answers["benefit"])
    work.show(work.say("eligible.amount_set", name=work.say(f"referral.benefit.{answers['benefit']}")))


SUBJECT = Subject(
    "eligible",
    commands=(
        Command("eligible", eligible, Action.REFER, ("能享受啥", "能享受什么", "政策", "补助", "补贴"), menu=False),
    ),
    conversations=(
        Conversation(ELIGIBLE, _answered, Action.REFER, value=_value, heading=_heading),
        Conversation(AMOUNT, _amount_set, Action.SET_POLICY, value=_amount_value),
    ),
    presses={
        "eligible.show": Press(show, Action.REFER),
        "eligible.amount": Press(amount, Action.SET_POLICY),
    },
)
